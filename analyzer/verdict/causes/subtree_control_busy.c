/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cgroup_subtree_control_write() in kernel/cgroup/cgroup.c: "-controller" is refused while a child has it in its own
 * cgroup.subtree_control; "+controller" while the cgroup, if it is not the root, has processes of its own
 * (cgroup_vet_subtree_control_enable(); from 4.14 on controllers of threads are let through where the cgroup can be the
 * domain of threaded ones). A container's root is not the root.
 * Nothing is moved then, and the recorder records no attach: only an error line can show it.
 */
#include "verdict/causes/list.h"

#include <errno.h>

static const char *possible(const struct premise *p, struct arena *arena)
{
	(void)arena;
	if (p->root)
		return "if a child has the controller enabled (-controller), or, in a cgroup "
		       "namespace (a container), processes live in this root of it (+controller)";
	return "if the cgroup has processes and is not the root (+controller), or a child has the "
	       "controller enabled (-controller)";
}

const struct cause cause_subtree_control_busy = {
	.id = "subtree_control_busy",
	.title = "the cgroup has processes of its own, or a child has the controller in its cgroup.subtree_control",
	.doors = DOOR_SUBTREE_CONTROL,
	.errnos = { EBUSY },
	/*
	 * The commonest failure of this file: Docker, k3s, podman in a container whose processes
	 * live in its root.
	 */
	.commonness = COMMONNESS_MOST,
	.kernels = { { 2, 0, 0 } },
	.kernel_words = "all, cgroup v2",
	.stage = STAGE_PERMISSION,
	.functions = { "cgroup_subtree_control_write" },
	.passes = { "cgroup_vet_subtree_control_enable" },
	.advice_for = {
		{ "docker",
		  "In a container: create a cgroup below /sys/fs/cgroup in the entry point, move all processes to it, then enable the controllers." },
		{ "kubernetes",
		  "In a container: create a cgroup below /sys/fs/cgroup in the entry point, move all processes to it, then enable the controllers." },
		{ "systemd",
		  "A process is in a cgroup that must have none: find it with cgroup.procs, and start it in a unit of its own (or DelegateSubgroup=, systemd 254 and later)." },
	},
	.checks = {
		{ 2, "cat <dir>/cgroup.procs",
		  "a number: the cgroup has processes of its own, and \"+\" is refused (the machine's own root cgroup is exempt)" },
		{ 2, "grep . <dir>/*/cgroup.subtree_control",
		  "children with the controller in it: \"-\" is refused" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "until the processes have moved, or the controller is disabled below",
	.proof = "None: a write to cgroup.subtree_control that moves nothing is not recorded.",
	.advice = {
		"To enable a controller: first create a leaf cgroup below <cgroup>, and move all "
		"processes of <cgroup> to it. cgroup.procs lists them.",
		"To disable a controller: disable it in cgroup.subtree_control of each child first.",
	},
	.possible = possible,
};
