/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From 4.8 (7dc603c9028e) to 6.0 (gone with df16b71c686c) cpu_cgroup_can_attach() refuses a thread that its creator
 * has not woken yet. No thread comes into that state again.
 */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"
#include "trace/phrases.h"
#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_cpu.h"

#define CPU "cpu_cgroup_can_attach"

static bool is_checked(const struct finding *f)
{
	return cause_has_kernel(&cause_task_new, f->attach->log->version);
}

/* May the thread of this row have been refused for its priority? */
static bool priority_refuses(const struct finding *f, const struct row *row)
{
	return (cpu_may_be_rt(f) || cpu_tests_class(f)) &&
	       (row->prio < KERNEL_MAX_RT_PRIO || cpu_is_unfair(row));
}

/* Does the table rule out that the priority of any thread that may have been asked was the reason? */
static bool no_priority_refuses(const struct finding *f)
{
	size_t group = 0;

	if (!cpu_may_be_rt(f) && !cpu_tests_class(f))
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
				    const struct task *blocker, const char *why)
{
	claim->blocker = blocker;
	if (blocker && blocker != f->stop)
		claim_cite(claim, blocker->line, "a thread of the group in state TASK_NEW");
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
	claim_fact(claim,
		   "the recorder missed a probe: it saw the walk stop at thread %d, but the "
		   "kernel's taskset points to %d",
		   stop->r.row.pid, stop->r.curpid);
	claim->blocker = r && r->state == KERNEL_TASK_NEW ? row->task : NULL;
	return CONFIDENCE_INFERRED;
}

static enum confidence new_at_stop(const struct finding *f, struct claim *claim,
				   const struct task *stop)
{
	const struct row *row = &stop->r.row;
	bool is_new = row->state == KERNEL_TASK_NEW;

	if (priority_refuses(f, row)) {
		claim_fact(claim, "a thread of real-time priority: on this kernel " CPU
				  "() may have refused it for that");
		return CONFIDENCE_NONE;
	}
	if (is_new && is_sure(f, stop)) {
		claim->blocker = stop;
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
	return new_inferred(claim, f, is_new ? stop : NULL,
			    is_new ?
				    why_unsure(f, stop) :
				    "no thread was recorded in state TASK_NEW when the walk "
				    "stopped, but the function has no other reason on this kernel");
}

static enum confidence new_by_stop(const struct finding *f, struct claim *claim,
				   const struct task *stop)
{
	const struct row *row = &stop->r.row;

	claim_cite(claim, stop->line,
		   CPU "() returned %d; its walk stopped at thread %d, whose state was 0x%llx",
		   stop->r.ret, row->pid, (unsigned long long)row->state);
	if (!stop->r.walked || !row->pid) {
		if (!no_priority_refuses(f))
			return CONFIDENCE_NONE;
		return new_inferred(claim, f, only_new(f), why_unsure(f, stop));
	}
	if (!belongs(f, row)) {
		claim_fact(claim, "the records contradict each other: the thread at which the walk "
				  "stopped is not one of those to be moved");
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
		claim_fact(claim,
			   "the record of where the walk stopped is lost, and on this kernel " CPU
			   "() has more than one reason");
		return CONFIDENCE_NONE;
	}
	return new_inferred(claim, f, only_new(f),
			    "the record of where the walk stopped is lost; " CPU
			    "() has no other reason on this kernel");
}

static void tell_of_subtree(const struct finding *f, struct claim *claim)
{
	if (is_subtree(f))
		claim_fact(claim, "enabling or disabling a controller moves every process below "
				  "the cgroup: one new thread among all of them is enough");
}

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, CPU);
	const struct answer *answer = find_refusal(f, CPU);

	if (!is_checked(f) || cpu_rt_refusal(f) || (!stop && !answer))
		return CONFIDENCE_NONE;
	enum confidence sure = stop ? new_by_stop(f, claim, stop) : new_by_answer(f, claim);

	if (sure && answer)
		claim_cite(claim, answer->line, CPU "() returned %d", answer->r.ret);
	if (sure)
		tell_of_subtree(f, claim);
	return sure;
}

/* ---- afterwards: who it is, its policy and whether it ever ran remain, its state may not ---- */

