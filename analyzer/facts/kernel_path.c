/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel/cgroup/cgroup.c, cgroup-v1.c and cpuset.c, kernel/cgroup.c before 4.11, and kernel/fork.c; read or known of 4.8
 * to 6.12. A pair too many leaves a cause possible that is not, which is harmless; one too few would rule one out.
 */
#include "facts/kernel_path.h"

#include <string.h>

#include "base/util.h"
#include "facts/kernel.h"

static const struct kernel_path functions[] = {
	/* The files. cgroup.procs of v1 had v2's function up to 4.13, and every file of v1 the inner one. */
	{ "cgroup_procs_write", DOOR_WRITE, "cgroup.procs", 0, false },
	{ "__cgroup_procs_write", DOOR_WRITE, NULL, 0, false },
	{ "cgroup_threads_write", DOOR_WRITE, "cgroup.threads", 2, false },
	{ "cgroup_tasks_write", DOOR_WRITE, "tasks", 1, false },
	{ "cgroup1_procs_write", DOOR_WRITE, "cgroup.procs", 1, false },
	{ "cgroup1_tasks_write", DOOR_WRITE, "tasks", 1, false },
	{ "__cgroup1_procs_write", DOOR_WRITE, NULL, 1, false },
	{ "cgroup_procs_write_start", DOOR_WRITE, NULL, 0, false },
	{ "cgroup_subtree_control_write", DOOR_SUBTREE_CONTROL, "cgroup.subtree_control", 2,
	  false },
	{ "cgroup_vet_subtree_control_enable", DOOR_SUBTREE_CONTROL, "cgroup.subtree_control", 2,
	  false },
	{ "cgroup_update_dfl_csses", DOOR_SUBTREE_CONTROL, "cgroup.subtree_control", 2, false },
	/* A mount and a mkdir apply controllers as well. */
	{ "cgroup_apply_control", 0, NULL, 0, true },

	/* Every fork asks them; the last two refuse only where clone3() goes into another cgroup. */
	{ "cgroup_can_fork", DOOR_CLONE, NULL, 0, true },
	{ "pids_can_fork", DOOR_CLONE, NULL, 0, true },
	{ "cgroup_css_set_fork", DOOR_CLONE, NULL, 2, false },
	{ "cpuset_can_fork", DOOR_CLONE, NULL, 2, false },

	/* Permissions: a write and clone3(). */
	{ "cgroup_attach_permissions", 0, NULL, 2, false },
	{ "cgroup_procs_write_permission", 0, NULL, 0, false },
	{ "cgroup_may_write", 0, NULL, 2, false },
	{ "cgroup_migrate_vet_dst", 0, NULL, 2, false },

	/* The migration. */
	{ "cgroup_attach_task", 0, NULL, 0, false },
	{ "cgroup_attach_task_all", DOOR_KERNEL, NULL, 0, false },
	{ "cgroup_transfer_tasks", DOOR_KERNEL, NULL, 0, false },
	{ "cgroup_migrate", 0, NULL, 0, false },
	{ "cgroup_migrate_prepare_dst", 0, NULL, 0, false },
	{ "cgroup_migrate_execute", 0, NULL, 0, false },
	{ "cgroup_taskset_migrate", 0, NULL, 0, false },

	/* The controllers. */
	{ "cpu_cgroup_can_attach", 0, NULL, 0, false },
	{ "scx_cgroup_can_attach", 0, NULL, 0, false },
	{ "cpuset_can_attach", 0, NULL, 0, false },
	{ "cpuset_can_attach_check", 0, NULL, 0, false },
	{ "task_can_attach", 0, NULL, 0, false },
	{ "dl_bw_alloc", 0, NULL, 0, false },
	{ "dl_task_can_attach", 0, NULL, 0, false },
	{ "dl_cpu_busy", 0, NULL, 0, true },		    /* a CPU that goes offline */
	{ "security_task_setscheduler", 0, NULL, 0, true }, /* sched_setaffinity(2) and others */
	{ "blkcg_can_attach", 0, NULL, 0, false },
	{ "mem_cgroup_can_attach", 0, NULL, 0, false },
	{ "memcg1_can_attach", 0, NULL, 0, false },
	{ "pids_can_attach", 0, NULL, 0, false },
};

