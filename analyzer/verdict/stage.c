/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/stage.h"

#include <string.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_lookup.h"

#define START "cgroup_procs_write_start"

static const struct task *first_of(const struct finding *f, enum record_kind kind)
{
	for (size_t i = 0; i < f->attach->task_count; i++) {
		const struct task *task = &f->attach->tasks[i];

		if (task->kind == kind && (kind != RECORD_STOP || task->r.ret == f->answer))
			return task;
	}
	return NULL;
}

const struct answer *stage_first_refusal(const struct finding *f)
{
	for (size_t i = 0; i < f->attach->answer_count; i++)
		if (f->attach->answers[i].r.ret == f->answer)
			return &f->attach->answers[i];
	return NULL;
}

/* ---- do the records agree? ---- */

static bool on_one_path(const char *a, const char *b)
{
	return kernel_calls(a, b) || kernel_calls(b, a);
}

/* sched_rt_can_attach() accepts with 1 and refuses with 0. */
static bool is_yes_or_no(const struct answer *answer)
{
	return !strcmp(answer->r.fn, "sched_rt_can_attach");
}

/* Who refused called, or was called by, everybody else who did; whoever called it did not agree. */
static bool answers_disagree(const struct finding *f, const char *refuser, unsigned long line)
{
	for (size_t i = 0; i < f->attach->answer_count; i++) {
		const struct answer *answer = &f->attach->answers[i];

		if (is_yes_or_no(answer) || answer->line == line)
			continue;
		if (answer->r.ret >= 0 ? kernel_calls(answer->r.fn, refuser) :
		    answer->r.ret != f->answer || !on_one_path(answer->r.fn, refuser))
			return true;
	}
	return false;
}

static bool stops_disagree(const struct finding *f)
{
	for (size_t i = 0; i < f->attach->task_count; i++) {
		const struct task *a = &f->attach->tasks[i];

		if (a->kind != RECORD_STOP)
			continue;
		if (a->r.ret != f->answer || answers_disagree(f, a->r.fn, 0))
			return true;
		for (size_t j = i + 1; j < f->attach->task_count; j++) {
			const struct task *b = &f->attach->tasks[j];

			if (b->kind == RECORD_STOP &&
			    (!strcmp(a->r.fn, b->r.fn) || !on_one_path(a->r.fn, b->r.fn)))
				return true;
		}
	}
	return false;
}

/* As soon as there is a task to attach, the attach's beginning names it. */
static bool beginning_disagrees(const struct finding *f)
{
	const struct record_attach *b = &f->attach->begin;

	if (!f->attach->begun)
		return false;
	if (f->attach->outside)
		return f->attach->task_count || f->attach->answer_count || f->attach->placed;
	if (is_subtree(f))
		return f->target || f->stage < STAGE_MIGRATION;
	if (!b->tpid)
		return f->stop || f->stage >= STAGE_MIGRATION;
	return f->stage && f->stage < STAGE_MIGRATION;
}

/* In a namespace of its own the writer counts differently; then only the row's number there can tell. */
static bool target_disagrees(const struct finding *f)
{
	const struct record_attach *b = &f->attach->begin;
	const struct task *target = f->target;
	int32_t pid;

	if (!target || !f->attach->begun || strcmp(target->r.fn, "find_task_by_vpid") ||
	    !target->r.found || text_of(f, &pid) != PIDTEXT_GOOD || pid <= 0)
		return false;
	if (!b->level)
		return target->r.found != pid;
	return target->r.row.pid == target->r.found && target->r.nspid && target->r.nspid != pid;
}

/*
 * A thread is created before it is seen, and woken after it was created. The two clocks may be a tick apart, and one is
 * slewed against the other.
 */
static bool times_disagree(const struct task *stop)
{
	const struct row *row = stop ? &stop->r.row : NULL;

	if (!stop || !stop_has_thread(stop) || !row->start || !row->t)
		return false;
	if (row->start > row->t)
		return true;
	uint64_t age = row->t - row->start;

	return stop_woken(stop) > (int64_t)(age + age / 64 + 20000000);
}

#define TIMES_DISAGREE "the records contradict each other about when the thread was created"

static const char *find_contradiction(const struct finding *f)
{
	const struct answer *answer = stage_first_refusal(f);

	if (f->attach->contradicted)
		return "two records of this attach cannot both be true";
	if (target_disagrees(f))
		return "the records contradict each other about which task the number means";
	if (stops_disagree(f) || (answer && answers_disagree(f, answer->r.fn, answer->line)))
		return "the records contradict each other about which function refused";
	if (beginning_disagrees(f))
		return "the records contradict each other about how far the write got";
	return times_disagree(f->stop) ? TIMES_DISAGREE : NULL;
}

/* ---- how far did it come? ---- */

