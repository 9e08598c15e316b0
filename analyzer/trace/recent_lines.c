/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace/recent_lines.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

/* Positions count all bytes that were ever kept; each stands at its position modulo RECENT_LINES_BYTES. */
struct recent_lines {
	char *bytes;
	uint64_t end;
	struct {
		unsigned long number; /* 0: none */
		uint64_t at;
	} lines[RECENT_LINES_MAX]; /* of a number: at the number modulo that */
};

struct recent_lines *recent_lines_new(void)
{
	struct recent_lines *lines = xcalloc(1, sizeof(*lines));

	lines->bytes = xcalloc(RECENT_LINES_BYTES, 1);
	return lines;
}

void recent_lines_free(struct recent_lines *lines)
{
	if (!lines)
		return;
	free(lines->bytes);
	free(lines);
}

void recent_lines_forget(struct recent_lines *lines)
{
	memset(lines->lines, 0, sizeof(lines->lines));
}

/* A line is in one piece: what is left of the ring before its beginning stays empty. */
void recent_lines_add(struct recent_lines *lines, unsigned long number, const char *text,
		      size_t len)
{
	size_t room = RECENT_LINES_BYTES - lines->end % RECENT_LINES_BYTES;

	if (len >= RECENT_LINES_BYTES / 2)
		return;
	if (room <= len)
		lines->end += room;
	char *to = lines->bytes + lines->end % RECENT_LINES_BYTES;

	memcpy(to, text, len);
	to[len] = 0;
	lines->lines[number % RECENT_LINES_MAX].number = number;
	lines->lines[number % RECENT_LINES_MAX].at = lines->end;
	lines->end += len + 1;
}

const char *recent_lines_find(const struct recent_lines *lines, unsigned long number)
{
	size_t n = number % RECENT_LINES_MAX;

	if (!number || lines->lines[n].number != number ||
	    lines->end - lines->lines[n].at > RECENT_LINES_BYTES)
		return NULL;
	return lines->bytes + lines->lines[n].at % RECENT_LINES_BYTES;
}
