/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/ruled_out.h"

#include <errno.h>
#include <string.h>

#include "base/list.h"
#include "facts/kernel.h"
#include "verdict/after.h"

#define START "cgroup_procs_write_start"

#define SAY(...) arena_printf(&f->arena, __VA_ARGS__)

static bool is(const struct cause *cause, const char *id)
{
	return !strcmp(cause->id, id);
}

static const char *by_kernel(struct finding *f, const struct cause *cause)
{
	const struct log *log = f->attach->log;

	if (cause->since && kernel_is(f, 1, cause->since))
		return SAY("kernel %s has not this test yet", log->header.release);
	if (cause->before && kernel_is(f, cause->before, UINT32_MAX))
		return SAY("kernel %s no longer has this test", log->header.release);
	if (!log->has_header)
		return NULL;
	if (is(cause, "rt_group") && !log->header.rt_group_sched)
		return "RT_GROUP_SCHED is not configured";
	if (is(cause, "non_fair_class") && log->header.rt_group_sched)
		return "with RT_GROUP_SCHED the class is not asked for";
	if (is(cause, "sched_ext") && !log->header.sched_class_ext)
		return "SCHED_CLASS_EXT is not configured";
	return NULL;
}

/* On v2 a controller may be asked that is enabled at the source alone: there nothing follows. */
static const char *by_controller(struct finding *f, const struct cause *cause)
{
	const struct record_attach *b = &f->attach->begin;
	const char *name = kernel_controller_of(cause->functions[0], 1);

	if (!name || !f->attach->begun || b->v != 1 || !b->hier ||
	    (is_afterwards(f) && !f->attach->log->has_header) || list_has(b->controllers, name))
		return NULL;
	return SAY("the %s controller is not on this hierarchy (%s)%s", name,
		   *b->controllers ? b->controllers : "it has none",
		   is(cause, "task_new") ? ": an EINVAL from it cannot be TASK_NEW" : "");
}

static const char *by_absence(struct finding *f, const struct cause *cause)
{
	if (cause->stage != STAGE_CONTROLLER)
		return NULL;
	for (size_t i = 0; i < CAUSE_FUNCTIONS && cause->functions[i]; i++)
		if (!is_absent(f, cause->functions[i]))
			return NULL;
	return SAY("this kernel has no %s()", cause->functions[0]);
}

static const char *past(struct finding *f, enum stage stage)
{
	switch (stage) {
	case STAGE_OUTSIDE:
		return "the write reached the kernel's cgroup files";
	case STAGE_KERNFS:
		return "kernfs took the write, and the cgroup was there";
	case STAGE_LOOKUP:
		return is_subtree(f) ? "no number was written" : START "() accepted the text and the task";
	case STAGE_PERMISSION:
		return "the checks of permission and place were passed";
	default:
		return "a controller was asked";
	}
}

static const char *not_yet(enum stage at)
{
	switch (at) {
	case STAGE_OUTSIDE:
		return "the write never entered the kernel's cgroup code";
	case STAGE_KERNFS:
		return "it was refused before the text was looked at";
	case STAGE_LOOKUP:
		return "it was refused before a task was accepted, so before any controller";
	case STAGE_PERMISSION:
		return "it was refused before cgroup_attach_task(), so before any controller";
	default:
		return "it was refused before a controller was asked";
	}
}

/* Where no record says how far the write came, a cause that is proven does. */
static enum stage known_stage(const struct finding *f)
{
	return f->stage || f->confidence != CONFIDENCE_PROVEN ? f->stage : f->cause->stage;
}

/* Out of memory may be anybody on the way. */
static const char *by_stage(struct finding *f, const struct cause *cause)
{
	enum stage at = known_stage(f);

	if (!at || cause->stage == at || is(cause, "out_of_memory"))
		return NULL;
	return cause->stage < at ? past(f, cause->stage) : not_yet(at);
}

static const char *by_answer(struct finding *f, const struct cause *cause)
{
	bool is_one = false;

	if (cause->stage != STAGE_CONTROLLER)
		return NULL;
	for (size_t i = 0; i < CAUSE_FUNCTIONS && cause->functions[i]; i++) {
		const struct answer *answer = find_answer(f, cause->functions[i]);

		/* sched_rt_can_attach() says no with a 0. */
		if (answer && !answer->r.ret && strcmp(answer->r.fn, "sched_rt_can_attach"))
			return SAY("%s() answered 0", cause->functions[i]);
		/* A caller passes on what this one said; whom it called has a reason of its own. */
		is_one |= f->function && kernel_calls(f->function, cause->functions[i]);
	}
	return f->function && !is_one ? SAY("it was %s() that refused", f->function) : NULL;
}

static const char *by_row(struct finding *f, const struct cause *cause)
{
	const struct row *row = &f->stop->r.row;

	if (is(cause, "task_new") && row->state != KERNEL_TASK_NEW)
		return SAY("thread %d was not TASK_NEW", row->pid);
	if (is(cause, "rt_group") && row->prio >= KERNEL_MAX_RT_PRIO)
		return SAY("thread %d is not of real-time priority", row->pid);
	if (is(cause, "non_fair_class") && row->prio >= KERNEL_MAX_RT_PRIO)
		return SAY("thread %d is of the fair class", row->pid);
	if (is(cause, "cpuset_no_setaffinity") && !(row->flags & KERNEL_PF_NO_SETAFFINITY))
		return SAY("thread %d, the last that was asked about, may change its CPUs", row->pid);
	if (is(cause, "cpuset_deadline") && !strcmp(f->function, "task_can_attach") &&
	    row->flags & KERNEL_PF_NO_SETAFFINITY)
		return SAY("thread %d was refused by itself", row->pid);
	return NULL;
}