static enum stage stage_of_function(const struct finding *f)
{
	const char *fn = f->function;

	if (kernel_calls(START, fn))
		return STAGE_LOOKUP;
	if (kernel_calls("cgroup_attach_permissions", fn))
		return STAGE_PERMISSION;
	if (!strcmp(fn, "cgroup_migrate_prepare_dst"))
		return STAGE_MIGRATION;
	if (kernel_calls("cgroup_migrate_execute", fn))
		return STAGE_CONTROLLER;
	/* cgroup_attach_task() passes on what came before the controllers and what they say. */
	return f->attach->complete && is_armed(f, "cgroup_migrate_execute") ? STAGE_MIGRATION :
	       STAGE_UNKNOWN;
}

static enum stage find_stage(const struct finding *f)
{
	const struct record_attach *b = &f->attach->begin;
	const struct answer *start = find_answer(f, START);

	if (f->attach->outside)
		return STAGE_OUTSIDE;
	if (f->function)
		return stage_of_function(f);
	if (!f->attach->begun || b->tpid || is_subtree(f))
		return STAGE_UNKNOWN;
	if (f->target)
		return strcmp(f->target->r.fn, START) ? STAGE_LOOKUP : STAGE_PERMISSION;
	if (f->attach->placed || (start && !start->r.ret))
		return STAGE_PERMISSION;
	if (!b->reached || did_not_refuse(f, START))
		return STAGE_KERNFS;
	return STAGE_UNKNOWN;
}

/* The innermost that refused. */
static const char *find_function(const struct finding *f, const struct answer *answer)
{
	if (!f->stop || (answer && kernel_calls(f->stop->r.fn, answer->r.fn)))
		return answer ? answer->r.fn : NULL;
	return f->stop->r.fn;
}

/* ---- the same of records that were made after the decision ---- */

static const struct task *any_of(const struct finding *f, enum record_kind kind)
{
	for (size_t i = 0; i < f->attach->task_count; i++)
		if (f->attach->tasks[i].kind == kind)
			return &f->attach->tasks[i];
	return NULL;
}

static const char *find_contradiction_after(const struct finding *f, const struct task *stop)
{
	const struct attach *a = f->attach;
	const char *controller = stop ? kernel_controller_of(stop->r.fn, 1) : NULL;

	if (a->contradicted)
		return "two records of this attach cannot both be true";
	if (!stop)
		return NULL;
	if (is_absent(f, stop->r.fn))
		return "the records contradict each other: a function refused that this kernel is "
		       "said to lack";
	/* cgroup_migrate_add_task() skips those; while a process is moved none begins to exit. */
	if (stop->r.row.exit_state || stop->r.row.flags & KERNEL_PF_EXITING)
		return "the records contradict each other: the thread that blocked the move was "
		       "exiting, and such are not moved";
	if (times_disagree(stop))
		return TIMES_DISAGREE;
	if (!a->ended)
		return NULL;
	if (stop->r.ret != f->answer)
		return "the records contradict each other about what the controller returned";
	if (a->outside || a->has_clone || stop->r.wpid != a->begin.pid ||
	    stop->r.wtgid != a->begin.tgid)
		return "the records contradict each other about who wrote";
	if (text_is_no_number(f))
		return "the records contradict each other about how far the write got";
	if (controller && has_no_controller(f, controller))
		return "the records contradict each other: a controller refused that the "
		       "destination's hierarchy does not have";
	if (stop_has_thread(stop) && !is_subtree(f) && !is_of_attach(f, stop))
		return "the records contradict each other: the thread that blocked the move is not "
		       "one of those to be moved";
	return NULL;
}

static void find_after(struct finding *f)
{
	const struct attach *a = f->attach;
	const struct task *stop = any_of(f, RECORD_STOP);

	f->stop = stop;
	f->target = any_of(f, RECORD_TARGET);
	f->function = stop ? stop->r.fn : NULL;
	f->controller = kernel_controller_of(f->function, a->begin.v);
	f->stage = stop				       ? STAGE_CONTROLLER :
		   a->outside			       ? STAGE_OUTSIDE :
		   a->has_writer && !a->writer.reached ? STAGE_KERNFS :
							 STAGE_UNKNOWN;
	f->contradiction = find_contradiction_after(f, stop);
}

void stage_find(struct finding *f)
{
	if (log_is_afterwards(f->attach->log)) {
		find_after(f);
		return;
	}
	f->stop = first_of(f, RECORD_STOP);
	f->target = first_of(f, RECORD_TARGET);
	f->function = find_function(f, stage_first_refusal(f));
	f->controller = kernel_controller_of(f->function, f->attach->begin.v);
	f->stage = find_stage(f);
	f->contradiction = find_contradiction(f);
}
