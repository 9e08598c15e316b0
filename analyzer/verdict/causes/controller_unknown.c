/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cgroup_subtree_control_write() in kernel/cgroup/cgroup.c reads the words between spaces before it looks at the cgroup:
 * EINVAL for a name that no controller of v2 has (cgrp_dfl_inhibit_ss_mask: those without files there), for one that the
 * command line disabled (cgroup_ssid_enabled()), and for a word without its sign.
 */
#include "verdict/causes/list.h"

#include <errno.h>

const struct cause cause_controller_unknown = {
	.id = "controller_unknown",
	.title = "the text is not a list of +NAME and -NAME, or the kernel does not have that controller",
	.doors = DOOR_SUBTREE_CONTROL,
	.errnos = { EINVAL },
	/* Programs take the names from cgroup.controllers; people type "+net_cls", or forget the sign. */
	.commonness = COMMONNESS_OFTEN,
	.commonness_by_shell = COMMONNESS_MOST,
	.only_lines = true,
	.kernels = { { 2, 0, 0 } },
	.kernel_words = "all, cgroup v2",
	.stage = STAGE_LOOKUP,
	.functions = { "cgroup_subtree_control_write" },
	.checks = {
		{ 2, "cat <dir>/cgroup.controllers",
		  "the controller is in it: not controller_unknown, if the name has its sign" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "the same text is refused every time",
	.proof = "None: a write to cgroup.subtree_control that moves nothing is not recorded.",
	.advice = {
		"Write names of cgroup.controllers, each with its sign and separated by spaces: '+cpu -memory'. Some controllers of v1 (net_cls, freezer, devices, cpuacct; blkio is io there) have none on v2, and cgroup_disable= on the command line takes one away.",
	},
};
