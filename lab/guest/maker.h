/* Makers make the kernel refuse. Each makers_*.c has a table of them, and causes.c runs them. */
#ifndef LAB_MAKER_H
#define LAB_MAKER_H

#include <stdbool.h>

#include "stage.h"

enum { ON_V1 = 1, ON_V2 = 2, ON_BOTH = 3 };

struct maker {
	const char *cause;
	const char *how;		/* tells makers of one cause apart; NULL */
	int versions;
	/*
	 * What is expensive, once per writer. 1: cannot be made here. NULL: nothing.
	 * Its state is the file's: a writer is a process.
	 */
	int (*prepare)(struct stage *stage);
	/* Some writes, all into the truth; -1 if that was not possible. */
	int (*make)(struct stage *stage);
	/* The first writer only; and nobody beside or after it; and only if its cause is asked for by name. */
	enum { ALL, FIRST, ALONE, IF_ASKED } who;
	bool syscalls;			/* the recorder must look at all system calls */
};

/* Each ends with a maker that has no cause. */
extern const struct maker makers_text[], makers_task[], makers_new[], makers_cpuset[],
	makers_charge[], makers_rt[], makers_ext[], makers_fault[], makers_rules[], makers_last[];

/* A note of a refusal. */
static inline struct truth_note refusal(int expected, const char *cause, pid_t target,
					pid_t blocking)
{
	return (struct truth_note){
		.target = target,
		.blocking = blocking,
		.expected = expected,
		.cause = cause,
	};
}

#endif
