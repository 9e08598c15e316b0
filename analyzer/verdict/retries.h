/* SPDX-License-Identifier: GPL-2.0-or-later */
/* retries - what the retries came to, in numbers and words. */
#ifndef VERDICT_RETRIES_H
#define VERDICT_RETRIES_H

#include "verdict/incidents.h"

struct retry_counts {
	uint64_t all, retried, gave_up, in_vain; /* incidents */
	struct hidden hidden;
};

/* Valid after incidents_finish(). */
struct retry_counts retries_count(const struct incidents *incidents);

/* What became of the write that was refused, in `arena`; NULL if it was not tried again. */
const char *retries_phrase(struct arena *arena, const struct incidents *incidents,
			   const struct finding *finding);

#endif
