/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/util.h"

#define CHUNK (64u << 10)
#define ALIGN 16u

struct entry {
	uint32_t size, hash;
	const void *bytes;
};

struct chunk {
	struct chunk *next;
	_Alignas(ALIGN) char bytes[];
};

struct pool {
	struct entry *entries; /* a power of two of them, at most 3/4 of which are used */
	size_t count, room;
	struct chunk *chunks;
	size_t left; /* in the first chunk, at its end */
};

struct pool *pool_new(void)
{
	struct pool *pool = xcalloc(1, sizeof(*pool));

	pool->room = 64;
	pool->entries = xcalloc(pool->room, sizeof(*pool->entries));
	return pool;
}

void pool_free(struct pool *pool)
{
	if (!pool)
		return;
	for (struct chunk *next; pool->chunks; pool->chunks = next) {
		next = pool->chunks->next;
		free(pool->chunks);
	}
	free(pool->entries);
	free(pool);
}

/* Where these bytes are, or would be put; of NULL there are none yet. */
static struct entry *place_of(const struct pool *pool, uint32_t hash, const void *bytes,
			      size_t size, size_t align)
{
	size_t at = hash & (pool->room - 1);

	for (; pool->entries[at].bytes; at = (at + 1) & (pool->room - 1)) {
		const struct entry *e = &pool->entries[at];

		if (bytes && e->hash == hash && e->size == size && !((uintptr_t)e->bytes % align) &&
		    !memcmp(e->bytes, bytes, size))
			break;
	}
	return &pool->entries[at];
}

static void grow(struct pool *pool)
{
	struct entry *old = pool->entries;
	size_t room = pool->room;

	pool->room *= 2;
	pool->entries = xcalloc(pool->room, sizeof(*pool->entries));
	for (size_t i = 0; i < room; i++)
		if (old[i].bytes)
			*place_of(pool, old[i].hash, NULL, 0, 1) = old[i];
	free(old);
}

static void *take_room(struct pool *pool, size_t size, size_t align)
{
	size_t room = size + align, whole = room > CHUNK ? room : CHUNK;

	if (!pool->chunks || pool->left < room) {
		struct chunk *chunk = xcalloc(1, sizeof(*chunk) + whole);

		chunk->next = pool->chunks;
		pool->chunks = chunk;
		pool->left = whole;
	}
	pool->left = (pool->left - size) / align * align;
	return pool->chunks->bytes + pool->left;
}

static const void *keep(struct pool *pool, const void *bytes, size_t size, size_t align)
{
	uint32_t hash = (uint32_t)hash_bytes(hash_begin(), bytes, size);
	struct entry *e = place_of(pool, hash, bytes, size, align);

	if (e->bytes)
		return e->bytes;
	if (size > UINT32_MAX)
		out_of_memory();
	*e = (struct entry){ (uint32_t)size, hash,
			     memcpy(take_room(pool, size, align), bytes, size) };
	const void *ret = e->bytes;

	if (++pool->count > pool->room / 4 * 3)
		grow(pool);
	return ret;
}

const void *pool_keep(struct pool *pool, const void *bytes, size_t size)
{
	return keep(pool, bytes, size, ALIGN);
}

const char *pool_keep_string(struct pool *pool, const char *s)
{
	return s ? keep(pool, s, strlen(s) + 1, 1) : NULL;
}
