/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/machine.h"
#include "verdict/after.h"
#include "verdict/rules_outside.h"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	size_t page = machine_page(f->attach->log->header.machine);

	if (!is_not_reached(f) || (page && f->attach->begin.nbytes > page))
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->begin_line,
		   "kernfs refused before the text reached the cgroup code");
	return CONFIDENCE_PROVEN;
}

/*
 * A page that is not in memory cannot be read by the recorder either, and a writer that is killed while the kernel
 * copies its text gets the same errno: this is never proven.
 */
static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_refused_early(f) || !a->has_writer)
		return CONFIDENCE_NONE;
	if (a->writer.reached || a->writer.from) {
		claim_fact(claim,
			   a->writer.from ?
				   "the text could be read right afterwards: the writer was killed "
				   "while the kernel copied it, or the memory has changed since" :
				   "the write had reached the cgroup code");
		return CONFIDENCE_NONE;
	}
	claim_cite(claim, a->writer_line,
		   "kernfs refused before the text reached the cgroup code, and the recorder could "
		   "not read the text either");
	return claim_inferred(
		claim,
		"a writer that is killed while the kernel copies its text gets the same errno");
}

const struct cause cause_bad_buffer = {
	.id = "bad_buffer",
	.title = "the text could not be read from the writer's memory",
	.doors = DOORS_FILE,
	.errnos = { EFAULT },
	/* The only one of its errno. */
	.commonness = COMMONNESS_RARE,
	.kernel_words = "all",
	.stage = STAGE_KERNFS,
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "the same write is refused every time",
	.proof = "kernfs refused the write before the text reached the cgroup code. From a log of "
		 "format 4, which today's recorder writes, it is inferred at most.",
	.advice = {
			"The writer passed a bad pointer, which is a bug in that program.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
	.impossible = premise_of_plain_write,
};
