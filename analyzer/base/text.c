/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void text_begin(struct text *text)
{
	text->out = open_memstream(&text->bytes, &text->size);
	if (!text->out)
		out_of_memory();
}

const char *text_end(struct text *text, struct arena *arena)
{
	bool failed = ferror(text->out);

	if (fclose(text->out) || failed)
		out_of_memory();
	const char *ret = arena_strdup(arena, text->bytes);

	free(text->bytes);
	return ret;
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
