/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/after.h"

#include <string.h>

#include "base/list.h"
#include "facts/kernel.h"
#include "verdict/causes/list.h"
#include "verdict/rules.h"

/*
 * Between the check and the probe at the function's return the writer may lose its CPU, even for a while
 * where the machine is short of them; a second is beyond that.
 */
#define OLD_NS 1000000000ull
/* So often it cannot run there either. */
#define OLD_ARRIVALS 1000

/*
 * One probe of the recorder prints so many rows of a group, or so many when many writes are refused (ROWS and rows_most
 * in stap/cgattach.stp). What another one adds may overlap with these, or leave a gap: meanwhile threads are reaped.
 */
#define GROUP_ROWS	   40
#define GROUP_ROWS_OF_MANY 15

bool is_afterwards(const struct finding *f)
{
	return log_is_afterwards(f->attach->log);
}

const struct task *stop_of(const struct finding *f, const char *fn)
{
	return f->stop && !strcmp(f->stop->r.fn, fn) ? f->stop : NULL;
}

struct listed {
	uint32_t rows, last;  /* how many, and the highest number */
	uint32_t moved;	      /* what exits is not moved (cgroup_migrate_add_task()) */
	bool cut;	      /* there may be more */
};

static struct listed listed_of(const struct attach *a)
{
	struct listed l = { 0 };

	for (size_t i = 0; i < a->task_count; i++) {
		if (a->tasks[i].kind != RECORD_GROUP)
			continue;
		l.rows++;
		l.last = a->tasks[i].r.n > l.last ? a->tasks[i].r.n : l.last;
		l.moved += !(a->tasks[i].r.row.flags & KERNEL_PF_EXITING);
	}
	l.cut = l.rows >= GROUP_ROWS || l.rows == GROUP_ROWS_OF_MANY;
	return l;
}

bool has_whole_group(const struct finding *f, const struct task *stop)
{
	const struct attach *a = f->attach;
	struct listed l = listed_of(a);
	uint32_t moving = attach_moving(a, stop);

	/* The number of threads is of later; those of another stop may have been others. */
	return a->begun && !is_subtree(f) && a->begin.threads && moving && l.moved >= moving &&
	       l.rows >= a->begin.threads && !stop->r.same && !l.cut;
}

bool is_alone(const struct finding *f, const struct task *stop)
{
	const struct attach *a = f->attach;

	return stop_has_thread(stop) && (attach_moving(a, stop) == 1 ||
					 (a->begun && !a->begin.threadgroup && !is_subtree(f)));
}

bool may_be_moved(const struct finding *f, const struct row *row)
{
	return !(row->flags & KERNEL_PF_EXITING) && belongs(f, row) &&
	       (!is_afterwards(f) || !f->stop || !is_alone(f, f->stop) || task_is(f->stop, row));
}

/* Is the taskset as large as the group, so that no thread of it was at the destination already? */
static bool moves_all(const struct finding *f)
{
	const struct attach *a = f->attach;
	struct listed l = listed_of(a);
	uint32_t more = l.cut && a->begin.threads > l.rows ? a->begin.threads - l.rows : 0;

	/* The loss of a row may leave as many as are moved. */
	if (l.last != l.rows || (text_is_kernels(f) && l.rows + more < a->begin.threads))
		return false;
	return (!l.cut || a->begun) && l.moved + more == attach_moving(a, f->stop);
}

bool is_moved(const struct finding *f, const struct row *row)
{
	if (task_is(f->stop, row))
		return true;
	return may_be_moved(f, row) && text_is_kernels(f) && f->attach->begin.threads &&
	       !f->stop->r.same && moves_all(f);
}

uint32_t place_in_taskset(const struct finding *f)
{
	const struct attach *a = f->attach;
	const struct task *stop = f->stop;
	uint32_t place = 0, n = 0;

	if (!stop || !stop_has_thread(stop) || kernel_asks_together(f->function))
		return 0;
	if (!is_afterwards(f))
		return stop->r.walked;
	if (is_alone(f, stop))
		return 1;
	if (!moves_all(f))
		return 0;
	for (size_t i = 0; i < a->task_count; i++) {
		const struct task *task = &a->tasks[i];

		if (task->kind != RECORD_GROUP || task->r.row.flags & KERNEL_PF_EXITING)
			continue;
		n++;
		if (task_is(stop, &task->r.row))
			place = n;
	}
	return place;
}

