/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>
#include <string.h>

#include "verdict/after.h"
#include "verdict/rules.h"

#define PREPARE "cgroup_migrate_prepare_dst"

static bool is_fresh_memory(const char *fn)
{
	return !strcmp(fn, PREPARE) || !strcmp(fn, "cgroup_attach_permissions") ||
	       !strcmp(fn, "cgroup_procs_write_permission");
}

static enum confidence infer_no_buffer(struct claim *claim)
{
	return claim_inferred(claim, "kernfs refused before the text reached the cgroup code: it "
				     "had no memory for it");
}

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct answer *attach = find_refusal(f, "cgroup_attach_task");

	if (f->function && is_fresh_memory(f->function)) {
		const struct task *stop = find_stop(f, f->function);

		claim_cite(claim, stop ? stop->line : find_refusal(f, f->function)->line,
			   "%s() returned %lld", f->function, (long long)f->answer);
		return f->attach->begun ?
			       CONFIDENCE_PROVEN :
			       claim_inferred(claim,
					      "the record of the attach's beginning is lost");
	}
	if (is_early(f) && !f->attach->begin.reached && f->attach->complete && !f->function)
		return infer_no_buffer(claim);
	if (attach && f->attach->complete && f->stage == STAGE_MIGRATION)
		return claim_inferred(
			claim, "cgroup_attach_task() returned this before any controller was "
			       "called");
	return CONFIDENCE_NONE;
}

static bool may_be_charge(const struct finding *f, struct claim *claim)
{
	return may_have_refused(f, "memory") &&
	       !cause_impossible(&cause_memory_charge, &f->premise, claim->arena);
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	if (!is_refused_early(f))
		return CONFIDENCE_NONE;
	if (f->stage == STAGE_KERNFS)
		return infer_no_buffer(claim);
	bool charge = may_be_charge(f, claim);

	if (charge || may_be_scheduler(f)) {
		claim_fact(claim,
			   "there was no memory for the move itself, or %s: the record of a "
			   "controller that refused may be lost",
			   charge ? "none to be charged to the destination" :
				    "a sched_ext scheduler returned this");
		return CONFIDENCE_NONE;
	}
	claim_cite(claim, f->attach->end_line,
		   f->attach->accounted ? "no controller refused" :
					  "no controller is known to have refused, and none that "
					  "may have, with its record lost, returns this");
	return claim_inferred(claim, "the kernel returns this for nothing else");
}

static enum confidence of_clone(const struct finding *f, struct claim *claim)
{
	(void)f;
	return claim_inferred(claim,
			      "there was no memory for the new process or for its place in the "
			      "cgroup, or it was created in a pid namespace whose first process "
			      "has ended");
}

const struct cause cause_out_of_memory = {
	.id = "out_of_memory",
	.title = "the kernel had no memory for the move itself",
	.doors = DOORS_ALL,
	.errnos = { ENOMEM },
	/* Small allocations of the kernel hardly ever fail. */
	.commonness = COMMONNESS_RARE,
	.kernel_words = "all",
	.stage = STAGE_MIGRATION,
	.any_stage = true,
	.functions = { PREPARE },
	.checks = {
		{ 0, "sudo dmesg | grep \"allocation failure\"",
		  "a line of that moment: out_of_memory is likely" },
	},
	.persistence = PERSISTENCE_TRANSIENT,
	.lasts = "as long as the machine is out of memory",
	.proof = "cgroup_migrate_prepare_dst() or the permission check returned ENOMEM. From a "
		 "log of format 4, which today's recorder writes, it is inferred at most.",
	.advice = {
			"The machine was short of kernel memory: see dmesg for allocation failures, and try again.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards, .clone = of_clone },
};
