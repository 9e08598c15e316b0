/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/pool.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "test.h"

#define MANY 10000

int main(void)
{
	struct pool *pool = pool_new();
	const char *kept[MANY] = { 0 }, *big;
	static char bytes[200000];
	char name[32];
	int equal = 0, same = 0;

	CHECK(!pool_keep_string(pool, NULL));
	CHECK(!*pool_keep_string(pool, ""));
	CHECK(pool_keep_string(pool, "") == pool_keep_string(pool, ""));
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < MANY; i++) {
			snprintf(name, sizeof(name), "/docker/%d", i);
			const char *s = pool_keep_string(pool, name);

			equal += !strcmp(s, name);
			same += round && s == kept[i];
			kept[i] = s;
		}
	CHECK(equal == 2 * MANY);
	CHECK(same == MANY);
	/* Larger than what it takes from malloc() at a time. */
	memset(bytes, 'x', sizeof(bytes));
	big = pool_keep(pool, bytes, sizeof(bytes));
	CHECK(big != bytes && !memcmp(big, bytes, sizeof(bytes)));
	CHECK(pool_keep(pool, bytes, sizeof(bytes)) == big);
	CHECK(pool_keep(pool, bytes, sizeof(bytes) - 1) != big);
	/* A string is not aligned; the same bytes as bytes are. */
	pool_keep_string(pool, "123456789");
	pool_keep_string(pool, "1234567");
	CHECK(!((uintptr_t)pool_keep(pool, "123456789", 10) % 16));
	CHECK(!((uintptr_t)pool_keep(pool, "1234567", 8) % 16));
	pool_free(pool);
	pool_free(NULL);
	return TEST_END();
}
