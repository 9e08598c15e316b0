/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

const struct cause cause_unexplained = {
	.id = "unexplained",
	.title = "no known cause fits",
	.doors = DOORS_ALL,
	/* No line is left to it. */
	.commonness = COMMONNESS_RARE,
	.kernel_words = "all",
	.persistence = PERSISTENCE_DEPENDS,
	.lasts = "not known; if a retry succeeds it was a race, if none ever does it was not",
	.proof = "No other cause holds, or the records are not sufficient to decide.",
	.advice = {
			"If the same write fails again and again, the cause is not a race: look at the function that refused. If a retry succeeds, it was one.",
		},
};
