/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/json_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/plain.h"
#include "base/utf8.h"
#include "base/util.h"
#include "trace/parse.h"

void json_stream_fini(struct json_stream *s)
{
	free(s->text);
	*s = (struct json_stream){ .indent = s->indent };
}

void json_stream_clear(struct json_stream *s)
{
	s->len = 0;
	s->depth = 0;
	s->has_one = s->has_key = false;
}

static char *room_for(struct json_stream *s, size_t size)
{
	if (s->room - s->len < size) {
		size_t room = 2 * s->room + size + 4096;
		char *text = realloc(s->text, room);

		if (!text)
			out_of_memory();
		s->text = text;
		s->room = room;
	}
	return s->text + s->len;
}

static void put(struct json_stream *s, const char *bytes, size_t size)
{
	memcpy(room_for(s, size), bytes, size);
	s->len += size;
}

static void put_char(struct json_stream *s, char c)
{
	*room_for(s, 1) = c;
	s->len++;
}

static void new_line(struct json_stream *s)
{
	size_t blanks = (size_t)s->indent * s->depth;

	if (!s->indent)
		return;
	char *to = room_for(s, blanks + 1);

	*to = '\n';
	memset(to + 1, ' ', blanks);
	s->len += blanks + 1;
}

/* What comes before a value or a key. */
static void begin(struct json_stream *s)
{
	if (s->has_key) {
		s->has_key = false;
		return;
	}
	if (s->has_one)
		put_char(s, ',');
	if (s->depth)
		new_line(s);
	s->has_one = true;
}

void js_begin_at(struct json_stream *s, int depth)
{
	json_stream_clear(s);
	s->depth = depth;
	s->has_key = true;
	js_open(s, '{');
}

void js_open(struct json_stream *s, char bracket)
{
	begin(s);
	put_char(s, bracket);
	s->depth++;
	s->has_one = false;
}

void js_close(struct json_stream *s, char bracket)
{
	s->depth--;
	if (s->has_one)
		new_line(s);
	put_char(s, bracket);
	s->has_one = true;
}

void js_key(struct json_stream *s, const char *key)
{
	begin(s);
	put_char(s, '"');
	put(s, key, strlen(key));
	put(s, "\": ", s->indent ? 3 : 2);
	s->has_key = true;
}

void js_null(struct json_stream *s)
{
	begin(s);
	put(s, "null", 4);
}

void js_bool(struct json_stream *s, bool value)
{
	begin(s);
	put(s, value ? "true" : "false", value ? 4 : 5);
}

static void put_decimal(struct json_stream *s, uint64_t n)
{
	char digits[20], *at = digits + sizeof(digits);

	do
		*--at = '0' + n % 10;
	while (n /= 10);
	put(s, at, digits + sizeof(digits) - at);
}

void js_integer(struct json_stream *s, int64_t n)
{
	begin(s);
	if (n < 0)
		put_char(s, '-');
	put_decimal(s, n < 0 ? 0 - (uint64_t)n : (uint64_t)n);
}

void js_number(struct json_stream *s, uint64_t n)
{
	begin(s);
	if (n > INT64_MAX)
		put_char(s, '"');
	put_decimal(s, n);
	if (n > INT64_MAX)
		put_char(s, '"');
}

/* ---- strings ---- */

static bool is_usual(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* jansson writes its own escapes in capitals. */
static void put_escape(struct json_stream *s, uint32_t c)
{
	static const char letters[] = "\b\f\n\r\t\"\\", names[] = "bfnrt\"\\";
	const char *letter = c && c < 0x7f ? strchr(letters, (int)c) : NULL;
	char text[16];
	int n;

	if (letter)
		n = snprintf(text, sizeof(text), "\\%c", names[letter - letters]);
	else if (c > 0xffff)
		n = snprintf(text, sizeof(text), "\\u%04x\\u%04x", 0xd7c0 + (c >> 10),
			     0xdc00 + (c & 0x3ff));
	else
		n = snprintf(text, sizeof(text), c < 0x20 ? "\\u%04X" : "\\u%04x", c);
	put(s, text, n);
}

static void put_byte(struct json_stream *s, unsigned char byte)
{
	char text[8];
	int n = snprintf(text, sizeof(text), "\\\\x%02x", byte);

	put(s, text, n);
}

/* What is no character becomes the four characters \xNN. */
static size_t put_character(struct json_stream *s, const char *at, size_t room)
{
	uint32_t c;
	size_t n = utf8_get(at, room, &c);

	if (!n)
		put_byte(s, *at);
	else if (c < 0x20 || c == '"' || c == '\\' || utf8_is_control(c))
		put_escape(s, c);
	else
		put(s, at, n);
	return n ? n : 1;
}

static void put_string(struct json_stream *s, const char *text, size_t len)
{
	put_char(s, '"');
	for (size_t i = 0; i < len;) {
		size_t n = plain_end(text + i, text + len) - text;

		while (n < len && is_usual(text[n]))
			n++;
		put(s, text + i, n - i);
		i = n;
		if (i < len)
			i += put_character(s, text + i, len - i);
	}
	put_char(s, '"');
}

void js_plain(struct json_stream *s, const char *text)
{
	if (!text) {
		js_null(s);
		return;
	}
	begin(s);
	put_string(s, text, strlen(text));
}

void js_names(struct json_stream *s, const char *list)
{
	const char *name;
	size_t len;

	js_open(s, '[');
	while ((name = list_next(&list, &len))) {
		begin(s);
		put_string(s, name, len);
	}
	js_close(s, ']');
}

void js_logged(struct json_stream *s, const char *escaped)
{
	if (!escaped || !strchr(escaped, '\\')) {
		js_plain(s, escaped);
		return;
	}
	char *raw = xcalloc(strlen(escaped), 1);
	size_t len = parse_unescape(raw, escaped);

	begin(s);
	put_string(s, raw, len);
	free(raw);
}

/* ---- with a key ---- */

void js_key_bool(struct json_stream *s, const char *key, bool value)
{
	js_key(s, key);
	js_bool(s, value);
}

void js_key_integer(struct json_stream *s, const char *key, int64_t n)
{
	js_key(s, key);
	js_integer(s, n);
}

void js_key_integer_or_null(struct json_stream *s, const char *key, int64_t n, bool known)
{
	js_key(s, key);
	if (known)
		js_integer(s, n);
	else
		js_null(s);
}

void js_key_number(struct json_stream *s, const char *key, uint64_t n)
{
	js_key(s, key);
	js_number(s, n);
}

void js_key_plain(struct json_stream *s, const char *key, const char *text)
{
	js_key(s, key);
	js_plain(s, text);
}

void js_key_logged(struct json_stream *s, const char *key, const char *escaped)
{
	js_key(s, key);
	js_logged(s, escaped);
}

void js_key_strings(struct json_stream *s, const char *key, const struct strings *from)
{
	js_key(s, key);
	js_open(s, '[');
	for (size_t i = 0; i < from->count; i++)
		js_plain(s, from->items[i]);
	js_close(s, ']');
}
