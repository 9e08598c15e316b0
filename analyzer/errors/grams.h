/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * grams - which groups of three bytes a text has, so that most of the words that it does not have need not be searched for:
 * a message is asked for some hundred.
 */
#ifndef ERRORS_GRAMS_H
#define ERRORS_GRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRAMS_BITS 32768u

struct grams {
	uint64_t bits[GRAMS_BITS / 64];
};

/* Of the whole text. */
void grams_init(struct grams *grams, const char *text, size_t len);

/* False: the text does not have these words, in whatever case. True: search for them. */
bool grams_may_have(const struct grams *grams, const char *words);

/* Where the words, of which there is at least one byte, stand in `text`, in whatever case; NULL. */
const char *grams_find(const struct grams *grams, const char *text, const char *words);

#endif
