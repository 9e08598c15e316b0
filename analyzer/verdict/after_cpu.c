/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu_cgroup_can_attach(), whose reasons rules_cpu.c lists: it looks at one thread after the other, first at its
 * class or priority, then at its state, and ends at the one that it refuses. When the row of that thread is read
 * the state may be another, for its creator wakes it; who it is, its policy and whether it ever ran remain.
 */
#include "verdict/after.h"

#include <errno.h>

#include "facts/kernel.h"
#include "trace/phrases.h"

#define CPU "cpu_cgroup_can_attach"

static bool has_rt_groups(const struct finding *f)
{
	return f->attach->log->header.rt_group_sched;
}

/* Up to 5.3 without RT_GROUP_SCHED (a07db5c08657). */
static bool tests_class(const struct finding *f)
{
	return !has_rt_groups(f) && kernel_is(f, 1, KERNEL_VERSION(5, 4));
}

static bool has_scheduler(const struct finding *f)
{
	return kernel_is(f, KERNEL_VERSION(6, 12), UINT32_MAX) &&
	       f->attach->log->header.sched_class_ext;
}

static bool is_real_time(const struct row *row)
{
	return row->prio < KERNEL_MAX_RT_PRIO || !is_fair(row);
}

/* ---- how it is told ---- */

static void cite_stop(struct claim *claim, const struct finding *f, const struct task *stop)
{
	const struct row *row = &stop->r.row;
	bool new = row->state == KERNEL_TASK_NEW;

	claim_cite(claim, stop->line,
		   CPU "() returned %d at thread %d; when it was read, after the check, its "
		       "state was %s%s",
		   stop->r.ret, row->pid, phrase_state(claim->arena, row, f->attach->log->version),
		   new ? ": no thread comes into that state again" : "");
}

static const char *phrase_run(struct claim *claim, const struct finding *f, const struct row *row)
{
	switch (has_run(f, row)) {
	case RAN_NEVER:
		return "had never run";
	case RAN:
		return row->arrivals > 0 ?
			       arena_printf(claim->arena, "had run for %s, given a CPU %lld time%s",
					    phrase_duration(claim->arena, row->run),
					    (long long)row->arrivals,
					    row->arrivals == 1 ? "" : "s") :
			       arena_printf(claim->arena, "had run for %s",
					    phrase_duration(claim->arena, row->run));
	default:
		return "had no run time yet";
	}
}

static void cite_thread(struct claim *claim, const struct finding *f, const struct task *stop)
{
	const struct row *row = &stop->r.row;
	int64_t age = task_age(stop);

	claim_cite(claim, stop->line, "thread %d: policy %u, kernel priority %d%s%s, and it %s",
		   row->pid, row->policy, row->prio, age >= 0 ? ", created " : "",
		   age >= 0 ? arena_printf(claim->arena, "%s before",
					   phrase_duration(claim->arena, age)) :
			      "",
		   phrase_run(claim, f, row));
	if (stop->r.woken >= 0)
		claim_cite(claim, stop->line,
			   "it was first queued for a CPU %s before it was read: the check was "
			   "before that",
			   phrase_duration(claim->arena, stop->r.woken));
}

/* ---- task_new ---- */

static enum confidence new_proven(const struct finding *f, struct claim *claim,
				  const struct task *stop, const char *reason)
{
	claim->culprit = stop;
	claim->proof = stop->r.row.state == KERNEL_TASK_NEW ? PROOF_SEEN : PROOF_DEDUCED;
	cite_stop(claim, f, stop);
	if (claim->proof == PROOF_DEDUCED)
		claim_cite(claim, stop->line, "deduced: %s", reason);
	cite_thread(claim, f, stop);
	return CONFIDENCE_PROVEN;
}

static enum confidence new_inferred(const struct finding *f, struct claim *claim,
				    const struct task *stop, const char *why)
{
	claim->culprit = stop;
	cite_stop(claim, f, stop);
	cite_thread(claim, f, stop);
	return claim_inferred(claim, "%s", why);
}

/* Neither class nor real-time priority is looked at. */
static enum confidence new_alone(const struct finding *f, struct claim *claim,
				 const struct task *stop)
{
	const char *release = f->attach->log->header.release;

	if (is_old(&stop->r.row)) {
		claim_fact(claim, "the thread had run for so long that it cannot have been "
				  "TASK_NEW: this kernel must "
				  "have a check that is not known here");
		return CONFIDENCE_NONE;
	}
	return new_proven(f, claim, stop,
			  arena_printf(claim->arena,
				       "on %s, without RT_GROUP_SCHED, " CPU
				       "() returns EINVAL for nothing but a thread in TASK_NEW",
				       release));
}

