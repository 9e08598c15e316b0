/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * may_open() and lookup_open() in fs/namei.c. The mode of the file, or a security module (inode_permission()): the cgroup's own
 * rules come with the write. And no directory of cgroups can create a file: with O_CREAT, as a shell and tee open it, a
 * file that is not there is EACCES, for root as well.
 */
#include "verdict/causes/list.h"

#include <errno.h>

const struct cause cause_open_denied = {
	.id = "open_denied",
	.title = "the writer may not open the file for writing, or it is not there and was to be created",
	.doors = DOORS_FILE,
	.errnos = { EACCES },
	/* The file's mode is checked before any rule of cgroups, and most files belong to root. */
	.commonness = COMMONNESS_MOST,
	.calls = CALL_OPEN,
	.only_lines = true,
	.kernel_words = "all",
	.stage = STAGE_OUTSIDE,
	.advice_for = {
		{ "systemd",
		  "Delegate=yes of the unit, or of user@.service, gives the cgroup to its user; for a user's process use systemd-run --user --scope." },
		{ "shell",
		  "Write as root: echo PID | sudo tee FILE (sudo echo PID > FILE opens the file without sudo), or let root give you the directory (chown). Root gets this for a file that is not there: cgroup v2 has no tasks." },
	},
	.checks = {
		{ 0, "ls -l <dir>/<file>",
		  "not writable for the writer, or not there: open_denied" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "until the owner or the mode of the file changes",
	.proof = "None: what fails before the write is not recorded.",
	.advice = {
		"Open the file as its owner, usually root, or have the cgroup delegated: its directory and its cgroup.procs given to the writer's user. A missing file (v2 has no tasks, v1 no cgroup.threads) gives this to a shell, also to root. SELinux or AppArmor may deny it too: ausearch -m avc or dmesg shows that.",
	},
};
