/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ID_DIGITS 64 /* of a whole one */
#define ID_SHOWN  12

void text_begin(struct text *text)
{
	text->out = open_memstream(&text->bytes, &text->size);
	if (!text->out)
		out_of_memory();
}

char *text_steal(struct text *text)
{
	bool failed = ferror(text->out);

	/* fclose() makes the string fit, and does not say if it could not: there is none then. */
	if (fclose(text->out) || failed || !text->bytes)
		out_of_memory();
	return text->bytes;
}

const char *text_end(struct text *text, struct arena *arena)
{
	char *bytes = text_steal(text);
	const char *ret = arena_strdup(arena, bytes);

	free(bytes);
	return ret;
}

bool text_begins(const char *s, const char *with)
{
	return s && !strncmp(s, with, strlen(with));
}

const char *text_safe(struct arena *arena, const char *s)
{
	char *safe = arena_printf(arena, "%*s", (int)(4 * strlen(s)), "");
	char *to = safe;

	for (; *s; s++) {
		unsigned char c = *s;

		if (c >= 0x20 && c < 0x7f && c != '\\') {
			*to++ = c;
			continue;
		}
		*to++ = '\\';
		*to++ = '0' + (c >> 6);
		*to++ = '0' + (c >> 3 & 7);
		*to++ = '0' + (c & 7);
	}
	*to = 0;
	return safe;
}

/* Neither a letter nor a digit may touch an id: what is longer is something else. */
static bool is_in_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

const char *text_cut_ids(struct arena *arena, const char *s)
{
	char *ret = NULL, *to = NULL;

	for (const char *from = s; *from;) {
		size_t len = 0, hex = strspn(from, "0123456789abcdef");

		while (is_in_word(from[len]))
			len++;
		bool is_id = len == ID_DIGITS && hex == len;

		if (is_id && !ret) {
			ret = arena_strdup(arena, s);
			to = ret + (from - s);
		}
		len += !len; /* what is between the words goes byte by byte */
		if (to) {
			memcpy(to, from, is_id ? ID_SHOWN : len);
			to += is_id ? ID_SHOWN : len;
		}
		from += len;
	}
	if (to)
		*to = '\0';
	return ret ? ret : s;
}
