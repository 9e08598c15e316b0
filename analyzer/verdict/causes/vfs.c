/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "verdict/rules_outside.h"

static enum confidence outside(const struct finding *f, struct claim *claim)
{
	const struct record_write *w = &f->attach->write;

	if (!is_outside(f))
		return CONFIDENCE_NONE;
	const char *wrong = outside_bad_argument(f);

	if (!wrong && (!outside_has_parts(f) || !outside_is_cgroup(w) ||
		       w->seccomp == SECCOMP_FILTER || w->ptrace))
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->begin_line, "system call %u, count %lld, position %lld%s%s",
		   w->nr, (long long)w->count, (long long)w->pos, wrong ? ": " : "",
		   wrong ? wrong : "");
	return wrong ? CONFIDENCE_PROVEN :
		       claim_inferred(claim, "the lengths of the parts are not recorded; there is "
					     "neither a filter nor a tracer, and the file is the "
					     "kernel's: one length must be invalid");
}

static const char *ruled_out(struct finding *f)
{
	return f->attach->outside && !cause_is_unexplained(f->cause) ?
		       "the arguments of the call were valid" :
		       NULL;
}

const struct cause cause_vfs = {
	.id = "vfs",
	.title = "the system call's own arguments are wrong",
	.doors = DOORS_FILE,
	.errnos = { EINVAL },
	/* Programs write with write(2). */
	.commonness = COMMONNESS_RARE,
	.kernel_words = "all",
	.stage = STAGE_OUTSIDE,
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "the same call is refused every time",
	.proof = "The call never entered kernfs, and its position is negative or its count too large.",
	.advice = {
			"Use write(2), or a position of 0 or more and a count that fits.",
		},
	.rules = { .on_the_way = outside, .afterwards = outside },
	.impossible = premise_of_plain_write,
	.ruled_out = ruled_out,
};
