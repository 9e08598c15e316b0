/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * candidates - the refusals that an error line can be about, one an incident; found by number and by the last part of
 * the cgroup's path.
 */
#ifndef MATCH_CANDIDATES_H
#define MATCH_CANDIDATES_H

#include "verdict/results.h"

struct candidate {
	struct incident incident;
	const struct finding *finding;	/* its last refusal */
	const char *cgroup;		/* of that one, as the kernel has it, bytes */
	const char *first_cgroup;	/* of the first tries, if that was another one; else NULL */
	int64_t pid;			/* that was written; -1 */
	int64_t wall_ns;		/* of its end; 0 if not known */
	int64_t mono_ns;		/* the same on CLOCK_MONOTONIC; 0 if it cannot be */
	unsigned long seen;		/* for the caller: 0 at first */
};

struct candidates {
	struct candidate *items;
	size_t count;
	struct candidate_key *keys;
	size_t key_count, key_room;
};

/* Strings in `arena`; the rest is of the results, which must outlive it. */
void candidates_init(struct candidates *candidates, const struct results *results,
		     struct arena *arena);
void candidates_fini(struct candidates *candidates);

/* What to look for: a pid; the last part of a path; all of them. */
uint64_t candidates_pid_key(int64_t pid);
uint64_t candidates_path_key(const char *path);
#define CANDIDATES_ALL (~1ull)

/*
 * Those of a key stand together, in the order of wall_ns: the place of the first that is not before `wall_ns`; and
 * the candidate at a place, NULL if there is none of this key. A path's key may give others as well.
 */
size_t candidates_find(const struct candidates *candidates, uint64_t key, int64_t wall_ns);
struct candidate *candidates_at(const struct candidates *candidates, uint64_t key, size_t place);

#endif
