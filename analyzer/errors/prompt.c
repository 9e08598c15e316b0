/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memmem, strndupa */
#include "errors/prompt.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/util.h"

#define HOST "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."

/* Is what stands before the '#', '$' or '%' a prompt: nothing, "~ ", "user@host:~/dir", "[root@host dir]", "bash-5.1"? */
static bool is_before_prompt(const char *at, size_t len)
{
	size_t spaces = 0, word;

	while (len && at[len - 1] == ' ')
		len--;
	for (size_t i = 0; i < len; i++)
		spaces += at[i] == ' ';
	if (!len)
		return true;
	if (spaces > 4 || memchr(at, '"', len) || memchr(at, '<', len) || memchr(at, '=', len) ||
	    memmem(at, len, ": ", 2))
		return false;
	for (word = len; word && at[word - 1] != ' ';)
		word--;
	/* "host:/dir", "host ~" */
	const char *colon = memchr(at + word, ':', len - word),
		   *place = colon ? colon + 1 : at + word;
	bool is_place = place < at + len && (*place == '/' || *place == '~');

	/* "host:~ user" */
	is_place |= memmem(at, len, ":~", 2) != NULL;

	if (memchr(at, '@', len) || (is_place && spaces < 3))
		return true;
	/* "host% " */
	if (!spaces && isalpha((unsigned char)*at) && strspn(at, HOST) == len && at[len] != ' ')
		return true;
	size_t version = strcspn(at, "-");

	version = version < len ? version : len;
	return version >= 2 && !spaces && !memcmp(at + version - 2, "sh", 2) &&
	       strspn(at + version, "-0123456789.") == len - version;
}

/* "# rmdir c1", "user@host:~$ ls", "+ echo 1" of `set -x`. Where a text may stand, a command begins in lower case. */
bool prompt_at(const char *plain)
{
	static const char *const arrows[] = { "\xe2\x9e\x9c ", "\xe2\x9d\xaf ", "\xce\xbb ",
					      "\xe2\x94\x94\xe2\x94\x80" },
				 marks[] = "#$%>";
	const char *begin = plain + strspn(plain, " ");
	size_t pluses = strspn(begin, "+");

	for (size_t i = 0; i < ARRAY_SIZE(arrows); i++)
		if (!strncmp(begin, arrows[i], strlen(arrows[i])))
			return true;
	if (pluses && pluses < 5 && begin[pluses] == ' ' &&
	    islower((unsigned char)begin[pluses + 1]))
		return true;
	for (size_t n = strcspn(begin, marks); n < 80 && begin[n];
	     n += 1 + strcspn(begin + n + 1, marks)) {
		if ((begin[n + 1] && begin[n + 1] != ' ') || !is_before_prompt(begin, n))
			continue;
		/* A mail's quote, and what is redirected, have no host before them. */
		if (begin[n] == '>' && (!begin[n + 1] || !memchr(begin, '@', n)))
			continue;
		char command = begin[n + 1] ? begin[n + 2] : 0;

		return !command || memchr(begin, '@', n) || islower((unsigned char)command) ||
		       (command && strchr("./_(", command));
	}
	return false;
}

/* "12:49:51", "12:49:51.123" at `at`. */
static bool is_clock(const char *at)
{
	static const char form[] = "00:00:00";
	size_t skip = isdigit((unsigned char)at[0]) && at[1] == ':';

	for (size_t i = skip; form[i]; i++)
		if (form[i] == '0' ? !isdigit((unsigned char)at[i - skip]) :
				     at[i - skip] != form[i])
			return false;
	return !isalnum((unsigned char)at[sizeof(form) - 1 - skip]);
}

/* A date in any language, and a time: "Okt 25 12:49:51", "25.10.2026 12:49:51". */
bool prompt_date_at(const char *plain)
{
	const char *at = plain + strspn(plain, " <[(");
	bool has_digit = false;

	for (int words = 0; words < 6 && *at; words++) {
		size_t n = strcspn(at, " ");

		if (is_clock(at))
			return has_digit || !words;
		/* "[25/Oct/2026:12:49:51 +0200]" */
		if (n > 15 && at[2] == '/' && at[11] == ':' && is_clock(at + 12))
			return true;
		if (!n || n > 18 || strpbrk(strndupa(at, n), "\"'=:;{}$"))
			return false;
		for (size_t i = 0; i < n; i++)
			has_digit |= isdigit((unsigned char)at[i]);
		at += n + strspn(at + n, " ");
	}
	return false;
}

bool prompt_is_chopped(const char *plain, size_t len)
{
	size_t word = len;

	if (len < 40 || plain[len - 1] != '>' || memchr(plain, '\n', len))
		return false;
	while (word && plain[word - 1] != ' ')
		word--;
	return len - word > 1 && !memchr(plain + word, '<', len - word);
}
