/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE	/* memmem, memrchr, strcasestr */
#include "errors/signs.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "errors/errno_text.h"
#include "errors/message.h"
#include "errors/unquote.h"

/*
 * What is not in the tables of others: errno_text has the words of errnos, message its phrases. To read a new kind of
 * message, add here a seed that is in each of them, what ends one, if it has no errno in errno_text's forms, and what says
 * that it failed, if it is none of message's words. Without spaces; case does not count.
 */
static const struct {
	const char *words;
	unsigned int what;
} table[] = {
	{ "cgroup", SIGN_SEED },
	{ "tasks", SIGN_SEED },
	{ "/dev/", SIGN_SEED },
	{ "attributeon", SIGN_SEED },
	{ "failedtowrite", SIGN_SEED },
	{ "controlgroup", SIGN_SEED },
	{ "changinggroup", SIGN_SEED },
	{ "I/Oerror", SIGN_SEED },
	{ "write(", SIGN_SEED },
	{ "writeerror", SIGN_SEED },
	{ "\"MESSAGE\"", SIGN_SEED },
	{ "Failedtospawn", SIGN_SEED },
	{ "Failedtorun'", SIGN_SEED },
	{ "remaininguserspace", SIGN_SEED },
	{ "cgmanager", SIGN_SEED },
	{ "calltomove_pid", SIGN_SEED },
	{ "clone3", SIGN_SEED },

	/* journald's array of bytes: anything may be in it */
	{ "\"MESSAGE\":[", SIGN_ALL },

	/* errnos in numbers, and strace's that have no name here */
	{ "errno", SIGN_END },
	{ "oserror", SIGN_END },
	{ "os{code", SIGN_END },
	{ "Err:0x", SIGN_END },
	{ "(-0", SIGN_END },
	{ "(-1", SIGN_END },
	{ "(-2", SIGN_END },
	{ "(-3", SIGN_END },
	{ "(-4", SIGN_END },
	{ "(-5", SIGN_END },
	{ "(-6", SIGN_END },
	{ "(-7", SIGN_END },
	{ "(-8", SIGN_END },
	{ "(-9", SIGN_END },
	{ "=-1E", SIGN_END },
};

/* A longer sign is looked for by its beginning. */
#define SIGN_LENGTH 14

/* Internal: of a name like EIO, which counts in capitals only. */
#define NAME 128u

#define SKIPPED 0
#define OTHER	1

struct sign {
	char words[SIGN_LENGTH];
	uint8_t len, what;
};

/* A row of `next` per state, with a column per class of bytes. */
struct signs {
	uint8_t classes[256];
	uint8_t quoting[256];		/* may be a part of what unquote() undoes */
	unsigned int class_count, shift;
	size_t count;
	uint16_t *next;
	uint8_t *what;			/* of the signs that end in a state */
	struct sign *list;
	size_t list_count, list_room;
};

static bool is_skipped(unsigned char c)
{
	return c <= ' ' || c == '>' || c == '\\';
}

static void add(struct signs *s, const char *words, unsigned int what)
{
	struct sign sign = { .what = what };

	for (; *words && sign.len < SIGN_LENGTH; words++)
		if (!is_skipped(*words))
			sign.words[sign.len++] = tolower((unsigned char)*words);
	s->list = xgrow(s->list, s->list_count, &s->list_room, sizeof(*s->list));
	s->list[s->list_count++] = sign;
}

static void add_errno(void *context, const char *words, bool after_colon)
{
	struct arena arena = { 0 };

	add(context, after_colon ? arena_printf(&arena, ":%s", words) : words, SIGN_END);
	arena_fini(&arena);
}

static void add_name(void *context, const char *name, bool after_colon)
{
	(void)after_colon;
	add(context, name, NAME);
}

static void add_write_error(void *context, const char *words, bool after_colon)
{
	struct arena arena = { 0 };

	(void)after_colon;
	add(context, arena_printf(&arena, ":%s", words), SIGN_SEED);
	arena_fini(&arena);
}

static void add_failure(void *context, const char *words)
{
	add(context, words, SIGN_FAILURE);
}

static void add_end(void *context, const char *words)
{
	add(context, words, SIGN_END);
}

static void set_classes(struct signs *s)
{
	static const char quoting[] = "\\<&#*^`\x1b\xc2\xca\xe2\xe3\xef";

	for (int c = 0; c < 256; c++)
		s->classes[c] = is_skipped(c) ? SKIPPED : OTHER;
	s->class_count = 2;
	for (size_t i = 0; i < s->list_count; i++)
		for (size_t k = 0; k < s->list[i].len; k++) {
			unsigned char c = s->list[i].words[k];

			if (s->classes[c] != OTHER)
				continue;
			s->classes[c] = s->classes[toupper(c)] = s->class_count++;
		}
	for (const char *c = quoting; *c; c++)
		s->quoting[(unsigned char)*c] = 1;
	while (1u << s->shift < s->class_count)
		s->shift++;
}

static uint16_t *row(const struct signs *s, size_t state)
{
	return s->next + (state << s->shift);
}

static void make_trie(struct signs *s)
{
	for (size_t i = 0; i < s->list_count; i++) {
		size_t state = 0;

		for (size_t k = 0; k < s->list[i].len; k++) {
			uint16_t *to = row(s, state) + s->classes[(unsigned char)s->list[i].words[k]];

			if (!*to)
				*to = s->count++;
			state = *to;
		}
		s->what[state] |= s->list[i].what;
	}
}

