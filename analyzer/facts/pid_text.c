/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/pid_text.h"

#include <string.h>

/* In the kernel's table 0xa0, its Latin-1 blank, is one as well. */
static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == '\xa0';
}

static int digit_of(char c, int base)
{
	int lower = c | 0x20;
	int digit = c >= '0' && c <= '9' ? c - '0' :
		    lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : base;

	return digit < base ? digit : -1;
}

static bool is_decimal(char c)
{
	return c >= '0' && c <= '9';
}

/* 16 needs a digit after the x; without one the 0 is an octal number and the x does not belong. */
static int base_of(const char *at, const char *end)
{
	if (at == end || *at != '0')
		return 10;
	if (end - at > 2 && (at[1] | 0x20) == 'x' && digit_of(at[2], 16) >= 0)
		return 16;
	return 8;
}

/* Text stands behind the number, which ends at `at`. */
static enum pidtext rest(const char *first, const char *at, const char *end, int base)
{
	if (base == 8 && is_decimal(*at)) {
		while (at < end && is_decimal(*at))
			at++;
		return at == end || is_blank(*at) ? PIDTEXT_OCTAL : PIDTEXT_NO_NUMBER;
	}
	if (at == first || !is_blank(*at))
		return PIDTEXT_NO_NUMBER;
	while (at < end && is_blank(*at))
		at++;
	return at < end && is_decimal(*at) ? PIDTEXT_TWO : PIDTEXT_NO_NUMBER;
}

static enum pidtext number(const char *at, const char *end, int32_t *pid)
{
	bool minus = *at == '-', plus = *at == '+';
	int base = base_of(at + (minus || plus), end);
	uint64_t value = 0;
	bool big = false;

	at += minus || plus;
	at += base == 16 ? 2 : 0;
	const char *first = at;

	for (; at < end && digit_of(*at, base) >= 0; at++) {
		value = value * base + digit_of(*at, base);
		big |= value > (uint64_t)INT32_MAX + 1;
		value = big ? INT32_MAX : value;
	}
	if (at < end || at == first)
		return at < end ? rest(first, at, end, base) : PIDTEXT_NO_NUMBER;
	if (minus && (big || value))
		return PIDTEXT_NEGATIVE;
	if (big || value > INT32_MAX)
		return PIDTEXT_TOO_BIG;
	*pid = value;
	return PIDTEXT_GOOD;
}

/*
 * More follows that is not known. Blanks may stand behind a good number, and "-" or "0x" may become one;
 * all else is wrong whatever comes.
 */
static enum pidtext judge_part(const char *at, const char *end, enum pidtext whole)
{
	if (at == end || whole == PIDTEXT_GOOD || (whole == PIDTEXT_NO_NUMBER && end - at <= 3))
		return PIDTEXT_UNKNOWN;
	return whole;
}

enum pidtext pidtext_read(const char *text, size_t bytes, bool cut, int32_t *pid)
{
	const char *at = text, *end = memchr(text, 0, bytes);

	cut = cut && !end;
	end = end ? end : text + bytes;
	const char *last = end;

	while (last > at && is_blank(last[-1]))
		last--;
	while (at < last && is_blank(*at))
		at++;
	enum pidtext whole = at == last ? PIDTEXT_EMPTY : number(at, last, pid);

	return cut ? judge_part(at, last, whole) : whole;
}

const char *pidtext_complaint(enum pidtext what)
{
	static const char *const phrases[] = {
		[PIDTEXT_EMPTY] = "it is empty",
		[PIDTEXT_TWO] = "it holds two numbers, and a write takes only one",
		[PIDTEXT_OCTAL] =
			("a number that begins with 0 is octal, and 8 and 9 are not octal digits"),
		[PIDTEXT_NEGATIVE] = "the number is negative",
		[PIDTEXT_TOO_BIG] = "the number is too big",
		[PIDTEXT_NO_NUMBER] = "it is not a number",
	};

	return phrases[what];
}
