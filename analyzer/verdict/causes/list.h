/* SPDX-License-Identifier: GPL-2.0-or-later */
/* list - every cause; the order is that of the outputs. */
#ifndef VERDICT_CAUSES_LIST_H
#define VERDICT_CAUSES_LIST_H

#include "verdict/cause.h"

/* The last one says that no other holds. */
/* clang-format off */
#define CAUSES(one) \
	one(task_new) \
	one(bad_pid_text) \
	one(no_setaffinity) \
	one(kthreadd) \
	one(rt_group) \
	one(non_fair_class) \
	one(cpuset_no_setaffinity) \
	one(cpuset_deadline) \
	one(io_context_shared) \
	one(sched_ext) \
	one(vfs) \
	one(not_kernel) \
	one(no_such_process) \
	one(cgroup_removed) \
	one(not_owner) \
	one(no_write_permission) \
	one(outside_cgroup_namespace) \
	one(ns_delegate_file) \
	one(setscheduler_denied) \
	one(domain_invalid) \
	one(other_domain) \
	one(internal_process) \
	one(subtree_control_busy) \
	one(subtree_control_threaded) \
	one(controller_unavailable) \
	one(controller_unknown) \
	one(deadline_bandwidth) \
	one(cpuset_empty) \
	one(memory_charge) \
	one(out_of_memory) \
	one(write_too_long) \
	one(bad_buffer) \
	one(bad_cgroup_fd) \
	one(process_limit) \
	one(clone_arguments) \
	one(program_not_run) \
	one(no_such_cgroup) \
	one(open_denied) \
	one(read_only_mount) \
	one(unexplained)
/* clang-format on */

#define CAUSE_DECLARE(id) extern const struct cause cause_##id;
CAUSES(CAUSE_DECLARE)

#endif
