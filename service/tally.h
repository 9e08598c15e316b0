/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tally - what a recording has had so far: the sums that a `segment` record states, the lines that each segment
 * repeats, and the attaches whose records have not all arrived. stap/FORMAT.md specifies the records.
 */
#ifndef SERVICE_TALLY_H
#define SERVICE_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/record.h"

#define TALLY_OPEN_MAX	 64	     /* attaches */
#define TALLY_OPEN_BYTES (64u << 10) /* of lines of each */
#define TALLY_LINE_MAX	 (64u << 10)

/* What was not kept: `since` is CLOCK_MONOTONIC ns, 0 if there is nothing. */
struct missed {
	uint64_t since, bytes, records, refusals;
};

/* An attach of which more records must come; tally.c's. */
struct open_attach {
	uint64_t id, since; /* when its first record arrived */
	uint64_t received, expected;
	uint64_t lines, stops;
	bool ended, refused;
	bool in_no_sum; /* cgroup.subtree_control */
	char *text;
	size_t len, room;
};

struct tally {
	char *header, *armed; /* the lines, with their ends; NULL: none yet */
	bool has_trailer;
	bool filters;		     /* an option keeps refusals out of the log */
	uint64_t records;	     /* lines that are records */
	uint64_t refusals;	     /* attach, clone and write records with a negative errno */
	uint64_t last_seq;	     /* the largest */
	struct record_totals sums;   /* *_told and counted, of the records */
	struct record_totals latest; /* of the last `total`, made at: */
	uint64_t latest_seq;
	struct record_totals since;		 /* recorded after that one */
	struct open_attach open[TALLY_OPEN_MAX]; /* in the order in which they began */
	size_t open_count;
	struct missed dropped; /* open ones for which there was no room, or that never ended */
};

/* All zeros is an empty tally. */
void tally_fini(struct tally *tally);

/* Takes one line, without its end, at `now` (CLOCK_MONOTONIC ns). Its bytes stay as they are. */
void tally_take(struct tally *tally, const char *line, size_t len, uint64_t now);

/* Adds the records of whole lines to what was missed. `now` if that is the first. */
void missed_add(struct missed *missed, const char *text, size_t len, uint64_t now);

/* What a `segment` record states now. */
struct record_totals tally_sums(const struct tally *tally);

/* Are there attaches of which more records must come? */
bool tally_has_open(const struct tally *tally);

/*
 * What segment `n` begins with: the repeated lines, its sums, what was missed (NULL: nothing) and the records of open
 * attaches. Sets `*len`; free() it.
 */
char *tally_preamble(struct tally *tally, uint64_t n, const struct missed *missed, uint64_t now,
		     size_t *len);

#endif
