/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules_lookup.h"

#define START "cgroup_procs_write_start"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	if (!lookup_found(f) || f->target->r.no_cgroup_migration ||
	    !(f->target->r.row.flags & KERNEL_PF_NO_SETAFFINITY))
		return CONFIDENCE_NONE;
	return lookup_refused(f, claim, "PF_NO_SETAFFINITY is set");
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	if (!lookup_has_target(f) || f->target->r.no_cgroup_migration ||
	    !(f->target->r.row.flags & KERNEL_PF_NO_SETAFFINITY))
		return CONFIDENCE_NONE;
	return lookup_refused_afterwards(f, claim, "PF_NO_SETAFFINITY is set");
}

static const char *ruled_out(struct finding *f)
{
	const struct task *target = lookup_judged(f);

	if (!target)
		return lookup_nothing(f);
	if (!(target->r.row.flags & KERNEL_PF_NO_SETAFFINITY))
		return "PF_NO_SETAFFINITY is not set";
	return !is_afterwards(f) && target->r.no_cgroup_migration ?
		       "no_cgroup_migration is checked first" :
		       NULL;
}

const struct cause cause_no_setaffinity = {
	.id = "no_setaffinity",
	.title = "the task is bound to its CPUs and cannot be moved (PF_NO_SETAFFINITY)",
	.doors = DOOR_WRITE,
	.errnos = { EINVAL },
	/*
	 * Scripts that move every task of a cgroup meet the kernel's per-CPU threads at once;
	 * others rarely try.
	 */
	.commonness = COMMONNESS_SELDOM,
	.commonness_by_shell = COMMONNESS_MOST,
	.kernel_words = "all",
	.stage = STAGE_LOOKUP,
	.functions = { START },
	.checks = {
		{ 0, "ps -o pid,ppid,comm -p <pid>",
		  "a PPID of 2, or PID 2 itself, is a kernel thread: no_setaffinity or kthreadd" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "the flag stays as long as the thread lives",
	.proof = START "() returned EINVAL, and the task that it found has PF_NO_SETAFFINITY.",
	.advice = {
			"<thread> is a kernel thread or a worker that the kernel keeps on its "
			"CPUs: leave it where it is. A program that moves all tasks of a cgroup "
			"must skip those that are refused for this reason.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
	.impossible = premise_of_new_process,
	.ruled_out = ruled_out,
};
