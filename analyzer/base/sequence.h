/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sequence - which of a log's record numbers have arrived, in memory that does not depend on them: 8 kB, until it is told that
 * no more will come.
 */
#ifndef BASE_SEQUENCE_H
#define BASE_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

/* So far out of order may records arrive. What is later cannot be distinguished from a repetition. */
#define SEQUENCE_WINDOW 65536

/*
 * A number so far beyond the last is no gap but nonsense: no buffer holds records for it, and taking it
 * in would make everything that follows look late.
 */
#define SEQUENCE_GAP_MAX (1u << 24)

/* All zeros is one to which nothing has arrived. sequence_end() frees what it holds. */
struct sequence {
	uint64_t arrived;	/* different numbers */
	uint64_t end;		/* the highest number, plus 1 */
	uint64_t *seen; /* a bit for each of the last SEQUENCE_WINDOW before `end`; NULL: none */
};

/*
 * Notes that record `seq` is here. False, and nothing noted, if it was here before, is too late or lies
 * too far ahead.
 */
bool sequence_add(struct sequence *sequence, uint64_t seq);

/* Has the first of all, 0, arrived? Only while the window reaches back to it. */
bool sequence_has_first(const struct sequence *sequence);

/* No more will come: the numbers above stay. */
void sequence_end(struct sequence *sequence);

/* How many numbers below `total`, or below the highest if that is higher, have not arrived. */
uint64_t sequence_missing(const struct sequence *sequence, uint64_t total);

#endif
