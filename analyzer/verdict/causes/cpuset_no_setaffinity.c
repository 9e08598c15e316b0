/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every kernel refuses a thread that has the flag; which threads have it depends on the kernel, and of a recorded
 * refusal the log shows the thread.
 */
#include "verdict/causes/list.h"

#include <errno.h>
#include <string.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_cpuset.h"

#define CPUSET "cpuset_can_attach"
#define TASK   "task_can_attach"

/* By what the other threads look like, if the record of the refusal itself does not tell. */
static enum confidence bound_by_table(const struct finding *f, struct claim *claim)
{
	const struct task *bound, *deadline;
	size_t n = cpuset_count(f, cpuset_is_bound, &bound);

	if (!n || !f->attach->begun || cpuset_count(f, cpuset_is_deadline, &deadline))
		return CONFIDENCE_NONE;
	claim->blocker = n == 1 ? bound : NULL;
	claim_cite(claim, bound->line, "thread %d (%s) has PF_NO_SETAFFINITY", bound->r.row.pid,
		   bound->r.row.comm);
	return claim_inferred(claim, "the record of the refused thread is not in the log; " TASK
				     "() refuses every thread with this flag");
}

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, TASK), *whole = find_stop(f, CPUSET);

	if (!refused_by(f, CPUSET) && !refused_by(f, TASK))
		return CONFIDENCE_NONE;
	if (stop && is_sure(f, stop))
		return cpuset_is_bound(&stop->r.row) ? cpuset_refused_one(f, claim, TASK) :
						       CONFIDENCE_NONE;
	if (f->function && strcmp(f->function, TASK) && strcmp(f->function, CPUSET))
		return CONFIDENCE_NONE;
	if (did_not_refuse(f, TASK))
		return CONFIDENCE_NONE;
	if (!stop && whole && is_sure(f, whole) && cpuset_is_bound(&whole->r.row)) {
		claim->blocker = whole;
		claim_cite(claim, whole->line,
			   "the walk of " CPUSET
			   "() ended at thread %d (%s), which has PF_NO_SETAFFINITY",
			   whole->r.row.pid, whole->r.row.comm);
		return claim_inferred(claim, "the return value of " TASK "() is not in the log");
	}
	return bound_by_table(f, claim);
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPUSET),
			  *deadline = cpuset_find(f, cpuset_is_deadline);

	if (!stop || !has_thread(stop, claim) || !cpuset_is_bound(&stop->r.row))
		return CONFIDENCE_NONE;
	claim->blocker = stop;
	claim_cite(claim, stop->line,
		   CPUSET "() returned %d at thread %d (%s), which has PF_NO_SETAFFINITY",
		   stop->r.ret, stop->r.row.pid, stop->r.row.comm);
	if (!is_alone(f, stop) && !has_whole_group(f, stop))
		return claim_inferred(
			claim,
			"%s: if the flag was set just now, a SCHED_DEADLINE one may be the reason",
			stop->r.same ?
				"the threads to be moved were recorded at an earlier refusal" :
				"not every thread to be moved is recorded");
	/* A worker sets the flag itself when it begins to run. */
	if (deadline)
		return claim_inferred(claim,
				      "thread %d is SCHED_DEADLINE: if the flag was set just now, "
				      "that may be the reason",
				      deadline->r.row.pid);
	return CONFIDENCE_PROVEN;
}

/* From 6.3 on (a5fc1441af77, 01e68ce08a30) only threads that no container has are kept on their CPUs. */
static const char *impossible(const struct premise *p, struct arena *arena)
{
	/* Below cgroup.subtree_control there may be kernel threads that were bound after they had been moved. */
	if (p->recorded || p->door == DOOR_SUBTREE_CONTROL || p->version < KERNEL_VERSION(6, 3))
		return NULL;
	return arena_printf(arena, "kernel %s keeps no io_uring worker on its CPUs (since 6.3)",
			    p->release);
}

static const char *ruled_out(struct finding *f)
{
	const struct row *row = stop_row(f);

	if (!row || cpuset_is_bound(row))
		return NULL;
	return arena_printf(&f->arena, "thread %d, the last that was checked, may change its CPUs",
			    row->pid);
}

static const char *possible(const struct premise *p, struct arena *arena)
{
	if (p->door == DOOR_SUBTREE_CONTROL)
		return "if a process below has such a thread, or a kernel thread there is bound to "
		       "its CPUs";
	return arena_printf(arena, "on %s", cause_cpuset_no_setaffinity.kernel_words);
}

const struct cause cause_cpuset_no_setaffinity = {
	.id = "cpuset_no_setaffinity",
	.title = "a thread of the group may not change its CPUs (an io_uring worker)",
	.doors = DOORS_MOVE,
	.errnos = { EINVAL },
	/*
	 * Few programs use io_uring and are moved to another cpuset; no published report is
	 * known.
	 */
	.commonness = COMMONNESS_SELDOM,
	.kernel_words = "5.12 to 6.2, and stable kernels with the io_uring of 5.15 (Debian's 5.10)",
	.controller = "cpuset",
	.stage = STAGE_CONTROLLER,
	.functions = { TASK, CPUSET },
	.checks = {
		{ 0, "ps -L -o tid,comm -p <pid>",
		  "a thread iou-sqp or iou-wrk: cpuset_no_setaffinity" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "as long as that thread lives; this is not a race",
	.proof = "task_can_attach() returned EINVAL for a thread that has PF_NO_SETAFFINITY.",
	.advice = {
			"<thread> makes every move of its process to another cpuset fail. An "
			"io_uring thread (iou-sqp, iou-wrk) ends when the process closes its ring: "
			"attach before the ring is created.",
			"Linux 6.3 (commits 01e68ce08a30 and a5fc1441af77, also in 6.1.110) no "
			"longer sets the flag on such threads.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
	.impossible = impossible,
	.ruled_out = ruled_out,
	.possible = possible,
};
