/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diagnose.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"

#define CPU "cpu_cgroup_can_attach"

static void add(struct strings *strings, const char *s)
{
	strings->items = xgrow(strings->items, strings->count, &strings->room,
			       sizeof(*strings->items));
	strings->items[strings->count++] = s;
}

static void cite(struct finding *f, unsigned long line, const char *what)
{
	f->evidence = xgrow(f->evidence, f->evidence_count, &f->evidence_room,
			    sizeof(*f->evidence));
	f->evidence[f->evidence_count++] = (struct evidence){ line, what };
}

static const struct log *log_of(const struct finding *f)
{
	return f->attach->log;
}

static const struct task *only_stop(const struct finding *f, const char *fn, bool *several)
{
	const struct task *found = NULL;

	*several = false;
	for (size_t i = 0; i < f->attach->task_count; i++) {
		const struct task *task = &f->attach->tasks[i];

		if (task->kind != RECORD_STOP || strcmp(task->r.fn, fn) || task->r.ret != f->answer)
			continue;
		*several = *several || found;
		found = task;
	}
	return found;
}

static const struct answer *answer_of(const struct finding *f, const char *fn)
{
	for (size_t i = 0; i < f->attach->answer_count; i++) {
		const struct answer *answer = &f->attach->answers[i];

		if (!strcmp(answer->r.fn, fn) && answer->r.ret == f->answer)
			return answer;
	}
	return NULL;
}

static bool other_errno(struct finding *f)
{
	return f->answer != -EINVAL;
}

/*
 * The test for TASK_NEW stands in cpu_cgroup_can_attach() from 4.8 (7dc603c9028e) on, and is gone in 6.1
 * (df16b71c686c).
 */
static bool kernel_tests_task_new(const struct finding *f)
{
	uint32_t version = log_of(f)->version;

	return version >= KERNEL_VERSION(4, 8) && version < KERNEL_VERSION(6, 1);
}

/*
 * The function's other reason to say EINVAL to a thread: one of real-time priority, where RT_GROUP_SCHED
 * is configured, and where it is not, up to 5.3 (a07db5c08657), one that is not of the fair class.
 */
static bool kernel_tests_priority(const struct finding *f)
{
	return log_of(f)->header.rt_group_sched || log_of(f)->version < KERNEL_VERSION(5, 4);
}

static bool priority_refuses(const struct finding *f, const struct row *row)
{
	return kernel_tests_priority(f) && row->prio < KERNEL_MAX_RT_PRIO;
}

/* Does the table rule out that the priority of any thread that may have been asked was the reason? */
static bool no_priority_refuses(const struct finding *f)
{
	size_t group = 0;

	if (!kernel_tests_priority(f))
		return true;
	for (size_t i = 0; i < f->table.count; i++) {
		const struct task *task = f->table.rows[i].task;

		if (task->kind == RECORD_PARENT)
			continue;
		if (task->r.row.prio < KERNEL_MAX_RT_PRIO)
			return false;
		group++;
	}
	return f->attach->begun && group && group >= f->attach->begin.threads;
}

/* A thread outside the group that is moved was recorded for another attach, or not as it was. */
static bool belongs(const struct finding *f, const struct row *row)
{
	const struct record_attach *begin = &f->attach->begin;

	if (!f->attach->begun || !begin->ttgid)
		return true;
	return row->tgid == begin->ttgid && (begin->threadgroup || row->pid == begin->tpid);
}

static bool inferred(struct finding *f, const struct task *culprit, const char *why)
{
	f->confidence = CONFIDENCE_INFERRED;
	f->culprit = culprit;
	if (culprit && culprit != f->stop)
		cite(f, culprit->line, "a thread of the group in state TASK_NEW");
	add(&f->facts, why);
	return true;
}

/* The walk stopped at one thread, as the recorder saw it, and the kernel's own taskset at another. */
static bool probe_was_missed(struct finding *f)
{
	const struct table_row *row = table_find(&f->table, f->stop->r.curpid);

	if (row ? priority_refuses(f, &row->task->r.row) : !no_priority_refuses(f))
		return false;
	if (row && (row->task->kind == RECORD_PARENT || !belongs(f, &row->task->r.row)))
		return false;
	bool is_new = row && row->task->r.row.state == KERNEL_TASK_NEW;

	return inferred(f, is_new ? row->task : NULL, arena_printf(&f->arena,
		"the recorder missed a probe: it saw the walk stop at thread %d, the kernel's "
		"taskset stands on %d", f->stop->r.row.pid, f->stop->r.curpid));
}

