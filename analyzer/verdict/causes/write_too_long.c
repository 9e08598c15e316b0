/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "verdict/after.h"
#include "verdict/rules_outside.h"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	if (!is_not_reached(f) || f->attach->begin.nbytes <= KERNFS_PAGE)
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->begin_line,
		   "%llu bytes were written at once; kernfs accepts "
		   "at most %d",
		   (unsigned long long)f->attach->begin.nbytes, KERNFS_PAGE);
	return CONFIDENCE_PROVEN;
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_refused_early(f) || !a->has_writer || a->writer.nbytes <= KERNFS_PAGE)
		return CONFIDENCE_NONE;
	claim_cite(claim, a->writer_line,
		   "%llu bytes were written at once; kernfs accepts at most "
		   "%d",
		   (unsigned long long)a->writer.nbytes, KERNFS_PAGE);
	return CONFIDENCE_PROVEN;
}

const struct cause cause_write_too_long = {
	.id = "write_too_long",
	.title = "more than a page was written at once",
	.doors = DOORS_FILE,
	.errnos = { E2BIG },
	/* The only one of its errno. */
	.commonness = COMMONNESS_RARE,
	.kernel_words = "all",
	.stage = STAGE_KERNFS,
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "the same write is refused every time",
	.proof = "kernfs refused a write of more than 4096 bytes.",
	.advice = {
			"Write one number at a time.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
	.impossible = premise_of_plain_write,
};
