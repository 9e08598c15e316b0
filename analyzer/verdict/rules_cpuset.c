/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/rules_cpuset.h"

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"

#define CPUSET "cpuset_can_attach"

bool cpuset_is_bound(const struct row *row)
{
	return row->flags & KERNEL_PF_NO_SETAFFINITY;
}

bool cpuset_is_deadline(const struct row *row)
{
	return row->policy == KERNEL_SCHED_DEADLINE;
}

size_t cpuset_count(const struct finding *f, bool (*such)(const struct row *),
		    const struct task **first)
{
	size_t n = 0;

	*first = NULL;
	for (size_t i = 0; i < f->table.count; i++) {
		const struct task *task = f->table.rows[i].task;

		if (task->kind == RECORD_PARENT || !may_be_moved(f, &task->r.row) ||
		    !such(&task->r.row))
			continue;
		if (!n++)
			*first = task;
	}
	return n;
}

const struct task *cpuset_find(const struct finding *f, bool (*such)(const struct row *))
{
	const struct task *first;

	cpuset_count(f, such, &first);
	return first;
}

enum confidence cpuset_refused_one(const struct finding *f, struct claim *claim, const char *fn)
{
	const struct task *stop = find_stop(f, fn);
	const struct answer *answer = find_refusal(f, fn);

	if (stop && is_sure(f, stop)) {
		claim->blocker = stop;
		claim_cite(claim, stop->line, "%s() returned %d for thread %d (%s)", fn,
			   stop->r.ret, stop->r.row.pid, stop->r.row.comm);
		return CONFIDENCE_PROVEN;
	}
	if (stop && !belongs(f, &stop->r.row)) {
		claim_fact(claim, "the records contradict each other: the thread that was refused "
				  "is not one of those to be moved");
		return CONFIDENCE_NONE;
	}
	claim_cite(claim, stop ? stop->line : answer->line, "%s() returned %lld", fn,
		   (long long)f->answer);
	return claim_inferred(claim, "%s", why_unsure(f, stop));
}

void cpuset_cite_return(struct claim *claim, const struct task *stop)
{
	claim_cite(claim, stop->line, CPUSET "() returned %d", stop->r.ret);
}