static enum confidence proven_afterwards(const struct finding *f, struct claim *claim,
					 const struct task *stop, const char *reason)
{
	claim->blocker = stop;
	claim->proof = stop->r.row.state == KERNEL_TASK_NEW ? PROOF_SEEN : PROOF_DEDUCED;
	cpu_cite_stop(claim, f, stop);
	if (claim->proof == PROOF_DEDUCED)
		claim_cite(claim, stop->line, "deduced: %s", reason);
	cpu_cite_thread(claim, f, stop);
	if (stop_woken(stop) >= 0)
		claim_cite(claim, stop->line,
			   "it was first queued for a CPU %s before it was read, and the check "
			   "came before that",
			   phrase_duration(claim->arena, stop_woken(stop)));
	return CONFIDENCE_PROVEN;
}

static enum confidence inferred_afterwards(const struct finding *f, struct claim *claim,
					   const struct task *stop, const char *why)
{
	claim->blocker = stop;
	cpu_cite_stop(claim, f, stop);
	cpu_cite_thread(claim, f, stop);
	return claim_inferred(claim, "%s", why);
}

/* Before this write: in a row of the writer's earlier refusal at the same thread. */
static bool was_awake(const struct finding *f, const struct task *stop)
{
	const struct row *row = &stop->r.row;

	for (size_t i = 0; stop->r.same && i < f->attach->task_count; i++) {
		const struct row *r = &f->attach->tasks[i].r.row;

		if (f->attach->tasks[i].kind == RECORD_GROUP && r->pid == row->pid &&
		    r->start == row->start && r->state != KERNEL_TASK_NEW)
			return true;
	}
	return false;
}

/* Goes on after "the thread"; NULL: it may have been. */
static const char *why_not_new(const struct finding *f, const struct task *stop)
{
	if (cpu_is_writer(stop))
		return "is the writer's own";
	if (is_old(stop))
		return "had been awake for so long, or run so often";
	return was_awake(f, stop) ? "was already awake at an earlier refusal" : NULL;
}

/* Neither class nor real-time priority is looked at. */
static enum confidence alone_afterwards(const struct finding *f, struct claim *claim,
					const struct task *stop)
{
	const char *release = f->attach->log->header.release;
	const char *not_new = why_not_new(f, stop);

	if (not_new) {
		claim_fact(claim,
			   "the thread %s: it cannot have been TASK_NEW, and this kernel must have "
			   "a check that is unknown here",
			   not_new);
		return CONFIDENCE_NONE;
	}
	return proven_afterwards(
		f, claim, stop,
		arena_printf(claim->arena,
			     "on %s, %s, " CPU
			     "() returns EINVAL for nothing but a thread in TASK_NEW",
			     release,
			     f->attach->log->header.rt_group_sched ?
				     "whose root cgroup takes every real-time thread" :
				     "without RT_GROUP_SCHED"));
}

/* Class (up to 5.3) or real-time priority (with RT_GROUP_SCHED) is another reason. */
static enum confidence or_priority_afterwards(const struct finding *f, struct claim *claim,
					      const struct task *stop)
{
	const struct row *row = &stop->r.row;
	const char *what = cpu_has_rt_groups(f) ? "with RT_GROUP_SCHED" : "up to 5.3";
	bool untouched = row->state == KERNEL_TASK_NEW || has_run(f, row) == RAN_NEVER;
	const char *not_new = why_not_new(f, stop);

	if (!is_fair(row) || not_new) {
		if (is_fair(row))
			claim_fact(claim, "the thread %s: it cannot have been TASK_NEW", not_new);
		else
			claim_fact(claim, "a thread of real-time policy: on this kernel " CPU
					  "() may have refused it for that");
		return CONFIDENCE_NONE;
	}
	if (row->prio < KERNEL_MAX_RT_PRIO) {
		claim_fact(
			claim,
			"the thread had a real-time priority that it inherited: on this kernel " CPU
			"() may have refused it for that");
		return CONFIDENCE_NONE;
	}
	if (untouched)
		return proven_afterwards(
			f, claim, stop,
			arena_printf(
				claim->arena,
				"%s " CPU
				"() returns EINVAL for a thread in TASK_NEW or one of real-time "
				"priority; this one's policy is fair, and a thread that has never "
				"run holds nothing for which it could have inherited a priority",
				what));
	return inferred_afterwards(
		f, claim, stop,
		arena_printf(claim->arena,
			     "%s a thread is also refused for a real-time priority; this one's "
			     "policy is fair, and only an inherited one, gone when it was read, "
			     "could be the reason instead",
			     what));
}

