/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "errors/errno_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/util.h"
#include "errors/errno_words.h"

/* The languages' words by their first byte, so that most positions of a text need one look only. */
static struct {
	bool is_made;
	unsigned short first[257], list[1024];
	unsigned char second[1024], third[1024], length[1024]; /* bytes of the words in `list` */
	/* The first two bytes of what errno_text_find() looks for, and of the write errors; a letter in lower case. */
	uint64_t pairs[256][4], write_errors[256][4];
	bool begins[256];
} by_byte;

static int fold(char c)
{
	return (unsigned char)c >= 'A' && (unsigned char)c <= 'Z' ? c | 32 : (unsigned char)c;
}

static void add_pair(uint64_t pairs[256][4], const char *words)
{
	int second = fold(words[1]);

	pairs[fold(words[0])][second / 64] |= 1ull << second % 64;
}

static bool has_pair(uint64_t pairs[256][4], const char *at)
{
	int first = fold(*at), second = first ? fold(at[1]) : 0;

	return pairs[first][second / 64] >> second % 64 & 1;
}

static void make_pairs(void)
{
	static const char *const numeric[] = { "errno", "os error", "(-" };

	for (size_t i = 0; i < ARRAY_SIZE(errno_words); i++)
		add_pair(by_byte.pairs, errno_words[i].words);
	for (size_t i = 0; i < ARRAY_SIZE(errno_names); i++)
		add_pair(by_byte.pairs, errno_names[i].name);
	for (size_t i = 0; i < ARRAY_SIZE(numeric); i++)
		add_pair(by_byte.pairs, numeric[i]);
	for (int c = 0; c < 256; c++)
		for (int i = 0; i < 4; i++)
			by_byte.begins[c] |= by_byte.pairs[fold(c)][i] != 0;
	for (size_t i = 0; i < ARRAY_SIZE(errno_write_errors); i++)
		add_pair(by_byte.write_errors, errno_write_errors[i]);
}

static void make_by_byte(void)
{
	unsigned short n = 0;

	_Static_assert(ARRAY_SIZE(errno_words) <= 1024, "by_byte.list is too short");
	for (int c = 0; c < 256; c++) {
		by_byte.first[c] = n;
		for (size_t i = 0; i < ARRAY_SIZE(errno_words); i++)
			if (fold(errno_words[i].words[0]) == c) {
				const char *words = errno_words[i].words;

				by_byte.second[n] = fold(words[1]);
				by_byte.third[n] = words[1] ? fold(words[2]) : 0;
				by_byte.length[n] = strlen(words);
				by_byte.list[n++] = i;
			}
	}
	by_byte.first[256] = n;
	make_pairs();
	by_byte.is_made = true;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool ends_word(const char *text, size_t at)
{
	/* From 0xe2 on: punctuation, and scripts that put no spaces between words. */
	return !is_word(text[at]) && ((unsigned char)text[at] < 0x80 || (unsigned char)text[at] >= 0xe2);
}

static bool begins_word(const char *text, size_t at)
{
	unsigned char before = at ? text[at - 1] : ' ', c = text[at];

	return c >= 0xe3 || !is_word(before);
}

static bool is_after_colon(const char *text, size_t at)
{
	return at && (text[at - 1] == ':' || (at > 1 && text[at - 2] == ':'));
}

/* The longest of the words at `at`: "No such device or address" is not "No such device". */
static const struct errno_words *words_at(const char *text, size_t at, size_t *len)
{
	const struct errno_words *best = NULL;
	int c = fold(text[at]), second = c ? fold(text[at + 1]) : 0,
	    third = second ? fold(text[at + 2]) : 0;

	*len = 0;
	for (size_t i = by_byte.first[c]; i < by_byte.first[c + 1]; i++) {
		if (by_byte.second[i] != second || (by_byte.third[i] && by_byte.third[i] != third))
			continue;
		const struct errno_words *w = &errno_words[by_byte.list[i]];
		size_t n = by_byte.length[i];

		if (n > *len && !strncasecmp(text + at, w->words, n) && ends_word(text, at + n) &&
		    (!w->after_colon || is_after_colon(text, at))) {
			best = w;
			*len = n;
		}
	}
	return best;
}

static int known(long number)
{
	for (size_t i = 0; i < ARRAY_SIZE(errno_names); i++)
		if (errno_names[i].number == number)
			return number;
	return 0;
}

/* A number at `at`, perhaps negative, whose end is a word's. */
static int number_at(const char *text, size_t at, size_t *end)
{
	size_t digits = at + (text[at] == '-');

	if (!isdigit((unsigned char)text[digits]))
		return 0;
	for (*end = digits; isdigit((unsigned char)text[*end]) && *end - digits < 5; ++*end)
		;
	return ends_word(text, *end) ? known(strtol(text + digits, NULL, 10)) : 0;
}

/* "Err:0x16", Go's %#v of an errno. */
static int hex_at(const char *text, size_t at, size_t *end)
{
	char *after;

	if (strncmp(text + at, "Err:0x", 6) || !isxdigit((unsigned char)text[at + 6]))
		return 0;
	long number = strtol(text + at + 6, &after, 16);

	*end = after - text;
	return ends_word(text, *end) ? known(number) : 0;
}

/* "errno 22", "errno=22", "errno: -22", "[Errno 22]", "os error 22", "code: 22, kind:". */
static int numeric_at(const char *text, size_t at, size_t *end)
{
	static const char *const before[] = { "errno", "os error", "os { code" };

	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		size_t n = strlen(before[i]);

		if (strncasecmp(text + at, before[i], n))
			continue;
		at += n;
		while (text[at] == ' ' || text[at] == '=' || text[at] == ':' || text[at] == '(')
			at++;
		return number_at(text, at, end);
	}
	return 0;
}