static bool stopped_at(struct finding *f)
{
	const struct row *row = &f->stop->r.row;
	bool is_new = row->state == KERNEL_TASK_NEW;

	if (priority_refuses(f, row)) {
		add(&f->facts, "a thread of real-time priority: on this kernel " CPU "() may have "
		    "refused it for that");
		return false;
	}
	if (f->stop->r.curpid == row->pid && is_new && f->attach->begun) {
		f->confidence = CONFIDENCE_PROVEN;
		f->culprit = f->stop;
		return true;
	}
	/*
	 * The state was read before the controller looked, and no thread becomes TASK_NEW again:
	 * whatever refused here, it was not that.
	 */
	if (!is_new && f->stop->r.curpid == row->pid) {
		add(&f->facts, "the thread at which the walk stopped was not TASK_NEW");
		return false;
	}
	if (!is_new)
		return inferred(f, NULL,
				"no thread was recorded in state TASK_NEW when the walk stopped, but "
				"the function has no other reason on this kernel");
	return inferred(f, f->stop, f->attach->begun ?
			"the recorder could not read on which thread the kernel's taskset stands" :
			"the record of the attach's beginning is lost");
}

static bool task_new_by_stop(struct finding *f)
{
	const struct record_task *stop = &f->stop->r;

	cite(f, f->stop->line, arena_printf(&f->arena,
		"%s() answered %d; its walk stopped at thread %d, whose state was 0x%llx", stop->fn,
		stop->ret, stop->row.pid, (unsigned long long)stop->row.state));
	if (stop->walked == 0 || !stop->row.pid) {
		if (!no_priority_refuses(f))
			return false;
		const struct table_row *row = table_find_new(&f->table);

		return inferred(f, row && belongs(f, &row->task->r.row) ? row->task : NULL,
				"the walk itself was not recorded");
	}
	if (!belongs(f, &stop->row)) {
		add(&f->facts, "the records contradict each other: the thread at which the walk "
		    "stopped is none of those that were to be moved");
		return false;
	}
	if (stop->curpid != -1 && stop->curpid != stop->row.pid)
		return probe_was_missed(f);
	return stopped_at(f);
}

/* The refusing function is known by its answer alone: its stop record is lost. */
static bool task_new_by_answer(struct finding *f, const struct answer *answer)
{
	const struct table_row *row = table_find_new(&f->table);

	if (!no_priority_refuses(f)) {
		add(&f->facts, "the record of where the walk stopped is lost, and on this kernel "
		    CPU "() has more than one reason");
		return false;
	}
	cite(f, answer->line, CPU "() answered -22");
	return inferred(f, row && belongs(f, &row->task->r.row) ? row->task : NULL,
			"the record of where the walk stopped is lost; " CPU
			"() has no other reason on this kernel");
}

static void advise_task_new(struct finding *f)
{
	add(&f->advice, "A retry would have helped: a new thread leaves TASK_NEW within microseconds "
	    "to milliseconds. Only a process that creates threads all the time can be refused again.");
	add(&f->advice, arena_printf(&f->arena,
	    "This kernel (%s) has the test; it came with 4.8 (commit 7dc603c9028e) and is gone in 6.1 "
	    "(commit df16b71c686c). A kernel of 6.1 or later never refuses for this reason.",
	    log_of(f)->header.release));
	add(&f->advice, "runc retries an EINVAL 5 times, 30 ms apart, since 1.0-rc7; since 1.0-rc6 runc "
	    "create attaches before the Go runtime starts threads (create only, not exec).");
	add(&f->advice, "ps and /proc show such a thread as R; only a tracer sees TASK_NEW.");
}

static bool task_new(struct finding *f)
{
	bool several;

	if (!kernel_tests_task_new(f))
		return false;
	const struct task *stop = only_stop(f, CPU, &several);
	const struct answer *answer = answer_of(f, CPU);

	if (several) {
		add(&f->facts, "the records contradict each other: " CPU "() refused twice");
		return false;
	}
	if (!stop && !answer)
		return false;
	if (stop ? !task_new_by_stop(f) : !task_new_by_answer(f, answer))
		return false;
	if (stop && answer)
		cite(f, answer->line, CPU "() answered -22");
	advise_task_new(f);
	return true;
}

