/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clone3() with CLONE_INTO_CGROUP (5.7, ef2c41cf38a7): cgroup_css_set_fork() looks at the descriptor, the
 * cgroup and the permissions of the caller, and applies the same rules of place as to a write; then pids, and later
 * cpuset, may refuse (can_fork). What the record says of the cgroup was read when the call had failed. So an errno
 * proves a cause if nothing else on the way of a new process returns it, or if, besides, nothing that was read can
 * have changed. Security modules of the kernel's own return EPERM or EACCES; a sched_ext scheduler may refuse
 * a new process with any errno.
 */
#include "verdict/rules.h"

#include <errno.h>

#include "facts/kernel.h"

#define CLONE_VM	    0x100ull
#define CLONE_FS	    0x200ull
#define CLONE_SIGHAND	    0x800ull
#define CLONE_THREAD	    KERNEL_CLONE_THREAD
#define CLONE_NEWNS	    0x20000ull
#define CLONE_NEWUSER	    0x10000000ull
#define CLONE_CLEAR_SIGHAND 0x100000000ull
/* NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
#define CLONE_NAMESPACES 0x7e020080ull

static const struct record_clone *clone_of(const struct finding *f)
{
	return &f->attach->clone;
}

static void cite(struct claim *claim, const struct finding *f, const char *what)
{
	claim_cite(claim, f->attach->clone_line, "%s", what);
}

static bool may_be_scheduler(const struct finding *f)
{
	const struct log *log = f->attach->log;

	return !log->has_header ||
	       (log->header.sched_class_ext && !kernel_is(f, 1, KERNEL_VERSION(6, 12)));
}

/* Nothing else on the way returns this errno, but for a scheduler. */
static enum confidence by_errno(const struct finding *f, struct claim *claim)
{
	if (may_be_scheduler(f))
		return claim_inferred(claim, "a sched_ext scheduler, if one is loaded, may refuse "
					     "a new process with any errno");
	return CONFIDENCE_PROVEN;
}

enum confidence clone_bad_cgroup_fd(const struct finding *f, struct claim *claim)
{
	const struct record_clone *c = clone_of(f);

	cite(claim, f,
	     "clone3() returned EBADF, which it does only for a descriptor that is no directory of "
	     "cgroup v2");
	claim_cite(claim, f->attach->clone_line, "when the call had failed descriptor %d was %s",
		   c->fd,
		   c->v == 1 ? "one of a cgroup v1 hierarchy" :
		   c->v == 2 ? "one of cgroup v2: it may be a file and "
			       "no directory, or another thread has changed it" :
		   c->magic  ? "one of another file system" :
			       "not open");
	return by_errno(f, claim);
}

enum confidence clone_cgroup_removed(const struct finding *f, struct claim *claim)
{
	const struct record_clone *c = clone_of(f);

	if (f->answer == -ENODEV) {
		cite(claim, f, "clone3() returned ENODEV, which it does for a removed cgroup only");
		return by_errno(f, claim);
	}
	if (c->v != 2 || !c->dead)
		return CONFIDENCE_NONE;
	cite(claim, f, "the destination is removed");
	return claim_inferred(
		claim,
		"clone3() returns ENOENT for a removed cgroup and for one outside the caller's "
		"cgroup "
		"namespace; the destination may have been removed after the call had failed");
}

enum confidence clone_outside_cgroup_namespace(const struct finding *f, struct claim *claim)
{
	const struct record_clone *c = clone_of(f);

	if (c->v != 2 || c->dead)
		return CONFIDENCE_NONE;
	cite(claim, f,
	     "clone3() returned ENOENT, and the destination was not removed when the call had "
	     "failed");
	return claim_inferred(claim, "clone3() returns ENOENT for a removed cgroup and for one "
				     "outside the caller's cgroup "
				     "namespace");
}

enum confidence clone_no_write_permission(const struct finding *f, struct claim *claim)
{
	claim_cite(claim, f->attach->clone_line,
		   "the caller's euid is %u; the caller needs write permission on cgroup.procs "
		   "of the destination and of the nearest cgroup above both",
		   clone_of(f)->euid);
	if (f->answer == -EROFS)
		return by_errno(f, claim);
	return claim_inferred(
		claim, "a security module (SELinux) may refuse a new process with the same errno");
}

enum confidence clone_internal_process(const struct finding *f, struct claim *claim)
{
	const struct record_clone *c = clone_of(f);

	cite(claim, f,
	     "clone3() returned EBUSY, which it does only for a cgroup with controllers enabled "
	     "for its children");
	if (c->v == 2 && c->subtree_control) {
		claim_cite(claim, f->attach->clone_line,
			   "the destination has controllers enabled for its children (mask "
			   "0x%llx)",
			   (unsigned long long)c->subtree_control);
		return by_errno(f, claim);
	}
	return claim_inferred(claim, "the destination had none enabled when the call had failed: "
				     "that has changed meanwhile");
}

/* ---- the places of processes and threads ---- */

static bool is_thread(const struct finding *f)
{
	return clone_of(f)->flags & CLONE_THREAD;
}

static bool below_threaded(const struct finding *f)
{
	const struct record_clone *c = clone_of(f);

	return c->v == 2 && c->domain && c->threaded_above;
}

