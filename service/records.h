/* SPDX-License-Identifier: GPL-2.0-or-later */
/* records - the lines that cgattach-keep adds to a log; stap/FORMAT.md specifies them. */
#ifndef SERVICE_RECORDS_H
#define SERVICE_RECORDS_H

#include "service/tally.h"

#define RECORDS_MAX 512 /* bytes of a line, and its final 0 */

/* Each writes a line with its end to `to`, and returns it. `seq` is CLOCK_MONOTONIC ns. */
const char *records_segment(char to[RECORDS_MAX], uint64_t seq, uint64_t n,
			    const struct record_totals *before);
const char *records_continued(char to[RECORDS_MAX], uint64_t seq, uint64_t n,
			      const struct record_totals *until);
const char *records_unkept(char to[RECORDS_MAX], uint64_t seq, const struct missed *missed);

#endif
