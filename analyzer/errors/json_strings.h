/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json_strings - the messages in a line of JSON: lager, docker's json-file, journald, Kubernetes events.
 */
#ifndef ERRORS_JSON_STRINGS_H
#define ERRORS_JSON_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

typedef void json_strings_take(void *context, const char *text, size_t len);

/*
 * Calls `take` for each string in the object that begins at the first {" of the text, at any depth, also in strings
 * that hold JSON themselves. journald's MESSAGE, which may be an array of bytes, gets "IDENTIFIER[PID]: " before
 * it. False if there is no whole object.
 */
bool json_strings_each(const char *text, size_t len, json_strings_take *take, void *context);

#endif
