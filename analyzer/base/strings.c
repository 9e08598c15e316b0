/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/strings.h"

#include <stdlib.h>

#include "base/util.h"

void strings_add(struct strings *strings, const char *s)
{
	strings->items =
		xgrow(strings->items, strings->count, &strings->room, sizeof(*strings->items));
	strings->items[strings->count++] = s;
}

void strings_add_all(struct strings *to, const struct strings *from)
{
	for (size_t i = 0; i < from->count; i++)
		strings_add(to, from->items[i]);
}

void strings_fini(struct strings *strings)
{
	free(strings->items);
	*strings = (struct strings){ 0 };
}
