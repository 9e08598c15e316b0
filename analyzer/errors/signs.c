/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "errors/signs.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "errors/errno_text.h"
#include "errors/grams.h"
#include "errors/message.h"
#include "errors/unquote.h"
#include "facts/kernel_path.h"

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

/* Seeds of kernel traces; they have no other spelling. What ends their lines is a function's name. */
static const char *const traced[] = {
	"can_attach", "dl_bw_alloc", "dl_cpu_busy", "security_task_setscheduler", "_can_fork",
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

/* A state is the place of its row in `next`: a column per class of bytes, and the signs that end in it. */
struct automaton {
	uint16_t classes[256]; /* QUOTING may be set */
	uint32_t width;
	uint32_t *next;
	struct sign *list;
	size_t count, room;
};

/* The seeds by themselves, few enough to stay in the processor's nearest cache, and all else. */
struct signs {
	struct automaton seeds, ends;
};

/* The byte may be a part of what unquote() undoes. */
#define QUOTING 0x8000u

static bool is_skipped(unsigned char c)
{
	return c <= ' ' || c == '>' || c == '\\';
}

static void add(struct automaton *a, const char *words, unsigned int what)
{
	struct sign sign = { .what = what };

	for (; *words && sign.len < SIGN_LENGTH; words++)
		if (!is_skipped(*words))
			sign.words[sign.len++] = tolower((unsigned char)*words);
	a->list = xgrow(a->list, a->count, &a->room, sizeof(*a->list));
	a->list[a->count++] = sign;
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

static void set_classes(struct automaton *a)
{
	static const char quoting[] = "\\<&#*^`\x1b\xc2\xca\xe2\xe3\xef";
	uint16_t n = OTHER + 1;

	for (int c = 0; c < 256; c++)
		a->classes[c] = is_skipped(c) ? SKIPPED : OTHER;
	for (size_t i = 0; i < a->count; i++)
		for (size_t k = 0; k < a->list[i].len; k++) {
			unsigned char c = a->list[i].words[k];

			if (a->classes[c] == OTHER)
				a->classes[c] = a->classes[toupper(c)] = n++;
		}
	a->width = n + 1;
	for (const char *c = quoting; *c; c++)
		a->classes[(unsigned char)*c] |= QUOTING;
}

static uint32_t *what_of(const struct automaton *a, uint32_t state)
{
	return a->next + state + a->width - 1;
}

/* Returns how many states there are. */
static size_t make_trie(struct automaton *a)
{
	uint32_t end = a->width;

	for (size_t i = 0; i < a->count; i++) {
		uint32_t state = 0;

		for (size_t k = 0; k < a->list[i].len; k++) {
			unsigned char c = a->list[i].words[k];
			uint32_t *to = a->next + state + (a->classes[c] & ~QUOTING);

			if (!*to) {
				*to = end;
				end += a->width;
			}
			state = *to;
		}
		*what_of(a, state) |= a->list[i].what;
	}
	return end / a->width;
}

/* Where no sign goes on, the state is that of the longest end of what was read that begins one. */
static void make_falls(struct automaton *a, size_t states)
{
	uint32_t *queue = xcalloc(states, sizeof(*queue)), *fall = xcalloc(states, sizeof(*fall));
	size_t head = 0, tail = 0;

	for (uint32_t c = OTHER; c < a->width - 1; c++)
		if (a->next[c])
			queue[tail++] = a->next[c];
	while (head < tail) {
		uint32_t state = queue[head++], other = fall[state / a->width];

		*what_of(a, state) |= *what_of(a, other);
		a->next[state + SKIPPED] = state;
		for (uint32_t c = OTHER; c < a->width - 1; c++) {
			uint32_t *to = &a->next[state + c];

			if (*to) {
				fall[*to / a->width] = a->next[other + c];
				queue[tail++] = *to;
			} else {
				*to = a->next[other + c];
			}
		}
	}
	free(queue);
	free(fall);
}

static void make(struct automaton *a)
{
	size_t most = 1;

	set_classes(a);
	for (size_t i = 0; i < a->count; i++)
		most += a->list[i].len;
	a->next = xcalloc(most * a->width, sizeof(*a->next));
	make_falls(a, make_trie(a));
}

struct signs *signs_new(void)
{
	struct signs *s = xcalloc(1, sizeof(*s));

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].what & SIGN_SEED)
			add(&s->seeds, table[i].words, SIGN_SEED);
	for (size_t i = 0; i < ARRAY_SIZE(traced); i++)
		add(&s->seeds, traced[i], SIGN_SEED);
	errno_text_each_write_error(add_write_error, &s->seeds);
	make(&s->seeds);
	return s;
}

/* Not before there is a seed: most files have none. */
static void make_ends(struct automaton *a)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].what & ~SIGN_SEED)
			add(a, table[i].words, table[i].what & ~SIGN_SEED);
	errno_text_each(add_errno, a);
	errno_text_each_name(add_name, a);
	errmessage_each_failure(add_failure, a);
	errmessage_each_end(add_end, a);
	kernel_path_each(add_end, a);
	make(a);
}

void signs_free(struct signs *s)
{
	if (!s)
		return;
	free(s->seeds.next);
	free(s->seeds.list);
	free(s->ends.next);
	free(s->ends.list);
	free(s);
}

/* A name counts if the byte `c`, its last, is a capital. */
static unsigned int found(unsigned int what, unsigned char c)
{
	return (what & SIGN_ALL) | (what & NAME && isupper(c) ? SIGN_END : 0);
}

static unsigned int scan(const struct automaton *a, uint32_t *state, const char *text, size_t len,
			 bool *quoting)
{
	const uint32_t *next = a->next, last = a->width - 1;
	unsigned int result = 0, seen = 0;
	uint32_t at = *state;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = text[i];
		unsigned int class = a->classes[c];

		seen |= class;
		at = next[at + (class & ~QUOTING)];
		if (__builtin_expect(next[at + last] != 0, 0))
			result |= found(next[at + last], c);
	}
	*state = at;
	*quoting = seen & QUOTING;
	return result;
}

bool signs_has_seed(const char *squeezed)
{
	struct grams grams;

	grams_init(&grams, squeezed, strlen(squeezed));
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].what == SIGN_SEED && grams_find(&grams, squeezed, table[i].words))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(traced); i++)
		if (grams_may_have(&grams, traced[i]) && strstr(squeezed, traced[i]))
			return true;
	return false;
}

static unsigned int scan_both(const struct automaton *a, uint32_t *state, const char *line,
			      size_t len)
{
	uint32_t before = *state;
	bool quoting, is_plain;
	unsigned int what = scan(a, state, line, len, &quoting);

	if (quoting && unquote_changes(line, len)) {
		size_t plain_len;
		char *plain = unquote(line, len, &plain_len);

		/* What looks like a quote may be the text's own: what was found as it stands counts, too. */
		*state = before;
		what |= scan(a, state, plain, plain_len, &is_plain);
		free(plain);
	}
	return (quoting && unquote_goes_on(line, len)) || unquote_ends_softly(line, len) ?
		       SIGN_ALL :
		       what;
}

bool signs_find_seed(struct signs *s, uint32_t *state, const char *line, size_t len)
{
	return scan_both(&s->seeds, state, line, len) & SIGN_SEED;
}

unsigned int signs_find_ends(struct signs *s, uint32_t *state, const char *line, size_t len)
{
	if (!s->ends.next)
		make_ends(&s->ends);
	unsigned int what = scan_both(&s->ends, state, line, len) & ~SIGN_SEED;

	return what & SIGN_END ? what | SIGN_FAILURE : what;
}
