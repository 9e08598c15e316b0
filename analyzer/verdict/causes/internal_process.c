/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "verdict/causes/list.h"

#include <errno.h>
#include <string.h>

#include "base/list.h"
#include "verdict/after.h"
#include "verdict/rules_clone.h"
#include "verdict/rules_place.h"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	if (!place_is_between(f, 2) && !place_is_old_vet(f))
		return CONFIDENCE_NONE;
	if (place_permission_refusal(f) &&
	    strcmp(place_permission_refusal(f)->r.fn, "cgroup_attach_permissions"))
		return CONFIDENCE_NONE;
	if (!f->attach->placed)
		return claim_inferred(claim,
				      "the record of the destination's controllers is not in the "
				      "log, but nothing else returns this at this point");
	if (!f->attach->place.subtree_control)
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->place_line,
		   "the destination has controllers enabled for its children (mask 0x%llx)",
		   (unsigned long long)f->attach->place.subtree_control);
	return CONFIDENCE_PROVEN;
}

/* Is one enabled for the children that does not work on threads? */
static bool has_domain_controller(const struct attach *a)
{
	static const char names[] = ",memory,blkio,hugetlb,rdma,misc,dmem,";
	const char *rest = a->log->has_header ? a->log->header.controllers : NULL, *name;
	size_t len;

	for (unsigned int bit = 0; bit < 64 && (name = list_next(&rest, &len)); bit++) {
		const char *at = len ? memmem(names, sizeof(names) - 1, name, len) : NULL;

		if (a->place.subtree_control & 1ull << bit && at && at[-1] == ',' && at[len] == ',')
			return true;
	}
	return false;
}

/* A SCHED_DEADLINE thread may be refused with the same errno, by cpuset. */
static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (f->premise.root || !is_early_of(f, 2))
		return CONFIDENCE_NONE;
	if (!a->placed || !a->place.subtree_control)
		return after_is_unsure(f, "cpuset") ?
			       CONFIDENCE_NONE :
			       claim_inferred(
				       claim,
				       !a->placed ?
					       "the record of the destination's controllers is not "
					       "in the log, but this errno has no other reason" :
					       "the destination had no controllers enabled for its "
					       "children after the write had returned, but this "
					       "errno has no other reason: they have been disabled "
					       "since");
	/* Controllers of threads alone may be enabled above processes. */
	if (!has_domain_controller(a) && after_is_unsure(f, "cpuset"))
		return CONFIDENCE_NONE;
	claim_cite(claim, a->place_line,
		   "the destination has controllers enabled for its children (mask 0x%llx)",
		   (unsigned long long)a->place.subtree_control);
	return after_only_here(f, claim);
}

static enum confidence of_clone(const struct finding *f, struct claim *claim)
{
	const struct record_clone *c = clone_of(f);

	clone_cite(claim, f,
		   "clone3() returned EBUSY, which it does only for a cgroup with controllers "
		   "enabled for its children");
	if (c->v == 2 && c->subtree_control) {
		claim_cite(claim, f->attach->clone_line,
			   "the destination has controllers enabled for its children (mask 0x%llx)",
			   (unsigned long long)c->subtree_control);
		return clone_by_errno(f, claim);
	}
	return claim_inferred(claim, "the destination had none enabled after the call had failed: "
				     "they have been disabled since");
}

/* cgroup_migrate_vet_dst(), and up to 5.6 cgroup_may_migrate_to(), let the root pass. */
static const char *impossible(const struct premise *p, struct arena *arena)
{
	(void)arena;
	return p->recorded && p->root ? "the destination is the root cgroup, which is exempt" :
					NULL;
}

static const char *possible(const struct premise *p, struct arena *arena)
{
	(void)arena;
	return p->root ?
		       "if the writer is in a cgroup namespace (a container), whose root this is: "
		       "the machine's own root cgroup is exempt" :
		       NULL;
}

const struct cause cause_internal_process = {
	.id = "internal_process",
	.title = "the destination has controllers enabled for its children (no internal processes)",
	.doors = DOOR_WRITE | DOOR_CLONE,
	.errnos = { EBUSY },
	/*
	 * The commonest refusal of cgroup v2: a nested engine or systemd has enabled controllers
	 * in the cgroup it lives in.
	 */
	.commonness = COMMONNESS_MOST,
	.kernels = { { 2, 0, 0 } },
	.kernel_words = "all, cgroup v2",
	.stage = STAGE_PERMISSION,
	.functions = { "cgroup_attach_permissions" },
	.passes = { "cgroup_migrate_vet_dst", "cgroup_migrate_prepare_dst", "cgroup_attach_task" },
	.advice_for = {
		{ "systemd",
		  "If the unit has Delegate=, its program has enabled controllers in the unit's own cgroup: set DelegateSubgroup= (systemd 254 and later), so that the processes live in a leaf." },
		{ "kubernetes",
		  "A program in the container has enabled controllers in the container's own cgroup. Let it move its processes to a leaf; recent runc and crun then exec into the cgroup of the first process." },
		{ "docker",
		  "A program in the container (systemd, dockerd, k3s) has enabled controllers in the container's own cgroup. Let it move its processes to a leaf; recent runc and crun then exec into the cgroup of the first process." },
	},
	.checks = {
		{ 2, "cat <dir>/cgroup.subtree_control",
		  "not empty: internal_process, except in the machine's own root cgroup, which is exempt" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "as long as controllers are enabled in its cgroup.subtree_control",
	.proof = "cgroup.subtree_control of the destination is not empty.",
	.advice = {
			"Processes live in leaves on cgroup v2: create a cgroup below <cgroup> and "
			"attach to that, or disable the controllers in cgroup.subtree_control of "
			"<cgroup>.",
		},
	.impossible = impossible,
	.possible = possible,
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards, .clone = of_clone },
};
