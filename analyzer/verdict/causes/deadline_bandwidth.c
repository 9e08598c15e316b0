/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>
#include <string.h>

#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_cpuset.h"

#define CPUSET "cpuset_can_attach"
#define TASK   "task_can_attach"

/* dl_bw_alloc is 5.10.y's and 6.x's, dl_cpu_busy 5.15's, dl_task_can_attach 4.14's to 5.4's. */
static bool asks_bandwidth(const char *fn)
{
	return !strcmp(fn, "dl_bw_alloc") || !strcmp(fn, "dl_cpu_busy") ||
	       !strcmp(fn, "dl_task_can_attach") || !strcmp(fn, TASK);
}

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	if (!f->function || (!asks_bandwidth(f->function) && strcmp(f->function, CPUSET)))
		return CONFIDENCE_NONE;
	const struct task *stop = find_stop(f, f->function);
	const struct answer *answer = find_refusal(f, f->function);
	bool alone = !strcmp(f->function, TASK) || !strcmp(f->function, "dl_task_can_attach");

	claim_cite(claim, stop ? stop->line : answer->line, "%s() returned %lld", f->function,
		   (long long)f->answer);
	if (!strcmp(f->function, CPUSET))
		return claim_inferred(claim,
				      "the function that refused is not in the log, but " CPUSET
				      "() has no other reason to return this");
	if (alone && stop && is_sure(f, stop))
		claim->blocker = stop;
	return f->attach->begun ?
		       CONFIDENCE_PROVEN :
		       claim_inferred(claim, "the record of the attach's beginning is lost");
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPUSET),
			  *deadline = cpuset_find(f, cpuset_is_deadline);

	if (!stop)
		return CONFIDENCE_NONE;
	cpuset_cite_return(claim, stop);
	if (!deadline)
		return claim_inferred(
			claim,
			"no SCHED_DEADLINE thread is recorded among those to be moved, but " CPUSET
			"() has no other reason to return this");
	claim_cite(claim, deadline->line, "thread %d is SCHED_DEADLINE", deadline->r.row.pid);
	if (!is_moved(f, &deadline->r.row))
		return claim_inferred(
			claim,
			"whether thread %d was to be moved is not certain, but " CPUSET
			"() has no other reason to return this",
			deadline->r.row.pid);
	return CONFIDENCE_PROVEN;
}

const struct cause cause_deadline_bandwidth = {
	.id = "deadline_bandwidth",
	.title = "the CPUs of the cpuset have no bandwidth left for the SCHED_DEADLINE threads",
	.doors = DOORS_MOVE,
	.errnos = { EBUSY },
	/* Few programs use SCHED_DEADLINE; the corpus has no report of it. */
	.commonness = COMMONNESS_RARE,
	.kernel_words = "all",
	.controller = "cpuset",
	.stage = STAGE_CONTROLLER,
	.functions = { "dl_bw_alloc", "dl_cpu_busy", "dl_task_can_attach" },
	.checks = {
		{ 0, "chrt -a -p <pid>",
		  "no SCHED_DEADLINE: not deadline_bandwidth" },
	},
	.persistence = PERSISTENCE_DEPENDS,
	.lasts = "on the other SCHED_DEADLINE threads on those CPUs",
	.proof = "dl_bw_alloc(), or the function that reserves bandwidth on that kernel, returned "
		 "EBUSY.",
	.advice = {
			"Give <cgroup> more CPUs, or lower the runtime of the SCHED_DEADLINE threads there.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
};
