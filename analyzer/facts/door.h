/* SPDX-License-Identifier: GPL-2.0-or-later */
/* door - the ways into a cgroup. Each has checks of its own. */
#ifndef FACTS_DOOR_H
#define FACTS_DOOR_H

/* Bits, so that a set of doors is one number. */
enum door {
	DOOR_WRITE = 1,		  /* a write to cgroup.procs, tasks or cgroup.threads */
	DOOR_SUBTREE_CONTROL = 2, /* a write to cgroup.subtree_control moves the processes below */
	DOOR_CLONE = 4,		  /* clone3() with CLONE_INTO_CGROUP */
	DOOR_KERNEL = 8 /* the kernel moves a task on its own account, no process writes */
};

/* Where a task that exists is moved, so that the controllers' can_attach() are called. */
#define DOORS_MOVE (DOOR_WRITE | DOOR_SUBTREE_CONTROL | DOOR_KERNEL)
/* Where a process writes to a file of the cgroup. */
#define DOORS_FILE (DOOR_WRITE | DOOR_SUBTREE_CONTROL)
#define DOORS_ALL  (DOORS_MOVE | DOOR_CLONE)

/* "write", "subtree_control", "clone3", "kernel"; NULL for none of them. */
const char *door_name(enum door door);

#endif
