/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * do_dentry_open() in fs/open.c asks for write access to the mount (mnt_want_write(), by its name of that kernel), and
 * sb_permission() in fs/namei.c looks at the file system: EROFS if either is read-only, before any rule of cgroups.
 */
#include "verdict/causes/list.h"

#include <errno.h>

const struct cause cause_read_only_mount = {
	.id = "read_only_mount",
	.title = "the cgroup file system is mounted read-only",
	.doors = DOORS_FILE,
	.errnos = { EROFS },
	/* Engines mount it so in containers that are not privileged; the permission check of v2 meets it rarely. */
	.commonness = COMMONNESS_MOST,
	.calls = CALL_OPEN,
	.only_lines = true,
	.kernel_words = "all",
	.stage = STAGE_OUTSIDE,
	.advice_for = {
		{ "docker",
		  "A container gets /sys/fs/cgroup read-only: docker run --privileged makes it writable; so does --security-opt writable-cgroups=true (Docker 28 and later, not rootless)." },
		{ "kubernetes",
		  "A container gets /sys/fs/cgroup read-only unless its securityContext is privileged; mount it in the pod or do without." },
		{ "systemd",
		  "ProtectControlGroups= of the unit (yes or strict) mounts it read-only: take it out." },
	},
	.checks = {
		{ 0, "grep cgroup /proc/mounts",
		  "\"ro\" among the options: read_only_mount (run it where the writer runs)" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "as long as it is mounted so",
	.proof = "None: what fails before the write is not recorded.",
	.advice = {
		"Mount it writable where the writer runs (mount -o remount,rw /sys/fs/cgroup needs privilege there), or let a process outside write.",
	},
};
