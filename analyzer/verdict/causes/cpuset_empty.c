/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>
#include <string.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_clone.h"
#include "verdict/rules_cpuset.h"

#define CPUSET	 "cpuset_can_attach"
#define TASK	 "task_can_attach"
#define SECURITY "security_task_setscheduler"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, CPUSET);
	const struct answer *answer = find_refusal(f, CPUSET);

	if (!f->function || strcmp(f->function, CPUSET))
		return CONFIDENCE_NONE;
	claim_cite(claim, stop ? stop->line : answer->line, CPUSET "() returned %lld",
		   (long long)f->answer);
	if (f->attach->begun && f->attach->complete && did_not_refuse(f, TASK) &&
	    did_not_refuse(f, SECURITY))
		return CONFIDENCE_PROVEN;
	return claim_inferred(
		claim, "records of this attach are lost, or not every function was watched; " CPUSET
		       "() has no other reason to return this");
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPUSET);

	if (!stop)
		return CONFIDENCE_NONE;
	cpuset_cite_return(claim, stop);
	claim_cite(claim, stop->line, "it has no other reason to return this");
	return CONFIDENCE_PROVEN;
}

/* NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
#define CLONE_NAMESPACES 0x7e020080ull

static enum confidence of_clone(const struct finding *f, struct claim *claim)
{
	if (clone_of(f)->flags & CLONE_NAMESPACES) {
		claim_fact(claim, "namespaces were to be created as well: there may be too many of "
				  "them (user.max_*_namespaces, or 32 levels)");
		return CONFIDENCE_NONE;
	}
	if (!kernel_is(f, KERNEL_VERSION(6, 1), UINT32_MAX))
		return CONFIDENCE_NONE;
	return claim_inferred(
		claim,
		"no namespace was to be created, and nothing else is known to return this; %s",
		kernel_is(f, 1, KERNEL_VERSION(6, 5)) ?
			"but before 6.5 only late stable kernels check the cpuset of a new process "
			"(cpuset_can_fork)" :
			"cpuset_can_fork() checks a new process whose cpuset differs from its "
			"parent's");
}

const struct cause cause_cpuset_empty = {
	.id = "cpuset_empty",
	.title = "the cpuset has no CPUs or no memory nodes",
	.doors = DOORS_ALL,
	.errnos = { ENOSPC },
	/* The only one of its errno, and the first thing that a hand-made cpuset of v1 meets. */
	.commonness = COMMONNESS_MOST,
	.kernels = { { 1, 0, 0 }, { 2, KERNEL_VERSION(6, 1), 0 } },
	.kernel_words = "all, cgroup v1; from 6.1 on also v2 without any effective CPU",
	.controller = "cpuset",
	.stage = STAGE_CONTROLLER,
	.functions = { CPUSET },
	.passes = { "cpuset_can_attach_check" },
	.checks = {
		{ 1, "cat <dir>/cpuset.cpus <dir>/cpuset.mems",
		  "an empty line: cpuset_empty" },
		{ 2, "cat <dir>/cpuset.cpus.effective <dir>/cpuset.mems.effective",
		  "an empty line: cpuset_empty" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "until cpuset.cpus and cpuset.mems are set",
	.proof = CPUSET "() returned ENOSPC before it checked any thread.",
	.advice = {
			"Write cpuset.cpus and cpuset.mems of <cgroup> first: on cgroup v1 a new cpuset has neither (cgroup.clone_children=1 above copies them).",
		},
	.advice_at = { DOOR_CLONE, "No CPU is left in <cgroup>: look at cpuset.cpus.effective there and above." },
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards, .clone = of_clone },
};
