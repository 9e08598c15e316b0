/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_values - values of a log as JSON. What each returns is the caller's, usually to give to json_set(). */
#ifndef OUTPUT_JSON_VALUES_H
#define OUTPUT_JSON_VALUES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/strings.h"

/*
 * Before all others, so that jansson ends the program when it is out of memory, as all of it does: also while it
 * writes, where it would leave half a document.
 */
void json_init(void);

/* Both take `value`; one that could not be made ends the program. */
void json_set(json_t *object, const char *key, json_t *value);
void json_append(json_t *array, json_t *value);

/* An object of two strings, which are not the log's; NULL is null. */
void json_append_pair(json_t *array, const char *key, const char *value, const char *other_key,
		      const char *other_value);

/* One above INT64_MAX becomes a string of its digits. */
json_t *json_number(uint64_t n);
json_t *json_number_or_null(int64_t n, bool known);

/* A string of the log, still escaped; or one that is not. NULL is null. */
json_t *json_logged(const char *escaped);
json_t *json_plain(const char *s);

/* Several strings. */
json_t *json_strings(const struct strings *from);

/*
 * Writes the document, with jansson's flags. What utf8_is_control() is escaped, where JSON alone would allow it as it is.
 * A full disk shows in ferror().
 */
void json_write(FILE *out, const json_t *document, size_t flags);

/* The same into memory, which is the caller's to free. */
char *json_text(const json_t *document, size_t flags);

#endif
