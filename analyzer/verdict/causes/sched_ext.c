/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_cpu.h"

#define CPU "cpu_cgroup_can_attach"
#define SCX "scx_cgroup_can_attach"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, SCX), *cpu = find_stop(f, CPU);
	const struct answer *answer = find_refusal(f, SCX);

	if (!cpu_has_scheduler(f))
		return CONFIDENCE_NONE;
	if (stop || answer) {
		claim_cite(claim, stop ? stop->line : answer->line, SCX "() returned %lld",
			   (long long)f->answer);
		return CONFIDENCE_PROVEN;
	}
	if (!refused_by(f, CPU) || cpu_rt_refusal(f) || did_not_refuse(f, SCX))
		return CONFIDENCE_NONE;
	if (f->answer == -EINVAL && cpu_may_be_rt(f) &&
	    !(cpu && is_sure(f, cpu) && cpu->r.row.prio >= KERNEL_MAX_RT_PRIO))
		return CONFIDENCE_NONE;
	return claim_inferred(
		claim, "the return value of the sched_ext scheduler is not in the log, but " CPU
		       "() has no other reason on this kernel");
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPU);

	if (!stop || !cpu_has_scheduler(f))
		return CONFIDENCE_NONE;
	bool other = f->answer == -EINVAL && cpu_has_rt_groups(f);

	if (other && (!has_thread(stop, claim) || cpu_is_rt_afterwards(f, &stop->r.row)))
		return CONFIDENCE_NONE;
	claim_cite(claim, stop->line, CPU "() returned %d", stop->r.ret);
	if (other)
		return claim_inferred(claim, "with RT_GROUP_SCHED a thread that had inherited a "
					     "real-time priority would be refused as well");
	claim_cite(claim, stop->line,
		   "deduced: on %s it passes on what the sched_ext scheduler returns, and has no "
		   "other reason",
		   f->attach->log->header.release);
	return CONFIDENCE_PROVEN;
}

/* Not where another rule may hold, nor what a new process is refused with for other reasons every day. */
static enum confidence of_clone(const struct finding *f, struct claim *claim)
{
	static const int others[] = { EBADF,  ENODEV, ENOENT, EACCES, EROFS, EBUSY,  EOPNOTSUPP,
				      EAGAIN, ENOSPC, ENOMEM, EINVAL, EPERM, EFAULT, E2BIG,
				      EMFILE, ENFILE, EEXIST, EUSERS, EINTR };

	if (!may_have_scheduler(f) || !f->attach->log->has_header)
		return CONFIDENCE_NONE;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (f->answer == -others[i])
			return CONFIDENCE_NONE;
	return claim_inferred(claim, "nothing else is known to return this; a sched_ext scheduler, "
				     "if one is loaded, may");
}

static const char *possible(const struct premise *p, struct arena *arena)
{
	(void)arena;
	return p->sched_class_ext < 0 ? "if the kernel is configured with SCHED_CLASS_EXT and such "
					"a scheduler is loaded" :
					"if such a scheduler is loaded";
}

const struct cause cause_sched_ext = {
	.id = "sched_ext",
	.title = "the loaded sched_ext scheduler refused the process",
	.doors = DOORS_ALL,
	/* A scheduler has to be loaded, and hardly any has this hook. */
	.commonness = COMMONNESS_NEARLY_NEVER,
	.kernels = { { 0, KERNEL_VERSION(6, 12), 0 } },
	.kernel_words = "6.12 and later that have CONFIG_SCHED_CLASS_EXT",
	.needs = CONFIG_SCHED_CLASS_EXT,
	.controller = "cpu",
	.stage = STAGE_CONTROLLER,
	.functions = { SCX, CPU },
	.checks = {
		{ 0, "cat /sys/kernel/sched_ext/root/ops",
		  "a name: sched_ext is possible" },
	},
	.persistence = PERSISTENCE_DEPENDS,
	.lasts = "on the BPF scheduler that is loaded",
	.proof = SCX "() returned the errno, or " CPU "() did, which has no other reason for it.",
	.advice = {
			"Look at cgroup_prep_move() of the scheduler named in /sys/kernel/sched_ext/root/ops, or unload it and try again.",
		},
	.advice_at = { DOOR_CLONE, "Look at init_task() of the scheduler named in /sys/kernel/sched_ext/root/ops, or unload it and try again." },
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards, .clone = of_clone },
	.possible = possible,
};