/* The row is of after the check: its state may be another by then. */
static const char *by_row_after(struct finding *f, const struct cause *cause)
{
	const struct row *row = &f->stop->r.row;

	if (is(cause, "task_new") && is_old(row))
		return SAY("thread %d had run for more than a second", row->pid);
	if ((is(cause, "rt_group") || is(cause, "non_fair_class")) && is_fair(row) &&
	    row->prio >= KERNEL_MAX_RT_PRIO && has_run(f, row) == RAN_NEVER)
		return SAY("thread %d is of the fair class, and had never run", row->pid);
	if (is(cause, "cpuset_no_setaffinity") && !(row->flags & KERNEL_PF_NO_SETAFFINITY))
		return SAY("thread %d, the last that was checked, may change its CPUs", row->pid);
	return NULL;
}

static const char *by_target_after(struct finding *f, const struct cause *cause)
{
	const struct task *target = f->target;

	if (!is_refused_early(f))
		return NULL;
	if (is(cause, "bad_pid_text"))
		return text_is_good(f) && f->attach->has_writer &&
				       f->attach->writer.from == TEXT_IN_BOTH ?
			       "the text is one good number" :
			       NULL;
	if (!target || !target->r.row.pid)
		return NULL;
	if (is(cause, "no_setaffinity"))
		return target->r.row.flags & KERNEL_PF_NO_SETAFFINITY ?
			       NULL :
			       "PF_NO_SETAFFINITY is not set";
	return is(cause, "kthreadd") && !target->r.no_cgroup_migration ?
		       "no_cgroup_migration is not set" :
		       NULL;
}

static const char *by_target(struct finding *f, const struct cause *cause)
{
	const struct task *target = f->target;

	if (is(cause, "bad_pid_text"))
		return target ? SAY("the text was understood: thread %d was found", target->r.found) :
		       text_is_good(f) ? "the text is one good number" : NULL;
	if (is(cause, "not_owner") && target)
		return "who opened the file, and the writer, may move it";
	if (!is(cause, "no_setaffinity") && !is(cause, "kthreadd"))
		return NULL;
	if (!target)
		return is(f->cause, "bad_pid_text") || is_silent(f, "find_task_by_vpid") ?
		       "no task was looked up" : NULL;
	if (is(cause, "kthreadd"))
		return target->r.no_cgroup_migration ? NULL : "no_cgroup_migration is not set";
	if (!(target->r.row.flags & KERNEL_PF_NO_SETAFFINITY))
		return "PF_NO_SETAFFINITY is not set";
	return target->r.no_cgroup_migration ? "no_cgroup_migration is asked for first" : NULL;
}

static const char *by_version_of_cgroup(struct finding *f, const struct cause *cause)
{
	const struct record_attach *b = &f->attach->begin;

	if (!f->attach->begun || !b->v)
		return NULL;
	if (is(cause, "not_owner") && b->v == 2)
		return "cgroup v2 does not ask for the owner";
	if ((is(cause, "no_write_permission") || is(cause, "internal_process")) && b->v == 1)
		return "cgroup v1 has no such rule";
	if (is(cause, "other_domain") && strcmp(b->file, "cgroup.threads"))
		return "a whole process was moved";
	if (is(cause, "domain_invalid") && f->attach->placed && !f->attach->place.threaded_above &&
	    !is_afterwards(f))
		return "no cgroup above the destination is threaded";
	return NULL;
}

static const char *by_arguments(struct finding *f, const struct cause *cause)
{
	if (is(cause, "vfs") && f->attach->outside)
		return "the arguments of the call were good";
	return is(cause, "not_kernel") && f->attach->outside ?
	       "the arguments of the call are enough of a reason" : NULL;
}

/* clone3() into a cgroup. */
static const char *by_clone(struct finding *f, const struct cause *cause)
{
	const struct record_clone *c = &f->attach->clone;

	if (is(cause, "other_domain") && !(c->flags & KERNEL_CLONE_THREAD))
		return "a process was to be created, not a thread";
	if (is(cause, "cgroup_removed") && c->v == 2 && !c->dead)
		return "the cgroup was not removed when the call had failed";
	return NULL;
}

const char *ruled_out_why(struct finding *f, const struct cause *cause)
{
	const char *why = by_kernel(f, cause);

	if (f->attach->has_clone)
		return why ? why : by_clone(f, cause);

	why = why ? why : by_controller(f, cause);
	why = why ? why : by_absence(f, cause);
	why = why ? why : by_version_of_cgroup(f, cause);
	why = why ? why : by_stage(f, cause);
	why = why ? why : by_answer(f, cause);
	if (is_afterwards(f)) {
		if (!why && cause->stage == STAGE_CONTROLLER && is_refused_early(f) &&
		    f->attach->accounted)
			why = "no controller refused";
		if (!why && f->stop && stop_has_thread(f->stop))
			why = by_row_after(f, cause);
		why = why ? why : by_target_after(f, cause);
		return why ? why : cause_is_unexplained(f->cause) ? NULL : by_arguments(f, cause);
	}
	if (!why && f->stop && f->function && is_sure(f, f->stop))
		why = by_row(f, cause);
	why = why ? why : by_target(f, cause);
	return why ? why : cause_is_unexplained(f->cause) ? NULL : by_arguments(f, cause);
}

bool ruled_out_tells(const struct finding *f, const struct cause *cause)
{
	if (!(f->attach->has_clone ? cause_is_of_clone(cause) : cause_is_of_write(cause)))
		return false;
	return f->answer == -EINVAL || cause->errnos[0] || is(f->cause, cause->id) ||
	       (kernel_is(f, cause->since, UINT32_MAX) && f->attach->log->header.sched_class_ext);
}
