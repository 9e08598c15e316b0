/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules_clone.h"
#include "verdict/rules_place.h"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	if (!place_is_between(f, 2) || !(f->attach->begin.rflags & KERNEL_NSDELEGATE))
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->begin_line, "the hierarchy is mounted with nsdelegate");
	return place_refused_permission(f, claim);
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_early_of(f, 2) || !a->has_writer || !(a->writer.rflags & KERNEL_NSDELEGATE))
		return CONFIDENCE_NONE;
	claim_cite(claim, a->writer_line, "the hierarchy is mounted with nsdelegate");
	claim_cite(claim, a->end_line, "only the permission check makes a write return ENOENT");
	return may_be_scheduler(f) ? after_only_here(f, claim) : CONFIDENCE_PROVEN;
}

static enum confidence of_clone(const struct finding *f, struct claim *claim)
{
	const struct record_clone *c = clone_of(f);

	if (c->v != 2 || c->dead)
		return CONFIDENCE_NONE;
	clone_cite(claim, f,
		   "clone3() returned ENOENT, and the destination still existed after the call had "
		   "failed");
	return claim_inferred(claim, "clone3() returns ENOENT for a removed cgroup and for one "
				     "outside the caller's cgroup namespace");
}

const struct cause cause_outside_cgroup_namespace = {
	.id = "outside_cgroup_namespace",
	.title = "source or destination is outside the opener's cgroup namespace",
	.doors = DOOR_WRITE | DOOR_CLONE,
	.errnos = { ENOENT },
	/* It needs nsdelegate and a writer in a container that reaches outside. */
	.commonness = COMMONNESS_SELDOM,
	.kernels = { { 2, KERNEL_VERSION(4, 13), 0 } },
	.kernel_words = "4.13 and later, cgroup v2 mounted with nsdelegate",
	.stage = STAGE_PERMISSION,
	.functions = { "cgroup_procs_write_permission", "cgroup_attach_permissions" },
	.checks = {
		{ 2, "grep nsdelegate /proc/mounts",
		  "nothing: not outside_cgroup_namespace" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "as long as the namespace stays as it is",
	.proof = "The permission check (cgroup_procs_write_permission() or its caller) returned "
		 "ENOENT on a hierarchy mounted with nsdelegate.",
	.advice = {
			"Open the file from a process whose cgroup namespace contains both cgroups, usually on the host.",
		},
	.advice_at = { DOOR_CLONE, "Call clone3() in a process whose cgroup namespace contains both cgroups, usually on the host." },
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards, .clone = of_clone },
};
