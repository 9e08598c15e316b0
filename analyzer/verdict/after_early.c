/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes that ended before a controller was asked: by kernfs, by cgroup_procs_write_start(), by the permission
 * checks and the rules of cgroup v2. Their evidence was read when the write had returned; after.h says what
 * that is worth.
 */
#define _GNU_SOURCE /* memmem */
#include "verdict/after.h"

#include <errno.h>
#include <string.h>

#include "base/list.h"
#include "facts/kernel.h"

#define PAGE   4096	     /* kernfs takes that much in one write; x86-64 */
#define OLD_NS 1000000000ull /* who is older was there before the write was judged */

#define START "cgroup_procs_write_start"

static bool is_file(const struct finding *f, const char *file)
{
	return !strcmp(f->attach->begin.file, file);
}

static void cite_text(struct claim *claim, const struct finding *f, const char *what)
{
	claim_cite(claim, f->attach->begin_line, "%s", what);
}

/* Is the permission check the only one that returns this errno? cpuset asks a security module, which may. */
static enum confidence only_here(const struct finding *f, struct claim *claim)
{
	if (may_be_scheduler(f) || may_have_refused(f, "cpuset"))
		return claim_inferred(
			claim,
			"a controller may return this as well, and that its record is not lost is "
			"not certain");
	return CONFIDENCE_PROVEN;
}

/*
 * Can `controller` have refused with the same errno, or a scheduler, and the record of that be lost? Then the errno
 * alone says nothing.
 */
static bool is_unsure(const struct finding *f, const char *controller)
{
	return may_be_scheduler(f) || may_have_refused(f, controller);
}

/* ---- kernfs ---- */

enum confidence after_write_too_long(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_refused_early(f) || !a->has_writer || a->writer.nbytes <= PAGE)
		return CONFIDENCE_NONE;
	claim_cite(claim, a->writer_line, "%llu bytes were written at once, kernfs takes %d",
		   (unsigned long long)a->writer.nbytes, PAGE);
	return CONFIDENCE_PROVEN;
}

/*
 * A page that is not in memory cannot be read by the recorder either, and a writer that is killed while the kernel
 * copies its text gets the same errno: this is never proven.
 */
enum confidence after_bad_buffer(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_refused_early(f) || !a->has_writer)
		return CONFIDENCE_NONE;
	if (a->writer.reached || a->writer.from) {
		claim_fact(claim, a->writer.from ?
					  "the text could be read right after: the writer was "
					  "killed while the "
					  "kernel copied it, or the memory has changed since" :
					  "the write had reached the cgroup code");
		return CONFIDENCE_NONE;
	}
	claim_cite(claim, a->writer_line,
		   "kernfs refused before the text reached the cgroup code, and the recorder "
		   "could not read the text either");
	return claim_inferred(
		claim,
		"a writer that is killed while the kernel copies its text gets the same errno");
}

enum confidence after_cgroup_removed(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_refused_early(f))
		return CONFIDENCE_NONE;
	claim_cite(claim, a->end_line,
		   "the write returned ENODEV, which it does for a removed cgroup only");
	if (a->has_writer && a->writer.dead && !may_be_scheduler(f)) {
		claim_cite(claim, a->writer_line, "the destination is removed");
		return CONFIDENCE_PROVEN;
	}
	return claim_inferred(
		claim, a->has_writer ? "the destination was not seen to be removed" :
				       "the record of whether the destination is removed is lost");
}

