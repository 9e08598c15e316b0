/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel - what a raw value means on a given release. Pure functions, static answers.
 */
#ifndef FACTS_KERNEL_H
#define FACTS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The same number on every kernel that has it, 4.8 and later (7dc603c9028e). */
#define KERNEL_TASK_NEW 0x800

/* rt_task() is prio < 100: SCHED_FIFO, RR, DEADLINE and whoever inherits their priority. */
#define KERNEL_MAX_RT_PRIO 100

/* Of task_struct's flags, the same on every kernel from 4.8 on. */
#define KERNEL_PF_EXITING 0x4
#define KERNEL_PF_IO_WORKER 0x10	/* 5.10 and later; another flag before */
#define KERNEL_PF_NO_SETAFFINITY 0x04000000

enum {
	KERNEL_SCHED_NORMAL = 0,
	KERNEL_SCHED_FIFO = 1,
	KERNEL_SCHED_RR = 2,
	KERNEL_SCHED_BATCH = 3,
	KERNEL_SCHED_IDLE = 5,
	KERNEL_SCHED_DEADLINE = 6,
	KERNEL_SCHED_EXT = 7 /* 6.12 and later */
};

#define KERNEL_CLONE_THREAD 0x10000 /* clone3()'s flag */

#define KERNEL_NSDELEGATE 0x8	/* struct cgroup_root's flags, 4.13 and later */

/* MAJOR.MINOR as one number that can be compared; 0 is an unknown release. */
#define KERNEL_VERSION(major, minor) ((uint32_t)(major) << 16 | (minor))
#define KERNEL_MAJOR(version)	     ((unsigned int)(version) >> 16)
#define KERNEL_MINOR(version)	     ((unsigned int)(version)&0xffff)

/* "5.10.0-32-amd64" is KERNEL_VERSION(5, 10); 0 if `release` does not begin like that, or is NULL. */
uint32_t kernel_version(const char *release);

#define KERNEL_STATE_MAX 96

/*
 * Writes the name of a task's state to `to`, at most KERNEL_STATE_MAX bytes: "NEW", "PARKED|NOLOAD".
 * Never a name which that release has not; bits that have none are left as a number, and so is all of
 * it if the release is unknown. A thread that is exiting is named by its exit_state.
 */
void kernel_state_name(char *to, uint32_t version, uint64_t state, uint64_t exit_state);

/* "EINVAL" for 22, NULL for a number that has no name. */
const char *kernel_errno_name(int64_t number);

/* Of what a function of the kernel returned: -EINVAL's. NULL if it is no errno. */
const char *kernel_answer_name(int64_t answer);

/* The controller whose refusal `function` answers with, "cpu"; NULL for a function of no controller. */
const char *kernel_controller_of(const char *function, uint32_t cgroup_version);

/* "io" for "blkio": a controller, as v1 names it, on v2. Itself if it is called the same there. */
const char *kernel_controller_on_v2(const char *v1);

/* Does it answer about all threads together, so that the last of its walk is no more to blame than others? */
bool kernel_asks_together(const char *function);

/*
 * Does `outer` return what `inner` returned, since it called it? Also true of a function and itself.
 * Only functions that the recorder tells of are known.
 */
bool kernel_calls(const char *outer, const char *inner);

#endif
