/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list - names separated by commas, "cpu,cpuacct". NULL is an empty one. */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* The next name of `*rest`, of `*len` bytes; `*rest` is then behind it. NULL after the last. */
const char *list_next(const char **rest, size_t *len);

/* Is this one of the names? */
bool list_has(const char *list, const char *name);

/* Any, or all, of the names of another list? */
bool list_has_any(const char *list, const char *names);
bool list_has_all(const char *list, const char *names);

#endif
