/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * premise - what is known of a refusal before any evidence is looked at: on which kernel, at which door, of
 * which cgroup. A recorded attach and an error line give one alike, so that one function can say of both
 * which causes are impossible (cause_impossible()).
 */
#ifndef VERDICT_PREMISE_H
#define VERDICT_PREMISE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/util.h"
#include "facts/door.h"

/* The system call that failed; bits, since a line need not tell which. A clone3() counts as the write. */
enum call { CALL_WRITE = 1, CALL_OPEN = 2 };

/* Strings are borrowed, and safe to print. */
struct premise {
	const char *release; /* NULL: not known */
	uint32_t version;    /* KERNEL_VERSION of it; 0: not known */
	/* As it was configured: 0, 1; -1: not known. */
	int rt_group_sched, sched_class_ext;
	enum door door;
	unsigned int calls;	 /* enum call; 0: the write */
	uint32_t cgroup;	 /* its version, 1 or 2; 0: not known */
	const char *controllers; /* of a v1 hierarchy, "cpu,cpuacct"; NULL: not known */
	const char *file;	 /* that was written to; NULL: not known */
	bool root; /* the line's path is that of the root cgroup, or of a namespace's; a record's of v2 is the root's */
	/* Of an attach that was recorded; then its records, not these two, say what was written. */
	bool recorded;
	const char *runtime; /* that wrote, "runc"; NULL: not known */
	int64_t pid;	     /* the number that was written; -1: not known */
	/* Of a line of a trace. */
	const char *function; /* that returned `returned`; NULL: not known */
	int64_t returned;     /* -22 */
};

/*
 * Reasons that several causes share, NULL if they do not hold: the writer, a container runtime, attaches a
 * process that it has just created; and it makes one plain write(2).
 */
const char *premise_of_new_process(const struct premise *premise, struct arena *arena);
const char *premise_of_plain_write(const struct premise *premise, struct arena *arena);

#endif
