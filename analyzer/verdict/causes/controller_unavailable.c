/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cgroup_subtree_control_write() in kernel/cgroup/cgroup.c: ENOENT for "+NAME" of a controller that is not in
 * cgroup_control() of that cgroup, which is what cgroup.controllers shows: what the parent enables, of a threaded cgroup
 * only the controllers of threads. perf_event is implicit there, and never in it.
 */
#include "verdict/causes/list.h"

#include <errno.h>

const struct cause cause_controller_unavailable = {
	.id = "controller_unavailable",
	.title = "the controller is not available in this cgroup (cgroup.controllers)",
	.doors = DOOR_SUBTREE_CONTROL,
	.errnos = { ENOENT },
	/* What fails first where a parent has not enabled it, or cgroup v1 holds it. */
	.commonness = COMMONNESS_MOST,
	.only_lines = true,
	.kernels = { { 2, 0, 0 } },
	.kernel_words = "all, cgroup v2",
	.stage = STAGE_PERMISSION,
	.functions = { "cgroup_subtree_control_write" },
	.advice_for = {
		{ "systemd",
		  "Enable it in the units above: Delegate=cpu cpuset io memory pids in user@.service, or a setting that needs it (CPUWeight=, MemoryMax=, TasksMax=) in the slice." },
		{ "kubernetes",
		  "Boot the node with the controller on cgroup v2: cgroup_enable=memory where it is off by default, and no v1 hierarchy that holds it (systemd.unified_cgroup_hierarchy=1)." },
		{ "docker",
		  "Boot with the controller on cgroup v2: cgroup_enable=memory where it is off by default, and no v1 hierarchy that holds it (systemd.unified_cgroup_hierarchy=1); rootless needs Delegate= in user@.service." },
	},
	.checks = {
		{ 2, "cat <dir>/cgroup.controllers",
		  "the controller is not in it: controller_unavailable" },
		{ 2, "cat /proc/cgroups",
		  "a hierarchy other than 0: cgroup v1 holds the controller" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "until it is enabled in every cgroup above",
	.proof = "None: a write to cgroup.subtree_control that moves nothing is not recorded.",
	.advice = {
		"Enable the controller in cgroup.subtree_control of each cgroup above first, from the root down. If the root's cgroup.controllers lacks it, a cgroup v1 hierarchy holds it: unmount that one. A threaded cgroup has only cpu, cpuset and pids.",
	},
};
