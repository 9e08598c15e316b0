/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

#include "test.h"

static size_t get(const char *s)
{
	uint32_t c;

	return utf8_get(s, strlen(s), &c);
}

/* Every character there is comes back as it was written. */
static bool all_come_back(void)
{
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		char bytes[UTF8_MAX];
		size_t len = utf8_put(bytes, c) - bytes;
		uint32_t back;
		bool is_half = c >= 0xd800 && c < 0xe000;

		if (utf8_get(bytes, len, &back) != (is_half ? 0 : len) || (!is_half && back != c))
			return false;
		if (len > 1 && utf8_get(bytes, len - 1, &back))
			return false;
	}
	return true;
}

int main(void)
{
	uint32_t c;

	CHECK(all_come_back());
	CHECK(!utf8_get("", 0, &c));
	CHECK(get("\xc3\xa4x") == 2);
	CHECK(!get("\x80"));
	CHECK(!get("\xc3x"));
	CHECK(!get("\xff"));
	/* A slash in two and in three bytes, and what is beyond the last character. */
	CHECK(!get("\xc0\xaf"));
	CHECK(!get("\xe0\x80\xaf"));
	CHECK(!get("\xf0\x80\x80\xaf"));
	CHECK(!get("\xf4\x90\x80\x80"));
	CHECK(utf8_is_control(0) && utf8_is_control('\n') && utf8_is_control(0x7f) &&
	      utf8_is_control(0x9b));
	CHECK(utf8_is_control(0x202e) && utf8_is_control(0x200b) && utf8_is_control(0xfeff) &&
	      utf8_is_control(0x2028));
	CHECK(utf8_is_control(0xe0041) && utf8_is_control(0x2066) && utf8_is_control(0xad));
	CHECK(!utf8_is_control(' ') && !utf8_is_control('~') && !utf8_is_control(0xe4) &&
	      !utf8_is_control(0x2010));
	CHECK(!utf8_is_control(0x1f600) && !utf8_is_control(0x10ffff) && !utf8_is_control(0xe0080));
	return TEST_END();
}
