/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/rules_cpu.h"

#include <string.h>

#include "facts/kernel.h"
#include "trace/phrases.h"
#include "verdict/after.h"
#include "verdict/causes/list.h"
#include "verdict/rules.h"

#define CPU "cpu_cgroup_can_attach"
#define RT  "sched_rt_can_attach"

static bool is_with_rt_groups(const struct finding *f)
{
	return f->attach->log->has_header && f->attach->log->header.rt_group_sched;
}

static bool is_to_root(const struct finding *f)
{
	const struct attach *a = f->attach;

	return a->begun && !is_subtree(f) && a->begin.dst && !strcmp(a->begin.dst, "/");
}

bool cpu_has_rt_groups(const struct finding *f)
{
	return is_with_rt_groups(f) && !is_to_root(f);
}

bool cpu_tests_class(const struct finding *f)
{
	return !is_with_rt_groups(f) &&
	       cause_has_kernel(&cause_non_fair_class, f->attach->log->version);
}

bool cpu_has_scheduler(const struct finding *f)
{
	return f->attach->log->has_header && f->attach->log->header.sched_class_ext;
}

/* ---- records that were made on the way ---- */

const struct answer *cpu_rt_refusal(const struct finding *f)
{
	const struct answer *answer = find_answer(f, RT);

	return answer && !answer->r.ret ? answer : NULL;
}

bool cpu_may_be_rt(const struct finding *f)
{
	return cpu_has_rt_groups(f) &&
	       (cpu_rt_refusal(f) || !is_armed(f, RT) || !f->attach->complete);
}

bool cpu_is_rt(const struct finding *f, const struct row *row)
{
	bool deadline = row->policy == KERNEL_SCHED_DEADLINE;

	return row->prio < KERNEL_MAX_RT_PRIO &&
	       !(deadline && kernel_is(f, KERNEL_VERSION(6, 2), UINT32_MAX));
}

bool cpu_is_unfair(const struct row *row)
{
	return row->policy == KERNEL_SCHED_FIFO || row->policy == KERNEL_SCHED_RR ||
	       row->policy == KERNEL_SCHED_DEADLINE;
}

void cpu_cite_priority(struct claim *claim, const struct task *stop)
{
	claim->blocker = stop;
	claim_cite(claim, stop->line,
		   CPU
		   "() returned %d; its walk stopped at thread %d, policy %u, kernel priority %d",
		   stop->r.ret, stop->r.row.pid, stop->r.row.policy, stop->r.row.prio);
}

/* ---- afterwards ---- */

bool cpu_is_real_time(const struct row *row)
{
	return row->prio < KERNEL_MAX_RT_PRIO || !is_fair(row);
}

void cpu_cite_stop(struct claim *claim, const struct finding *f, const struct task *stop)
{
	const struct row *row = &stop->r.row;
	bool new = row->state == KERNEL_TASK_NEW;

	claim_cite(claim, stop->line,
		   CPU "() returned %d at thread %d; when it was read, after the check, its state "
		       "was %s%s",
		   stop->r.ret, row->pid, phrase_state(claim->arena, row, f->attach->log->version),
		   new ? ", which no thread enters a second time" : "");
}

static const char *phrase_run(struct claim *claim, const struct finding *f, const struct row *row)
{
	switch (has_run(f, row)) {
	case RAN_NEVER:
		return "had never run";
	case RAN:
		return row->arrivals > 0 ? arena_printf(claim->arena,
							"had run for %s and been given a CPU "
							"%lld time%s",
							phrase_duration(claim->arena, row->run),
							(long long)row->arrivals,
							row->arrivals == 1 ? "" : "s") :
					   arena_printf(claim->arena, "had run for %s",
							phrase_duration(claim->arena, row->run));
	default:
		return "had no run time yet";
	}
}

void cpu_cite_thread(struct claim *claim, const struct finding *f, const struct task *stop)
{
	const struct row *row = &stop->r.row;
	int64_t age = task_age(stop);
	/* Its CPU may have been taken away while the row was read. */
	bool meanwhile = row->state == KERNEL_TASK_NEW && has_run(f, row) == RAN;

	claim_cite(claim, stop->line, "thread %d: policy %u, kernel priority %d%s%s, and it %s%s",
		   row->pid, row->policy, row->prio, age >= 0 ? ", created " : "",
		   age >= 0 ? arena_printf(claim->arena, "%s earlier",
					   phrase_duration(claim->arena, age)) :
			      "",
		   phrase_run(claim, f, row),
		   meanwhile ? " when that was read, a moment after its state" : "");
}

void cpu_cite_priority_afterwards(struct claim *claim, const struct finding *f,
				  const struct task *stop)
{
	claim->blocker = stop;
	cpu_cite_stop(claim, f, stop);
	cpu_cite_thread(claim, f, stop);
}

bool cpu_is_writer(const struct task *stop)
{
	return stop->r.row.pid && stop->r.row.pid == stop->r.wpid;
}

bool cpu_may_be_new(const struct finding *f, const struct task *stop, struct claim *claim)
{
	if (!cause_has_kernel(&cause_task_new, f->attach->log->version) || cpu_is_writer(stop) ||
	    is_old(stop))
		return false;
	if (stop->r.row.state != KERNEL_TASK_NEW && has_run(f, &stop->r.row) == RAN)
		return false;
	claim_fact(claim, "the thread had not run yet: it may have been refused for its state "
			  "(TASK_NEW) or for its priority");
	return true;
}

bool cpu_is_rt_afterwards(const struct finding *f, const struct row *row)
{
	return cpu_is_real_time(row) && !(row->policy == KERNEL_SCHED_DEADLINE &&
					  kernel_is(f, KERNEL_VERSION(6, 2), UINT32_MAX));
}

enum confidence cpu_infer_not_new(struct claim *claim)
{
	return claim_inferred(claim, "since it had run, the thread was probably, but not "
				     "certainly, no longer TASK_NEW at the check");
}

/* ---- both ---- */

enum confidence cpu_infer_inherited(struct claim *claim)
{
	return claim_inferred(claim, "the thread's policy is fair; it had inherited a "
				     "real-time priority, perhaps only for a moment");
}

const char *cpu_not_of_real_time(struct finding *f, const char *words)
{
	const struct row *row = stop_row(f);

	if (!row || row->prio < KERNEL_MAX_RT_PRIO)
		return NULL;
	if (!is_afterwards(f))
		return arena_printf(&f->arena, "thread %d %s", row->pid, words);
	return is_fair(row) && has_run(f, row) == RAN_NEVER ?
		       arena_printf(&f->arena, "thread %d is of the fair class and had never run",
				    row->pid) :
		       NULL;
}
