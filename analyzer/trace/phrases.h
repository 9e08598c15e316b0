/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * phrases - values of the log in words, in `arena`. Safe for a terminal: printable ASCII, whatever
 * the log held.
 */
#ifndef TRACE_PHRASES_H
#define TRACE_PHRASES_H

#include "base/util.h"
#include "trace/record.h"

const char *phrase_duration(struct arena *arena, uint64_t ns);	/* "31.2 us" */
const char *phrase_wall(struct arena *arena, uint64_t wall_ns); /* "... 10:12:13.123456 UTC" */
const char *phrase_errno(struct arena *arena, int64_t answer);	/* "EINVAL", "errno 999" */

/* Which word goes with so many. */
const char *phrase_plural(uint64_t n, const char *one, const char *many);

/* "NEW (0x800)" */
const char *phrase_state(struct arena *arena, const struct row *row, uint32_t version);

#endif
