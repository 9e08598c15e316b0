/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * util - memory that does not fail, and an arena. Includes nothing of ours.
 */
#ifndef BASE_UTIL_H
#define BASE_UTIL_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* `*to` becomes the larger of both. */
static inline void raise_to(uint64_t *to, uint64_t n)
{
	if (n > *to)
		*to = n;
}

/* Ends the program with status 4 and a message. */
void out_of_memory(void) __attribute__((noreturn));

/* Out of memory ends the program. Free with free(). */
void *xcalloc(size_t n, size_t size);
char *xstrdup(const char *s);

/*
 * Makes room for one more element of `size` bytes in `array`, of which `used` of `*room` are taken.
 * Returns the array, moved perhaps: pointers into it are void afterwards.
 */
void *xgrow(void *array, size_t used, size_t *room, size_t size);

/* qsort(), which is faster for what is in order already. */
void sort(void *array, size_t count, size_t size, int (*compare)(const void *, const void *));

/* An arena owns what was allocated from it until arena_fini(); all zeros is an empty one. */
struct arena {
	struct arena_chunk *chunk;
	size_t used, total; /* of the chunk; bytes of memory, about */
};

void arena_fini(struct arena *arena);
char *arena_strdup(struct arena *arena, const char *s);
char *arena_printf(struct arena *arena, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