/* "(-22)", the kernel's way. */
static int negative_at(const char *text, size_t at, size_t *end)
{
	if (text[at] != '(' || text[at + 1] != '-')
		return 0;
	int number = number_at(text, at + 1, end);

	return number && text[*end] == ')' ? number : 0;
}

static int symbol_at(const char *text, size_t at, size_t *end)
{
	for (size_t i = 0; i < ARRAY_SIZE(errno_names); i++) {
		const char *name = errno_names[i].name;

		if (text[at + 1] != name[1])
			continue;
		size_t n = strlen(name);

		if (!strncmp(text + at, name, n) && ends_word(text, at + n)) {
			*end = at + n;
			return errno_names[i].number;
		}
	}
	return 0;
}

int errno_text_find(const char *text, size_t len, size_t from, size_t *begin, size_t *end)
{
	if (!by_byte.is_made)
		make_by_byte();
	for (size_t at = from; at < len; at++) {
		if (!by_byte.begins[(unsigned char)text[at]] || !has_pair(by_byte.pairs, text + at))
			continue;
		int c = fold(text[at]), number = 0;
		size_t n;

		if (c == '(')
			number = negative_at(text, at, end);
		if (!number && by_byte.first[c] == by_byte.first[c + 1] && c != 'e' && c != 'o')
			goto next;
		if (!number && !begins_word(text, at))
			continue;
		const struct errno_words *w = number ? NULL : words_at(text, at, &n);

		if (w) {
			number = w->number;
			*end = at + n;
		}
		if (!number && text[at] == 'E')
			number = symbol_at(text, at, end);
		if (!number && text[at] == 'E')
			number = hex_at(text, at, end);
		if (!number && (c == 'e' || c == 'o'))
			number = numeric_at(text, at, end);
next:
		if (number) {
			*begin = at;
			return number;
		}
	}
	return 0;
}

bool errno_text_goes_on(const char *text, size_t len, size_t begin)
{
	size_t n;

	if (!by_byte.is_made)
		make_by_byte();
	const struct errno_words *whole = words_at(text, begin, &n);

	while (len > begin && text[len - 1] == ' ')
		len--;
	/* Of nothing anything may be the rest. */
	int c = fold(text[begin]);
	size_t first = len > begin ? by_byte.first[c] : 0,
	       last = len > begin ? by_byte.first[c + 1] : by_byte.first[256];

	for (size_t i = first; i < last; i++) {
		const struct errno_words *w = &errno_words[by_byte.list[i]];

		if (len > begin + 1 && by_byte.second[i] != fold(text[begin + 1]))
			continue;
		if ((!whole || whole->number != w->number) &&
		    !strncasecmp(text + begin, w->words, len - begin) &&
		    strlen(w->words) > len - begin)
			return true;
	}
	return false;
}

size_t errno_text_write_error(const char *at)
{
	if (!by_byte.is_made)
		make_by_byte();
	if (!has_pair(by_byte.write_errors, at))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(errno_write_errors); i++) {
		if (fold(*at) != fold(*errno_write_errors[i]))
			continue;
		size_t n = strlen(errno_write_errors[i]);

		if (!strncasecmp(at, errno_write_errors[i], n))
			return n;
	}
	return 0;
}

void errno_text_each(errno_text_take *take, void *context)
{
	for (size_t i = 0; i < ARRAY_SIZE(errno_words); i++)
		take(context, errno_words[i].words, errno_words[i].after_colon);
}

void errno_text_each_name(errno_text_take *take, void *context)
{
	for (size_t i = 0; i < ARRAY_SIZE(errno_names); i++)
		take(context, errno_names[i].name, false);
}

void errno_text_each_write_error(errno_text_take *take, void *context)
{
	for (size_t i = 0; i < ARRAY_SIZE(errno_write_errors); i++)
		take(context, errno_write_errors[i], false);
}
