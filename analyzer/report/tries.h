/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tries - which attempts to attach follow each other, while logs are read: those of one process, of the same text for the
 * same file and hierarchy, each at most INCIDENT_PAUSE after a refused one. Incidents (verdict/incidents.h) come to the
 * same, but are known only later, and do not keep when each attempt was. In memory that is bounded: of a chain that many
 * others have pushed out nothing is known any more.
 */
#ifndef REPORT_TRIES_H
#define REPORT_TRIES_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/model.h"

#define TRIES_MAX 16 /* of a chain that are kept: the first, and the last one */

/* One attempt. */
struct tries_one {
	uint64_t id;	  /* the attach's */
	uint64_t time_ns; /* when it was refused, or else answered; CLOCK_MONOTONIC; 0: not known */
	uint64_t answered_ns; /* 0: not known */
	int64_t answer;	      /* of the write */
};

/* Those that follow each other, in the order in which they were noted. */
struct tries_chain {
	uint64_t number; /* among all chains, from 1 */
	uint64_t count;	 /* of attempts, kept or not */
	size_t kept;
	struct tries_one one[TRIES_MAX];
};

struct tries;

struct tries *tries_new(void);
/* NULL is good. */
void tries_free(struct tries *tries);

/*
 * Takes note of an attach that closed, refused or not; nothing of it is kept but numbers. `stay`: its chain is kept
 * until the end, whatever comes.
 */
void tries_note(struct tries *tries, const struct attach *attach, bool stay);

/*
 * The chain of an attach that was noted last, or is to stay. NULL if it has none: it was accepted at once, or is not
 * known any more. Valid until the next tries_note().
 */
const struct tries_chain *tries_find(const struct tries *tries, const struct attach *attach);

#endif
