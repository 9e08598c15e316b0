/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/json_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/util.h"
#include "trace/parse.h"

static void *allocate(size_t size)
{
	return xcalloc(size, 1);
}

void json_init(void)
{
	json_set_alloc_funcs(allocate, free);
	/* Else it reads /dev/urandom. */
	json_object_seed((size_t)hash_begin());
}

void json_set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value))
		out_of_memory();
}

void json_append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value))
		out_of_memory();
}

json_t *json_number(uint64_t n)
{
	char digits[24];

	if (n <= INT64_MAX)
		return json_integer(n);
	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
	return json_string(digits);
}

json_t *json_number_or_null(int64_t n, bool known)
{
	return known ? json_integer(n) : json_null();
}

/* Bytes to a JSON string; one that is part of no UTF-8 character becomes the four characters \xNN. */
static json_t *bytes(const char *s, size_t len)
{
	char *text = xcalloc(len, 4), *to = text;
	uint32_t c;

	for (size_t i = 0, n; i < len; i += n ? n : 1) {
		n = utf8_get(s + i, len - i, &c);
		if (n)
			to = (char *)memcpy(to, s + i, n) + n;
		else {
			char hex[5];

			snprintf(hex, sizeof(hex), "\\x%02x", (unsigned char)s[i]);
			to = (char *)memcpy(to, hex, 4) + 4;
		}
	}
	json_t *string_value = json_stringn(text, to - text);

	free(text);
	return string_value;
}

json_t *json_logged(const char *escaped)
{
	if (!escaped)
		return json_null();
	char *raw = xcalloc(strlen(escaped), 1);
	json_t *value = bytes(raw, parse_unescape(raw, escaped));

	free(raw);
	return value;
}

json_t *json_plain(const char *s)
{
	return s ? bytes(s, strlen(s)) : json_null();
}

void json_append_pair(json_t *array, const char *key, const char *value, const char *other_key,
		      const char *other_value)
{
	json_t *object = json_object();

	json_set(object, key, json_plain(value));
	json_set(object, other_key, json_plain(other_value));
	json_append(array, object);
}

json_t *json_strings(const struct strings *from)
{
	json_t *list = json_array();

	for (size_t i = 0; i < from->count; i++)
		json_append(list, json_plain(from->items[i]));
	return list;
}

/* All that is in no string is ASCII. Half of a pair each, beyond 0xffff, as JSON has it. */
static void put_escaped(FILE *out, uint32_t c)
{
	if (c > 0xffff)
		fprintf(out, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10), 0xdc00 + (c & 0x3ff));
	else
		fprintf(out, "\\u%04x", c);
}

/* jansson hands over whole characters, and has escaped what is below a blank; a newline is its layout's. */
static int put(const char *s, size_t len, void *context)
{
	FILE *out = context;
	size_t done = 0;
	uint32_t c;

	for (size_t i = 0, n; i < len; i += n) {
		n = utf8_get(s + i, len - i, &c);
		n += !n;
		if ((unsigned char)s[i] < 0x7f || !utf8_is_control(c))
			continue;
		fwrite(s + done, 1, i - done, out);
		put_escaped(out, c);
		done = i + n;
	}
	fwrite(s + done, 1, len - done, out);
	return ferror(out) ? -1 : 0;
}

void json_write(FILE *out, const json_t *document, size_t flags)
{
	json_dump_callback(document, put, out, flags);
}

char *json_text(const json_t *document, size_t flags)
{
	struct text text;

	text_begin(&text);
	json_write(text.out, document, flags);
	return text_steal(&text);
}
