/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * recent_lines - the latest lines of the file that is read, so that a report can quote them. At most
 * RECENT_LINES_BYTES of them: a refusal is reported a second or two after its lines.
 */
#ifndef TRACE_RECENT_LINES_H
#define TRACE_RECENT_LINES_H

#include <stddef.h>

#define RECENT_LINES_BYTES (16u << 20)
#define RECENT_LINES_MAX   65536

struct recent_lines;

struct recent_lines *recent_lines_new(void);
void recent_lines_free(struct recent_lines *lines); /* NULL is good */

/* Those of another file begin. */
void recent_lines_forget(struct recent_lines *lines);

/* Copies line `number`, which is above those before it. */
void recent_lines_add(struct recent_lines *lines, unsigned long number, const char *text,
		      size_t len);

/* The text of a line, ended by a 0, until the next call of another function; NULL if it is not kept any more. */
const char *recent_lines_find(const struct recent_lines *lines, unsigned long number);

#endif
