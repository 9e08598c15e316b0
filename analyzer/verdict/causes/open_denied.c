/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

const struct cause cause_open_denied = {
	.id = "open_denied",
	.title = "the writer may not open the file for writing",
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
		  "Write as root: echo PID | sudo tee FILE (sudo echo PID > FILE opens the file without sudo), or let root give you the directory (chown)." },
	},
	.checks = {
		{ 0, "ls -l <dir>/<file>",
		  "not writable for the writer: open_denied" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "until the owner or the mode of the file changes",
	.proof = "None: what fails before the write is not recorded.",
	.advice = {
		"Open the file as its owner, usually root, or have the cgroup delegated: its directory and its cgroup.procs given to the writer's user. A security module (SELinux, AppArmor) may also deny it; ausearch -m avc or dmesg shows that.",
	},
};
