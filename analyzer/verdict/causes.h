/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * causes - every cause that cganalyze knows, as a table: what it is called, where it occurs, what proves it
 * and what to do about it. `cganalyze --causes` prints it.
 */
#ifndef VERDICT_CAUSES_H
#define VERDICT_CAUSES_H

#include "verdict/rules.h"

enum persistence {
	PERSISTENCE_TRANSIENT,		/* a retry may succeed */
	PERSISTENCE_PERMANENT,		/* a retry will not, as long as nothing else changes */
	PERSISTENCE_DEPENDS
};

#define CAUSE_ERRNOS 3
#define CAUSE_FUNCTIONS 3
#define CAUSE_ADVICE 4

/* Unused places at the end of an array are 0. */
struct cause {
	const char *id;			/* "task_new": the same in every version and output */
	const char *title;		/* what a person reads */
	int errnos[CAUSE_ERRNOS];	/* none: any */
	const char *kernels;		/* in words */
	uint32_t since, before;		/* the same as KERNEL_VERSION, where it is certain; 0: no limit */
	enum persistence persistence;
	const char *lasts;		/* goes on after "transient: " */
	const char *proof;
	const char *advice[CAUSE_ADVICE];	/* see cause_expand() */
	enum stage stage;
	const char *functions[CAUSE_FUNCTIONS];	/* that refuse for it */
	/* Those of the unexplained one are all NULL. */
	rule *test;		  /* of a write; NULL: no write is refused for it */
	rule *after;		  /* the same of records that were made after the decision */
	rule *clone;		  /* of clone3() into a cgroup; NULL: that is not refused for it */
	int clone_errno;	  /* one more there; 0 none */
	const char *clone_advice; /* instead of `advice` there, if not NULL */
};

/* Ends with the one that says that no other holds. */
extern const struct cause causes[];
extern const size_t cause_count;

bool cause_is_unexplained(const struct cause *cause);

/* Can a write, or clone3() into a cgroup, be refused for it? */
bool cause_is_of_write(const struct cause *cause);
bool cause_is_of_clone(const struct cause *cause);

/* May the write, or clone3() if `clone`, have returned `answer`, negative, for this cause? */
bool cause_answers(const struct cause *cause, int64_t answer, bool clone);

/* "EPERM, EACCES", in `arena`. */
const char *cause_errnos(const struct cause *cause, struct arena *arena);

/* "transient", "permanent", "depends". */
const char *persistence_name(enum persistence persistence);

/*
 * Advice with its places filled in from `f`, in its arena: <kernel> the release, <thread> the culprit,
 * <cgroup> the destination. What is not known becomes words.
 */
const char *cause_expand(const char *advice, struct finding *f);

#endif
