/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Beyond what stays in memory, in and out of order; without a place for the file. */
#include "base/spill.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define COUNT 100000

struct item {
	uint64_t number, text[9]; /* no power of two: some stand on two pages */
};

static struct item item_of(uint64_t number, uint64_t round)
{
	struct item item = { .number = number };

	for (size_t i = 0; i < 9; i++)
		item.text[i] = number * 0x9e3779b97f4a7c15ull + i + round;
	return item;
}

static bool is_there(struct spill *spill, uint64_t number, uint64_t round)
{
	struct item item, wanted = item_of(number, round);

	spill_read(spill, number * sizeof(item), &item, sizeof(item));
	return !memcmp(&item, &wanted, sizeof(item));
}

static void fill(struct spill *spill)
{
	for (uint64_t n = 0; n < COUNT; n++) {
		struct item item = item_of(n, 0);

		if (spill_append(spill, &item, sizeof(item)) != n * sizeof(item))
			abort();
	}
}

static void test_order(void)
{
	struct spill *spill = spill_new();
	uint64_t wrong = 0;

	fill(spill);
	CHECK(spill_size(spill) == COUNT * sizeof(struct item));
	CHECK(spill_size(spill) > SPILL_MEMORY);
	/* Every 7,919th, which is prime, until each was there. */
	for (uint64_t n = 0, k = 0; k < COUNT; k++, n = (n + 7919) % COUNT) {
		struct item item = item_of(n, 1);

		wrong += !is_there(spill, n, 0);
		if (n % 3)
			spill_write(spill, n * sizeof(item), &item, sizeof(item));
	}
	for (uint64_t n = 0; n < COUNT; n++)
		wrong += !is_there(spill, n, n % 3 != 0);
	CHECK(!wrong);
	spill_free(spill);
}

static void test_no_place(void)
{
	int status;
	pid_t child = fork();

	if (!child) {
		setenv("TMPDIR", "/dev/null/none", 1);
		fclose(stderr);
		fill(spill_new());
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 4);
}

int main(void)
{
	test_order();
	test_no_place();
	return TEST_END();
}
