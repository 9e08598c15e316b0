/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/util.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first chunk of an arena, and the others. */
#define FIRST 224
#define CHUNK 960

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	char bytes[];
};

void out_of_memory(void)
{
	fputs("cganalyze: out of memory\n", stderr);
	exit(4);
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

char *xstrdup(const char *s)
{
	char *p = strdup(s);

	if (!p)
		out_of_memory();
	return p;
}

void *xgrow(void *array, size_t used, size_t *room, size_t size)
{
	if (used < *room)
		return array;
	size_t wanted = *room ? *room * 2 : 8;

	if (wanted > SIZE_MAX / size)
		out_of_memory();
	array = realloc(array, wanted * size);
	if (!array)
		out_of_memory();
	*room = wanted;
	return array;
}

void sort(void *array, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	const char *at = array;

	for (size_t i = 1; i < count; i++, at += size)
		if (compare(at, at + size) > 0) {
			qsort(array, count, size, compare);
			return;
		}
}

void arena_fini(struct arena *arena)
{
	while (arena->chunk) {
		struct arena_chunk *next = arena->chunk->next;

		free(arena->chunk);
		arena->chunk = next;
	}
	arena->used = arena->total = 0;
}

static char *arena_bytes(struct arena *arena, size_t size)
{
	if (!arena->chunk || arena->chunk->size - arena->used < size) {
		size_t least = arena->chunk ? CHUNK : FIRST, room = size > least ? size : least;
		struct arena_chunk *chunk = malloc(sizeof(*chunk) + room);

		if (!chunk)
			out_of_memory();
		chunk->next = arena->chunk;
		chunk->size = room;
		arena->chunk = chunk;
		arena->total += sizeof(*chunk) + room + 16;
		arena->used = 0;
	}
	char *p = arena->chunk->bytes + arena->used;

	arena->used += size;
	return p;
}

char *arena_strdup(struct arena *arena, const char *s)
{
	size_t size = strlen(s) + 1;

	return memcpy(arena_bytes(arena, size), s, size);
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	int len = vsnprintf(text, sizeof(text), fmt, ap);

	va_end(ap);
	if (len < 0)
		out_of_memory();
	char *p = arena_bytes(arena, (size_t)len + 1);

	if ((size_t)len < sizeof(text))
		return memcpy(p, text, (size_t)len + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return p;
}
