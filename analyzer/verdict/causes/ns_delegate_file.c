/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Of the files that move tasks only cgroup.threads was not for a namespace's root to write, in 4.14.67;
 * in 4.19 it is. The kernels between the two were not examined.
 */
#include "verdict/causes/list.h"

#include <errno.h>
#include <string.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct record_attach *b = &f->attach->begin;

	if (!is_early(f) || b->v != 2 || !b->reached || !(b->rflags & KERNEL_NSDELEGATE) ||
	    strcmp(b->file, "cgroup.threads") || f->stage > STAGE_KERNFS)
		return CONFIDENCE_NONE;
	if (!did_not_refuse(f, "cgroup_procs_write_start") || f->attach->answer_count ||
	    !cause_has_kernel(&cause_ns_delegate_file, f->attach->log->version))
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->begin_line,
		   "%s on a hierarchy mounted with nsdelegate; cgroup_file_write() returned before "
		   "it called any function",
		   b->file);
	if (kernel_is(f, KERNEL_VERSION(4, 14), KERNEL_VERSION(4, 15)))
		return CONFIDENCE_PROVEN;
	return claim_inferred(claim, "it is not known whether this kernel still reserves the file, "
				     "but nothing else returns this");
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_refused_early(f) || a->begin.v != 2 || !a->has_writer ||
	    !(a->writer.rflags & KERNEL_NSDELEGATE) || !is_file(f, "cgroup.threads") ||
	    !cause_has_kernel(&cause_ns_delegate_file, f->attach->log->version))
		return CONFIDENCE_NONE;
	claim_cite(claim, a->writer_line, "%s on a hierarchy mounted with nsdelegate",
		   a->begin.file);
	if (kernel_is(f, KERNEL_VERSION(4, 14), KERNEL_VERSION(4, 15)) &&
	    !may_have_refused(f, "cpuset"))
		return CONFIDENCE_PROVEN;
	return claim_inferred(claim,
			      "it is not known whether this kernel still reserves the file, or "
			      "whether the record of a controller that refused is lost");
}

const struct cause cause_ns_delegate_file = {
	.id = "ns_delegate_file",
	.title = "only a process outside the cgroup namespace may write this file (nsdelegate)",
	.doors = DOOR_WRITE,
	.errnos = { EPERM },
	/* Five kernels, one file. */
	.commonness = COMMONNESS_RARE,
	.kernels = { { 2, KERNEL_VERSION(4, 14), KERNEL_VERSION(4, 19) } },
	.kernel_words = "cgroup.threads in 4.14 (removed in 4.19), cgroup v2 mounted with "
			"nsdelegate",
	.files = { "cgroup.threads" },
	.stage = STAGE_KERNFS,
	.functions = { "cgroup_file_write" },
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "as long as the namespace stays as it is",
	.proof = "cgroup_file_write() returned EPERM and called nothing, on a hierarchy mounted "
		 "with nsdelegate.",
	.advice = {
			"A process inside a cgroup namespace cannot write this file in the "
			"namespace's root: write it from outside, or use a cgroup below. Linux "
			"4.19 and later allow it for cgroup.threads.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
};
