/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plain - bytes of a string that mean themselves, eight at a time. */
#ifndef BASE_PLAIN_H
#define BASE_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define PLAIN_ONES  0x0101010101010101ull
#define PLAIN_HIGHS 0x8080808080808080ull

/* Has one of eight bytes a value that ends or is not allowed in a string, or a backslash? It may say so in vain. */
static inline bool plain_is_not(uint64_t word)
{
	uint64_t quote = word ^ PLAIN_ONES * '"', backslash = word ^ PLAIN_ONES * '\\';

	return ((quote - PLAIN_ONES) | (backslash - PLAIN_ONES) | (word - PLAIN_ONES * 0x20) |
		(word + PLAIN_ONES) | word) &
	       PLAIN_HIGHS;
}

/* All before it are printable ASCII, and neither a quote nor a backslash; what follows may be, too. */
static inline const char *plain_end(const char *at, const char *end)
{
	uint64_t word;

	for (; end - at >= 8; at += 8) {
		memcpy(&word, at, 8);
		if (plain_is_not(word))
			break;
	}
	return at;
}

#endif
