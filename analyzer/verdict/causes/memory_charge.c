/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>
#include <string.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const char *fn = f->function;

	if (!fn || (strcmp(fn, "mem_cgroup_can_attach") && strcmp(fn, "memcg1_can_attach")))
		return CONFIDENCE_NONE;
	const struct task *stop = find_stop(f, fn);

	claim_cite(claim, stop ? stop->line : find_refusal(f, fn)->line, "%s() returned %lld", fn,
		   (long long)f->answer);
	return f->attach->begun ?
		       CONFIDENCE_PROVEN :
		       claim_inferred(claim, "the record of the attach's beginning is lost");
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, "mem_cgroup_can_attach");

	stop = stop ? stop : stop_of(f, "memcg1_can_attach");
	if (!stop)
		return CONFIDENCE_NONE;
	claim_cite(claim, stop->line, "%s() returned %d", stop->r.fn, stop->r.ret);
	return CONFIDENCE_PROVEN;
}

const struct cause cause_memory_charge = {
	.id = "memory_charge",
	.title = "the memory to be charged to the destination was not available",
	.doors = DOORS_MOVE,
	.errnos = { ENOMEM },
	/*
	 * It needs memory.move_charge_at_immigrate, which is 0 unless set; but a limit is
	 * reached sooner than a machine's end.
	 */
	.commonness = COMMONNESS_SELDOM,
	/* 6.13 removed it (6b611388b626). */
	.kernels = { { 1, 0, KERNEL_VERSION(6, 13) } },
	.kernel_words = "up to 6.12 that have cgroup v1 memory, with memory.move_charge_at_immigrate",
	.controller = "memory",
	.stage = STAGE_CONTROLLER,
	.functions = { "mem_cgroup_can_attach", "memcg1_can_attach" },
	.checks = {
		{ 1, "cat <dir>/memory.move_charge_at_immigrate",
		  "0: not memory_charge" },
	},
	.persistence = PERSISTENCE_DEPENDS,
	.lasts = "on the free memory and the limit of the destination",
	.proof = "mem_cgroup_can_attach() or memcg1_can_attach() returned ENOMEM.",
	.advice = {
			"Raise memory.limit_in_bytes of <cgroup>, or write 0 to its memory.move_charge_at_immigrate.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
};
