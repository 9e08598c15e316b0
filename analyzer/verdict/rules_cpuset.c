/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpuset_can_attach() asks about one thread after the other, task_can_attach() and then
 * security_task_setscheduler(), and in the end about all SCHED_DEADLINE threads together: then the last
 * thread of its walk is no culprit.
 */
#include "verdict/rules.h"

#include <errno.h>
#include <string.h>

#include "facts/kernel.h"

#define CPUSET "cpuset_can_attach"
#define TASK "task_can_attach"
#define SECURITY "security_task_setscheduler"

static bool is_bound(const struct row *row)
{
	return row->flags & KERNEL_PF_NO_SETAFFINITY;
}

static bool is_deadline(const struct row *row)
{
	return row->policy == KERNEL_SCHED_DEADLINE;
}

/* How many threads that were to be moved are `such`; the first of them is `*first`. */
static size_t count_such(const struct finding *f, bool (*such)(const struct row *),
			 const struct task **first)
{
	size_t n = 0;

	*first = NULL;
	for (size_t i = 0; i < f->table.count; i++) {
		const struct task *task = f->table.rows[i].task;

		if (task->kind == RECORD_PARENT || !belongs(f, &task->r.row) || !such(&task->r.row))
			continue;
		if (!n++)
			*first = task;
	}
	return n;
}

/* The refusal of the one function that is asked about one thread, with that thread if it is sure. */
static enum confidence refused_one(const struct finding *f, struct claim *claim, const char *fn)
{
	const struct task *stop = find_stop(f, fn);
	const struct answer *answer = find_refusal(f, fn);

	if (stop && is_sure(f, stop)) {
		claim->culprit = stop;
		claim_cite(claim, stop->line, "%s() answered %d about thread %d (%s)", fn, stop->r.ret,
			   stop->r.row.pid, stop->r.row.comm);
		return CONFIDENCE_PROVEN;
	}
	if (stop && !belongs(f, &stop->r.row)) {
		claim_fact(claim, "the records contradict each other: the thread that was refused is none of "
			   "those that were to be moved");
		return CONFIDENCE_NONE;
	}
	claim_cite(claim, stop ? stop->line : answer->line, "%s() answered %lld", fn,
		   (long long)f->answer);
	return claim_inferred(claim, "%s", why_unsure(f, stop));
}

/* By what the other threads look like, if the record of the refusal itself does not tell. */
static enum confidence bound_by_table(const struct finding *f, struct claim *claim)
{
	const struct task *bound, *deadline;
	size_t n = count_such(f, is_bound, &bound);

	if (!n || !f->attach->begun || count_such(f, is_deadline, &deadline))
		return CONFIDENCE_NONE;
	claim->culprit = n == 1 ? bound : NULL;
	claim_cite(claim, bound->line, "thread %d (%s) has PF_NO_SETAFFINITY", bound->r.row.pid,
		   bound->r.row.comm);
	return claim_inferred(claim, "the record of which thread was refused is not in the log; " TASK
			      "() refuses every thread with this flag");
}

enum confidence rule_cpuset_no_setaffinity(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, TASK), *whole = find_stop(f, CPUSET);

	if (!refused_by(f, CPUSET) && !refused_by(f, TASK))
		return CONFIDENCE_NONE;
	if (stop && is_sure(f, stop))
		return is_bound(&stop->r.row) ? refused_one(f, claim, TASK) : CONFIDENCE_NONE;
	if (f->function && strcmp(f->function, TASK) && strcmp(f->function, CPUSET))
		return CONFIDENCE_NONE;
	if (is_silent(f, TASK))
		return CONFIDENCE_NONE;
	if (!stop && whole && is_sure(f, whole) && is_bound(&whole->r.row)) {
		claim->culprit = whole;
		claim_cite(claim, whole->line, "the walk of " CPUSET "() ended at thread %d (%s), which has "
			   "PF_NO_SETAFFINITY", whole->r.row.pid, whole->r.row.comm);
		return claim_inferred(claim, "the answer of " TASK "() is not in the log");
	}
	return bound_by_table(f, claim);
}

/* From 5.15 to 6.5, and in stable kernels of that time, task_can_attach() looks at DEADLINE as well. */
static enum confidence deadline_alone(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, TASK);

	if (!stop || !is_sure(f, stop) || !is_deadline(&stop->r.row) || is_bound(&stop->r.row) ||
	    !kernel_is(f, KERNEL_VERSION(5, 10), KERNEL_VERSION(6, 6)))
		return CONFIDENCE_NONE;
	claim->culprit = stop;
	claim_cite(claim, stop->line, TASK "() answered %d about thread %d, policy SCHED_DEADLINE",
		   stop->r.ret, stop->r.row.pid);
	return claim_inferred(claim, "not every kernel of this release has this test, but the "
			      "function has no other reason to refuse this thread");
}