/* Class (up to 5.3) or real-time priority (with RT_GROUP_SCHED) is another reason. */
static enum confidence new_or_priority(const struct finding *f, struct claim *claim,
				       const struct task *stop)
{
	const struct row *row = &stop->r.row;
	const char *what = has_rt_groups(f) ? "with RT_GROUP_SCHED" : "up to 5.3";
	bool untouched = row->state == KERNEL_TASK_NEW || has_run(f, row) == RAN_NEVER;

	if (!is_fair(row) || is_old(row)) {
		claim_fact(
			claim,
			is_fair(row) ?
				"the thread had run for so long that it cannot have been TASK_NEW" :
				"a thread of real-time policy: on this kernel " CPU
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
		return new_proven(f, claim, stop,
				  arena_printf(claim->arena,
					       "%s " CPU "() returns EINVAL for a thread in "
					       "TASK_NEW or one of real-time priority; "
					       "this one's policy is fair, and a thread that has "
					       "never run holds nothing for which it "
					       "could have inherited a priority",
					       what));
	return new_inferred(
		f, claim, stop,
		arena_printf(claim->arena,
			     "%s a thread is also refused for a real-time priority; this one's "
			     "policy is fair, and only an "
			     "inherited one, gone when it was read, could be the reason instead",
			     what));
}

static enum confidence new_without_thread(const struct finding *f, struct claim *claim,
					  const struct task *stop)
{
	if (has_rt_groups(f) || tests_class(f) ||
	    (stop_has_thread(stop) && !belongs(f, &stop->r.row)))
		return CONFIDENCE_NONE;
	claim_cite(claim, stop->line, CPU "() returned %d", stop->r.ret);
	return claim_inferred(claim, "which thread blocked the move is not known, but " CPU
				     "() has no other reason on this kernel");
}

enum confidence after_task_new(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPU);

	if (!stop || !kernel_is(f, KERNEL_VERSION(4, 8), KERNEL_VERSION(6, 1)))
		return CONFIDENCE_NONE;
	if (!has_thread(f, stop, claim))
		return new_without_thread(f, claim, stop);
	enum confidence sure = has_rt_groups(f) || tests_class(f) ?
				       new_or_priority(f, claim, stop) :
				       new_alone(f, claim, stop);

	if (sure && is_subtree(f))
		claim_fact(claim,
			   "enabling or disabling a controller moves every process below the "
			   "cgroup: one new thread among all of them is enough");
	return sure;
}

/* ---- priority and class ---- */

static void cite_priority(struct claim *claim, const struct finding *f, const struct task *stop)
{
	claim->culprit = stop;
	cite_stop(claim, f, stop);
	cite_thread(claim, f, stop);
}

/* Could it as well have been TASK_NEW, as far as the row tells? */
static bool may_be_new(const struct finding *f, const struct task *stop, struct claim *claim)
{
	if (!kernel_is(f, KERNEL_VERSION(4, 8), KERNEL_VERSION(6, 1)))
		return false;
	if (stop->r.row.state != KERNEL_TASK_NEW && has_run(f, &stop->r.row) == RAN)
		return false;
	claim_fact(claim, "the thread had not run yet: it may have been refused for its state "
			  "(TASK_NEW) or for its "
			  "priority");
	return true;
}

/* rt_task() was prio < 100 in 6.1; in 6.12 it leaves DEADLINE out, and nobody has looked between. */
static bool is_rt(const struct finding *f, const struct row *row)
{
	return is_real_time(row) && !(row->policy == KERNEL_SCHED_DEADLINE &&
				      kernel_is(f, KERNEL_VERSION(6, 2), UINT32_MAX));
}

enum confidence after_rt_group(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPU);

	if (!stop || !has_rt_groups(f) || !has_thread(f, stop, claim) || !is_rt(f, &stop->r.row) ||
	    may_be_new(f, stop, claim))
		return CONFIDENCE_NONE;
	const struct row *row = &stop->r.row;

	cite_priority(claim, f, stop);
	if (has_scheduler(f))
		return claim_inferred(claim, "a sched_ext scheduler may refuse as well");
	if (is_fair(row))
		return claim_inferred(
			claim,
			"the thread's policy is fair; it had inherited a real-time priority, for a "
			"moment perhaps");
	if (kernel_is(f, KERNEL_VERSION(6, 1), UINT32_MAX) || is_old(row))
		return CONFIDENCE_PROVEN;
	return claim_inferred(
		claim,
		"that the thread was not TASK_NEW at the check any more is likely, since it had "
		"run, but not certain");
}

enum confidence after_non_fair_class(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPU);

	if (!stop || !tests_class(f) || !has_thread(f, stop, claim) ||
	    !is_real_time(&stop->r.row) || may_be_new(f, stop, claim))
		return CONFIDENCE_NONE;
	const struct row *row = &stop->r.row;

	cite_priority(claim, f, stop);
	if (is_fair(row))
		return claim_inferred(claim,
				      "the thread's policy is fair; it had inherited a real-time "
				      "priority, for a moment perhaps");
	if (kernel_is(f, KERNEL_VERSION(4, 9), KERNEL_VERSION(4, 10)))
		return claim_inferred(claim,
				      "late stable kernels of 4.9 may lack the check, but " CPU
				      "() has no other reason to refuse this thread");
	if (is_old(row))
		return CONFIDENCE_PROVEN;
	return claim_inferred(
		claim,
		"that the thread was not TASK_NEW at the check any more is likely, since it had "
		"run, but not certain");
}

enum confidence after_sched_ext(const struct finding *f, struct claim *claim)
{
	const struct task *stop = stop_of(f, CPU);

	if (!stop || !has_scheduler(f))
		return CONFIDENCE_NONE;
	bool other = f->answer == -EINVAL && has_rt_groups(f);

	if (other && (!has_thread(f, stop, claim) || is_rt(f, &stop->r.row)))
		return CONFIDENCE_NONE;
	claim_cite(claim, stop->line, CPU "() returned %d", stop->r.ret);
	if (other)
		return claim_inferred(claim, "with RT_GROUP_SCHED a thread that had inherited a "
					     "real-time priority would "
					     "be refused as well");
	claim_cite(claim, stop->line,
		   "deduced: on %s it passes on what the sched_ext scheduler returns, and has no "
		   "other reason",
		   f->attach->log->header.release);
	return CONFIDENCE_PROVEN;
}
