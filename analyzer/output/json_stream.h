/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json_stream - JSON written from its first byte to its last, for what a log has a million of: refusals and their
 * threads. jansson builds a tree of each, which takes ten times as long as reading the log. Everything else is jansson's,
 * and what both write looks the same.
 */
#ifndef OUTPUT_JSON_STREAM_H
#define OUTPUT_JSON_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strings.h"

/* All zeros but `indent` is an empty one; its text is not ended by a 0. Free with json_stream_fini(). */
struct json_stream {
	int indent; /* blanks for each level; 0: all in one line, without blanks */
	int depth;
	bool has_one, has_key; /* the object or array has something; a key waits for its value */
	char *text;
	size_t len, room;
};

void json_stream_fini(struct json_stream *s);
/* Forgets its text. */
void json_stream_clear(struct json_stream *s);

/* An object that is to stand at this depth of what the caller writes itself: its '{', without a line break before it. */
void js_begin_at(struct json_stream *s, int depth);

/* '{' and '}', '[' and ']'. */
void js_open(struct json_stream *s, char bracket);
void js_close(struct json_stream *s, char bracket);
void js_key(struct json_stream *s, const char *key);

/* Values as json_values.h has them; NULL is null. */
void js_null(struct json_stream *s);
void js_bool(struct json_stream *s, bool value);
void js_integer(struct json_stream *s, int64_t n);
void js_number(struct json_stream *s, uint64_t n);
void js_plain(struct json_stream *s, const char *text);
/* Names separated by commas, as an array; NULL is an empty one. */
void js_names(struct json_stream *s, const char *list);
void js_logged(struct json_stream *s, const char *escaped);

/* A key and its value. */
void js_key_bool(struct json_stream *s, const char *key, bool value);
void js_key_integer(struct json_stream *s, const char *key, int64_t n);
void js_key_integer_or_null(struct json_stream *s, const char *key, int64_t n, bool known);
void js_key_number(struct json_stream *s, const char *key, uint64_t n);
void js_key_plain(struct json_stream *s, const char *key, const char *text);
void js_key_logged(struct json_stream *s, const char *key, const char *escaped);
void js_key_strings(struct json_stream *s, const char *key, const struct strings *from);

#endif
