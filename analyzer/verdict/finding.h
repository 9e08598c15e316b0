/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * finding - one attach, and what was found out about it: its cause, what carries it, and what rules
 * the others out. diagnose.c fills it in.
 */
#ifndef VERDICT_FINDING_H
#define VERDICT_FINDING_H

#include "base/strings.h"
#include "trace/model.h"
#include "trace/thread_table.h"
#include "verdict/premise.h"

struct cause;

enum confidence {
	CONFIDENCE_NONE,     /* there is no cause to be confident of */
	CONFIDENCE_INFERRED, /* nothing else is left, or the deciding record was lost */
	CONFIDENCE_PROVEN    /* the deciding fact itself stands in the log */
};

/* How it is proven that a thread was TASK_NEW when the kernel checked it. */
enum proof {
	PROOF_NONE,
	PROOF_SEEN,   /* it was seen in that state */
	PROOF_DEDUCED /* on this kernel the function has no other reason to refuse that thread */
};

/* How far the write came: where the kernel refused it, in the order in which it asks. */
enum stage {
	STAGE_UNKNOWN,
	STAGE_OUTSIDE,	  /* before any code of kernfs */
	STAGE_KERNFS,	  /* kernfs, cgroup_file_write, or the cgroup was gone */
	STAGE_LOOKUP,	  /* cgroup_procs_write_start: the text, the number, the task */
	STAGE_PERMISSION, /* the writer's, and the rules of cgroup v2 */
	STAGE_MIGRATION,  /* cgroup_attach_task, before a controller is called */
	STAGE_CONTROLLER
};

struct evidence {
	unsigned long line;
	const char *what;
};

/* Another cause of the same errno, and why it is not this one. */
struct exclusion {
	const struct cause *cause;
	const char *why;
};

/* The caller's, until finding_free(). */
struct finding {
	struct attach *attach; /* owned */
	uint64_t
		number; /* among the refusals, from 0, as results_count() gives it; 0 if it is none */
	struct arena arena;
	struct thread_table table;
	struct premise premise; /* with the door at which it was refused */
	const struct cause *cause;
	enum confidence confidence;
	enum proof proof;
	enum stage stage;
	int64_t answer;		 /* of the write, negative; 0 or more if it was not refused */
	const struct task *stop; /* the first refusal of a controller, NULL if none was recorded */
	const struct task *target;  /* the record of that kind, NULL if there is none */
	const char *function;	    /* that refused first, NULL if unknown */
	bool function_deduced;	    /* from the cause, which is proven: no record names it */
	const char *controller;	    /* whose function it is, NULL if no controller's */
	const char *contradiction;  /* between the records: no cause can be found; NULL if none */
	const struct task *blocker; /* a row of the table, NULL if unknown */
	bool filled_in; /* finding_fill_in(): `advice`, `excluded` and the last of `evidence` */
	struct strings facts;	    /* what is known, and what keeps us from knowing more */
	struct strings advice;
	struct evidence *evidence;
	size_t evidence_count, evidence_room;
	struct exclusion *excluded;
	size_t excluded_count, excluded_room;
};

void finding_free(struct finding *finding);

/* From its attach, whose strings it borrows. */
void finding_set_premise(struct finding *finding);

/* "proven", "inferred", or NULL. */
const char *confidence_name(enum confidence confidence);

/* "seen", "deduced", or NULL. */
const char *proof_name(enum proof proof);

/* The task that the written number means, in the initial namespace; 0 if unknown. */
int32_t finding_target(const struct finding *finding);

#endif
