/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retries - what the retries came to, in numbers and words. */
#ifndef VERDICT_RETRIES_H
#define VERDICT_RETRIES_H

#include "verdict/incidents.h"

/* What the retries of the hidden incidents cost, ns; beyond RETRIES_EXACT of them the quantiles are within 1 %. */
#define RETRIES_EXACT 65536

struct hidden {
	uint64_t count, refused, min, median, p90, max, total;
};

struct retry_counts {
	uint64_t all, retried, gave_up, in_vain; /* incidents */
	uint64_t
		failed; /* refused for good, retried or not, as far as is known: their users saw it */
	uint64_t open; /* the log does not show what came of them */
	struct hidden hidden;
};

/* Valid after incidents_finish(). */
struct retry_counts retries_count(const struct incidents *incidents);

/* What became of the write that was refused, by the number of the finding, in `arena`; NULL if it was not tried again. */
const char *retries_phrase(struct arena *arena, const struct incidents *incidents, uint64_t number);

#endif
