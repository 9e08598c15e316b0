/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diagnose - a refused attach gets its one cause, with what carries it. Pure: nothing is printed, and
 * nothing but the attach and its log is looked at.
 *
 * A rule that is not sure does not hold: "unexplained" is an honest answer, a wrong cause is not.
 */
#ifndef DIAGNOSE_H
#define DIAGNOSE_H

#include "model.h"
#include "table.h"

enum confidence {
	CONFIDENCE_NONE,	/* there is no cause to be confident of */
	CONFIDENCE_INFERRED,	/* nothing else is left, or the deciding record was lost */
	CONFIDENCE_PROVEN	/* the deciding fact itself stands in the log */
};

struct evidence {
	unsigned long line;
	const char *what;
};

struct strings {
	const char **items;
	size_t count, room;
};

struct finding {
	struct attach *attach;		/* owned */
	struct arena arena;
	struct table table;
	const struct rule *rule;
	enum confidence confidence;
	int64_t answer;			/* of the write, negative; 0 or more if it was not refused */
	const struct task *stop;	/* the controller's refusal, NULL if none was recorded */
	const char *function;		/* that refused first, NULL if unknown */
	const char *controller;		/* whose function it is, NULL if no controller's */
	const struct task *culprit;	/* a row of the table, NULL if unknown */
	struct strings facts;		/* what is known, and what keeps us from knowing more */
	struct strings advice;
	struct evidence *evidence;
	size_t evidence_count, evidence_room;
};

/* A cause. The first whose test holds is the finding's; `test` fills in what it found on the way. */
struct rule {
	const char *id;			/* "task_new": the same in every version and output */
	const char *title;		/* what a person reads */
	bool explains;			/* an EINVAL of this cause is explained */
	bool (*test)(struct finding *finding);
};

/* NULL-terminated by id. */
extern const struct rule diagnose_rules[];

/* Takes the attach. The finding is the caller's until finding_free(). */
struct finding *finding_new_steal(struct attach *attach);
void finding_free(struct finding *finding);

/* "proven", "inferred", or NULL. */
const char *confidence_name(enum confidence confidence);

/* The age of a thread when its row was read, ns; -1 if unknown. */
int64_t task_age(const struct task *task);

#endif