/* See rule_ns_delegate_file(). */
enum confidence after_ns_delegate_file(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_refused_early(f) || a->begin.v != 2 || !a->has_writer ||
	    !(a->writer.rflags & KERNEL_NSDELEGATE) || !is_file(f, "cgroup.threads") ||
	    !kernel_is(f, KERNEL_VERSION(4, 14), KERNEL_VERSION(4, 19)))
		return CONFIDENCE_NONE;
	claim_cite(claim, a->writer_line, "%s on a hierarchy mounted with nsdelegate",
		   a->begin.file);
	if (kernel_is(f, KERNEL_VERSION(4, 14), KERNEL_VERSION(4, 15)) &&
	    !may_have_refused(f, "cpuset"))
		return CONFIDENCE_PROVEN;
	return claim_inferred(
		claim,
		"whether this kernel still keeps the file to itself, or whether the record of a "
		"controller that refused is lost, is not known");
}

/* ---- text, number, task ---- */

static uint32_t text_from(const struct finding *f)
{
	if (!f->attach->has_writer)
		return *f->attach->begin.text ? TEXT_IN_WRITER : TEXT_NOWHERE;
	return f->attach->writer.from;
}

/* 5.10 and later return 0 for a write of nothing. */
static bool is_harmless(const struct finding *f)
{
	return f->attach->has_writer && !f->attach->writer.nbytes &&
	       !kernel_is(f, 0, KERNEL_VERSION(5, 10));
}

enum confidence after_bad_pid_text(const struct finding *f, struct claim *claim)
{
	int32_t pid;

	if (!is_refused_early(f) || text_from(f) == TEXT_NOWHERE || is_harmless(f))
		return CONFIDENCE_NONE;
	enum pidtext what = text_of(f, &pid);

	if (what == PIDTEXT_GOOD || what == PIDTEXT_UNKNOWN) {
		if (what == PIDTEXT_UNKNOWN)
			claim_fact(claim, "of the text the first 64 bytes were recorded: whether "
					  "it is a number does not "
					  "show");
		return CONFIDENCE_NONE;
	}
	claim_cite(claim, f->attach->begin_line, "the text is no pid: %s", pidtext_complaint(what));
	if (text_is_cut(f))
		return claim_inferred(
			claim,
			"of the text the first 64 bytes were recorded, and those are no pid");
	if (text_from(f) == TEXT_IN_BOTH) {
		claim_cite(claim, f->attach->writer_line,
			   "it stood so in the kernel's copy as well, which is what the "
			   "kernel reads");
		return CONFIDENCE_PROVEN;
	}
	if (text_from(f) == TEXT_IN_KERNEL)
		return claim_inferred(claim, "the text is the kernel's copy, but the writer's "
					     "memory does not have it any "
					     "more");
	return claim_inferred(claim, "%s: the writer may have changed it since",
			      f->attach->has_writer ?
				      "the text is what the writer's memory held after the write" :
				      "where the text was found is not in the log");
}

enum confidence after_no_such_process(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_refused_early(f))
		return CONFIDENCE_NONE;
	cite_text(claim, f,
		  "the write returned ESRCH, which it does only if find_task_by_vpid() finds no "
		  "task");
	if (may_be_scheduler(f))
		return only_here(f, claim);
	if (a->has_writer)
		say_namespace(f, claim);
	if (text_is_cut(f))
		claim_fact(claim, "the text was longer than the 64 bytes that were recorded: which "
				  "number it is is not "
				  "known");
	if (f->target && f->target->r.found)
		claim_fact(claim,
			   "when the write had returned thread %d (%s) had the number: it was "
			   "created meanwhile",
			   f->target->r.found, f->target->r.row.comm);
	return CONFIDENCE_PROVEN;
}

/* The task that the number means now; was it the one that the kernel judged? */
static bool is_certain_target(const struct finding *f, struct claim *claim)
{
	if (!text_is_good(f) || text_from(f) != TEXT_IN_BOTH) {
		claim_fact(
			claim,
			"that this is the number which the kernel read is likely, but not certain");
		return false;
	}
	if (task_age(f->target) < (int64_t)OLD_NS) {
		claim_fact(claim, "the task is so young that the number may have been another "
				  "one's when the kernel "
				  "looked");
		return false;
	}
	return true;
}

