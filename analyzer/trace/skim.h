/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * skim - the record that most lines are, an accepted attach of version 4 without anything else, checked byte by byte as
 * parse.c checks it, but without keeping its fields. On a busy host nearly every line is one.
 */
#ifndef TRACE_SKIM_H
#define TRACE_SKIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct skimmed {
	uint64_t seq, id;
	uint64_t hash; /* as that of struct record */
	int32_t tgid;  /* of the writer */
};

/* False: it is another record, a damaged one, or one with an unusual value; parse_record() tells. */
bool skim_accepted(struct skimmed *ret, const char *line, size_t len);

#endif
