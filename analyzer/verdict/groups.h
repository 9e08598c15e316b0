/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * groups - refusals that have everything in common that a reader acts on: cause, errno, function, the writer's program,
 * container or unit (or else the cgroup), and what created the thread that blocked. Each keeps one finding as its
 * example.
 *
 * At most GROUPS_MAX are kept, with names of GROUPS_WORDS and examples of GROUPS_BYTES at most: beyond that the smallest groups are given up and
 * only counted, and so are the examples of the smallest ones. What is given up may come again, so that a group's count
 * is then what it was at least.
 */
#ifndef VERDICT_GROUPS_H
#define VERDICT_GROUPS_H

#include "facts/container.h"
#include "verdict/finding.h"

#define GROUPS_MAX   16384
#define GROUPS_BYTES (12u << 20)
#define GROUPS_WORDS (8u << 20) /* bytes of their names */

/* Strings are safe for a terminal or as in the log, escaped, unless said otherwise. */
struct group {
	uint64_t key, number; /* number: its own, from 1 */
	const struct cause *cause;
	const char *function; /* NULL if unknown */
	const char *comm;     /* of the writer; NULL if unknown */
	bool has_container;
	struct container container; /* any bytes */
	const char *cgroup;	    /* if it is of no container or unit; NULL if unknown */
	const char *creator; /* the file from which the thread was created; NULL if unknown */
	uint64_t creator_offset;
	uint64_t count, proven, inferred;
	uint64_t first_ns, last_ns;		/* CLOCK_MONOTONIC of: */
	const struct log *first_log, *last_log; /* NULL: no refusal of it has a time */
	uint64_t hidden;	 /* of `count`: those that a retry hid; after groups_finish() */
	struct finding *example; /* NULL if it was given up */
	size_t example_bytes;
	struct arena arena;
};

struct groups;

struct groups *groups_new(void);
void groups_free(struct groups *groups);

/* Counts a refusal. The number of its group, which is never 0. */
uint64_t groups_count(struct groups *groups, const struct finding *finding);

/*
 * Takes a finding that was counted, as the example of its group perhaps. Returns one that is not needed (this one, or
 * an example that it replaces), which is the caller's then; or NULL.
 */
struct finding *groups_offer(struct groups *groups, struct finding *finding);

/* Frees its example, which has been reported. */
void group_forget_example(struct group *group);

/* A retry hid a refusal of that group. */
void groups_hide(struct groups *groups, uint64_t number);

/* The largest first, and among those of the same size the earliest. `*count`: how many. The array is the caller's. */
struct group **groups_sorted(const struct groups *groups, size_t *count);

/* Given up: so many groups at least, with so many refusals. 0: each count is exact. */
uint64_t groups_given_up(const struct groups *groups, uint64_t *refusals);

#endif