static enum confidence without_thread_afterwards(const struct finding *f, struct claim *claim,
						 const struct task *stop)
{
	if (cpu_has_rt_groups(f) || cpu_tests_class(f))
		return CONFIDENCE_NONE;
	claim_cite(claim, stop->line, CPU "() returned %d", stop->r.ret);
	return claim_inferred(claim, "which thread blocked the move is not known, but " CPU
				     "() has no other reason on this kernel");
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPU);

	if (!stop || !is_checked(f))
		return CONFIDENCE_NONE;
	if (!has_thread(stop, claim))
		return without_thread_afterwards(f, claim, stop);
	enum confidence sure = cpu_has_rt_groups(f) || cpu_tests_class(f) ?
				       or_priority_afterwards(f, claim, stop) :
				       alone_afterwards(f, claim, stop);

	if (sure)
		tell_of_subtree(f, claim);
	return sure;
}

static const char *ruled_out(struct finding *f)
{
	const struct row *row = stop_row(f);
	const char *not_new;

	if (!row)
		return NULL;
	if (is_afterwards(f)) {
		not_new = why_not_new(f, f->stop);
		return not_new ? arena_printf(&f->arena, "thread %d %s", row->pid, not_new) : NULL;
	}
	return row->state != KERNEL_TASK_NEW ?
		       arena_printf(&f->arena, "thread %d was not TASK_NEW", row->pid) :
		       NULL;
}

static const char *possible(const struct premise *p, struct arena *arena)
{
	return p->version ? arena_printf(arena, "kernel %s has this check", p->release) :
			    arena_printf(arena, "on kernels %s", cause_task_new.kernel_words);
}

const struct cause cause_task_new = {
	.id = "task_new",
	.title = "a thread of the group was still being created (TASK_NEW)",
	.doors = DOORS_MOVE,
	.errnos = { EINVAL },
	/*
	 * Of the reports in tests/corpus/attach-errors.jsonl that name a cause 6 name it (some
	 * only suspect it), more than any other of EINVAL: exec probes and docker exec, while the Go runtime starts threads. A shell writes processes that create none
	 * at that moment.
	 */
	.commonness = COMMONNESS_MOST,
	.commonness_at = { DOOR_SUBTREE_CONTROL, COMMONNESS_SELDOM },
	.commonness_by_shell = COMMONNESS_SELDOM,
	.kernels = { { 0, KERNEL_VERSION(4, 8), KERNEL_VERSION(6, 1) } },
	.kernel_words = "4.8 to 6.0",
	.controller = "cpu",
	.stage = STAGE_CONTROLLER,
	.functions = { CPU },
	.advice_for = {
		{ "retries",
		  "It was tried several times already, so the process creates threads all the time, or its creating thread got no CPU meanwhile. Let it start fewer at that moment, give it CPU, or run on Linux 6.1 or later, which never refuses for this." },
		{ "kubernetes",
		  "Run the node on Linux 6.1 or later, or update its runc to 1.0.0-rc7 or later, which tries again. Until then raise failureThreshold of exec probes: the next probe usually succeeds." },
		{ "docker",
		  "Run the command again. For good: Linux 6.1 or later, or a Docker package whose runc is 1.0.0-rc7 or later, which tries again." },
		{ "runc",
		  "Run the command again. For good: Linux 6.1 or later, or runc 1.0.0-rc7 or later, which tries again." },
		{ "systemd",
		  "Start the unit again; Restart=on-failure does so on its own. Linux 6.1 and later never refuse for this." },
	},
	.checks = {
		{ 0, "uname -r",
		  "Linux 4.8 to 6.0 can refuse for task_new, 6.1 and later never" },
	},
	.persistence = PERSISTENCE_TRANSIENT,
	.lasts = "a new thread leaves TASK_NEW within microseconds to milliseconds",
	.proof = CPU "() returned EINVAL, and its walk stopped at a thread in state 0x800.",
	.advice = {
			"A retry helps as soon as that thread runs. Refused again and again is only a process that keeps creating threads, or whose creating thread gets no CPU meanwhile.",
			"This kernel (<kernel>) has this check, which was added in 4.8 (commit "
			"7dc603c9028e) and removed in 6.1 (commit df16b71c686c). A kernel of 6.1 "
			"or later never refuses for this reason.",
			"runc tries an attach up to 5 times, at least 30 ms apart, since 1.0-rc7; since 1.0-rc6 runc create attaches before the Go runtime starts threads (create only, not exec).",
			"ps and /proc show such a thread as R; only a tracer sees TASK_NEW.",
		},
	.taken = "a TASK_NEW thread",
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
	.ruled_out = ruled_out,
	.possible = possible,
};
