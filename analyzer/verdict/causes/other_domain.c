/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_clone.h"
#include "verdict/rules_place.h"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct record_place *place = &f->attach->place;

	if (!place_is_between(f, 2) || !is_file(f, "cgroup.threads") || !f->attach->placed ||
	    place_below_threaded(f->attach) || place->same_domain)
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->place_line,
		   "the thread comes from a cgroup of another domain");
	if (!place->domain)
		return CONFIDENCE_PROVEN;
	return claim_inferred(
		claim, "the destination is a domain of its own; if a cgroup above it holds "
		       "processes and controllers of threads, that is a reason to refuse as well");
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_early_of(f, 2) || !is_file(f, "cgroup.threads") || !a->placed ||
	    place_below_threaded(a) || a->place.same_domain)
		return CONFIDENCE_NONE;
	claim_cite(claim, a->place_line, "the thread comes from a cgroup of another domain");
	return claim_inferred(
		claim,
		a->place.domain ?
			"the destination is a domain of its own; if a cgroup above it holds "
			"processes and controllers of threads, that is a reason to refuse as well" :
			"the cgroups are shown as they were after the write had returned; a "
			"destination that is not a valid domain is refused with the same errno");
}

static enum confidence of_clone(const struct finding *f, struct claim *claim)
{
	const struct record_clone *c = clone_of(f);

	if (!clone_is_thread(f) || clone_below_threaded(f) || c->v != 2 || c->same_domain)
		return CONFIDENCE_NONE;
	clone_cite(claim, f,
		   "a thread was to be created (CLONE_THREAD), and its process is in a cgroup of "
		   "another domain");
	return claim_inferred(claim, "the cgroups are shown as they were after the call had "
				     "failed; a destination that is not a valid domain is refused "
				     "with the same errno");
}

static const char *ruled_out(struct finding *f)
{
	return f->attach->has_clone && !clone_is_thread(f) ?
		       "a process was to be created, not a thread" :
		       NULL;
}

const struct cause cause_other_domain = {
	.id = "other_domain",
	.title = "the thread would leave the domain of its process",
	.doors = DOOR_WRITE | DOOR_CLONE,
	.errnos = { EOPNOTSUPP },
	/* It takes a write to cgroup.threads, or a thread that is created into another cgroup. */
	.commonness = COMMONNESS_SELDOM,
	.kernels = { { 2, KERNEL_VERSION(4, 14), 0 } },
	.kernel_words = "4.14 and later, cgroup v2, cgroup.threads, and clone3() of a thread",
	.files = { "cgroup.threads" },
	.stage = STAGE_PERMISSION,
	.functions = { "cgroup_attach_permissions" },
	.passes = { "cgroup_migrate_vet_dst", "cgroup_threads_write", "__cgroup_procs_write" },
	.checks = {
		{ 2, "cat <dir>/cgroup.type",
		  "\"domain invalid\": domain_invalid; \"threaded\": other_domain" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "as long as the process is in another domain",
	.proof = "Source and destination of a write to cgroup.threads are not in the same domain.",
	.advice = {
			"Move the whole process to the domain first (cgroup.procs of the threaded root), then its threads to threaded cgroups below it.",
		},
	.advice_at = { DOOR_CLONE, "Create the thread in the domain of its process, or start it as a process of its own." },
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards, .clone = of_clone },
	.ruled_out = ruled_out,
};
