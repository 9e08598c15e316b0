/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "errors/grams.h"

#include <string.h>
#include <strings.h>

/* A letter's case is one bit; other bytes that differ in it only are taken for the same. */
static uint32_t fold(char c)
{
	return (unsigned char)c | 0x20u;
}

/* `last` three bytes, the newest lowest, as the number of a bit. */
static uint32_t bit_of(uint32_t last)
{
	return (last & 0xffffffu) * 2654435761u >> 17;
}

void grams_init(struct grams *grams, const char *text, size_t len)
{
	uint32_t last = 0;

	memset(grams, 0, sizeof(*grams));
	for (size_t i = 0; i < len; i++) {
		last = last << 8 | fold(text[i]);
		uint32_t bit = bit_of(last);

		grams->bits[bit / 64] |= 1ull << bit % 64;
	}
}

bool grams_may_have(const struct grams *grams, const char *words)
{
	if (!words[0] || !words[1])
		return true;
	uint32_t last = fold(words[0]) << 8 | fold(words[1]);

	for (const char *at = words + 2; *at; at++) {
		last = last << 8 | fold(*at);
		uint32_t bit = bit_of(last);

		if (!(grams->bits[bit / 64] >> bit % 64 & 1))
			return false;
	}
	return true;
}

const char *grams_find(const struct grams *grams, const char *text, const char *words)
{
	if (!grams_may_have(grams, words))
		return NULL;
	uint32_t first = fold(*words);
	size_t len = strlen(words);

	/* strcasestr() prepares itself for texts that are longer than most messages. */
	for (; *text; text++)
		if (fold(*text) == first && !strncasecmp(text, words, len))
			return text;
	return NULL;
}
