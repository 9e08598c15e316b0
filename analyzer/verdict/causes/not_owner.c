/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Up to 4.10 the writers of v2 are asked for the owner as well (__cgroup_procs_write() in kernel/cgroup.c).
 */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_place.h"

#define START "cgroup_procs_write_start"

/* Nothing, if both who opened the file (`fuid`) and who wrote (`euid`) may move it. */
static enum confidence of_another(const struct finding *f, const struct task *target, uint32_t fuid,
				  uint32_t euid, struct claim *claim)
{
	bool one = place_may_move(&target->r, fuid) || place_may_move(&target->r, euid);

	if (place_both_may_move(target, fuid, euid))
		return CONFIDENCE_NONE;
	if (one && f->attach->begin.v == 2) {
		claim_fact(claim, "of the opener of the file and the writer one may move the task; "
				  "which one this kernel asks is not known, and it asks for write "
				  "permission besides");
		return CONFIDENCE_NONE;
	}
	claim->blocker = target;
	claim_cite(claim, target->line,
		   "process %d belongs to uid %u (saved uid %u); the file was opened by uid %u, "
		   "the writer's is %u",
		   target->r.row.tgid, target->r.uid, target->r.suid, fuid, euid);
	if (one)
		return claim_inferred(claim,
				      "the opener of the file and the writer differ; some kernels "
				      "check the one, some the other");
	return CONFIDENCE_PROVEN;
}

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct record_attach *b = &f->attach->begin;
	const struct task *target = target_of(f, START);
	/* The function that asks on v2 has asked for the owner up to 4.10 alone. */
	bool other = place_permission_refusal(f) && !kernel_is(f, 0, KERNEL_VERSION(4, 11));

	if (!place_asks_owner(f) || !place_is_between(f, b->v) || other || f->attach->placed)
		return CONFIDENCE_NONE;
	if (!target)
		return !b->fuid || b->v == 2 ?
			       CONFIDENCE_NONE :
			       claim_inferred(
				       claim,
				       "the record of the task's owner is lost; the file was "
				       "opened by uid %u, and this errno has no other reason",
				       b->fuid);
	return of_another(f, target, b->fuid, b->euid, claim);
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;
	const struct task *target = place_judged(f);

	if (!is_refused_early(f) || !place_asks_owner(f) || !a->has_writer)
		return CONFIDENCE_NONE;
	if (!target)
		return !f->target || !a->writer.fuid || a->begin.v == 2 ||
				       after_is_unsure(f, "cpuset") ?
			       CONFIDENCE_NONE :
			       claim_inferred(claim,
					      "the task's owner is not known; the file was opened "
					      "by uid %u, and this errno has no other reason",
					      a->writer.fuid);
	enum confidence sure = of_another(f, target, a->writer.fuid, a->writer.euid, claim);

	if (!sure && place_both_may_move(target, a->writer.fuid, a->writer.euid))
		claim_fact(claim, "the opener of the file and the writer may both move the task, "
				  "as it was after the write had returned");
	return sure == CONFIDENCE_PROVEN ? after_only_here(f, claim) : sure;
}

static const char *ruled_out(struct finding *f)
{
	return !is_afterwards(f) && f->target ? "the opener of the file and the writer may both "
						"move it" :
						NULL;
}

const struct cause cause_not_owner = {
	.id = "not_owner",
	.title = "the task belongs to another user, and the file was not opened by root",
	.doors = DOOR_WRITE,
	.errnos = { EACCES },
	/* The only rule of v1 beyond the file's mode. */
	.commonness = COMMONNESS_OFTEN,
	.kernels = { { 1, 0, 0 }, { 2, 0, KERNEL_VERSION(4, 11) } },
	.kernel_words = "all, cgroup v1; up to 4.10 also v2",
	.stage = STAGE_PERMISSION,
	.passes = { "cgroup_procs_write_permission", "__cgroup1_procs_write", "__cgroup_procs_write" },
	.checks = {
		{ 1, "ps -o user= -p <pid>",
		  "another user than the writer: not_owner" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "until the writer or the task belongs to another user",
	.proof = "The lookup passed and cgroup_attach_task() was not reached; the opener's euid is "
		 "neither 0 nor the task's uid or saved uid.",
	.advice = {
			"On cgroup v1 only root can move the tasks of other users: write "
			"permission on the file is not enough. The user who opened the file "
			"counts, not the one who writes (on old kernels, the writer).",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
	.ruled_out = ruled_out,
};
