/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "verdict/rules_outside.h"

#define FUSE_MAGIC 0x65735546

static enum confidence outside(const struct finding *f, struct claim *claim)
{
	const struct record_write *w = &f->attach->write;
	unsigned long line = f->attach->begin_line;

	if (!is_outside(f) || outside_bad_argument(f))
		return CONFIDENCE_NONE;
	if (!outside_is_known(f)) {
		claim_fact(claim, "system call %u of this machine is not known as one that writes",
			   w->nr);
		return CONFIDENCE_NONE;
	}
	if (w->magic == FUSE_MAGIC) {
		claim_cite(claim, line, "the file is on FUSE (lxcfs, for instance)");
		return CONFIDENCE_PROVEN;
	}
	if (!outside_is_cgroup(w)) {
		claim_cite(claim, line, "the file is not on a cgroup file system (magic 0x%llx)",
			   (unsigned long long)w->magic);
		return claim_inferred(claim, "the file system with that magic is not known");
	}
	/* A part of a bad length is as good a reason. */
	if (outside_has_parts(f))
		return CONFIDENCE_NONE;
	if (w->seccomp == SECCOMP_FILTER)
		claim_cite(
			claim, line,
			"a seccomp filter is set on the writer, and no cgroup code saw its write");
	else if (w->ptrace)
		claim_cite(claim, line, "the writer is traced, and no cgroup code saw its write");
	else
		return CONFIDENCE_NONE;
	return claim_inferred(claim, "%s can return from a system call in the kernel's place",
			      w->seccomp == SECCOMP_FILTER ? "a seccomp filter" : "a tracer");
}

static const char *ruled_out(struct finding *f)
{
	return f->attach->outside && !cause_is_unexplained(f->cause) ?
		       "the arguments of the call are reason enough" :
		       NULL;
}

static const char *possible(const struct premise *p, struct arena *arena)
{
	(void)p;
	(void)arena;
	return "if lxcfs, gVisor, a seccomp filter or a tracer stands in between";
}

const struct cause cause_not_kernel = {
	.id = "not_kernel",
	.title = "the errno did not come from the kernel's cgroup code",
	.doors = DOORS_FILE,
	.errnos = { EINVAL },
	/* An estimate: gVisor is in the corpus, a filter that returns EINVAL is not. */
	.commonness = COMMONNESS_SELDOM,
	.kernel_words = "all",
	.stage = STAGE_OUTSIDE,
	.checks = {
		{ 0, "stat -f -c %T <dir>",
		  "anything but cgroupfs, cgroup2fs or tmpfs: not_kernel" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "as long as that filter, tracer or file system is in the way",
	.proof = "The call never entered kernfs, and the file is on a file system that is not the kernel's cgroup.",
	.advice = {
			"If the file system is FUSE, ask its server (lxcfs); if the writer has a seccomp filter, look at the container's seccomp profile; if it is traced, at its tracer.",
		},
	.rules = { .on_the_way = outside, .afterwards = outside },
	.ruled_out = ruled_out,
	.possible = possible,
};
