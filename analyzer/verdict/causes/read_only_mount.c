/* SPDX-License-Identifier: GPL-2.0-or-later */
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
		  "A container gets /sys/fs/cgroup read-only: docker run --privileged, or --cgroupns=private with -v /sys/fs/cgroup:/sys/fs/cgroup:rw, makes it writable." },
		{ "kubernetes",
		  "A container gets /sys/fs/cgroup read-only unless its securityContext is privileged; mount it in the pod or do without." },
		{ "systemd",
		  "ProtectControlGroups=yes of the unit mounts it read-only: take it out." },
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