/* A text that is no number means no task, whatever the recorder made of it. */
static bool has_target(const struct finding *f)
{
	int32_t pid;
	enum pidtext what;

	if (!is_refused_early(f) || !f->target || !f->target->r.row.pid ||
	    text_from(f) == TEXT_NOWHERE)
		return false;
	what = text_of(f, &pid);
	return what == PIDTEXT_GOOD || what == PIDTEXT_UNKNOWN;
}

static enum confidence refused_task(const struct finding *f, struct claim *claim, const char *bit)
{
	const struct row *row = &f->target->r.row;

	claim->culprit = f->target;
	claim_cite(claim, f->target->line,
		   "the number is thread %d's; of thread %d (%s) %s: " START "() refuses it",
		   f->target->r.found, row->pid, row->comm, bit);
	return is_certain_target(f, claim) ? CONFIDENCE_PROVEN : CONFIDENCE_INFERRED;
}

enum confidence after_no_setaffinity(const struct finding *f, struct claim *claim)
{
	if (!has_target(f) || f->target->r.no_cgroup_migration ||
	    !(f->target->r.row.flags & KERNEL_PF_NO_SETAFFINITY))
		return CONFIDENCE_NONE;
	return refused_task(f, claim, "PF_NO_SETAFFINITY is set");
}

enum confidence after_kthreadd(const struct finding *f, struct claim *claim)
{
	if (!has_target(f) || !f->target->r.no_cgroup_migration)
		return CONFIDENCE_NONE;
	return refused_task(f, claim, "no_cgroup_migration is set");
}

/* ---- permissions, and the rules of cgroup v2 ---- */

static bool is_early_of(const struct finding *f, uint32_t v)
{
	return is_refused_early(f) && f->attach->begin.v == v;
}

static bool may_move(const struct record_task *target, uint32_t uid)
{
	return !uid || uid == target->uid || uid == target->suid;
}

enum confidence after_not_owner(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;
	const struct task *target = f->target && f->target->r.row.pid ? f->target : NULL;

	if (!is_early_of(f, 1) || !a->has_writer)
		return CONFIDENCE_NONE;
	if (!target)
		return !f->target || !a->writer.fuid || is_unsure(f, "cpuset") ?
			       CONFIDENCE_NONE :
			       claim_inferred(claim,
					      "the task's owner is not known; the file was opened "
					      "by uid %u, and nothing "
					      "else is refused so",
					      a->writer.fuid);
	bool opener = may_move(&target->r, a->writer.fuid),
	     writer = may_move(&target->r, a->writer.euid);

	if (opener && writer) {
		claim_fact(claim, "who opened the file, and the writer, may move the task, as it "
				  "was when the write had "
				  "returned");
		return CONFIDENCE_NONE;
	}
	claim->culprit = target;
	claim_cite(claim, target->line,
		   "process %d belongs to uid %u (saved uid %u); the file was opened "
		   "by uid %u, the writer's is %u",
		   target->r.row.tgid, target->r.uid, target->r.suid, a->writer.fuid,
		   a->writer.euid);
	/* Which of the two is asked changed with e57457641613, and stable kernels took that. */
	if (opener || writer)
		return claim_inferred(claim,
				      "the one who opened the file and the writer differ; some "
				      "kernels ask about the one, some about the other");
	return only_here(f, claim);
}

enum confidence after_no_write_permission(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_early_of(f, 2))
		return CONFIDENCE_NONE;
	if (a->has_writer)
		claim_cite(claim, a->writer_line, "the file was opened by uid %u", a->writer.fuid);
	if (f->answer == -EROFS)
		return may_be_scheduler(f) ? only_here(f, claim) : CONFIDENCE_PROVEN;
	return is_unsure(f, "cpuset") ? CONFIDENCE_NONE : CONFIDENCE_PROVEN;
}

