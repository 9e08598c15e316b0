/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"

static enum confidence of_clone(const struct finding *f, struct claim *claim)
{
	(void)f;
	return claim_inferred(claim,
			      "pids.max of the destination or of a cgroup above it, ulimit -u of "
			      "the caller, kernel.threads-max and kernel.pid_max all give this "
			      "errno, and so does a SCHED_DEADLINE caller without "
			      "SCHED_FLAG_RESET_ON_FORK; the record does not show which it was");
}

const struct cause cause_process_limit = {
	.id = "process_limit",
	.title = "there are too many processes: a limit of the cgroup, the user or the machine",
	.doors = DOOR_CLONE,
	.errnos = { EAGAIN },
	/* The only one of its errno; pids.max of a pod or a unit is reached first. */
	.commonness = COMMONNESS_MOST,
	.kernels = { { 0, KERNEL_VERSION(5, 7), 0 } },
	.kernel_words = "5.7 and later, clone3() with CLONE_INTO_CGROUP",
	.stage = STAGE_CONTROLLER,
	.passes = { "pids_can_fork" },
	.advice_for = {
		{ "systemd",
		  "Raise TasksMax= of the unit or of its slice (systemctl show -p TasksMax,TasksCurrent UNIT), or LimitNPROC=." },
		{ "kubernetes",
		  "Raise podPidsLimit of the kubelet, or find what creates so many processes in the pod." },
		{ "docker",
		  "Raise docker run --pids-limit, or find what creates so many processes in the container." },
	},
	.checks = {
		{ 2, "cat <dir>/pids.max <dir>/pids.current <dir>/pids.events",
		  "the first two equal, or \"max\" above 0: the limit of this cgroup" },
	},
	.persistence = PERSISTENCE_DEPENDS,
	.lasts = "until processes end or the limit is raised",
	.proof = "None: several limits give the same errno, and the record does not show which one "
		 "it was.",
	.advice = {
			"Compare pids.current with pids.max in <cgroup> and in each cgroup above it (pids.events counts the refusals there), then ulimit -u of the caller, kernel.threads-max and kernel.pid_max.",
		},
	.rules = { .clone = of_clone },
};
