/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/list.h"

#include <string.h>

const char *list_next(const char **rest, size_t *len)
{
	if (!*rest || !**rest)
		return NULL;
	const char *name = *rest + (**rest == ',');

	*len = strcspn(name, ",");
	*rest = name + *len;
	return name;
}

static bool has(const char *list, const char *name, size_t len)
{
	const char *at;
	size_t n;

	while ((at = list_next(&list, &n)))
		if (n == len && n && !memcmp(at, name, n))
			return true;
	return false;
}

bool list_has(const char *list, const char *name)
{
	return has(list, name, strlen(name));
}

bool list_has_any(const char *list, const char *names)
{
	const char *name;
	size_t len;

	while ((name = list_next(&names, &len)))
		if (has(list, name, len))
			return true;
	return false;
}

bool list_has_all(const char *list, const char *names)
{
	const char *name;
	size_t len;

	while ((name = list_next(&names, &len)))
		if (!has(list, name, len))
			return false;
	return true;
}
