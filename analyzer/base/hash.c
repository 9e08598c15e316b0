/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/hash.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

uint64_t hash_begin(void)
{
	static uint64_t seed;

	while (!seed)
		if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
			seed = (uint64_t)time(NULL) * 0x9e3779b97f4a7c15ull | 1;
	return seed;
}

static uint64_t fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t hash_number(uint64_t hash, uint64_t value)
{
	return fold(hash ^ value ^ 0x9e3779b97f4a7c15ull, 0xd6e8feb86659fd93ull);
}

static uint64_t word(const char *at, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, at, size);
	return value;
}

uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size)
{
	const char *at = bytes;
	uint64_t other = fold(hash, 0x8ebc6af09c88c6e3ull) + size;
	size_t left = size;

	for (; left >= 16; left -= 16, at += 16) {
		hash = fold(hash ^ word(at, 8), 0xa0761d6478bd642full);
		other = fold(other ^ word(at + 8, 8), 0xe7037ed1a0b428dbull);
	}
	if (left >= 8) {
		hash = fold(hash ^ word(at, 8), 0xa0761d6478bd642full);
		at += 8;
		left -= 8;
	}
	return hash_number(hash ^ word(at, left), other);
}

uint64_t hash_string(uint64_t hash, const char *s)
{
	return hash_bytes(hash, s, strlen(s));
}
