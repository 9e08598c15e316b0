/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/after.h"

#include <string.h>

#include "facts/kernel.h"

#define BLKCG "blkcg_can_attach"

enum confidence after_io_context_shared(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, BLKCG);

	if (!stop || kernel_is(f, KERNEL_VERSION(5, 14), UINT32_MAX))
		return CONFIDENCE_NONE;
	if (!has_thread(f, stop, claim)) {
		if (stop_has_thread(stop))
			return CONFIDENCE_NONE;
		claim_cite(claim, stop->line, BLKCG "() returned %d", stop->r.ret);
		return claim_inferred(claim, BLKCG "() has no other reason to refuse");
	}
	claim->culprit = stop;
	claim_cite(claim, stop->line,
		   BLKCG "() returned %d at thread %d, whose io_context has %u user%s", stop->r.ret,
		   stop->r.row.pid, stop->r.ioc, stop->r.ioc == 1 ? "" : "s");
	if (stop->r.ioc > 1)
		return CONFIDENCE_PROVEN;
	return claim_inferred(claim,
			      "the io_context was no longer shared when it was read, but " BLKCG
			      "() has no other reason to refuse");
}

enum confidence after_memory_charge(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, "mem_cgroup_can_attach");

	stop = stop ? stop : stop_of(f, "memcg1_can_attach");
	if (!stop)
		return CONFIDENCE_NONE;
	claim_cite(claim, stop->line, "%s() returned %d", stop->r.fn, stop->r.ret);
	return CONFIDENCE_PROVEN;
}

enum confidence after_out_of_memory(const struct finding *f, struct claim *claim)
{
	if (!is_refused_early(f))
		return CONFIDENCE_NONE;
	if (may_have_refused(f, "memory") || may_be_scheduler(f)) {
		claim_fact(claim, "memory for the move itself, or to be charged to the "
				  "destination: that the record of a "
				  "controller that refused is not lost is not certain");
		return CONFIDENCE_NONE;
	}
	claim_cite(claim, f->attach->end_line, "no controller refused");
	return claim_inferred(claim, "the kernel returns this for nothing else");
}
