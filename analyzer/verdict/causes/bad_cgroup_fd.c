/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"
#include "verdict/rules_clone.h"

static enum confidence of_clone(const struct finding *f, struct claim *claim)
{
	const struct record_clone *c = clone_of(f);

	clone_cite(claim, f,
		   "clone3() returned EBADF, which it does only for a descriptor that is not a "
		   "cgroup v2 directory");
	claim_cite(claim, f->attach->clone_line, "after the call had failed, descriptor %lld was %s",
		   (long long)c->fd,
		   c->v == 1 ? "one of a cgroup v1 hierarchy" :
		   c->v == 2 ? "one of cgroup v2: it may be a file instead of a directory, or "
			       "another thread has changed it" :
		   c->magic  ? "one of another file system" :
			       "not open");
	return clone_by_errno(f, claim);
}

const struct cause cause_bad_cgroup_fd = {
	.id = "bad_cgroup_fd",
	.title = "the descriptor given to clone3() is not a cgroup v2 directory",
	.doors = DOOR_CLONE,
	.errnos = { EBADF },
	/* The only one of its errno. */
	.commonness = COMMONNESS_OFTEN,
	.kernels = { { 0, KERNEL_VERSION(5, 7), 0 } },
	.kernel_words = "5.7 and later, clone3() with CLONE_INTO_CGROUP",
	.stage = STAGE_KERNFS,
	.passes = { "cgroup_css_set_fork" },
	.checks = {
		{ 0, "stat -f -c %T <dir>",
		  "cgroupfs: a directory of cgroup v1, which clone3() does not take" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "the same descriptor is refused every time",
	.proof = "clone3() returned EBADF, which it does for nothing else.",
	.advice = {
			"Open the directory of the cgroup on cgroup v2 (O_PATH will do): a file in "
			"it, or a directory of a v1 hierarchy, is not accepted.",
		},
	.rules = { .clone = of_clone },
};
