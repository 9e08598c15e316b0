/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/rules.h"

#include <errno.h>
#include <string.h>

#include "facts/kernel.h"

#define BLKCG "blkcg_can_attach"
#define PREPARE "cgroup_migrate_prepare_dst"

enum confidence rule_io_context_shared(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, BLKCG);
	const struct answer *answer = find_refusal(f, BLKCG);

	if ((!stop && !answer) || kernel_is(f, KERNEL_VERSION(5, 14), UINT32_MAX))
		return CONFIDENCE_NONE;
	if (stop && !belongs(f, &stop->r.row)) {
		claim_fact(claim, "the records contradict each other: the thread at which the walk stopped "
			   "is none of those that were to be moved");
		return CONFIDENCE_NONE;
	}
	claim_cite(claim, stop ? stop->line : answer->line, BLKCG "() answered %lld",
		   (long long)f->answer);
	if (!stop || !is_sure(f, stop))
		return claim_inferred(claim, "%s; " BLKCG "() has no other reason to refuse",
				      why_unsure(f, stop));
	claim->culprit = stop;
	claim_cite(claim, stop->line, "its walk stopped at thread %d, whose io_context has %u users",
		   stop->r.row.pid, stop->r.ioc);
	if (stop->r.ioc > 1)
		return CONFIDENCE_PROVEN;
	return claim_inferred(claim, "the io_context was not shared any more when it was read, but " BLKCG
			      "() has no other reason to refuse");
}

enum confidence rule_memory_charge(const struct finding *f, struct claim *claim)
{
	const char *fn = f->function;

	if (!fn || (strcmp(fn, "mem_cgroup_can_attach") && strcmp(fn, "memcg1_can_attach")))
		return CONFIDENCE_NONE;
	const struct task *stop = find_stop(f, fn);

	claim_cite(claim, stop ? stop->line : find_refusal(f, fn)->line, "%s() answered %lld", fn,
		   (long long)f->answer);
	return f->attach->begun ? CONFIDENCE_PROVEN :
	       claim_inferred(claim, "the record of the attach's beginning is lost");
}

static bool is_fresh_memory(const char *fn)
{
	return !strcmp(fn, PREPARE) || !strcmp(fn, "cgroup_attach_permissions") ||
	       !strcmp(fn, "cgroup_procs_write_permission");
}

enum confidence rule_out_of_memory(const struct finding *f, struct claim *claim)
{
	const struct answer *attach = find_refusal(f, "cgroup_attach_task");

	if (f->function && is_fresh_memory(f->function)) {
		const struct task *stop = find_stop(f, f->function);

		claim_cite(claim, stop ? stop->line : find_refusal(f, f->function)->line,
			   "%s() answered %lld", f->function, (long long)f->answer);
		return f->attach->begun ? CONFIDENCE_PROVEN :
		       claim_inferred(claim, "the record of the attach's beginning is lost");
	}
	if (is_early(f) && !f->attach->begin.reached && f->attach->complete && !f->function)
		return claim_inferred(claim, "kernfs refused before the text reached the cgroup code: it had "
				      "no memory for it");
	if (attach && f->attach->complete && f->stage == STAGE_MIGRATION)
		return claim_inferred(claim,
				      "cgroup_attach_task() answered so before a controller was "
				      "asked");
	return CONFIDENCE_NONE;
}
