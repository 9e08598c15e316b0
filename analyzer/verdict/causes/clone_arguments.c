/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>
#include <limits.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules_clone.h"

#define CLONE_VM	    0x100ull
#define CLONE_FS	    0x200ull
#define CLONE_SIGHAND	    0x800ull
#define CLONE_NEWNS	    0x20000ull
#define CLONE_NEWUSER	    0x10000000ull
#define CLONE_CLEAR_SIGHAND 0x100000000ull

/* What copy_process() refuses, of the flags alone. */
static const char *bad_flags(uint64_t flags)
{
	if (flags & CLONE_SIGHAND && !(flags & CLONE_VM))
		return "CLONE_SIGHAND without CLONE_VM";
	if (flags & KERNEL_CLONE_THREAD && !(flags & CLONE_SIGHAND))
		return "CLONE_THREAD without CLONE_SIGHAND";
	if (flags & CLONE_SIGHAND && flags & CLONE_CLEAR_SIGHAND)
		return "CLONE_SIGHAND with CLONE_CLEAR_SIGHAND";
	if (flags & CLONE_FS && flags & (CLONE_NEWNS | CLONE_NEWUSER))
		return "CLONE_FS with a namespace that cannot share it";
	return NULL;
}

static enum confidence of_clone(const struct finding *f, struct claim *claim)
{
	const struct record_clone *c = clone_of(f);
	const char *bad = bad_flags(c->flags);

	if (c->fd < 0 || c->fd > INT_MAX)
		claim_cite(claim, f->attach->clone_line,
			   "the descriptor of the cgroup (%lld) is out of range", (long long)c->fd);
	else if (bad)
		claim_cite(claim, f->attach->clone_line,
			   "the flags (0x%llx) contradict each other: %s",
			   (unsigned long long)c->flags, bad);
	else
		claim_cite(claim, f->attach->clone_line,
			   "no cgroup makes clone3() return EINVAL; the flags (0x%llx) do not "
			   "contradict each other, and the other arguments are not recorded",
			   (unsigned long long)c->flags);
	return claim_inferred(
		claim, may_have_scheduler(f) ?
			       "a sched_ext scheduler, if one is loaded, may return it as well" :
			       "the arguments are shown as they were after the call had failed");
}

const struct cause cause_clone_arguments = {
	.id = "clone_arguments",
	.title = "the other arguments of clone3() are wrong",
	.doors = DOOR_CLONE,
	.errnos = { EINVAL },
	/* For EINVAL nearly the only one. */
	.commonness = COMMONNESS_OFTEN,
	.kernels = { { 0, KERNEL_VERSION(5, 7), 0 } },
	.kernel_words = "5.7 and later, clone3() with CLONE_INTO_CGROUP",
	.stage = STAGE_OUTSIDE,
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "the same call is refused every time",
	.proof = "None: only the flags and the descriptor are recorded.",
	.advice = {
			"Look at the flags, the exit signal, the stack and the descriptor that the program passes (strace -e clone3), and at the size of its struct clone_args (88 bytes or more); nothing else about a cgroup makes clone3() return EINVAL.",
		},
	.rules = { .clone = of_clone },
};
