/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_cpu.h"

#define CPU "cpu_cgroup_can_attach"
#define RT  "sched_rt_can_attach"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, CPU);
	const struct answer *no = cpu_rt_refusal(f);
	bool sure = stop && is_sure(f, stop), rt = sure && cpu_is_rt(f, &stop->r.row);

	if (!refused_by(f, CPU) || !cpu_has_rt_groups(f) || !cpu_may_be_rt(f))
		return CONFIDENCE_NONE;
	if (rt)
		cpu_cite_priority(claim, stop);
	if (no) {
		claim_cite(claim, no->line, RT "() returned 0");
		return rt ? CONFIDENCE_PROVEN :
			    claim_inferred(claim, "%s",
					   sure ? "the thread's priority was no longer real-time "
						  "when its row was read" :
						  why_unsure(f, stop));
	}
	if (!rt || stop->r.row.state == KERNEL_TASK_NEW || cpu_has_scheduler(f))
		return CONFIDENCE_NONE;
	return claim_inferred(claim, "the return value of " RT "() is not in the log, but " CPU
				     "() has no other reason to refuse this thread");
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPU);

	if (!stop || !cpu_has_rt_groups(f) || !has_thread(stop, claim) ||
	    !cpu_is_rt_afterwards(f, &stop->r.row) || cpu_may_be_new(f, stop, claim))
		return CONFIDENCE_NONE;
	const struct row *row = &stop->r.row;
	bool may_be_new = cause_has_kernel(&cause_task_new, f->attach->log->version);

	if (may_be_new && !f->attach->begun && !is_old(stop)) {
		claim_fact(claim, "the destination is not known: if it takes real-time threads, "
				  "this one was refused for its state (TASK_NEW)");
		return CONFIDENCE_NONE;
	}
	cpu_cite_priority_afterwards(claim, f, stop);
	if (cpu_has_scheduler(f))
		return claim_inferred(claim, "a sched_ext scheduler may refuse as well");
	if (is_fair(row))
		return cpu_infer_inherited(claim);
	if (kernel_is(f, KERNEL_VERSION(6, 1), UINT32_MAX) || is_old(stop))
		return CONFIDENCE_PROVEN;
	return cpu_infer_not_new(claim);
}

static const char *ruled_out(struct finding *f)
{
	if (f->attach->log->has_header && !cpu_has_rt_groups(f))
		return "the destination is the root cgroup, which takes every real-time thread";
	return cpu_not_of_real_time(f, "is not of real-time priority");
}

const struct cause cause_rt_group = {
	.id = "rt_group",
	.title = "a thread of real-time priority, and a destination without real-time runtime",
	.doors = DOORS_MOVE,
	.errnos = { EINVAL },
	/*
	 * Second there, 4 reports with those of non_fair_class (see task_new.c), and the one that the kernel's documentation of cgroup
	 * v2 warns of where the cpu controller is enabled. It needs a kernel with
	 * RT_GROUP_SCHED, which most distributions leave out.
	 */
	.commonness = COMMONNESS_OFTEN,
	.commonness_at = { DOOR_SUBTREE_CONTROL, COMMONNESS_MOST },
	.commonness_by_shell = COMMONNESS_OFTEN,
	.kernel_words = "all that have CONFIG_RT_GROUP_SCHED",
	.needs = CONFIG_RT_GROUP_SCHED,
	.controller = "cpu",
	.stage = STAGE_CONTROLLER,
	.functions = { CPU, RT },
	.advice_for = {
		{ "cgroup v2",
		  "Cgroup v2 has no real-time runtime: on a kernel with RT_GROUP_SCHED only the root takes real-time threads. Make them SCHED_OTHER (chrt -a -o -p 0 PID) while they are moved or the cpu controller is enabled, or boot a kernel without RT_GROUP_SCHED." },
		{ "docker",
		  "On cgroup v1 give the container real-time runtime: dockerd --cpu-rt-runtime, then docker run --cpu-rt-runtime; or let its processes become real-time after they have started." },
		{ "kubernetes",
		  "The kubelet gives pods no real-time runtime: do not start the runtime under chrt, and let processes become real-time after the start; or run the node on a kernel without RT_GROUP_SCHED." },
		{ "systemd",
		  "Leave CPUSchedulingPolicy= out of the unit, or boot a kernel without RT_GROUP_SCHED; CPUWeight= and CPUQuota= of neighbouring units enable the cpu controller." },
	},
	.checks = {
		{ 0, "zgrep RT_GROUP_SCHED /proc/config.gz /boot/config-$(uname -r)",
		  "\"=y\": rt_group is possible; \"is not set\": it is not" },
		{ 0, "chrt -a -p <pid>",
		  "SCHED_FIFO or SCHED_RR: rt_group is possible" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "until the cgroup gets real-time runtime, or the thread another priority",
	.proof = CPU "() returned EINVAL at a thread of real-time priority, for which "
		     "sched_rt_can_attach() had returned 0.",
	.advice = {
			"On cgroup v1 give <cgroup> a budget first: cpu.rt_runtime_us. Cgroup v2 "
			"has no such budget: on such a kernel only its root accepts real-time "
			"threads.",
			"Or move the process first, and let its threads become SCHED_FIFO or SCHED_RR afterwards. A thread that inherited a priority through a mutex counts as well.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
	.ruled_out = ruled_out,
};
