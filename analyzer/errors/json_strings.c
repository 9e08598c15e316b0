/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "errors/json_strings.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

#define DEPTH_MAX 8

struct walk {
	json_strings_take *take;
	void *context;
	int depth;
};

static void walk_value(struct walk *walk, json_t *value);

static const char *begin_of(const char *text, size_t len)
{
	for (const char *at = text; (at = memchr(at, '{', len - (at - text))); at++) {
		size_t next = at + 1 - text;

		while (next < len && text[next] == ' ')
			next++;
		if (next < len && text[next] == '"')
			return at;
	}
	return NULL;
}

/* An array of byte numbers, as journald has messages that are not plain text; to be freed, NULL if it is none. */
static char *bytes_of(json_t *array, size_t *len)
{
	size_t n = json_array_size(array);
	char *bytes = xcalloc(n + 1, 1);

	for (size_t i = 0; i < n; i++) {
		json_t *byte = json_array_get(array, i);

		if (!json_is_integer(byte) || json_integer_value(byte) < 0 || json_integer_value(byte) > 255) {
			free(bytes);
			return NULL;
		}
		bytes[i] = json_integer_value(byte);
	}
	*len = n;
	return bytes;
}

/* The message of journald's object, with who said it; to be freed, NULL if it is no such object. */
static char *journal_message(json_t *object, size_t *len)
{
	json_t *message = json_object_get(object, "MESSAGE");
	const char *who = json_string_value(json_object_get(object, "SYSLOG_IDENTIFIER"));
	const char *pid = json_string_value(json_object_get(object, "_PID"));
	char *bytes = json_is_array(message) ? bytes_of(message, len) : NULL;

	if (json_is_string(message)) {
		*len = json_string_length(message);
		bytes = xcalloc(*len + 1, 1);
		memcpy(bytes, json_string_value(message), *len);
	}
	if (!bytes || !who)
		return bytes;
	struct arena arena = { 0 };
	const char *before = arena_printf(&arena, pid ? "%s[%s]: " : "%s: ", who, pid);
	size_t n = strlen(before);
	char *all = xcalloc(n + *len + 1, 1);

	memcpy(all, before, n);
	memcpy(all + n, bytes, *len);
	*len += n;
	arena_fini(&arena);
	free(bytes);
	return all;
}

static void walk_object(struct walk *walk, json_t *object)
{
	const char *key;
	json_t *value;
	size_t len;
	char *message = journal_message(object, &len);

	if (message)
		walk->take(walk->context, message, len);
	json_object_foreach(object, key, value)
		if (!message || strcmp(key, "MESSAGE"))
			walk_value(walk, value);
	free(message);
}

static void walk_string(struct walk *walk, json_t *string)
{
	const char *text = json_string_value(string);
	size_t len = json_string_length(string);

	if (*text != '{' || !json_strings_each(text, len, walk->take, walk->context))
		walk->take(walk->context, text, len);
}

static void walk_value(struct walk *walk, json_t *value)
{
	size_t i;
	json_t *item;

	if (walk->depth == DEPTH_MAX)
		return;
	walk->depth++;
	if (json_is_object(value))
		walk_object(walk, value);
	else if (json_is_string(value))
		walk_string(walk, value);
	else
		json_array_foreach(value, i, item)
			walk_value(walk, item);
	walk->depth--;
}

bool json_strings_each(const char *text, size_t len, json_strings_take *take, void *context)
{
	const char *begin = begin_of(text, len);
	json_t *root = begin ? json_loadb(begin, len - (begin - text),
					  JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, NULL) : NULL;

	if (!root)
		return false;
	walk_value(&(struct walk){ take, context, 0 }, root);
	json_decref(root);
	return true;
}