/* Besides those of kernel_calls(). */
static const struct {
	const char *outer, *inner;
} calls[] = {
	{ "cgroup_procs_write", "__cgroup_procs_write" },
	{ "cgroup_threads_write", "__cgroup_procs_write" },
	{ "cgroup_tasks_write", "__cgroup_procs_write" },
	{ "__cgroup_procs_write", "cgroup_procs_write_start" },
	{ "__cgroup_procs_write", "cgroup_procs_write_permission" },
	{ "__cgroup_procs_write", "cgroup_attach_permissions" },
	{ "__cgroup_procs_write", "cgroup_attach_task" },
	{ "cgroup1_procs_write", "__cgroup1_procs_write" },
	{ "cgroup1_tasks_write", "__cgroup1_procs_write" },
	{ "__cgroup1_procs_write", "cgroup_procs_write_start" },
	{ "__cgroup1_procs_write", "cgroup_attach_task" },
	{ "cgroup_attach_permissions", "cgroup_migrate_vet_dst" },
	{ "cgroup_procs_write_permission", "cgroup_may_write" },
	{ "cgroup_attach_task", "cgroup_migrate_vet_dst" }, /* up to 5.6 */
	{ "cgroup_attach_task", "cgroup_migrate" },
	{ "cgroup_attach_task_all", "cgroup_attach_task" },
	{ "cgroup_transfer_tasks", "cgroup_migrate_vet_dst" },
	{ "cgroup_transfer_tasks", "cgroup_migrate_prepare_dst" },
	{ "cgroup_transfer_tasks", "cgroup_migrate" },
	{ "cgroup_migrate", "cgroup_migrate_execute" },
	{ "cgroup_migrate", "cgroup_taskset_migrate" },		/* up to 4.11 */
	{ "cgroup_taskset_migrate", "cgroup_migrate_execute" }, /* its name from then on */
	{ "cgroup_update_dfl_csses", "cgroup_taskset_migrate" },
	{ "cgroup_apply_control", "cgroup_update_dfl_csses" },
	{ "cgroup_subtree_control_write", "cgroup_apply_control" },
	{ "cgroup_subtree_control_write", "cgroup_vet_subtree_control_enable" },
	{ "cgroup_can_fork", "cgroup_css_set_fork" },
	{ "cgroup_can_fork", "pids_can_fork" },
	{ "cgroup_can_fork", "cpuset_can_fork" },
	{ "cpuset_can_fork", "cpuset_can_attach_check" },
	{ "cpuset_can_fork", "task_can_attach" },
	{ "cpuset_can_fork", "security_task_setscheduler" },
	{ "cgroup_css_set_fork", "cgroup_attach_permissions" },
	{ "cgroup_css_set_fork", "cgroup_may_write" },
	{ "cpuset_can_attach", "cpuset_can_attach_check" },
	{ "cpuset_can_attach", "dl_bw_alloc" },
};

const struct kernel_path *kernel_path_find(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (!strncmp(functions[i].function, name, len) && !functions[i].function[len])
			return &functions[i];
	return NULL;
}

void kernel_path_each(void (*take)(void *context, const char *function), void *context)
{
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		take(context, functions[i].function);
}

/* The place of a function in the table; its size if it is not there. Most names are the table's own strings. */
static size_t place_of(const char *function)
{
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (functions[i].function == function)
			return i;
	const struct kernel_path *path = kernel_path_find(function, strlen(function));

	return path ? (size_t)(path - functions) : ARRAY_SIZE(functions);
}

static bool find_call(const char *outer, const char *inner)
{
	if (kernel_calls(outer, inner))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (!strcmp(calls[i].outer, outer) && kernel_path_calls(calls[i].inner, inner))
			return true;
	/* A pair of kernel_calls() whose inner one has more of them here. */
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (strcmp(functions[i].function, outer) && strcmp(functions[i].function, inner) &&
		    kernel_calls(outer, functions[i].function) &&
		    kernel_path_calls(functions[i].function, inner))
			return true;
	return false;
}

bool kernel_path_calls(const char *outer, const char *inner)
{
	/* The search goes all ways through the tables, and each line of a trace asks for some hundred pairs. */
	static enum { UNKNOWN, NO, YES } known[ARRAY_SIZE(functions)][ARRAY_SIZE(functions)];
	size_t from = place_of(outer), to = place_of(inner);

	if (from == ARRAY_SIZE(functions) || to == ARRAY_SIZE(functions))
		return find_call(outer, inner);
	if (known[from][to] == UNKNOWN)
		known[from][to] = find_call(outer, inner) ? YES : NO;
	return known[from][to] == YES;
}

size_t kernel_path_below(const char *function)
{
	size_t below = 0;

	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		below += strcmp(functions[i].function, function) &&
			 kernel_path_calls(function, functions[i].function);
	return below;
}
