/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>
#include <string.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_clone.h"
#include "verdict/rules_place.h"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	if (!place_is_between(f, 2) && !place_is_old_vet(f))
		return CONFIDENCE_NONE;
	if (place_is_between(f, 2) && place_below_threaded(f->attach)) {
		claim_cite(claim, f->attach->place_line,
			   "the destination is a domain, and a cgroup above it is threaded or has "
			   "threaded children");
		return CONFIDENCE_PROVEN;
	}
	/* A thread alone is also refused for leaving its domain; a process only for this. */
	if (strcmp(f->attach->begin.file, "cgroup.procs"))
		return CONFIDENCE_NONE;
	if (f->attach->placed)
		return claim_inferred(claim,
				      "no cgroup above the destination was seen to be threaded, "
				      "but this errno has no other reason for a process: one above "
				      "it may hold processes and controllers of threads");
	return claim_inferred(claim, "the record of the destination's type is not in the log; this "
				     "errno has no other reason for a process");
}

/* Of a process nothing else is refused so; a thread is also for leaving its domain. */
static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;
	bool process = is_file(f, "cgroup.procs");

	if (f->premise.root || !is_early_of(f, 2) || (!process && !place_below_threaded(a)))
		return CONFIDENCE_NONE;
	if (place_below_threaded(a))
		claim_cite(claim, a->place_line,
			   "the destination is a domain, and a cgroup above it is threaded or has "
			   "threaded children");
	if (!process)
		return claim_inferred(claim, "the cgroups are shown as they were after the write "
					     "had returned; a thread that leaves its domain is "
					     "refused with the same errno");
	if (place_below_threaded(a))
		return may_be_scheduler(f) ? after_only_here(f, claim) : CONFIDENCE_PROVEN;
	return claim_inferred(
		claim, a->placed ? "no cgroup above the destination was seen to be threaded, but "
				   "this errno has no other reason for a process: one above it may "
				   "hold processes and controllers of threads" :
				   "the record of the destination's type is not in the log; this "
				   "errno has no other reason for a process");
}

static enum confidence of_clone(const struct finding *f, struct claim *claim)
{
	if (clone_is_thread(f) && !clone_below_threaded(f))
		return CONFIDENCE_NONE;
	if (clone_below_threaded(f))
		clone_cite(claim, f,
			   "the destination is a domain, and a cgroup above it is threaded or has "
			   "threaded children");
	if (clone_is_thread(f))
		return claim_inferred(
			claim, "a thread that leaves the domain of its process is refused with the "
			       "same errno");
	clone_cite(claim, f,
		   "clone3() returned EOPNOTSUPP, which it does for a new process only if the "
		   "destination is 'domain invalid'");
	if (clone_below_threaded(f))
		return clone_by_errno(f, claim);
	return claim_inferred(
		claim, "no cgroup above the destination was seen to be threaded after the call had "
		       "failed; one above it may hold processes and controllers of threads");
}

static const char *impossible(const struct premise *p, struct arena *arena)
{
	(void)arena;
	return p->recorded && p->root ?
		       "the destination is the root cgroup, above which there is none" :
		       NULL;
}

static const char *ruled_out(struct finding *f)
{
	const struct attach *a = f->attach;

	return !is_afterwards(f) && a->begin.v && a->placed && !a->place.threaded_above ?
		       "no cgroup above the destination is threaded" :
		       NULL;
}

const struct cause cause_domain_invalid = {
	.id = "domain_invalid",
	.title = "the destination is 'domain invalid': something above it is threaded",
	.doors = DOOR_WRITE | DOOR_CLONE,
	.errnos = { EOPNOTSUPP },
	/* Threaded cgroups are rare, but each makes its siblings invalid. */
	.commonness = COMMONNESS_OFTEN,
	.kernels = { { 2, KERNEL_VERSION(4, 14), 0 } },
	.kernel_words = "4.14 and later, cgroup v2",
	.stage = STAGE_PERMISSION,
	.functions = { "cgroup_attach_permissions" },
	.passes = { "cgroup_migrate_vet_dst", "cgroup_attach_task" },
	.advice_for = {
		{ "systemd",
		  "A program made a cgroup below the unit's slice threaded (cgroup.type): let it do so only below a unit of its own with Delegate=yes." },
		{ "kubernetes",
		  "A program made a cgroup of the pod threaded (cgroup.type), and its siblings can take no process any more: let it use a cgroup of its own below the container's." },
	},
	.checks = {
		{ 2, "cat <dir>/cgroup.type",
		  "\"domain invalid\": domain_invalid; \"threaded\": other_domain" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "as long as the cgroups keep their types",
	.proof = "The destination is a domain below a threaded cgroup or below the domain of threaded ones.",
	.advice = {
			"Write 'threaded' to cgroup.type of <cgroup> to make it part of that domain, or put it elsewhere (cat cgroup.type shows 'domain invalid').",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards, .clone = of_clone },
	.impossible = impossible,
	.ruled_out = ruled_out,
};
