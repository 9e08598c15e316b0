/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/rules_place.h"

#include "facts/kernel.h"
#include "verdict/rules.h"
#include "verdict/rules_lookup.h"

#define ATTACH "cgroup_attach_task"

const struct answer *place_permission_refusal(const struct finding *f)
{
	const struct answer *inner = find_refusal(f, "cgroup_procs_write_permission");

	return inner ? inner : find_refusal(f, "cgroup_attach_permissions");
}

bool place_is_between(const struct finding *f, uint32_t v)
{
	return is_early(f) && f->attach->begin.v == v && f->stage == STAGE_PERMISSION;
}

bool place_may_move(const struct record_task *target, uint32_t uid)
{
	return !uid || uid == target->uid || uid == target->suid;
}

bool place_asks_owner(const struct finding *f)
{
	uint32_t v = f->attach->begin.v;

	return v == 1 || (v == 2 && kernel_is(f, 0, KERNEL_VERSION(4, 11)));
}

bool place_may_ask_owner(const struct finding *f)
{
	uint32_t version = f->attach->log->version;

	return f->attach->begin.v == 1 || !version || version < KERNEL_VERSION(4, 11);
}

bool place_both_may_move(const struct task *target, uint32_t fuid, uint32_t euid)
{
	return target ? place_may_move(&target->r, fuid) && place_may_move(&target->r, euid) :
			!fuid && !euid;
}

const struct task *place_judged(const struct finding *f)
{
	const struct task *target = f->target;

	return target && target->r.row.pid && text_from(f) == TEXT_IN_BOTH &&
			       target->r.row.start <= attach_began(f->attach) ?
		       target :
		       NULL;
}

enum confidence place_refused_permission(const struct finding *f, struct claim *claim)
{
	const struct answer *answer = place_permission_refusal(f);

	if (answer) {
		claim_cite(claim, answer->line, "%s() returned %d", answer->r.fn, answer->r.ret);
		return f->attach->begun ?
			       CONFIDENCE_PROVEN :
			       claim_inferred(claim,
					      "the record of the attach's beginning is lost");
	}
	return claim_inferred(claim, "the return value of the permission check is not in the log, "
				     "but nothing else returns this at this point");
}

bool place_is_old_vet(const struct finding *f)
{
	return f->attach->begun && f->attach->begin.v == 2 && find_refusal(f, ATTACH) &&
	       f->stage == STAGE_MIGRATION && kernel_is(f, 0, KERNEL_VERSION(5, 7));
}

bool place_below_threaded(const struct attach *a)
{
	return a->placed && a->place.domain && a->place.threaded_above;
}
