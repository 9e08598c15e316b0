/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/rules_clone.h"

#include "facts/kernel.h"
#include "verdict/after.h"

const struct record_clone *clone_of(const struct finding *f)
{
	return &f->attach->clone;
}

void clone_cite(struct claim *claim, const struct finding *f, const char *what)
{
	claim_cite(claim, f->attach->clone_line, "%s", what);
}

enum confidence clone_by_errno(const struct finding *f, struct claim *claim)
{
	if (may_have_scheduler(f))
		return claim_inferred(claim, "a sched_ext scheduler, if one is loaded, may refuse "
					     "a new process with any errno");
	return CONFIDENCE_PROVEN;
}

bool clone_is_thread(const struct finding *f)
{
	return clone_of(f)->flags & KERNEL_CLONE_THREAD;
}

bool clone_below_threaded(const struct finding *f)
{
	const struct record_clone *c = clone_of(f);

	return c->v == 2 && c->domain && c->threaded_above;
}
