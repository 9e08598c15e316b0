/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * execve(2) of the child: open_exec() and bprm_execve() in fs/exec.c. Go's fork/exec and glibc's pidfd_spawn() hand its errno to
 * the parent as if it were clone3's.
 */
#include "verdict/causes/list.h"

#include <errno.h>

const struct cause cause_program_not_run = {
	.id = "program_not_run",
	.title = "the program itself could not be run: it is missing, or may not be executed",
	.doors = DOOR_CLONE,
	.errnos = { ENOENT, EACCES },
	/* Go's fork/exec and posix_spawn() return one errno for both calls, and a missing program is commoner. */
	.commonness = COMMONNESS_MOST,
	.only_lines = true,
	.kernel_words = "all",
	.stage = STAGE_OUTSIDE,
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "until the program is there and may be executed",
	.proof = "None: execve(2) is not recorded.",
	.advice = {
		"Check that the program exists and may be executed where the child runs: its path, its mode, noexec of its mount, and its interpreter.",
	},
};
