/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_cpu.h"

#define CPU "cpu_cgroup_can_attach"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, CPU);

	if (!kernel_is(f, KERNEL_VERSION(4, 8), KERNEL_VERSION(5, 4)) || cpu_has_rt_groups(f) ||
	    !stop || !is_sure(f, stop))
		return CONFIDENCE_NONE;
	const struct row *row = &stop->r.row;

	if (row->state == KERNEL_TASK_NEW ||
	    (!cpu_is_unfair(row) && row->prio >= KERNEL_MAX_RT_PRIO))
		return CONFIDENCE_NONE;
	cpu_cite_priority(claim, stop);
	if (!cpu_is_unfair(row))
		return cpu_infer_inherited(claim);
	if (kernel_is(f, KERNEL_VERSION(4, 9), KERNEL_VERSION(4, 10)))
		return claim_inferred(claim,
				      "late stable kernels of 4.9 may lack the check, but " CPU
				      "() has no other reason to refuse this thread");
	return CONFIDENCE_PROVEN;
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPU);

	if (!stop || !cpu_tests_class(f) || !has_thread(stop, claim) ||
	    !cpu_is_real_time(&stop->r.row) || cpu_may_be_new(f, stop, claim))
		return CONFIDENCE_NONE;
	const struct row *row = &stop->r.row;

	cpu_cite_priority_afterwards(claim, f, stop);
	if (is_fair(row))
		return cpu_infer_inherited(claim);
	if (kernel_is(f, KERNEL_VERSION(4, 9), KERNEL_VERSION(4, 10)))
		return claim_inferred(claim,
				      "late stable kernels of 4.9 may lack the check, but " CPU
				      "() has no other reason to refuse this thread");
	if (is_old(stop))
		return CONFIDENCE_PROVEN;
	return cpu_infer_not_new(claim);
}

static const char *ruled_out(struct finding *f)
{
	return cpu_not_of_real_time(f, "is of the fair class");
}

const struct cause cause_non_fair_class = {
	.id = "non_fair_class",
	.title = "a thread that is not of the fair scheduling class",
	.doors = DOORS_MOVE,
	.errnos = { EINVAL },
	/* As rt_group, on kernels that are old by now. */
	.commonness = COMMONNESS_OFTEN,
	.commonness_at = { DOOR_SUBTREE_CONTROL, COMMONNESS_SELDOM },
	.kernels = { { 0, 0, KERNEL_VERSION(5, 4) } },
	.kernel_words = "up to 5.3 without CONFIG_RT_GROUP_SCHED; late stable 4.x may lack the "
			"check",
	.excludes = CONFIG_RT_GROUP_SCHED,
	.controller = "cpu",
	.stage = STAGE_CONTROLLER,
	.functions = { CPU },
	.checks = {
		{ 0, "chrt -a -p <pid>",
		  "SCHED_FIFO, SCHED_RR or SCHED_DEADLINE: non_fair_class is possible" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "until the thread's policy is changed",
	.proof = CPU "() returned EINVAL at a thread of policy SCHED_FIFO, SCHED_RR or "
		     "SCHED_DEADLINE that was not TASK_NEW.",
	.advice = {
			"Make <thread> SCHED_OTHER (chrt -o -p 0), move the process, and set the policy again.",
			"Linux 5.4 (commit a07db5c08657) and later move such threads.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
	.ruled_out = ruled_out,
};