enum confidence after_outside_cgroup_namespace(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_early_of(f, 2) || !a->has_writer || !(a->writer.rflags & KERNEL_NSDELEGATE))
		return CONFIDENCE_NONE;
	claim_cite(claim, a->writer_line, "the hierarchy is mounted with nsdelegate");
	claim_cite(claim, a->end_line,
		   "a write returns ENOENT for nothing but the permission check");
	return may_be_scheduler(f) ? only_here(f, claim) : CONFIDENCE_PROVEN;
}

static bool below_threaded(const struct attach *a)
{
	return a->placed && a->place.domain && a->place.threaded_above;
}

/* Of a process nothing else is refused so; a thread is also for leaving its domain. */
enum confidence after_domain_invalid(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;
	bool process = is_file(f, "cgroup.procs");

	if (!is_early_of(f, 2) || (!process && !below_threaded(a)))
		return CONFIDENCE_NONE;
	if (below_threaded(a))
		claim_cite(claim, a->place_line,
			   "the destination is a domain, and a cgroup above "
			   "it is threaded or has threaded children");
	if (!process)
		return claim_inferred(
			claim,
			"as the cgroups were when the write had returned; a thread is also refused "
			"so for leaving its domain");
	if (below_threaded(a))
		return may_be_scheduler(f) ? only_here(f, claim) : CONFIDENCE_PROVEN;
	return claim_inferred(
		claim,
		a->placed ? "no cgroup above the destination was seen to be threaded, but a "
			    "process is refused so for nothing else: one above it may hold "
			    "processes and controllers "
			    "of threads" :
			    "the record of the destination's type is not in the log; a process is "
			    "refused so for nothing else");
}

enum confidence after_other_domain(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_early_of(f, 2) || !is_file(f, "cgroup.threads") || !a->placed ||
	    below_threaded(a) || a->place.same_domain)
		return CONFIDENCE_NONE;
	claim_cite(claim, a->place_line, "the thread comes from a cgroup of another domain");
	return claim_inferred(
		claim,
		a->place.domain ?
			"the destination is a domain of its own; if a cgroup above it holds "
			"processes and controllers of threads it would be refused for that, too" :
			"as the cgroups were when the write had returned; a thread is also refused "
			"so for a "
			"destination that is no valid domain");
}

/* Is one enabled for the children that does not work on threads? */
static bool has_domain_controller(const struct attach *a)
{
	static const char names[] = ",memory,blkio,hugetlb,rdma,misc,dmem,";
	const char *rest = a->log->has_header ? a->log->header.controllers : NULL, *name;
	size_t len;

	for (unsigned int bit = 0; bit < 64 && (name = list_next(&rest, &len)); bit++) {
		const char *at = len ? memmem(names, sizeof(names) - 1, name, len) : NULL;

		if (a->place.subtree_control & 1ull << bit && at && at[-1] == ',' && at[len] == ',')
			return true;
	}
	return false;
}

/* A SCHED_DEADLINE thread may be refused with the same errno, by cpuset. */
enum confidence after_internal_process(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_early_of(f, 2))
		return CONFIDENCE_NONE;
	if (!a->placed || !a->place.subtree_control)
		return is_unsure(f, "cpuset") ?
			       CONFIDENCE_NONE :
			       claim_inferred(
				       claim,
				       !a->placed ?
					       "the record of the destination's controllers is not "
					       "in the log, but "
					       "nothing else is refused so" :
					       "the destination had no controllers enabled for its "
					       "children when the write had returned, but nothing "
					       "else is refused so: that has "
					       "changed meanwhile");
	/* Controllers of threads alone may be enabled above processes. */
	if (!has_domain_controller(a) && is_unsure(f, "cpuset"))
		return CONFIDENCE_NONE;
	claim_cite(claim, a->place_line,
		   "the destination has controllers enabled for its children "
		   "(mask 0x%llx)",
		   (unsigned long long)a->place.subtree_control);
	return only_here(f, claim);
}
