/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/aliases.h"

#include <stdlib.h>

#include "base/hash.h"

struct entry {
	uint64_t hash;	 /* 0: free */
	uint32_t number; /* from 1, of its kind */
};

struct aliases {
	struct entry *entries;
	size_t count, room; /* room: a power of 2 */
	uint32_t last[ALIAS_KINDS];
};

static const char *const words[] = {
	[ALIAS_CONTAINER] = "container", [ALIAS_POD] = "pod",
	[ALIAS_NAMESPACE] = "namespace", [ALIAS_UNIT] = "unit",
	[ALIAS_PROGRAM] = "program",	 [ALIAS_RUNC] = "runc",
	[ALIAS_PATH] = "path",		 [ALIAS_FILE] = "file",
	[ALIAS_FUNCTION] = "function",	 [ALIAS_NAME] = "name",
};

struct aliases *aliases_new(void)
{
	struct aliases *a = xcalloc(1, sizeof(*a));

	a->room = 64;
	a->entries = xcalloc(a->room, sizeof(*a->entries));
	return a;
}

void aliases_free(struct aliases *a)
{
	if (!a)
		return;
	free(a->entries);
	free(a);
}

/* Where it is, or would be. */
static struct entry *place_of(const struct aliases *a, uint64_t hash)
{
	size_t i = hash & (a->room - 1);

	while (a->entries[i].hash && a->entries[i].hash != hash)
		i = (i + 1) & (a->room - 1);
	return &a->entries[i];
}

static void grow(struct aliases *a)
{
	struct entry *old = a->entries;
	size_t room = a->room;

	a->room *= 2;
	a->entries = xcalloc(a->room, sizeof(*a->entries));
	for (size_t i = 0; i < room; i++)
		if (old[i].hash)
			*place_of(a, old[i].hash) = old[i];
	free(old);
}

static uint64_t hash_of(enum alias_kind kind, const void *name, size_t len)
{
	uint64_t hash = hash_bytes(hash_number(hash_begin(), kind), name, len);

	return hash ? hash : 1;
}

const char *aliases_get(struct aliases *a, enum alias_kind kind, const void *name, size_t len,
			struct arena *arena)
{
	uint64_t hash = hash_of(kind, name, len);
	struct entry *entry = place_of(a, hash);

	if (!entry->hash && a->count == ALIASES_MAX)
		return arena_printf(arena, "%s-more", words[kind]);
	if (!entry->hash && ++a->count > a->room / 2) {
		grow(a);
		entry = place_of(a, hash);
	}
	if (!entry->hash)
		*entry = (struct entry){ hash, ++a->last[kind] };
	return arena_printf(arena, "%s-%u", words[kind], entry->number);
}
