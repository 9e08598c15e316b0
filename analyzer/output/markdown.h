/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * markdown - hostile text in Markdown, as GitHub and GitLab read it (GFM): it ends no code, table or list, and makes
 * no link, mention, heading or HTML. What comes out is printable ASCII on one line, in `arena`.
 */
#ifndef OUTPUT_MARKDOWN_H
#define OUTPUT_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

/* As code; any bytes, and NULL is "?". `in_table`: for a cell, where a bar would end it. */
const char *markdown_code(struct arena *arena, const char *text, bool in_table);

/* A sentence: each word of it that could mean something to Markdown, or is a name, as code. Any bytes. */
const char *markdown_prose(struct arena *arena, const char *text, bool in_table);

/* As it is if it is printable, else escaped: for a block of code. */
const char *markdown_line(struct arena *arena, const char *text);

/* What fences a block that has this line in it must have: more backquotes than it; `so_far` or more. */
size_t markdown_fence(size_t so_far, const char *line);

#endif
