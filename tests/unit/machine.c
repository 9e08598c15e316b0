/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the architectures have of their own: numbers of calls, code that makes a thread, pages. */
#include "facts/machine.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "test.h"

static bool is(const char *got, const char *wanted)
{
	return got && wanted ? !strcmp(got, wanted) : got == wanted;
}

static void test_calls(void)
{
	static const struct {
		const char *machine;
		uint32_t nr;
		const char *name;
	} calls[] = {
		{ "x86_64", 1, "write" },
		{ "x86_64", 20, "writev" },
		{ "x86_64", 56, "clone" },
		{ "x86_64", 57, "fork" },
		{ "x86_64", 64, NULL },
		{ "x86_64", 220, NULL },
		{ "x86_64", 328, "pwritev2" },
		{ "x86_64", 435, "clone3" },
		{ "aarch64", 64, "write" },
		{ "aarch64", 68, "pwrite64" },
		{ "aarch64", 66, "writev" },
		{ "aarch64", 70, "pwritev" },
		{ "aarch64", 287, "pwritev2" },
		{ "aarch64", 220, "clone" },
		{ "aarch64", 435, "clone3" },
		{ "aarch64", 1, NULL },
		{ "aarch64", 56, NULL },
		{ "aarch64", UINT32_MAX, NULL },
		{ "x86_64", UINT32_MAX, NULL },
		{ "s390x", 4, NULL },
		{ "", 1, NULL },
		{ NULL, 1, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		CHECK(is(machine_call(calls[i].machine, calls[i].nr), calls[i].name));
}

static void test_code(void)
{
	static const struct {
		unsigned int machine, length;
		unsigned char code[8];
		const char *name;
	} codes[] = {
		{ EM_X86_64, 7, { 0xb8, 0xb3, 1, 0, 0, 0x0f, 5 }, "clone3" },
		{ EM_X86_64, 7, { 0xb8, 56, 0, 0, 0, 0x0f, 5 }, "clone" },
		{ EM_X86_64, 7, { 0xb8, 1, 0, 0, 0, 0x0f, 5 }, NULL },
		{ EM_X86_64, 7, { 0xb8, 0xb3, 1, 0, 0, 0x0f, 6 }, NULL },
		{ EM_X86_64, 6, { 0xb3, 1, 0, 0, 0x0f, 5 }, NULL },
		/* mov x8, #220; svc #0, as glibc's clone.S has it; mov w8, #435 */
		{ EM_AARCH64, 8, { 0x88, 0x1b, 0x80, 0xd2, 1, 0, 0, 0xd4 }, "clone" },
		{ EM_AARCH64, 8, { 0x68, 0x36, 0x80, 0x52, 1, 0, 0, 0xd4 }, "clone3" },
		/* write; another register; shifted by 16; hvc; too short; the other machine */
		{ EM_AARCH64, 8, { 0x08, 0x08, 0x80, 0xd2, 1, 0, 0, 0xd4 }, NULL },
		{ EM_AARCH64, 8, { 0x87, 0x1b, 0x80, 0xd2, 1, 0, 0, 0xd4 }, NULL },
		{ EM_AARCH64, 8, { 0x88, 0x1b, 0xa0, 0xd2, 1, 0, 0, 0xd4 }, NULL },
		{ EM_AARCH64, 8, { 0x88, 0x1b, 0x80, 0xd2, 2, 0, 0, 0xd4 }, NULL },
		{ EM_AARCH64, 7, { 0x1b, 0x80, 0xd2, 1, 0, 0, 0xd4 }, NULL },
		{ EM_X86_64, 8, { 0x88, 0x1b, 0x80, 0xd2, 1, 0, 0, 0xd4 }, NULL },
		{ EM_AARCH64, 0, { 0 }, NULL },
		{ EM_S390, 7, { 0xb8, 56, 0, 0, 0, 0x0f, 5 }, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++) {
		/* A copy of that size: whoever reads before it is caught by the sanitizer. */
		unsigned char *copy = malloc(codes[i].length + 1);

		if (!copy)
			abort();
		memcpy(copy, codes[i].code, codes[i].length);
		CHECK(is(machine_clone_before(codes[i].machine, copy + codes[i].length,
					      codes[i].length),
			 codes[i].name));
		free(copy);
	}
}

static void test_rest(void)
{
	CHECK(machine_page("x86_64") == 4096);
	CHECK(machine_page("aarch64") == 0);
	CHECK(machine_page(NULL) == 0);
	CHECK(machine_relative(EM_X86_64) == R_X86_64_RELATIVE);
	CHECK(machine_relative(EM_AARCH64) == R_AARCH64_RELATIVE);
	CHECK(machine_relative(EM_S390) == 0);
}

int main(void)
{
	test_calls();
	test_code();
	test_rest();
	return TEST_END();
}
