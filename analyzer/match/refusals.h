/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * refusals - of each refusal what an error line is compared with, and what is reported beside one. The finding itself
 * is not needed any more. They are kept in a temporary file (base/spill.h), each string once in memory.
 */
#ifndef MATCH_REFUSALS_H
#define MATCH_REFUSALS_H

#include "base/pool.h"
#include "verdict/finding.h"

/* What many of them have in common; strings as in the log, escaped. */
struct refusal_form {
	const struct log *log;
	const char *controllers, *name, *function; /* the last: that refused; NULL if unknown */
	uint32_t v;				   /* of cgroup; 0: not known */
	bool begun, outside, has_clone;
};

struct refusal {
	uint64_t id; /* the attach's */
	const struct refusal_form *form;
	const char *cgroup; /* as the kernel has it, bytes */
	int64_t pid;	    /* that was written; -1 */
	int32_t target;	    /* see finding_target() */
	const struct cause *cause;
	enum confidence confidence;
	bool is_nested; /* see attach_is_nested() */
	uint64_t ns;	/* the writer's pid namespace */
	uint32_t level;
};

struct refusals;

struct refusals *refusals_new(void);
void refusals_free(struct refusals *refusals);

/* After results_count(), which numbers them: nothing of `finding` is kept. */
void refusals_note(struct refusals *refusals, const struct finding *finding);

uint64_t refusals_count(const struct refusals *refusals);

/* By its number. Its strings are the pool's. */
struct refusal refusals_get(const struct refusals *refusals, uint64_t number);

/* Where its strings are, for others that may be equal; as long as the refusals. */
struct pool *refusals_pool(const struct refusals *refusals);

#endif
