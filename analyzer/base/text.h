/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text - strings that are put together. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/util.h"

/*
 * A string that grows, by printing to `out`. Between text_begin() and text_end(), which puts it into
 * `arena`, or text_steal(), which makes it the caller's to free. Out of memory ends the program.
 */
struct text {
	FILE *out;
	struct stream *stream; /* text.c's */
};

void text_begin(struct text *text);
const char *text_end(struct text *text, struct arena *arena);
char *text_steal(struct text *text);

/* Does `s` begin with these bytes? NULL does not. */
bool text_begins(const char *s, const char *with);

/*
 * `s`, safe for a terminal and on one line: every byte outside printable ASCII, and the backslash,
 * is \ooo. In `arena`.
 */
const char *text_safe(struct arena *arena, const char *s);

/*
 * `s` with each id of a container, 64 hexadecimal digits, cut to its first 12 as docker ps does: for
 * people. In `arena`, or `s` itself.
 */
const char *text_cut_ids(struct arena *arena, const char *s);

#endif
