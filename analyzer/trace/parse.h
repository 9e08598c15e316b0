/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse - one line becomes one record. The only place that knows the syntax of stap/FORMAT.md.
 *
 * Strict on purpose: every field, in its order, and nothing else. A transport that tears lines makes
 * text that looks like a record, and a name in a cgroup path is chosen by whoever may be hostile.
 */
#ifndef TRACE_PARSE_H
#define TRACE_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"
#include "trace/record.h"

struct parse_error {
	const char *what;	/* a static phrase: "expected a number" */
	const char *key;	/* the field it is about, static, or NULL */
	size_t column;		/* from 0 */
	bool ran_out;		/* the line is a record's beginning, cut at its end */
	bool in_string;		/* and cut between two quotes */
	bool foreign;		/* it does not even begin like a record */
	bool version;		/* a header of a version that we do not know */
};

/*
 * Parses `line[0..len)`. On success returns 0, and the strings of `*record` point into `line`, which it
 * has changed. On failure returns -1 with `*error` filled in, and `line` is as it was.
 */
int parse_record(char *line, size_t len, struct record *record, struct parse_error *error);

/*
 * Looks in a torn line for the whole record which ends it. Returns where that begins, with `*record`
 * filled in as above, or 0 if there is none that can be trusted.
 */
size_t parse_rescue(char *line, size_t len, struct record *record);

/* The name of a kind, static. */
const char *parse_kind_name(enum record_kind kind);

/*
 * Writes the bytes that the escaped string `from` stands for to `to`, which has room for strlen(from)
 * bytes, and returns how many they are. A 0 may be among them; \u and \U become UTF-8.
 */
size_t parse_unescape(char *to, const char *from);

/* The bytes that an escaped string stands for, up to the first NUL. In `arena`. */
const char *parse_plain(struct arena *arena, const char *escaped);

#endif
