/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cgroup_vet_subtree_control_enable() in kernel/cgroup/cgroup.c, from 4.14 on: EOPNOTSUPP for any controller if the cgroup,
 * or the domain that it is threaded in, is no valid domain (cgroup_is_valid_domain()); for one that is not for threads in
 * the domain of threaded cgroups (cgroup_is_thread_root()). In a threaded cgroup such a controller is not available, and
 * cgroup_subtree_control_write() has returned ENOENT before. The root may have both kinds of children.
 */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"

const struct cause cause_subtree_control_threaded = {
	.id = "subtree_control_threaded",
	.title = "the cgroup is 'domain invalid', or the domain of threaded cgroups and the controller is not for threads",
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
		  "\"domain invalid\" or \"domain threaded\": subtree_control_threaded" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "as long as the cgroups keep their types",
	.proof = "None: a write to cgroup.subtree_control that moves nothing is not recorded.",
	.advice = {
		"In a 'domain threaded' cgroup enable only controllers of threads (cpu, cpuset, pids), or remove the threaded cgroups below it. In a 'domain invalid' one nothing can be enabled: write 'threaded' to its cgroup.type, or create it elsewhere.",
	},
};
