/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test - CHECK(condition) counts; TEST_END() prints "N passed, N failed" and gives main()'s status. */
#ifndef TEST_H
#define TEST_H

#include <stdio.h>

static unsigned int test_passed, test_failed;

#define CHECK(condition) do {							\
	if (condition) {							\
		test_passed++;							\
	} else {								\
		test_failed++;							\
		printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);	\
	}									\
} while (0)

#define TEST_END() (printf("%u passed, %u failed\n", test_passed, test_failed), test_failed != 0)

#endif
