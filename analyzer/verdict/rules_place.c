/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/rules.h"

#include <errno.h>
#include <string.h>

#include "facts/kernel.h"

#define START "cgroup_procs_write_start"
#define ATTACH "cgroup_attach_task"

/*
 * One of the two is part of its caller on every kernel (5.10 has the inner one, 6.1 and 6.12 the outer), and
 * what both answer comes from the same checks.
 */
static const struct answer *permission_refusal(const struct finding *f)
{
	const struct answer *inner = find_refusal(f, "cgroup_procs_write_permission");

	return inner ? inner : find_refusal(f, "cgroup_attach_permissions");
}

/* Refused with the task in hand: after the lookup, before cgroup_attach_task(). */
static bool is_between(const struct finding *f, uint32_t v)
{
	return is_early(f) && f->attach->begin.v == v && f->stage == STAGE_PERMISSION;
}

static bool may_move(const struct record_task *target, uint32_t uid)
{
	return !uid || uid == target->uid || uid == target->suid;
}

enum confidence rule_not_owner(const struct finding *f, struct claim *claim)
{
	const struct record_attach *b = &f->attach->begin;
	const struct task *target = target_of(f, START);

	if (!is_between(f, 1) || permission_refusal(f) || f->attach->placed)
		return CONFIDENCE_NONE;
	if (!target)
		return !b->fuid ? CONFIDENCE_NONE :
		       claim_inferred(claim, "the record of the task's owner is lost; the file was opened by "
				      "uid %u, and nothing else is refused so", b->fuid);
	bool opener = may_move(&target->r, b->fuid), writer = may_move(&target->r, b->euid);

	if (opener && writer)
		return CONFIDENCE_NONE;
	claim->culprit = target;
	claim_cite(claim, target->line, "process %d belongs to uid %u (saved uid %u); the file was opened "
		   "by uid %u, the writer's is %u", target->r.row.tgid, target->r.uid, target->r.suid,
		   b->fuid, b->euid);
	/* Which of the two is asked changed with e57457641613, and stable kernels took that. */
	if (opener || writer)
		return claim_inferred(claim, "the one who opened the file and the writer differ; some "
				      "kernels ask about the one, some about the other");
	return CONFIDENCE_PROVEN;
}

static enum confidence refused_permission(const struct finding *f, struct claim *claim)
{
	const struct answer *answer = permission_refusal(f);

	if (answer) {
		claim_cite(claim, answer->line, "%s() answered %d", answer->r.fn, answer->r.ret);
		return f->attach->begun ? CONFIDENCE_PROVEN :
		       claim_inferred(claim, "the record of the attach's beginning is lost");
	}
	return claim_inferred(claim, "the answer of the permission check is not in the log, but nothing "
			      "else answers so at this place");
}

static bool is_permission(const struct finding *f)
{
	return is_between(f, 2) || (!f->attach->begun && permission_refusal(f));
}

enum confidence rule_no_write_permission(const struct finding *f, struct claim *claim)
{
	if (!is_permission(f))
		return CONFIDENCE_NONE;
	if (f->attach->begun)
		claim_cite(claim, f->attach->begin_line, "the file was opened by uid %u",
			   f->attach->begin.fuid);
	return refused_permission(f, claim);
}

enum confidence rule_outside_cgroup_namespace(const struct finding *f, struct claim *claim)
{
	if (!is_between(f, 2) || !(f->attach->begin.rflags & KERNEL_NSDELEGATE))
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->begin_line, "the hierarchy is mounted with nsdelegate");
	return refused_permission(f, claim);
}

/* Up to 5.6 cgroup_attach_task() itself asked whether the destination may have processes. */
static bool is_old_vet(const struct finding *f)
{
	return f->attach->begun && f->attach->begin.v == 2 && find_refusal(f, ATTACH) &&
	       f->stage == STAGE_MIGRATION && kernel_is(f, 0, KERNEL_VERSION(5, 7));
}

static bool is_threads(const struct finding *f)
{
	return !strcmp(f->attach->begin.file, "cgroup.threads");
}

static bool below_threaded(const struct finding *f)
{
	return f->attach->placed && f->attach->place.domain && f->attach->place.threaded_above;
}

enum confidence rule_domain_invalid(const struct finding *f, struct claim *claim)
{
	if (!is_between(f, 2) && !is_old_vet(f))
		return CONFIDENCE_NONE;
	if (is_between(f, 2) && below_threaded(f)) {
		claim_cite(claim, f->attach->place_line, "the destination is a domain, and a cgroup above "
			   "it is threaded or has threaded children");
		return CONFIDENCE_PROVEN;
	}
	/* A thread alone is also refused for leaving its domain; a process only for this. */
	if (strcmp(f->attach->begin.file, "cgroup.procs"))
		return CONFIDENCE_NONE;
	if (f->attach->placed)
		return claim_inferred(claim, "no cgroup above the destination was seen to be threaded, but a "
				      "process is refused so for nothing else: one above it may hold "
				      "processes and controllers of threads");
	return claim_inferred(claim, "the record of the destination's type is not in the log; a process is "
			      "refused so for nothing else");
}

enum confidence rule_other_domain(const struct finding *f, struct claim *claim)
{
	const struct record_place *place = &f->attach->place;

	if (!is_between(f, 2) || !is_threads(f) || !f->attach->placed || below_threaded(f) ||
	    place->same_domain)
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->place_line, "the thread comes from a cgroup of another domain");
	if (!place->domain)
		return CONFIDENCE_PROVEN;
	return claim_inferred(claim, "the destination is a domain of its own; if a cgroup above it holds "
			      "processes and controllers of threads it would be refused for that, too");
}

enum confidence rule_internal_process(const struct finding *f, struct claim *claim)
{
	if (!is_between(f, 2) && !is_old_vet(f))
		return CONFIDENCE_NONE;
	if (permission_refusal(f) && strcmp(permission_refusal(f)->r.fn, "cgroup_attach_permissions"))
		return CONFIDENCE_NONE;
	if (!f->attach->placed)
		return claim_inferred(claim, "the record of the destination's controllers is not in the log, "
				      "but nothing else answers so at this place");
	if (!f->attach->place.subtree_control)
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->place_line, "the destination has controllers enabled for its children "
		   "(mask 0x%llx)", (unsigned long long)f->attach->place.subtree_control);
	return CONFIDENCE_PROVEN;
}
