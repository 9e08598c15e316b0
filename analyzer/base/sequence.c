/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/sequence.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

#define WORDS (SEQUENCE_WINDOW / 64)

static uint64_t *word_of(struct sequence *s, uint64_t seq)
{
	return &s->seen[seq % SEQUENCE_WINDOW / 64];
}

static void advance(struct sequence *s, uint64_t end)
{
	if (end - s->end >= SEQUENCE_WINDOW)
		memset(s->seen, 0, WORDS * sizeof(*s->seen));
	else
		for (uint64_t seq = s->end; seq < end; seq++)
			*word_of(s, seq) &= ~(1ull << seq % 64);
	s->end = end;
}

bool sequence_add(struct sequence *s, uint64_t seq)
{
	if (seq >= s->end && seq - s->end > SEQUENCE_GAP_MAX)
		return false;
	if (!s->seen)
		s->seen = xcalloc(WORDS, sizeof(*s->seen));
	if (seq >= s->end)
		advance(s, seq + 1);
	uint64_t bit = 1ull << seq % 64, *word = word_of(s, seq);

	if (s->end - seq > SEQUENCE_WINDOW || *word & bit)
		return false;
	*word |= bit;
	s->arrived++;
	return true;
}

bool sequence_has_first(const struct sequence *s)
{
	return s->end <= SEQUENCE_WINDOW && s->seen && s->seen[0] & 1;
}

void sequence_end(struct sequence *s)
{
	free(s->seen);
	s->seen = NULL;
}

uint64_t sequence_missing(const struct sequence *s, uint64_t total)
{
	uint64_t expected = s->end > total ? s->end : total;

	return expected > s->arrived ? expected - s->arrived : 0;
}
