/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * strings - a list of strings that grows. It owns the list alone: the strings are an arena's, or
 * static.
 */
#ifndef BASE_STRINGS_H
#define BASE_STRINGS_H

#include <stddef.h>

/* All zeros is an empty one. */
struct strings {
	const char **items;
	size_t count, room;
};

void strings_add(struct strings *strings, const char *s);
void strings_add_all(struct strings *to, const struct strings *from);
void strings_fini(struct strings *strings);

#endif
