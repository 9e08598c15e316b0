/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"
#include "verdict/rules_lookup.h"

#define START "cgroup_procs_write_start"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	if (!lookup_found(f) || !f->target->r.no_cgroup_migration)
		return CONFIDENCE_NONE;
	return lookup_refused(f, claim, "no_cgroup_migration is set");
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	if (!lookup_has_target(f) || !f->target->r.no_cgroup_migration)
		return CONFIDENCE_NONE;
	return lookup_refused_afterwards(f, claim, "no_cgroup_migration is set");
}

static const char *ruled_out(struct finding *f)
{
	const struct task *target = lookup_judged(f);

	if (!target)
		return lookup_nothing(f);
	return target->r.no_cgroup_migration ? NULL : "no_cgroup_migration is not set";
}

const struct cause cause_kthreadd = {
	.id = "kthreadd",
	.title = "the task is kthreadd, or a kernel thread that is still starting",
	.doors = DOOR_WRITE,
	.errnos = { EINVAL },
	/* One thread of the whole machine, and others for microseconds. */
	.commonness = COMMONNESS_RARE,
	.kernels = { { 0, KERNEL_VERSION(4, 9), 0 } },
	.kernel_words = "4.9 and later",
	.stage = STAGE_LOOKUP,
	.functions = { START },
	.checks = {
		{ 0, "ps -o pid,ppid,comm -p <pid>",
		  "a PPID of 2, or PID 2 itself, is a kernel thread: no_setaffinity or kthreadd" },
	},
	.persistence = PERSISTENCE_DEPENDS,
	.lasts = "kthreadd (pid 2) can never be moved; another kernel thread can be once it has "
		 "started",
	.proof = START "() returned EINVAL, and the task that it found has no_cgroup_migration "
		       "set.",
	.advice = {
			"Leave kthreadd in the root cgroup: every new kernel thread starts in "
			"kthreadd's cgroup. If this is another kernel thread, try again after it "
			"has started.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
	.impossible = premise_of_new_process,
	.ruled_out = ruled_out,
};
