/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/pid_text.h"

#include <string.h>

#include "test.h"

#define TEXT(s) s, sizeof(s) - 1

static const struct {
	const char *text;
	size_t len;
	enum pidtext what;
	int32_t pid;
} texts[] = {
	{ TEXT("1"), PIDTEXT_GOOD, 1 },
	{ TEXT("0"), PIDTEXT_GOOD, 0 },
	{ TEXT("-0"), PIDTEXT_GOOD, 0 },
	{ TEXT("+5"), PIDTEXT_GOOD, 5 },
	{ TEXT(" \t5\v\n\n"), PIDTEXT_GOOD, 5 },
	{ TEXT("\xa0" "5\xa0"), PIDTEXT_GOOD, 5 },
	{ TEXT("0x1F"), PIDTEXT_GOOD, 31 },
	{ TEXT("0X1f"), PIDTEXT_GOOD, 31 },
	{ TEXT("017"), PIDTEXT_GOOD, 15 },
	{ TEXT("000000000000000000000000000007"), PIDTEXT_GOOD, 7 },
	{ TEXT("5\0"), PIDTEXT_GOOD, 5 },
	{ TEXT("5\0 6"), PIDTEXT_GOOD, 5 },
	{ TEXT("2147483647"), PIDTEXT_GOOD, INT32_MAX },
	{ TEXT("2147483648"), PIDTEXT_TOO_BIG, 0 },
	{ TEXT("0x80000000"), PIDTEXT_TOO_BIG, 0 },
	{ TEXT("18446744073709551616"), PIDTEXT_TOO_BIG, 0 },
	{ TEXT("-1"), PIDTEXT_NEGATIVE, 0 },
	{ TEXT("-99999999999999999999"), PIDTEXT_NEGATIVE, 0 },
	{ TEXT(""), PIDTEXT_EMPTY, 0 },
	{ TEXT("\n"), PIDTEXT_EMPTY, 0 },
	{ TEXT("\0" "5"), PIDTEXT_EMPTY, 0 },
	{ TEXT("1 2"), PIDTEXT_TWO, 0 },
	{ TEXT("1\n2\n"), PIDTEXT_TWO, 0 },
	{ TEXT("089"), PIDTEXT_OCTAL, 0 },
	{ TEXT("0178"), PIDTEXT_OCTAL, 0 },
	{ TEXT("08x"), PIDTEXT_NO_NUMBER, 0 },
	{ TEXT("0x"), PIDTEXT_NO_NUMBER, 0 },
	{ TEXT("0xg"), PIDTEXT_NO_NUMBER, 0 },
	{ TEXT("+-5"), PIDTEXT_NO_NUMBER, 0 },
	{ TEXT("-+5"), PIDTEXT_NO_NUMBER, 0 },
	{ TEXT("- 5"), PIDTEXT_NO_NUMBER, 0 },
	{ TEXT("5,6"), PIDTEXT_NO_NUMBER, 0 },
	{ TEXT("5 x"), PIDTEXT_NO_NUMBER, 0 },
	{ TEXT("1e3"), PIDTEXT_NO_NUMBER, 0 },
	{ TEXT("abc"), PIDTEXT_NO_NUMBER, 0 },
};

static void test_whole(void)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int32_t pid = 0;
		enum pidtext what = pidtext_read(texts[i].text, texts[i].len, false, &pid);

		if (what != texts[i].what || pid != texts[i].pid)
			printf("text %zu: %d %d\n", i, what, pid);
		CHECK(what == texts[i].what && pid == texts[i].pid);
		CHECK(!pidtext_complaint(what) == (what == PIDTEXT_GOOD));
	}
}

/* Whatever a beginning is called, no end may make it another thing. */
static void test_part(void)
{
	int32_t pid;

	CHECK(pidtext_read("1", 1, true, &pid) == PIDTEXT_UNKNOWN);
	CHECK(pidtext_read("1 ", 2, true, &pid) == PIDTEXT_UNKNOWN);
	CHECK(pidtext_read("  ", 2, true, &pid) == PIDTEXT_UNKNOWN);
	CHECK(pidtext_read("-", 1, true, &pid) == PIDTEXT_UNKNOWN);
	CHECK(pidtext_read("0x", 2, true, &pid) == PIDTEXT_UNKNOWN);
	CHECK(pidtext_read("-0x", 3, true, &pid) == PIDTEXT_UNKNOWN);
	CHECK(pidtext_read("1 2", 3, true, &pid) == PIDTEXT_TWO);
	CHECK(pidtext_read("abcd", 4, true, &pid) == PIDTEXT_NO_NUMBER);
	CHECK(pidtext_read("99999999999", 11, true, &pid) == PIDTEXT_TOO_BIG);
	CHECK(pidtext_read("1\0", 2, true, &pid) == PIDTEXT_GOOD);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (size_t n = 0; texts[i].what == PIDTEXT_GOOD && n < texts[i].len; n++) {
			enum pidtext part = pidtext_read(texts[i].text, n, true, &pid);

			CHECK(part == PIDTEXT_UNKNOWN || part == PIDTEXT_GOOD);
		}
}

int main(void)
{
	test_whole();
	test_part();
	return TEST_END();
}