enum confidence rule_cpuset_deadline(const struct finding *f, struct claim *claim)
{
	const struct task *first;

	if (!f->function || strcmp(f->function, CPUSET) || is_absent(f, TASK))
		return f->function && !strcmp(f->function, TASK) ? deadline_alone(f, claim) :
		       CONFIDENCE_NONE;
	if (!is_silent(f, TASK) || !is_silent(f, SECURITY) || count_such(f, is_bound, &first) ||
	    !f->attach->begun || !kernel_is(f, KERNEL_VERSION(5, 10), UINT32_MAX))
		return CONFIDENCE_NONE;
	if (!count_such(f, is_deadline, &first)) {
		claim_fact(claim, CPUSET "() refused none of the threads by itself, and no SCHED_DEADLINE "
			   "thread is among those recorded");
		return CONFIDENCE_NONE;
	}
	claim_cite(claim, first->line, "thread %d is SCHED_DEADLINE; " TASK "() and " SECURITY
		   "() refused nobody", first->r.row.pid);
	if (kernel_is(f, 0, KERNEL_VERSION(6, 13)))
		return CONFIDENCE_PROVEN;
	return claim_inferred(claim, "on kernels up to 6.12 " CPUSET "() has no other reason; later ones "
			      "were not looked at");
}

enum confidence rule_setscheduler_denied(const struct finding *f, struct claim *claim)
{
	const struct answer *answer = find_refusal(f, CPUSET);

	if (f->function && !strcmp(f->function, SECURITY)) {
		if (f->attach->begun)
			claim_cite(claim, f->attach->begin_line, "the writer's euid is %u",
				   f->attach->begin.euid);
		return refused_one(f, claim, SECURITY);
	}
	if (!f->function || strcmp(f->function, CPUSET) || is_silent(f, SECURITY) || !answer)
		return CONFIDENCE_NONE;
	claim_cite(claim, answer->line, CPUSET "() answered %d", answer->r.ret);
	return claim_inferred(claim, "the answer of " SECURITY "() is not in the log, but " CPUSET
			      "() has no other reason to answer so");
}

/* dl_bw_alloc is 5.10.y's and 6.x's, dl_cpu_busy 5.15's, dl_task_can_attach 4.14's to 5.4's. */
static bool asks_bandwidth(const char *fn)
{
	return !strcmp(fn, "dl_bw_alloc") || !strcmp(fn, "dl_cpu_busy") ||
	       !strcmp(fn, "dl_task_can_attach") || !strcmp(fn, TASK);
}

enum confidence rule_deadline_bandwidth(const struct finding *f, struct claim *claim)
{
	if (!f->function || (!asks_bandwidth(f->function) && strcmp(f->function, CPUSET)))
		return CONFIDENCE_NONE;
	const struct task *stop = find_stop(f, f->function);
	const struct answer *answer = find_refusal(f, f->function);
	bool alone = !strcmp(f->function, TASK) || !strcmp(f->function, "dl_task_can_attach");

	claim_cite(claim, stop ? stop->line : answer->line, "%s() answered %lld", f->function,
		   (long long)f->answer);
	if (!strcmp(f->function, CPUSET))
		return claim_inferred(claim, "which function refused is not in the log, but " CPUSET
				      "() has no other reason to answer so");
	if (alone && stop && is_sure(f, stop))
		claim->culprit = stop;
	return f->attach->begun ? CONFIDENCE_PROVEN :
	       claim_inferred(claim, "the record of the attach's beginning is lost");
}

enum confidence rule_cpuset_empty(const struct finding *f, struct claim *claim)
{
	const struct task *stop = find_stop(f, CPUSET);
	const struct answer *answer = find_refusal(f, CPUSET);

	if (!f->function || strcmp(f->function, CPUSET))
		return CONFIDENCE_NONE;
	claim_cite(claim, stop ? stop->line : answer->line, CPUSET "() answered %lld",
		   (long long)f->answer);
	if (f->attach->begun && f->attach->complete && is_silent(f, TASK) && is_silent(f, SECURITY))
		return CONFIDENCE_PROVEN;
	return claim_inferred(claim, "records of this attach are lost, or not every function was watched; "
			      CPUSET "() has no other reason to answer so");
}