/* Where no sign goes on, the state is that of the longest end of what was read that begins one. */
static void make_automaton(struct signs *s)
{
	uint16_t *queue = xcalloc(s->count, sizeof(*queue)), *fallback = xcalloc(s->count, sizeof(*fallback));
	size_t head = 0, tail = 0;

	for (unsigned int c = OTHER; c < s->class_count; c++)
		if (row(s, 0)[c])
			queue[tail++] = row(s, 0)[c];
	while (head < tail) {
		size_t state = queue[head++];
		uint16_t *to = row(s, state), *other = row(s, fallback[state]);

		s->what[state] |= s->what[fallback[state]];
		for (unsigned int c = OTHER; c < s->class_count; c++) {
			if (to[c]) {
				fallback[to[c]] = other[c];
				queue[tail++] = to[c];
			} else {
				to[c] = other[c];
			}
		}
		to[SKIPPED] = state;
	}
	free(queue);
	free(fallback);
}

struct signs *signs_new(void)
{
	struct signs *s = xcalloc(1, sizeof(*s));
	size_t most = 1;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		add(s, table[i].words, table[i].what);
	errno_text_each(add_errno, s);
	errno_text_each_name(add_name, s);
	errno_text_each_write_error(add_write_error, s);
	errmessage_each_failure(add_failure, s);
	errmessage_each_end(add_end, s);
	set_classes(s);
	for (size_t i = 0; i < s->list_count; i++)
		most += s->list[i].len;
	s->next = xcalloc(most << s->shift, sizeof(*s->next));
	s->what = xcalloc(most, 1);
	s->count = 1;
	make_trie(s);
	make_automaton(s);
	return s;
}

void signs_free(struct signs *s)
{
	if (!s)
		return;
	free(s->next);
	free(s->what);
	free(s->list);
	free(s);
}

/* What stands in this state, after a byte `c`. */
static unsigned int found(unsigned int what, unsigned char c)
{
	return (what & SIGN_ALL) | (what & NAME && isupper(c) ? SIGN_END : 0);
}

static unsigned int scan(const struct signs *s, uint16_t *state, const char *text, size_t len, uint8_t *quoting)
{
	const uint16_t *next = s->next;
	unsigned int shift = s->shift, result = 0;
	size_t at = *state;
	uint8_t seen = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = text[i];

		seen |= s->quoting[c];
		at = next[(at << shift) + s->classes[c]];
		if (s->what[at])
			result |= found(s->what[at], c);
	}
	*state = at;
	*quoting = seen;
	return result;
}

/* Does unquote() change more of the text than what a sign has none of? */
static bool is_quoted(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = text[i], next = i + 1 < len ? text[i + 1] : 0;

		switch (c) {
		case '\\':
			if (isalnum(next) || next == '&' || next == 27)
				return true;
			break;
		case '<':
			if (isalpha(next) || next == '/')
				return true;
			break;
		case '&':
			if (isalpha(next) || next == '#')
				return true;
			break;
		case '#':
			if (isdigit(next))
				return true;
			break;
		case '*':
		case '`':
			if (next == c)
				return true;
			break;
		case '^':
			if (next == '[')
				return true;
			break;
		case 27: case 0xc2: case 0xca: case 0xe2: case 0xe3: case 0xef:
			return true;
		}
	}
	return false;
}

/* Does what unquote() undoes go on in the next line: a tag, a terminal's title (behind an escape, in any of its forms)? */
static bool goes_on(const char *line, size_t len)
{
	static const char *const escapes[] = { "\x1b]", "33]", "1b]", "1B]", ";]", "\\e]" };
	const char *tag = memrchr(line, '<', len), *title = memrchr(line, ']', len);

	if (tag && !memchr(tag, '>', len - (tag - line)) && (size_t)(tag - line) + 1 < len &&
	    (isalpha((unsigned char)tag[1]) || tag[1] == '/'))
		return true;
	if (!title || memchr(title, '\a', len - (title - line)))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(escapes); i++)
		if (memmem(line, len, escapes[i], strlen(escapes[i])))
			return true;
	return false;
}

/* The last line of a mail's paragraph, in quoted-printable, has none: a line that ends so goes on in the next. */
static bool ends_softly(const char *line, size_t len)
{
	while (len && line[len - 1] == '\r')
		len--;
	return len && line[len - 1] == '=';
}

bool signs_has_seed(const char *squeezed)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].what == SIGN_SEED && strcasestr(squeezed, table[i].words))
			return true;
	return false;
}

unsigned int signs_scan(const struct signs *s, uint16_t *state, const char *line, size_t len)
{
	uint16_t before = *state;
	uint8_t quoting, plain_quoting;
	unsigned int what = scan(s, state, line, len, &quoting);

	if (quoting && is_quoted(line, len)) {
		size_t plain_len;
		char *plain = unquote(line, len, &plain_len);

		/* Its quotes may also be the text's own: what was found as it stands counts, too. */
		*state = before;
		what |= scan(s, state, plain, plain_len, &plain_quoting);
		free(plain);
	}
	if ((quoting && goes_on(line, len)) || ends_softly(line, len))
		what = SIGN_ALL;
	return what & SIGN_END ? what | SIGN_FAILURE : what;
}
