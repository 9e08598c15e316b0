/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * signs - the words without which no message about a cgroup is, found in a line as it stands, in one pass of an automaton
 * (Aho and Corasick's): what has none of them near is never unescaped or read.
 *
 * A sign may be too many: then the text is read, and nothing is found in it. It must never be one too few. Case, spaces,
 * '>', backslashes, control characters and line breaks do not count, so that a sign that a line break cut is found.
 */
#ifndef ERRORS_SIGNS_H
#define ERRORS_SIGNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A seed stands in each message about a cgroup. A failure stands in each that says that something failed. An end stands in
 * each that is whole: an errno, or words that stand for one, or a function of the kernel, which a trace may show.
 */
#define SIGN_SEED    1u
#define SIGN_FAILURE 2u
#define SIGN_END     4u
#define SIGN_ALL     (SIGN_SEED | SIGN_FAILURE | SIGN_END)

struct signs;

struct signs *signs_new(void);
void signs_free(struct signs *signs);

/*
 * Does a seed end in this line, without its newline? Which of the other signs do? `*state` is 0 before the first line that is
 * searched, and stays for the next one: a sign may have begun there. Each of the two has its own.
 */
bool signs_find_seed(struct signs *signs, uint32_t *state, const char *line, size_t len);
unsigned int signs_find_ends(struct signs *signs, uint32_t *state, const char *line, size_t len);

/* Has this text, as unquote() leaves it and then without spaces, newlines and '>', a seed? Exactly so. */
bool signs_has_seed(const char *squeezed);

#endif