/* While a group is moved no thread of it is created or begins to exit. */
bool is_of_attach(const struct finding *f, const struct task *stop)
{
	const struct attach *a = f->attach;

	if (!text_is_kernels(f))
		return true;
	if (!belongs(f, &stop->r.row))
		return false;
	if (a->begun && !a->begin.threadgroup)
		return true;
	for (size_t i = 0; i < a->task_count; i++)
		if (a->tasks[i].kind == RECORD_GROUP && a->tasks[i].r.row.pid == stop->r.row.pid)
			return true;
	return !has_whole_group(f, stop);
}

bool has_thread(const struct task *stop, struct claim *claim)
{
	if (stop_has_thread(stop))
		return true;
	claim_fact(claim, "the recorder did not find which thread the kernel's taskset points to");
	return false;
}

bool is_refused_early(const struct finding *f)
{
	const struct attach *a = f->attach;

	return a->begun && a->ended && !a->failed && !a->outside && !a->has_clone && !a->kernel &&
	       !f->stop && !is_subtree(f);
}

/* A v2 destination's mask does not have what is enabled at the source alone. */
bool has_no_controller(const struct finding *f, const char *controller)
{
	const struct attach *a = f->attach;

	return a->log->has_header && list_has(a->log->header.controllers, controller) && a->begun &&
	       a->begin.v == 1 && a->begin.hier && !list_has(a->begin.controllers, controller);
}

/* Its function is not in this kernel, or its hierarchy is another one. */
static bool is_elsewhere(const struct finding *f, const char *controller)
{
	static const struct {
		const char *controller, *function, *successor;
	} functions[] = { { "cpuset", "cpuset_can_attach", NULL },
			  { "cpu", "cpu_cgroup_can_attach", NULL },
			  { "memory", "mem_cgroup_can_attach", "memcg1_can_attach" } };

	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (!strcmp(functions[i].controller, controller) &&
		    is_absent(f, functions[i].function) &&
		    (!functions[i].successor || is_absent(f, functions[i].successor)))
			return true;
	return has_no_controller(f, controller);
}

bool may_have_refused(const struct finding *f, const char *controller)
{
	return !f->attach->accounted && f->stage != STAGE_KERNFS && !is_elsewhere(f, controller);
}

bool may_have_scheduler(const struct finding *f)
{
	const struct log *log = f->attach->log;
	/* Some distributions' kernels have it before 6.12. */
	return !log->has_header || log->header.sched_class_ext;
}

bool may_be_scheduler(const struct finding *f)
{
	return may_have_scheduler(f) && may_have_refused(f, "cpu");
}

/* A kernel that does not count arrivals leaves them 0, also of a thread that has run. */
static bool counts_arrivals(const struct finding *f)
{
	bool counts = false;

	for (size_t i = 0; i < f->attach->task_count; i++) {
		const struct row *row = &f->attach->tasks[i].r.row;

		if (row->pid && row->run && row->arrivals <= 0)
			return false;
		counts |= row->arrivals > 0;
	}
	return counts;
}

enum ran has_run(const struct finding *f, const struct row *row)
{
	if (row->run || row->arrivals > 0)
		return RAN;
	return !row->arrivals && counts_arrivals(f) ? RAN_NEVER : RAN_UNKNOWN;
}

bool is_fair(const struct row *row)
{
	return row->policy == KERNEL_SCHED_NORMAL || row->policy == KERNEL_SCHED_BATCH ||
	       row->policy == KERNEL_SCHED_IDLE || row->policy == KERNEL_SCHED_EXT;
}

bool is_old(const struct task *stop)
{
	const struct row *row = &stop->r.row;

	return (row->run >= OLD_NS || row->arrivals >= OLD_ARRIVALS ||
		stop_woken(stop) >= (int64_t)OLD_NS) &&
	       row->t > row->start && row->t - row->start >= OLD_NS;
}

enum confidence after_only_here(const struct finding *f, struct claim *claim)
{
	if (may_be_scheduler(f) || may_have_refused(f, "cpuset"))
		return claim_inferred(claim, "a controller may also return this, and its record "
					     "may be lost");
	return CONFIDENCE_PROVEN;
}

bool after_is_unsure(const struct finding *f, const char *controller)
{
	return may_be_scheduler(f) || may_have_refused(f, controller);
}

bool is_early_of(const struct finding *f, uint32_t v)
{
	return is_refused_early(f) && f->attach->begin.v == v;
}
