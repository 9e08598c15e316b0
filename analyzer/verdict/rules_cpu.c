/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu_cgroup_can_attach() answers EINVAL for a TASK_NEW thread from 4.8 (7dc603c9028e) to 6.0 (gone with
 * df16b71c686c); with RT_GROUP_SCHED for one of real-time priority, without it and up to 5.3
 * (a07db5c08657) for one that is not of the fair class; and from 6.12 on it passes on what a sched_ext
 * scheduler says. All of them end the walk at the thread they refuse.
 */
#include "verdict/rules.h"

#include <errno.h>
#include <string.h>

#include "facts/kernel.h"

#define CPU "cpu_cgroup_can_attach"
#define RT "sched_rt_can_attach"
#define SCX "scx_cgroup_can_attach"

static bool tests_task_new(const struct finding *f)
{
	return kernel_is(f, KERNEL_VERSION(4, 8), KERNEL_VERSION(6, 1));
}

static bool has_rt_groups(const struct finding *f)
{
	return f->attach->log->has_header && f->attach->log->header.rt_group_sched;
}

/* sched_rt_can_attach() is told of when it says no, and that is 0. */
static const struct answer *rt_refusal(const struct finding *f)
{
	const struct answer *answer = find_answer(f, RT);

	return answer && !answer->r.ret ? answer : NULL;
}

static bool may_be_rt(const struct finding *f)
{
	return has_rt_groups(f) && (rt_refusal(f) || !is_armed(f, RT) || !f->attach->complete);
}

static bool tests_class(const struct finding *f)
{
	return !has_rt_groups(f) && f->attach->log->version < KERNEL_VERSION(5, 4);
}

static bool may_be_scx(const struct finding *f)
{
	return kernel_is(f, KERNEL_VERSION(6, 12), UINT32_MAX) &&
	       f->attach->log->header.sched_class_ext;
}

/* rt_task() was prio < 100 in 6.1; in 6.12 it leaves DEADLINE out, and nobody has looked between. */
static bool is_rt(const struct finding *f, const struct row *row)
{
	bool deadline = row->policy == KERNEL_SCHED_DEADLINE;

	return row->prio < KERNEL_MAX_RT_PRIO &&
	       !(deadline && kernel_is(f, KERNEL_VERSION(6, 2), UINT32_MAX));
}

static bool is_unfair(const struct row *row)
{
	return row->policy == KERNEL_SCHED_FIFO || row->policy == KERNEL_SCHED_RR ||
	       row->policy == KERNEL_SCHED_DEADLINE;
}

/* May the thread of this row have been refused for its priority? */
static bool priority_refuses(const struct finding *f, const struct row *row)
{
	return (may_be_rt(f) || tests_class(f)) &&
	       (row->prio < KERNEL_MAX_RT_PRIO || is_unfair(row));
}

/* Does the table rule out that the priority of any thread that may have been asked was the reason? */
static bool no_priority_refuses(const struct finding *f)
{
	size_t group = 0;

	if (!may_be_rt(f) && !tests_class(f))
		return true;
	for (size_t i = 0; i < f->table.count; i++) {
		const struct task *task = f->table.rows[i].task;

		if (task->kind == RECORD_PARENT)
			continue;
		if (priority_refuses(f, &task->r.row))
			return false;
		group++;
	}
	return f->attach->begun && group && f->attach->begin.threads &&
	       group >= f->attach->begin.threads;
}

static enum confidence new_inferred(struct claim *claim, const struct finding *f,
				    const struct task *culprit, const char *why)
{
	claim->culprit = culprit;
	if (culprit && culprit != f->stop)
		claim_cite(claim, culprit->line, "a thread of the group in state TASK_NEW");
	return claim_inferred(claim, "%s", why);
}

static const struct task *only_new(const struct finding *f)
{
	const struct thread_row *row = thread_table_find_new(&f->table);

	return row && belongs(f, &row->task->r.row) ? row->task : NULL;
}

/* The walk stopped at one thread, as the recorder saw it, and the kernel's own taskset at another. */
static enum confidence new_but_missed(const struct finding *f, struct claim *claim,
				      const struct task *stop)
{
	const struct thread_row *row = thread_table_find(&f->table, stop->r.curpid);
	const struct row *r = row ? &row->task->r.row : NULL;

	if (row ? priority_refuses(f, r) : !no_priority_refuses(f))
		return CONFIDENCE_NONE;
	if (row && (row->task->kind == RECORD_PARENT || !belongs(f, r)))
		return CONFIDENCE_NONE;
	claim_fact(claim, "the recorder missed a probe: it saw the walk stop at thread %d, the kernel's "
		   "taskset stands on %d", stop->r.row.pid, stop->r.curpid);
	claim->culprit = r && r->state == KERNEL_TASK_NEW ? row->task : NULL;
	return CONFIDENCE_INFERRED;
}

static enum confidence new_at_stop(const struct finding *f, struct claim *claim,
				   const struct task *stop)
{
	const struct row *row = &stop->r.row;
	bool is_new = row->state == KERNEL_TASK_NEW;

	if (priority_refuses(f, row)) {
		claim_fact(claim, "a thread of real-time priority: on this kernel " CPU "() may have "
			   "refused it for that");
		return CONFIDENCE_NONE;
	}
	if (is_new && is_sure(f, stop)) {
		claim->culprit = stop;
		claim->proof = PROOF_SEEN;
		return CONFIDENCE_PROVEN;
	}
	/*
	 * The state was read before the controller looked, and no thread becomes TASK_NEW again:
	 * whatever refused here, it was not that.
	 */
	if (!is_new && stop->r.curpid == row->pid) {
		claim_fact(claim, "the thread at which the walk stopped was not TASK_NEW");
		return CONFIDENCE_NONE;
	}
	return new_inferred(claim, f, is_new ? stop : NULL, is_new ? why_unsure(f, stop) :
			    "no thread was recorded in state TASK_NEW when the walk stopped, but the "
			    "function has no other reason on this kernel");
}

