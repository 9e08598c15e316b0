/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"

#define BLKCG "blkcg_can_attach"

static bool is_gone(const struct finding *f)
{
	return cause_removed(&cause_io_context_shared, f->attach->log->version);
}

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, BLKCG);
	const struct answer *answer = find_refusal(f, BLKCG);

	if ((!stop && !answer) || is_gone(f))
		return CONFIDENCE_NONE;
	if (stop && !belongs(f, &stop->r.row)) {
		claim_fact(claim, "the records contradict each other: the thread at which the walk "
				  "stopped is not one of those to be moved");
		return CONFIDENCE_NONE;
	}
	claim_cite(claim, stop ? stop->line : answer->line, BLKCG "() returned %lld",
		   (long long)f->answer);
	if (!stop || !is_sure(f, stop))
		return claim_inferred(claim, "%s; " BLKCG "() has no other reason to refuse",
				      why_unsure(f, stop));
	claim->blocker = stop;
	claim_cite(claim, stop->line,
		   "its walk stopped at thread %d, whose io_context has %u users", stop->r.row.pid,
		   stop->r.ioc);
	if (stop->r.ioc > 1)
		return CONFIDENCE_PROVEN;
	return claim_inferred(claim,
			      "the io_context was no longer shared when it was read, but " BLKCG
			      "() has no other reason to refuse");
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, BLKCG);

	if (!stop || is_gone(f))
		return CONFIDENCE_NONE;
	if (!has_thread(stop, claim)) {
		claim_cite(claim, stop->line, BLKCG "() returned %d", stop->r.ret);
		return claim_inferred(claim, BLKCG "() has no other reason to refuse");
	}
	claim->blocker = stop;
	claim_cite(claim, stop->line,
		   BLKCG "() returned %d at thread %d, whose io_context has %u user%s", stop->r.ret,
		   stop->r.row.pid, stop->r.ioc, stop->r.ioc == 1 ? "" : "s");
	if (stop->r.ioc > 1)
		return CONFIDENCE_PROVEN;
	return claim_inferred(claim,
			      "the io_context was no longer shared when it was read, but " BLKCG
			      "() has no other reason to refuse");
}

const struct cause cause_io_context_shared = {
	.id = "io_context_shared",
	.title = "a thread shares its io_context with another process (CLONE_IO)",
	.doors = DOORS_MOVE,
	.errnos = { EINVAL },
	/* Hardly any program uses CLONE_IO. */
	.commonness = COMMONNESS_RARE,
	.kernels = { { 0, 0, KERNEL_VERSION(5, 14) } },
	.kernel_words = "up to 5.13",
	.controller = "blkio",
	.stage = STAGE_CONTROLLER,
	.functions = { BLKCG },
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "as long as both processes live",
	.proof = "blkcg_can_attach() returned EINVAL at a thread whose io_context has more than "
		 "one user.",
	.advice = {
			"<thread> was created by clone(CLONE_IO), or created another thread that "
			"way: it cannot change its blkio (io) cgroup while they share. Attach "
			"before that clone, or do not use CLONE_IO.",
			"Linux 5.14 (commit b5f3352e0868) and later do not have this check.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
};