enum confidence clone_domain_invalid(const struct finding *f, struct claim *claim)
{
	if (is_thread(f) && !below_threaded(f))
		return CONFIDENCE_NONE;
	if (below_threaded(f))
		cite(claim, f,
		     "the destination is a domain, and a cgroup above it is threaded or has "
		     "threaded children");
	if (is_thread(f))
		return claim_inferred(
			claim, "a thread is also refused so for leaving the domain of its process");
	cite(claim, f,
	     "clone3() returned EOPNOTSUPP, which it does for a new process only if the "
	     "destination is 'domain "
	     "invalid'");
	if (below_threaded(f))
		return by_errno(f, claim);
	return claim_inferred(claim, "no cgroup above the destination was seen to be threaded when "
				     "the call had failed; one "
				     "above it may hold processes and controllers of threads");
}

enum confidence clone_other_domain(const struct finding *f, struct claim *claim)
{
	const struct record_clone *c = clone_of(f);

	if (!is_thread(f) || below_threaded(f) || c->v != 2 || c->same_domain)
		return CONFIDENCE_NONE;
	cite(claim, f,
	     "a thread was to be created (CLONE_THREAD), and its process is in a cgroup of another "
	     "domain");
	return claim_inferred(
		claim,
		"as the cgroups were when the call had failed; a thread is also refused so for a "
		"destination that is no valid domain");
}

/* ---- can_fork, and what has nothing to do with cgroups ---- */

enum confidence clone_process_limit(const struct finding *f, struct claim *claim)
{
	(void)f;
	return claim_inferred(
		claim,
		"pids.max of the destination or of a cgroup above it, ulimit -u of the caller, "
		"kernel.threads-max and kernel.pid_max all end in this errno, and so does a "
		"SCHED_DEADLINE "
		"caller without SCHED_FLAG_RESET_ON_FORK; which it was is not recorded");
}

enum confidence clone_cpuset_empty(const struct finding *f, struct claim *claim)
{
	if (clone_of(f)->flags & CLONE_NAMESPACES) {
		claim_fact(claim, "namespaces were to be created as well: there may be too many of "
				  "them (user.max_*_namespaces, "
				  "or 32 levels)");
		return CONFIDENCE_NONE;
	}
	if (!kernel_is(f, KERNEL_VERSION(6, 1), UINT32_MAX))
		return CONFIDENCE_NONE;
	return claim_inferred(
		claim,
		"no namespace was to be created, and nothing else is known to return this; %s",
		kernel_is(f, 1, KERNEL_VERSION(6, 5)) ?
			"but before 6.5 only late stable kernels check the "
			"cpuset of a new process (cpuset_can_fork)" :
			"cpuset_can_fork() checks a new process whose "
			"cpuset is another than its parent's");
}

enum confidence clone_out_of_memory(const struct finding *f, struct claim *claim)
{
	(void)f;
	return claim_inferred(claim, "memory for the new process or for its place in the cgroup; a "
				     "pid namespace whose first "
				     "process has ended returns this as well");
}

/* What copy_process() refuses, of the flags alone. */
static const char *bad_flags(uint64_t flags)
{
	if (flags & CLONE_SIGHAND && !(flags & CLONE_VM))
		return "CLONE_SIGHAND without CLONE_VM";
	if (flags & CLONE_THREAD && !(flags & CLONE_SIGHAND))
		return "CLONE_THREAD without CLONE_SIGHAND";
	if (flags & CLONE_SIGHAND && flags & CLONE_CLEAR_SIGHAND)
		return "CLONE_SIGHAND with CLONE_CLEAR_SIGHAND";
	if (flags & CLONE_FS && flags & (CLONE_NEWNS | CLONE_NEWUSER))
		return "CLONE_FS with a namespace that cannot share it";
	return NULL;
}

enum confidence clone_clone_arguments(const struct finding *f, struct claim *claim)
{
	const char *bad = bad_flags(clone_of(f)->flags);

	if (bad)
		claim_cite(claim, f->attach->clone_line,
			   "the flags (0x%llx) contradict each other: %s",
			   (unsigned long long)clone_of(f)->flags, bad);
	else
		claim_cite(
			claim, f->attach->clone_line,
			"nothing of a cgroup makes clone3() return EINVAL; the flags (0x%llx) do "
			"not contradict each other, the other arguments are not recorded",
			(unsigned long long)clone_of(f)->flags);
	return claim_inferred(
		claim, may_be_scheduler(f) ?
			       "a sched_ext scheduler, if one is loaded, may return it as well" :
			       "as the arguments were when the call had failed");
}

/* Not where another rule may hold, nor what a new process is refused with for other reasons every day. */
enum confidence clone_sched_ext(const struct finding *f, struct claim *claim)
{
	static const int others[] = { EBADF,	  ENODEV, ENOENT, EACCES, EROFS,  EBUSY,
				      EOPNOTSUPP, EAGAIN, ENOSPC, ENOMEM, EINVAL, EPERM,
				      EFAULT,	  E2BIG,  EMFILE, ENFILE, EEXIST, EUSERS };

	if (!may_be_scheduler(f) || !f->attach->log->has_header)
		return CONFIDENCE_NONE;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (f->answer == -others[i])
			return CONFIDENCE_NONE;
	return claim_inferred(claim, "nothing else is known to return this; a sched_ext scheduler, "
				     "if one is loaded, may");
}