static void why_not_task_new(struct finding *f)
{
	const struct log *log = log_of(f);

	if (!log->has_header)
		add(&f->facts, "the log's header is missing, so the kernel is not known");
	else if (!log->version)
		add(&f->facts, "the kernel's release is not understood");
	else if (!kernel_tests_task_new(f) && f->controller && !strcmp(f->controller, "cpu"))
		add(&f->facts, arena_printf(&f->arena, "kernel %s does not refuse a TASK_NEW thread",
					    log->header.release));
}

static bool unexplained(struct finding *f)
{
	why_not_task_new(f);
	if (f->stop && !f->evidence_count)
		cite(f, f->stop->line, arena_printf(&f->arena,
			"%s() answered %d at thread %d, number %u of its walk", f->stop->r.fn,
			f->stop->r.ret, f->stop->r.row.pid, f->stop->r.walked));
	if (!f->function)
		add(&f->facts, "no function that refused was recorded");
	add(&f->advice, "If the same write fails again and again, the cause is not a race: look at the "
	    "function that refused. If a retry succeeds, it was one.");
	return true;
}

const struct rule diagnose_rules[] = {
	{ "not_einval", "another errno than EINVAL, which alone is explained", false, other_errno },
	{ "task_new", "a thread of the group was still being created (TASK_NEW)", true, task_new },
	{ "unexplained", "no known cause fits", false, unexplained },
	{ NULL, NULL, false, NULL }
};

static const struct task *first_stop(const struct finding *f)
{
	for (size_t i = 0; i < f->attach->task_count; i++)
		if (f->attach->tasks[i].kind == RECORD_STOP &&
		    f->attach->tasks[i].r.ret == f->answer)
			return &f->attach->tasks[i];
	return NULL;
}

/* A caller answers after what it called: the first negative answer is the innermost. */
static const struct answer *first_refusal(const struct finding *f)
{
	for (size_t i = 0; i < f->attach->answer_count; i++)
		if (f->attach->answers[i].r.ret == f->answer)
			return &f->attach->answers[i];
	return NULL;
}

static void describe_loss(struct finding *f)
{
	const struct attach *a = f->attach;

	if (!a->begun)
		add(&f->facts, "the record of the attach's beginning is lost: who wrote is not known");
	if (!a->ended)
		add(&f->facts, "the end of this attach is not in the log");
	else if (a->received != a->end.records)
		add(&f->facts, arena_printf(&f->arena, "%llu of this attach's %llu records are here",
					    (unsigned long long)a->received,
					    (unsigned long long)a->end.records));
}

struct finding *finding_new_steal(struct attach *attach)
{
	struct finding *f = xcalloc(1, sizeof(*f));

	f->attach = attach;
	f->answer = attach_answer(attach);
	table_init(&f->table, attach);
	if (f->answer >= 0)
		return f;
	f->stop = first_stop(f);
	const struct answer *answer = first_refusal(f);

	f->function = f->stop ? f->stop->r.fn : answer ? answer->r.fn : NULL;
	f->controller = kernel_controller_of(f->function, attach->begin.v);
	describe_loss(f);
	f->rule = diagnose_rules;
	while (!f->rule->test(f))
		f->rule++;
	if (answer && (!f->evidence_count || strcmp(answer->r.fn, CPU)))
		cite(f, answer->line, arena_printf(&f->arena, "%s() answered %d", answer->r.fn,
						   answer->r.ret));
	if (attach->ended)
		cite(f, attach->end_line, arena_printf(&f->arena, "the write answered %lld",
						       (long long)f->answer));
	return f;
}

void finding_free(struct finding *f)
{
	if (!f)
		return;
	table_fini(&f->table);
	arena_fini(&f->arena);
	free(f->facts.items);
	free(f->advice.items);
	free(f->evidence);
	attach_free(f->attach);
	free(f);
}

const char *confidence_name(enum confidence confidence)
{
	static const char *const names[] = { NULL, "inferred", "proven" };

	return names[confidence];
}

int64_t task_age(const struct task *task)
{
	const struct row *row = &task->r.row;
	uint64_t age = row->t - row->start;

	return row->start && row->start <= row->t && age <= INT64_MAX ? (int64_t)age : -1;
}
