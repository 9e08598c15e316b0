/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"

const struct cause cause_subtree_control_threaded = {
	.id = "subtree_control_threaded",
	.title = "the cgroup is threaded, a threaded domain or 'domain invalid', and the controller is not for threads",
	.doors = DOOR_SUBTREE_CONTROL,
	.errnos = { EOPNOTSUPP },
	/* The only one of its errno at this file. */
	.commonness = COMMONNESS_MOST,
	.only_lines = true,
	.kernels = { { 2, KERNEL_VERSION(4, 14), 0 } },
	.kernel_words = "4.14 and later, cgroup v2",
	.stage = STAGE_PERMISSION,
	.functions = { "cgroup_subtree_control_write" },
	.passes = { "cgroup_vet_subtree_control_enable" },
	.checks = {
		{ 2, "cat <dir>/cgroup.type",
		  "anything but \"domain\": subtree_control_threaded" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "as long as the cgroups keep their types",
	.proof = "None: a write to cgroup.subtree_control that moves nothing is not recorded.",
	.advice = {
		"Enable only controllers of threads there (cpu, cpuset, perf_event, pids), or make the cgroup a domain again: remove the threaded cgroups below it, or create it elsewhere.",
	},
};
