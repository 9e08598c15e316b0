/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define ID_DIGITS 64 /* of a whole one */
#define ID_SHOWN  12

/* A new stream costs a microsecond, since the C library clears 8 kB for it: they are kept for the next text. */
#define KEPT	 4
#define KEPT_MAX 65536

struct stream {
	FILE *out;
	char *bytes;
	size_t size;
};

static struct stream *kept[KEPT];
static size_t kept_count;

static struct stream *stream_new(void)
{
	struct stream *stream = xcalloc(1, sizeof(*stream));

	stream->out = open_memstream(&stream->bytes, &stream->size);
	if (!stream->out)
		out_of_memory();
	return stream;
}

void text_begin(struct text *text)
{
	text->stream = kept_count ? kept[--kept_count] : stream_new();
	text->out = text->stream->out;
}

static const char *finish(struct stream *stream)
{
	/* The stream does not end a text that is shorter than the last one. */
	if (fputc(0, stream->out) == EOF || fflush(stream->out) || ferror(stream->out))
		out_of_memory();
	return stream->bytes;
}

static void keep(struct stream *stream)
{
	if (kept_count < KEPT && stream->size <= KEPT_MAX && !fseek(stream->out, 0, SEEK_SET)) {
		kept[kept_count++] = stream;
		return;
	}
	fclose(stream->out);
	free(stream->bytes);
	free(stream);
}

char *text_steal(struct text *text)
{
	char *ret = xstrdup(finish(text->stream));

	keep(text->stream);
	return ret;
}

const char *text_end(struct text *text, struct arena *arena)
{
	const char *ret = arena_strdup(arena, finish(text->stream));

	keep(text->stream);
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
