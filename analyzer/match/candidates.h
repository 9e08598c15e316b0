/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * candidates - the refusals that an error line can be about, one an incident; found by number and by the last part of
 * the cgroup's path.
 */
#ifndef MATCH_CANDIDATES_H
#define MATCH_CANDIDATES_H

#include "match/refusals.h"
#include "verdict/results.h"

/* Of an incident, and of its last refusal, which the writer reported. There may be a million: what only a report shows is not here. */
struct candidate {
	uint64_t incident, refusal; /* their numbers */
	uint64_t last_id;	    /* the refusal's attach */
	const struct refusal_form *form;
	const char *comm, *file;  /* of the incident's first attempt; as in the log, escaped */
	const char *cgroup;	  /* of the refusal, as the kernel has it, bytes */
	const char *first_cgroup; /* of the first tries, if that was another one; else NULL */
	int64_t wall_ns;		/* of its end; 0 if not known */
	int64_t mono_ns;		/* the same on CLOCK_MONOTONIC; 0 if it cannot be */
	int32_t pid;			/* that was written; -1 */
	int32_t target;			/* see finding_target() */
	int64_t answer;
	bool is_hidden; /* by a retry, of a writer that reports none that it then makes good */
	/* The caller's, 0 at first: the last line that looked at it; the first that is about it, and how sure that is. */
	uint8_t error_sureness;
	uint32_t seen;
	unsigned long error_line;
};

struct candidates {
	struct candidate *items;
	size_t count;
	struct candidate_key *keys;
	size_t key_count;
};

/* Strings are in the refusals' pool. */
void candidates_init(struct candidates *candidates, const struct results *results,
		     const struct refusals *refusals);
void candidates_fini(struct candidates *candidates);

/* What to look for: a pid; the last part of a path; all of them. */
uint32_t candidates_pid_key(int64_t pid);
uint32_t candidates_path_key(const char *path);
#define CANDIDATES_ALL UINT32_MAX

/*
 * Those of a key stand together, in the order of wall_ns: the place of the first that is not before `wall_ns`; and
 * the candidate at a place, NULL if there is none of this key. A path's key may give others as well.
 */
size_t candidates_find(const struct candidates *candidates, uint32_t key, int64_t wall_ns);
struct candidate *candidates_at(const struct candidates *candidates, uint32_t key, size_t place);

#endif
