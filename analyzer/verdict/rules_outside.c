/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/rules.h"

#include <string.h>

#include "facts/kernel.h"

#define V1_MAGIC 0x27e0eb
#define V2_MAGIC 0x63677270
#define FUSE_MAGIC 0x65735546
#define PAGE 4096	/* kernfs takes that much in one write; x86-64 */
#define PARTS_MAX 1024	/* UIO_MAXIOV */

/* x86-64. */
enum { NR_WRITE = 1, NR_PWRITE64 = 18, NR_WRITEV = 20, NR_PWRITEV = 296, NR_PWRITEV2 = 328 };
enum { SECCOMP_FILTER = 2 };

static const char *bad_position(const struct record_write *w)
{
	bool has = w->nr == NR_PWRITE64 || w->nr == NR_PWRITEV || w->nr == NR_PWRITEV2;

	/* To pwritev2 -1 means where the file stands. */
	return has && w->pos < -(w->nr == NR_PWRITEV2) ? "the position is negative" : NULL;
}

static const char *bad_count(const struct record_write *w)
{
	bool plain = w->nr == NR_WRITE || w->nr == NR_PWRITE64;

	if (plain)
		return w->count < 0 ? "the count is above SSIZE_MAX" : NULL;
	return w->count < 0 || w->count > PARTS_MAX ? "there are more than 1024 parts" : NULL;
}

static const char *bad_argument(const struct record_write *w)
{
	const char *position = bad_position(w);

	return position ? position : bad_count(w);
}

/* Calls of several parts, of whose addresses and lengths nothing is recorded. */
static bool has_parts(const struct record_write *w)
{
	return w->nr == NR_WRITEV || w->nr == NR_PWRITEV || w->nr == NR_PWRITEV2;
}

static bool is_cgroup(const struct record_write *w)
{
	return w->magic == V1_MAGIC || w->magic == V2_MAGIC;
}

static bool is_outside(const struct finding *f)
{
	return f->attach->outside && f->attach->ended;
}

enum confidence rule_vfs(const struct finding *f, struct claim *claim)
{
	const struct record_write *w = &f->attach->write;

	if (!is_outside(f))
		return CONFIDENCE_NONE;
	const char *wrong = bad_argument(w);

	if (!wrong && (!has_parts(w) || !is_cgroup(w) || w->seccomp == SECCOMP_FILTER || w->ptrace))
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->begin_line, "system call %u, count %lld, position %lld%s%s", w->nr,
		   (long long)w->count, (long long)w->pos, wrong ? ": " : "", wrong ? wrong : "");
	return wrong ? CONFIDENCE_PROVEN :
	       claim_inferred(claim, "the lengths of the parts are not recorded; there is neither a "
			      "filter nor a tracer, and the file is the kernel's: one length must be bad");
}

enum confidence rule_not_kernel(const struct finding *f, struct claim *claim)
{
	const struct record_write *w = &f->attach->write;
	unsigned long line = f->attach->begin_line;

	if (!is_outside(f) || bad_argument(w))
		return CONFIDENCE_NONE;
	if (w->magic == FUSE_MAGIC) {
		claim_cite(claim, line, "the file is on FUSE, lxcfs for instance");
		return CONFIDENCE_PROVEN;
	}
	if (!is_cgroup(w)) {
		claim_cite(claim, line, "the file is on no cgroup file system (magic 0x%llx)",
			   (unsigned long long)w->magic);
		return claim_inferred(claim, "which file system has that magic is not known here");
	}
	/* A part of a bad length is as good a reason. */
	if (has_parts(w))
		return CONFIDENCE_NONE;
	if (w->seccomp == SECCOMP_FILTER)
		claim_cite(claim, line, "a seccomp filter is set on the writer, and no cgroup code saw "
			   "its write");
	else if (w->ptrace)
		claim_cite(claim, line, "the writer is traced, and no cgroup code saw its write");
	else
		return CONFIDENCE_NONE;
	return claim_inferred(claim, "%s can answer a system call in the kernel's place",
			      w->seccomp == SECCOMP_FILTER ? "a seccomp filter" : "a tracer");
}

static bool not_reached(const struct finding *f)
{
	return is_early(f) && f->attach->ended && !f->attach->begin.reached &&
	       !f->attach->answer_count && !f->target && !f->attach->placed;
}

enum confidence rule_write_too_long(const struct finding *f, struct claim *claim)
{
	if (!not_reached(f) || f->attach->begin.nbytes <= PAGE)
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->begin_line, "%llu bytes were written at once, kernfs takes %d",
		   (unsigned long long)f->attach->begin.nbytes, PAGE);
	return CONFIDENCE_PROVEN;
}

enum confidence rule_bad_buffer(const struct finding *f, struct claim *claim)
{
	if (!not_reached(f) || f->attach->begin.nbytes > PAGE)
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->begin_line, "kernfs refused before the text reached the cgroup code");
	return CONFIDENCE_PROVEN;
}

/* kernfs finds the node gone, or cgroup_kn_lock_live() the cgroup. */
enum confidence rule_cgroup_removed(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_early(f) || !a->ended || f->stage > STAGE_KERNFS || a->answer_count)
		return CONFIDENCE_NONE;
	if (!a->begin.reached) {
		claim_cite(claim, a->begin_line, "kernfs refused before the text reached the cgroup code");
		return CONFIDENCE_PROVEN;
	}
	claim_cite(claim, a->begin_line, "the text reached cgroup_file_write()");
	if (is_silent(f, "cgroup_procs_write_start"))
		return CONFIDENCE_PROVEN;
	return claim_inferred(claim, "whether cgroup_procs_write_start() was asked is not known, but it "
			      "never answers so");
}

/*
 * Of the files that move tasks only cgroup.threads was not for a namespace's root to write, in 4.14.67;
 * in 4.19 it is. Between the two nobody has looked.
 */
enum confidence rule_ns_delegate_file(const struct finding *f, struct claim *claim)
{
	const struct record_attach *b = &f->attach->begin;

	if (!is_early(f) || b->v != 2 || !b->reached || !(b->rflags & KERNEL_NSDELEGATE) ||
	    strcmp(b->file, "cgroup.threads") || f->stage > STAGE_KERNFS)
		return CONFIDENCE_NONE;
	if (!is_silent(f, "cgroup_procs_write_start") || f->attach->answer_count ||
	    !kernel_is(f, KERNEL_VERSION(4, 14), KERNEL_VERSION(4, 19)))
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->begin_line, "%s on a hierarchy mounted with nsdelegate; "
		   "cgroup_file_write() answered before any function below it", b->file);
	if (kernel_is(f, KERNEL_VERSION(4, 14), KERNEL_VERSION(4, 15)))
		return CONFIDENCE_PROVEN;
	return claim_inferred(claim, "whether this kernel still keeps the file to itself is not known, but "
			      "nothing else answers so");
}
