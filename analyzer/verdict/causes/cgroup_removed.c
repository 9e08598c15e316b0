/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_clone.h"

/* kernfs finds the node gone, or cgroup_kn_lock_live() the cgroup. */
static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_early(f) || !a->ended || f->stage > STAGE_KERNFS || a->answer_count)
		return CONFIDENCE_NONE;
	if (!a->begin.reached) {
		claim_cite(claim, a->begin_line,
			   "kernfs refused before the text reached the cgroup code");
		return CONFIDENCE_PROVEN;
	}
	claim_cite(claim, a->begin_line, "the text reached cgroup_file_write()");
	if (did_not_refuse(f, "cgroup_procs_write_start"))
		return CONFIDENCE_PROVEN;
	return claim_inferred(claim, "it is not known whether cgroup_procs_write_start() was "
				     "called, but it never returns this");
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_refused_early(f))
		return CONFIDENCE_NONE;
	claim_cite(claim, a->end_line,
		   "the write returned ENODEV, which it does only for a removed cgroup");
	if (a->has_writer && a->writer.dead && !may_be_scheduler(f)) {
		claim_cite(claim, a->writer_line, "the destination has been removed");
		return CONFIDENCE_PROVEN;
	}
	return claim_inferred(
		claim, a->has_writer ?
			       "the destination was not seen to be removed" :
			       "the record of whether the destination has been removed is lost");
}

static enum confidence of_clone(const struct finding *f, struct claim *claim)
{
	const struct record_clone *c = clone_of(f);

	if (f->answer == -ENODEV) {
		clone_cite(claim, f,
			   "clone3() returned ENODEV, which it does only for a removed cgroup");
		return clone_by_errno(f, claim);
	}
	if (c->v != 2 || !c->dead)
		return CONFIDENCE_NONE;
	clone_cite(claim, f, "the destination has been removed");
	return claim_inferred(claim, "clone3() returns ENOENT for a removed cgroup and for one "
				     "outside the caller's cgroup namespace; the destination may "
				     "have been removed after the call failed");
}

static const char *ruled_out(struct finding *f)
{
	const struct record_clone *c = clone_of(f);

	return f->attach->has_clone && c->v == 2 && !c->dead ?
		       "the cgroup still existed after the call had failed" :
		       NULL;
}

const struct cause cause_cgroup_removed = {
	.id = "cgroup_removed",
	.title = "the cgroup was removed while its file was open",
	.doors = DOORS_FILE | DOOR_CLONE,
	.errnos = { ENODEV },
	/*
	 * The only one of its errno for a write. For clone3() and ENOENT a cgroup namespace is
	 * rarer.
	 */
	.commonness = COMMONNESS_MOST,
	.commonness_at = { DOOR_CLONE, COMMONNESS_OFTEN },
	.calls = CALL_WRITE | CALL_OPEN,
	.errno_at = { DOOR_CLONE, ENOENT },
	.kernel_words = "all",
	.stage = STAGE_KERNFS,
	.passes = { "__cgroup_procs_write", "__cgroup1_procs_write", "cgroup_subtree_control_write", "cgroup_css_set_fork" },
	.advice_for = {
		{ "kubernetes",
		  "The container was removed meanwhile; nothing is to be done if its pod was being deleted. If not, the kubelet and the runtime must have the same cgroup driver." },
		{ "systemd",
		  "The unit stopped meanwhile, or another program removed its cgroup: start it again, and leave cgroups below systemd's to it (Delegate=yes marks what is yours)." },
	},
	.checks = {
		{ 0, "ls -d <dir>",
		  "\"No such file\": the cgroup was removed, or never created" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "a cgroup that is created again with the same name is a different one",
	.proof = "kernfs refused the write, or cgroup_file_write() did before it parsed the text.",
	.advice = {
			"<cgroup> was removed between open(2) and write(2): create it again, and "
			"reopen the file.",
		},
	.advice_at = { DOOR_CLONE, "<cgroup> was removed between open(2) and clone3(): create it "
				   "again, and reopen its directory." },
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards, .clone = of_clone },
	.ruled_out = ruled_out,
};
