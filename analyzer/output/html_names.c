/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/html_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/util.h"

#define BUCKETS (2 * HTML_NAMES_MAX)

struct name {
	uint64_t hash;
	char *bytes; /* of the log and escaped, or plain */
	bool is_logged;
};

struct html_names {
	struct name *all;
	size_t count, room, bytes;
	uint32_t buckets[BUCKETS]; /* its place in `all`, and 1 */
};

struct html_names *html_names_new(void)
{
	return xcalloc(1, sizeof(struct html_names));
}

void html_names_free(struct html_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->all[i].bytes);
	free(names->all);
	free(names);
}

static uint32_t *find(struct html_names *names, uint64_t hash, const char *s)
{
	uint32_t *bucket = &names->buckets[hash % BUCKETS];

	while (*bucket && (names->all[*bucket - 1].hash != hash ||
			   strcmp(names->all[*bucket - 1].bytes, s) != 0))
		bucket = bucket + 1 < names->buckets + BUCKETS ? bucket + 1 : names->buckets;
	return bucket;
}

static uint32_t number_of(struct html_names *names, const char *s, bool is_logged)
{
	if (!s || !*s)
		return HTML_NAME_NONE;
	size_t size = strlen(s) + 1;
	uint64_t hash = hash_number(hash_string(hash_begin(), s), is_logged);
	uint32_t *bucket = find(names, hash, s);

	if (*bucket)
		return *bucket - 1 + HTML_NAME_FIRST;
	if (names->count == HTML_NAMES_MAX || names->bytes + size > HTML_NAMES_BYTES)
		return HTML_NAME_TOO_MANY;
	names->all = xgrow(names->all, names->count, &names->room, sizeof(*names->all));
	names->all[names->count++] = (struct name){ hash, xstrdup(s), is_logged };
	names->bytes += size;
	*bucket = names->count;
	return names->count - 1 + HTML_NAME_FIRST;
}

uint32_t html_names_plain(struct html_names *names, const char *s)
{
	return number_of(names, s, false);
}

uint32_t html_names_logged(struct html_names *names, const char *escaped)
{
	return number_of(names, escaped, true);
}

void html_names_put(const struct html_names *names, struct json_stream *s)
{
	js_open(s, '[');
	js_null(s);
	js_null(s);
	for (size_t i = 0; i < names->count; i++)
		if (names->all[i].is_logged)
			js_logged(s, names->all[i].bytes);
		else
			js_plain(s, names->all[i].bytes);
	js_close(s, ']');
}
