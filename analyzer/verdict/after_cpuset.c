/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpuset_can_attach(), whose reasons rules_cpuset.c has. It ends at the thread that task_can_attach() or
 * security_task_setscheduler() refused, and at the last one if it refused the SCHED_DEADLINE threads together;
 * which of these it was is told by the errno and the threads. A security module may return any errno, though
 * those of the kernel return EPERM or EACCES.
 */
#include "verdict/after.h"

#include <errno.h>

#include "facts/kernel.h"

#define CPUSET "cpuset_can_attach"

static bool is_bound(const struct row *row)
{
	return row->flags & KERNEL_PF_NO_SETAFFINITY;
}

static bool is_deadline(const struct row *row)
{
	return row->policy == KERNEL_SCHED_DEADLINE;
}

/* The first thread that was to be moved and is `such`; NULL if none is known. */
static const struct task *find_such(const struct finding *f, bool (*such)(const struct row *row))
{
	for (size_t i = 0; i < f->table.count; i++) {
		const struct task *task = f->table.rows[i].task;

		if (task->kind != RECORD_PARENT && belongs(f, &task->r.row) && such(&task->r.row))
			return task;
	}
	return NULL;
}

static void cite_return(struct claim *claim, const struct task *stop)
{
	claim_cite(claim, stop->line, CPUSET "() returned %d", stop->r.ret);
}

enum confidence after_cpuset_no_setaffinity(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPUSET);

	if (!stop || !has_thread(f, stop, claim) || !is_bound(&stop->r.row))
		return CONFIDENCE_NONE;
	claim->culprit = stop;
	claim_cite(claim, stop->line,
		   CPUSET "() returned %d at thread %d (%s), which has PF_NO_SETAFFINITY",
		   stop->r.ret, stop->r.row.pid, stop->r.row.comm);
	if ((!f->attach->begun || f->attach->begin.threadgroup) && !has_whole_group(f, stop))
		return claim_inferred(claim, "not every thread that was to be moved is recorded: a "
					     "SCHED_DEADLINE one may be the "
					     "reason if the flag was set just now");
	/* A worker sets the flag itself when it begins to run. */
	if (find_such(f, is_deadline))
		return claim_inferred(
			claim,
			"SCHED_DEADLINE threads are among those that were to be moved, too; if the "
			"flag was set just now they may be the reason");
	return CONFIDENCE_PROVEN;
}

enum confidence after_cpuset_deadline(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPUSET), *deadline = find_such(f, is_deadline);

	if (!stop || !kernel_is(f, KERNEL_VERSION(5, 10), UINT32_MAX) ||
	    !has_thread(f, stop, claim) || is_bound(&stop->r.row))
		return CONFIDENCE_NONE;
	if (!deadline) {
		claim_fact(claim, "the thread at which " CPUSET
				  "() ended may change its CPUs, and no SCHED_DEADLINE "
				  "thread is among those recorded");
		return CONFIDENCE_NONE;
	}
	claim_cite(claim, deadline->line, "thread %d is SCHED_DEADLINE", deadline->r.row.pid);
	cite_return(claim, stop);
	return claim_inferred(
		claim,
		"thread %d, at which it ended, may change its CPUs; a security module could "
		"return EINVAL, but none of the kernel's own does",
		stop->r.row.pid);
}

enum confidence after_setscheduler_denied(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPUSET);

	if (!stop)
		return CONFIDENCE_NONE;
	if (!has_thread(f, stop, claim)) {
		if (stop_has_thread(stop))
			return CONFIDENCE_NONE;
		cite_return(claim, stop);
		return CONFIDENCE_PROVEN;
	}
	claim->culprit = stop;
	claim_cite(claim, stop->line,
		   CPUSET "() returned %d at thread %d (%s): nothing in it returns that but "
			  "security_task_setscheduler()",
		   stop->r.ret, stop->r.row.pid, stop->r.row.comm);
	if (f->attach->has_writer)
		claim_cite(claim, f->attach->writer_line, "the writer's euid is %u",
			   f->attach->writer.euid);
	return CONFIDENCE_PROVEN;
}

enum confidence after_deadline_bandwidth(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPUSET), *deadline = find_such(f, is_deadline);

	if (!stop)
		return CONFIDENCE_NONE;
	cite_return(claim, stop);
	if (!deadline)
		return claim_inferred(
			claim, "no SCHED_DEADLINE thread is among those recorded, but " CPUSET
			       "() has no other reason to return this");
	claim_cite(claim, deadline->line, "thread %d is SCHED_DEADLINE", deadline->r.row.pid);
	return CONFIDENCE_PROVEN;
}

enum confidence after_cpuset_empty(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPUSET);

	if (!stop)
		return CONFIDENCE_NONE;
	cite_return(claim, stop);
	claim_cite(claim, stop->line, "it has no other reason to return this");
	return CONFIDENCE_PROVEN;
}
