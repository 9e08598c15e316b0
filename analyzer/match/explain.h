/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain - what an error line alone tells of its cause, without any trace: which causes are possible on that
 * kernel and at that place, which are not and why, and how to record the proof.
 */
#ifndef MATCH_EXPLAIN_H
#define MATCH_EXPLAIN_H

#include "errors/line.h"
#include "verdict/cause.h"

/* Where the line is from, as far as anybody knows. */
struct explain_kernel {
	const char *release;		/* NULL: not known */
	uint32_t version;		/* KERNEL_VERSION, 0 if not known */
	const char *whose;		/* "this machine's", "--kernel", "the log's" */
	int rt_group_sched, sched_class_ext;	/* as it was configured: 0, 1; -1 not known */
};

/* `release`: of --kernel; NULL is this machine's. Its configuration is read from /boot, if it is there. */
struct explain_kernel explain_kernel(const char *release, struct arena *arena);

/* A cause, and why it is possible or why not. */
struct possibility {
	const struct cause *cause;
	const char *why;
};

struct possibilities {
	struct possibility *items;
	size_t count, room;
};

struct explanation {
	enum door door; /* at which the line was refused; 0 if the kernel was not asked */
	struct possibilities possible, ruled_out;
	const char *meaning;		/* one sentence: what was refused, or why this is no refused attach */
	struct strings known;		/* what else the line tells */
	struct strings commands;	/* to record the proof; none if nothing can be recorded */
};

/* Strings in `arena`, or of the line's. The rest is the caller's until explanation_fini(). */
void explain(struct explanation *ret, const struct errline *line, const struct explain_kernel *kernel,
	     struct arena *arena);
void explanation_fini(struct explanation *explanation);

/* Why no write to cgroup.procs can have been refused, whatever a log has; NULL if one can have been. */
const char *explain_no_event(const struct errline *line);

/* A text of the line, safe for a terminal: printable ASCII, everything else escaped. NULL is "?". */
const char *explain_safe(struct arena *arena, const char *text);

#endif
