/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The look-up of the path, link_path_walk() and lookup_open() in fs/namei.c: ENOENT for a directory that is missing, as that
 * of a removed cgroup is (cgroup_destroy_locked() takes its name away), and for a missing file if it is not to be created.
 * With O_CREAT, as a shell opens it, the missing file is EACCES: open_denied.
 */
#include "verdict/causes/list.h"

#include <errno.h>

const struct cause cause_no_such_cgroup = {
	.id = "no_such_cgroup",
	.title = "the cgroup, or this file in it, does not exist",
	.doors = DOORS_FILE,
	.errnos = { ENOENT },
	/* Where the words do not tell open from write it is nearly always this: a write fails so under nsdelegate alone. */
	.commonness = COMMONNESS_MOST,
	.commonness_at = { DOOR_SUBTREE_CONTROL, COMMONNESS_OFTEN },
	.calls = CALL_OPEN,
	.only_lines = true,
	.kernel_words = "all",
	.stage = STAGE_OUTSIDE,
	.advice_for = {
		{ "kubernetes",
		  "The container was removed meanwhile; nothing is to be done if its pod was being deleted. If it lasts, the kubelet's cgroupDriver and the runtime's (SystemdCgroup) must be the same." },
		{ "docker",
		  "The container has ended, or the hierarchy is not mounted where Docker looks for it: compare with /proc/mounts, and restart Docker if it was mounted later." },
		{ "systemd",
		  "The unit's cgroup was removed meanwhile: start the unit again, and let no other program remove cgroups below systemd's." },
	},
	.checks = {
		{ 0, "ls -d <dir>",
		  "\"No such file\": the cgroup was removed, or never created" },
		{ 0, "grep cgroup /proc/mounts",
		  "the hierarchy is not there: nothing of it can exist" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "until the cgroup is created",
	.proof = "None: what fails before the write is not recorded.",
	.advice = {
		"Create <cgroup> first, or find what removed it; and check that the hierarchy is mounted there (cgroup v1 has one directory per controller, v2 a single one).",
	},
};