static enum confidence new_by_stop(const struct finding *f, struct claim *claim,
				   const struct task *stop)
{
	const struct row *row = &stop->r.row;

	claim_cite(claim, stop->line, CPU "() answered %d; its walk stopped at thread %d, whose state was "
		   "0x%llx", stop->r.ret, row->pid, (unsigned long long)row->state);
	if (!stop->r.walked || !row->pid) {
		if (!no_priority_refuses(f))
			return CONFIDENCE_NONE;
		return new_inferred(claim, f, only_new(f), why_unsure(f, stop));
	}
	if (!belongs(f, row)) {
		claim_fact(claim, "the records contradict each other: the thread at which the walk stopped "
			   "is none of those that were to be moved");
		return CONFIDENCE_NONE;
	}
	if (stop->r.curpid != -1 && stop->r.curpid != row->pid)
		return new_but_missed(f, claim, stop);
	return new_at_stop(f, claim, stop);
}

/* The refusing function is known by its answer alone: its stop record is lost. */
static enum confidence new_by_answer(const struct finding *f, struct claim *claim)
{
	if (!no_priority_refuses(f)) {
		claim_fact(claim, "the record of where the walk stopped is lost, and on this kernel " CPU
			   "() has more than one reason");
		return CONFIDENCE_NONE;
	}
	return new_inferred(claim, f, only_new(f), "the record of where the walk stopped is lost; " CPU
			    "() has no other reason on this kernel");
}

enum confidence rule_task_new(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, CPU);
	const struct answer *answer = find_refusal(f, CPU);

	if (!tests_task_new(f) || rt_refusal(f) || (!stop && !answer))
		return CONFIDENCE_NONE;
	enum confidence sure = stop ? new_by_stop(f, claim, stop) : new_by_answer(f, claim);

	if (sure && answer)
		claim_cite(claim, answer->line, CPU "() answered %d", answer->r.ret);
	if (sure && is_subtree(f))
		claim_fact(claim, "enabling or disabling a controller moves every process below the "
			   "cgroup: one new thread among all of them is enough");
	return sure;
}

static void cite_priority(struct claim *claim, const struct task *stop)
{
	claim->culprit = stop;
	claim_cite(claim, stop->line, CPU "() answered %d; its walk stopped at thread %d, policy %u, "
		   "kernel priority %d", stop->r.ret, stop->r.row.pid, stop->r.row.policy,
		   stop->r.row.prio);
}

enum confidence rule_rt_group(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, CPU);
	const struct answer *no = rt_refusal(f);
	bool sure = stop && is_sure(f, stop), rt = sure && is_rt(f, &stop->r.row);

	if (!refused_by(f, CPU) || !has_rt_groups(f) || !may_be_rt(f))
		return CONFIDENCE_NONE;
	if (rt)
		cite_priority(claim, stop);
	if (no) {
		claim_cite(claim, no->line, RT "() said no");
		return rt ? CONFIDENCE_PROVEN :
		       claim_inferred(claim, "%s", sure ? "the thread's priority was not of real time any "
				      "more when its row was read" : why_unsure(f, stop));
	}
	if (!rt || stop->r.row.state == KERNEL_TASK_NEW || may_be_scx(f))
		return CONFIDENCE_NONE;
	return claim_inferred(claim, "the answer of " RT "() is not in the log, but " CPU "() has no "
			      "other reason to refuse this thread");
}

enum confidence rule_non_fair_class(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, CPU);

	if (!kernel_is(f, KERNEL_VERSION(4, 8), KERNEL_VERSION(5, 4)) || has_rt_groups(f) || !stop ||
	    !is_sure(f, stop))
		return CONFIDENCE_NONE;
	const struct row *row = &stop->r.row;

	if (row->state == KERNEL_TASK_NEW || (!is_unfair(row) && row->prio >= KERNEL_MAX_RT_PRIO))
		return CONFIDENCE_NONE;
	cite_priority(claim, stop);
	if (!is_unfair(row))
		return claim_inferred(claim, "the thread's policy is fair; it had inherited a real-time "
				      "priority, for a moment perhaps");
	if (kernel_is(f, KERNEL_VERSION(4, 9), KERNEL_VERSION(4, 10)))
		return claim_inferred(claim, "late stable kernels of 4.9 may lack the test, but " CPU
				      "() has no other reason to refuse this thread");
	return CONFIDENCE_PROVEN;
}

enum confidence rule_sched_ext(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, SCX), *cpu = find_stop(f, CPU);
	const struct answer *answer = find_refusal(f, SCX);

	if (!may_be_scx(f) || !refused_by(f, CPU) || rt_refusal(f)) {
		if (!may_be_scx(f) || (!stop && !answer))
			return CONFIDENCE_NONE;
	}
	if (stop || answer) {
		claim_cite(claim, stop ? stop->line : answer->line, SCX "() answered %lld",
			   (long long)f->answer);
		return CONFIDENCE_PROVEN;
	}
	if (is_silent(f, SCX))
		return CONFIDENCE_NONE;
	if (f->answer == -EINVAL && may_be_rt(f) &&
	    !(cpu && is_sure(f, cpu) && cpu->r.row.prio >= KERNEL_MAX_RT_PRIO))
		return CONFIDENCE_NONE;
	return claim_inferred(claim, "the answer of the sched_ext scheduler is not in the log, but " CPU
			      "() has no other reason on this kernel");
}
