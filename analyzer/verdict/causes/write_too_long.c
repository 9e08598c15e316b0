/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "verdict/after.h"
#include "verdict/rules_outside.h"

/* The errno says that it was too long: nothing else has it. */
static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_not_reached(f) || a->begin.nbytes <= KERNFS_PAGE_MIN)
		return CONFIDENCE_NONE;
	outside_cite_too_long(f, claim, a->begin_line, a->begin.nbytes);
	return CONFIDENCE_PROVEN;
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_refused_early(f) || !a->has_writer || a->writer.nbytes <= KERNFS_PAGE_MIN)
		return CONFIDENCE_NONE;
	outside_cite_too_long(f, claim, a->writer_line, a->writer.nbytes);
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
	.proof = "kernfs refused a write of more than a page (4096 bytes on x86-64; 4096, 16384 or 65536 on arm64).",
	.advice = {
			"Write one number at a time.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
	.impossible = premise_of_plain_write,
};
