/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>
#include <string.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_cpuset.h"

#define CPU	 "cpu_cgroup_can_attach"
#define CPUSET	 "cpuset_can_attach"
#define TASK	 "task_can_attach"
#define SECURITY "security_task_setscheduler"

/* From 5.15 to 6.5, and in stable kernels of that time, task_can_attach() looks at DEADLINE as well. */
static enum confidence deadline_alone(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, TASK);

	if (!stop || !is_sure(f, stop) || !cpuset_is_deadline(&stop->r.row) ||
	    cpuset_is_bound(&stop->r.row) ||
	    !kernel_is(f, KERNEL_VERSION(5, 10), KERNEL_VERSION(6, 6)))
		return CONFIDENCE_NONE;
	claim->blocker = stop;
	claim_cite(claim, stop->line, TASK "() returned %d for thread %d, policy SCHED_DEADLINE",
		   stop->r.ret, stop->r.row.pid);
	return claim_inferred(claim, "not every kernel of this release has this check, but the "
				     "function has no other reason to refuse this thread");
}

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct task *first;

	if (!f->function || strcmp(f->function, CPUSET) || is_absent(f, TASK))
		return f->function && !strcmp(f->function, TASK) ? deadline_alone(f, claim) :
								   CONFIDENCE_NONE;
	if (!did_not_refuse(f, TASK) || !did_not_refuse(f, SECURITY) ||
	    cpuset_count(f, cpuset_is_bound, &first) || !f->attach->begun ||
	    !cause_has_kernel(&cause_cpuset_deadline, f->attach->log->version))
		return CONFIDENCE_NONE;
	if (!cpuset_count(f, cpuset_is_deadline, &first)) {
		claim_fact(claim, CPUSET "() refused no thread individually, and no SCHED_DEADLINE "
					 "thread is among those recorded");
		return CONFIDENCE_NONE;
	}
	claim_cite(claim, first->line,
		   "thread %d is SCHED_DEADLINE; " TASK "() and " SECURITY "() refused no thread",
		   first->r.row.pid);
	if (kernel_is(f, 0, KERNEL_VERSION(6, 13)))
		return CONFIDENCE_PROVEN;
	return claim_inferred(claim, "on kernels up to 6.12 " CPUSET
				     "() has no other reason; later ones were not examined");
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPUSET),
			  *deadline = cpuset_find(f, cpuset_is_deadline);

	if (!stop || !cause_has_kernel(&cause_cpuset_deadline, f->attach->log->version) ||
	    !has_thread(stop, claim) || cpuset_is_bound(&stop->r.row))
		return CONFIDENCE_NONE;
	if (!deadline) {
		claim_fact(claim, "the thread at which " CPUSET
				  "() ended may change its CPUs, and no SCHED_DEADLINE thread is "
				  "recorded among those to be moved");
		return CONFIDENCE_NONE;
	}
	claim_cite(claim, deadline->line, "thread %d is SCHED_DEADLINE%s", deadline->r.row.pid,
		   is_moved(f, &deadline->r.row) ? "" : ", and may have been to be moved");
	cpuset_cite_return(claim, stop);
	return claim_inferred(claim,
			      "thread %d, at which it ended, may change its CPUs; a security "
			      "module could return EINVAL, but none of the kernel's own does",
			      stop->r.row.pid);
}

static const char *ruled_out(struct finding *f)
{
	const struct row *row = stop_row(f);

	if (!row || (strcmp(f->function, TASK) && !is_afterwards(f)) || !cpuset_is_bound(row))
		return NULL;
	return arena_printf(&f->arena, "thread %d was refused individually", row->pid);
}

static const char *possible(const struct premise *p, struct arena *arena)
{
	(void)arena;
	return p->version < KERNEL_VERSION(6, 10) ? NULL :
						    "hardly: since 6.10 (commit 2125c0034c5d) a "
						    "CPU that goes offline leaves the "
						    "cpuset before an attach can look";
}

const struct cause cause_cpuset_deadline = {
	.id = "cpuset_deadline",
	.title = "SCHED_DEADLINE threads, and a cpuset without an active CPU for them",
	.doors = DOORS_MOVE,
	.errnos = { EINVAL },
	/* Few programs use SCHED_DEADLINE; the corpus has no report of it. */
	.commonness = COMMONNESS_RARE,
	.kernels = { { 0, KERNEL_VERSION(5, 10), KERNEL_VERSION(5, 11) },
		     { 0, KERNEL_VERSION(5, 15), KERNEL_VERSION(5, 16) },
		     { 0, KERNEL_VERSION(6, 0), 0 } },
	.kernel_words = "6.0 and later, late stable 5.10 and 5.15",
	.controller = "cpuset",
	.stage = STAGE_CONTROLLER,
	.functions = { CPUSET, TASK },
	.passes = { "dl_task_can_attach", "dl_cpu_busy" },
	.checks = {
		{ 0, "chrt -a -p <pid>",
		  "no SCHED_DEADLINE: not cpuset_deadline" },
	},
	.persistence = PERSISTENCE_DEPENDS,
	.lasts = "until a CPU of the destination is online",
	.proof = CPUSET "() returned EINVAL although it refused no thread individually, and one of "
			"them is SCHED_DEADLINE. From a log of "
			"format 4, which today's recorder writes, it is inferred at most.",
	.advice = {
			"Give <cgroup> a CPU that is online (cpuset.cpus), or bring one of its CPUs online.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
	.ruled_out = ruled_out,
	.possible = possible,
};
