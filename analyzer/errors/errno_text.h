/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * errno_text - errno numbers in text: their words, in the languages of the C library, and in numbers.
 */
#ifndef ERRORS_ERRNO_TEXT_H
#define ERRORS_ERRNO_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The first errno that is said in text[from..len), as unquote() leaves it: "Invalid argument", "no such process",
 * "Недопустимый аргумент", "EBUSY", "errno=22", "(os error 22)", "[Errno 22]", "(-22)". Returns its number,
 * `*begin` and `*end` are where it stands; 0 if there is none. The text needs a final 0.
 */
int errno_text_find(const char *text, size_t len, size_t from, size_t *begin, size_t *end);

/* Could the words at `begin`, with which the text ends, be the beginning of others? "No such device" (or address) */
bool errno_text_goes_on(const char *text, size_t len, size_t begin);

/* The length of the words "write error", in any of the languages, at `at`; 0 if it is something else. */
size_t errno_text_write_error(const char *at);

/*
 * All that the functions above know: the words of errnos, of which some count only behind a colon; their names, in
 * capitals; "write error".
 */
typedef void errno_text_take(void *context, const char *words, bool after_colon);

void errno_text_each(errno_text_take *take, void *context);
void errno_text_each_name(errno_text_take *take, void *context);
void errno_text_each_write_error(errno_text_take *take, void *context);

#endif
