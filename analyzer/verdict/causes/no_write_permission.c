/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_clone.h"
#include "verdict/rules_place.h"

#define START "cgroup_procs_write_start"

static bool is_permission(const struct finding *f)
{
	return place_is_between(f, 2) || (!f->attach->begun && place_permission_refusal(f));
}

/* Old kernels ask for the task's owner first, and refuse with the same errno. */
static bool may_be_owner(const struct finding *f, bool passed)
{
	return f->answer == -EACCES && !passed && place_may_ask_owner(f);
}

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct record_attach *b = &f->attach->begin;
	bool passed =
		f->attach->begun && place_both_may_move(target_of(f, START), b->fuid, b->euid);

	if (!is_permission(f) || may_be_owner(f, passed))
		return CONFIDENCE_NONE;
	if (f->attach->begun)
		claim_cite(claim, f->attach->begin_line, "the file was opened by uid %u",
			   f->attach->begin.fuid);
	return place_refused_permission(f, claim);
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;
	bool passed = a->has_writer &&
		      place_both_may_move(place_judged(f), a->writer.fuid, a->writer.euid);

	if (!is_early_of(f, 2))
		return CONFIDENCE_NONE;
	if (a->has_writer)
		claim_cite(claim, a->writer_line, "the file was opened by uid %u", a->writer.fuid);
	if (f->answer == -EROFS)
		return may_be_scheduler(f) ? after_only_here(f, claim) : CONFIDENCE_PROVEN;
	if (may_be_owner(f, passed))
		return CONFIDENCE_NONE;
	return after_is_unsure(f, "cpuset") ? CONFIDENCE_NONE : CONFIDENCE_PROVEN;
}

static enum confidence of_clone(const struct finding *f, struct claim *claim)
{
	claim_cite(claim, f->attach->clone_line,
		   "the caller's euid is %u; the caller needs write permission on cgroup.procs of "
		   "the destination and of the nearest cgroup above both",
		   clone_of(f)->euid);
	if (f->answer == -EROFS)
		return clone_by_errno(f, claim);
	return claim_inferred(
		claim, "a security module (SELinux) may refuse a new process with the same errno");
}

const struct cause cause_no_write_permission = {
	.id = "no_write_permission",
	.title = "no write permission on cgroup.procs of the common ancestor",
	.doors = DOOR_WRITE | DOOR_CLONE,
	.errnos = { EACCES, EROFS },
	/* What rootless containers and systemd-run --user meet; delegation is new to most. */
	.commonness = COMMONNESS_OFTEN,
	.kernels = { { 2, 0, 0 } },
	.kernel_words = "all, cgroup v2",
	.stage = STAGE_PERMISSION,
	.functions = { "cgroup_procs_write_permission", "cgroup_attach_permissions" },
	.passes = { "cgroup_may_write" },
	.advice_for = {
		{ "systemd",
		  "Start it in the delegated part: systemd-run --user --scope, or Delegate=yes in the unit; a session scope cannot be left for user@.service without privilege." },
		{ "docker",
		  "Rootless: let systemd delegate (Delegate=yes of user@.service) and use the systemd cgroup driver." },
	},
	.checks = {
		{ 2, "cat /proc/<pid>/cgroup",
		  "where it is now: cgroup.procs of the cgroup above this and the destination must be writable" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "until the permissions change",
	.proof = "The permission check (cgroup_procs_write_permission() or its caller) returned "
		 "the errno.",
	.advice = {
			"On cgroup v2 the user who opened the file must also be allowed to write "
			"cgroup.procs of the nearest cgroup above both source and destination: "
			"delegate that one, or start the process inside the delegated part.",
		},
	.advice_at = { DOOR_CLONE, "The caller must be allowed to write cgroup.procs of <cgroup> and of the nearest cgroup above both: delegate that one, or start the process inside the delegated part." },
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards, .clone = of_clone },
};
