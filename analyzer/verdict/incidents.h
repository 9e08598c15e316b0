/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * incidents - what a user of the writing program saw: attempts of one writer for one number and file that follow
 * each other are one incident, however many tries there were. A refusal that a retry hid is in no other log.
 *
 * runc tries a write that is refused with EINVAL 5 times, 30 ms apart, since 1.0.0-rc7 (libcontainer/cgroups,
 * WriteCgroupProc); on cgroup v2 it then tries the cgroup of the container's first process the same way
 * (libcontainer/process_linux.go).
 */
#ifndef VERDICT_INCIDENTS_H
#define VERDICT_INCIDENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/util.h"
#include "trace/model.h"

struct cause;

/* Attempts with a longer pause between them, ns, are not one incident. */
#define INCIDENT_PAUSE 1000000000ull

enum outcome {
	OUTCOME_UNKNOWN,	/* an accepted attempt would not be in the log, or the log ends too early */
	OUTCOME_SUCCEEDED,
	OUTCOME_GAVE_UP
};

#define INCIDENT_IDS 16

struct incident {
	uint64_t number; /* its place among all, from 0 */
	uint64_t first;	 /* the number of its first refusal that is asked for, if is_asked_for */
	const struct log *log;
	const char *comm, *text, *file, *cgroup;	/* of the first attempt; as in the log, escaped */
	int32_t writer_pid, writer_tgid;
	uint64_t ids[INCIDENT_IDS];	/* the refused attempts, the first ones */
	uint64_t last_id;		/* the last of them */
	unsigned int refused, tries;
	bool fallback;			/* the last attempts were for another cgroup, on v2 */
	enum outcome outcome;
	uint64_t began_ns, ended_ns;	/* CLOCK_MONOTONIC: the first attempt's begin, the last one's end */
	const struct cause *cause;	/* of the first refusal */
	bool mixed;			/* later ones have another */
	int64_t answer;			/* of the last refused attempt */
	uint32_t v;			/* the version of cgroup */
	bool is_asked_for;		/* a refusal of it is: its group is not 0 */
	unsigned long error_line;	/* the first error line that is about it, 0 none, and how sure */
	int error_sureness;		/* that is: enum sureness (match/fit.h) */
};

struct incidents;

struct incidents *incidents_new(void);
void incidents_free(struct incidents *incidents);

/*
 * Takes note of an attach that closed, refused or not; nothing of it is kept. Of a refused one `cause`, a `number` by
 * which it can be found again (counted from 0, without gaps), and a `group` that is only handed on; else NULL and
 * whatever.
 */
void incidents_add(struct incidents *incidents, const struct attach *attach,
		   const struct cause *cause, uint64_t number, uint64_t group);

/* May an accepted attach of this writer end an incident? */
bool incidents_know(const struct incidents *incidents, int32_t tgid);

/*
 * Takes in what waits, in the order in which it began, up to `ns`: an attach that began then is still to come, or UINT64_MAX.
 * Until then all wait that incidents_add() was given, or as many as there is room for. What comes too late all the same
 * makes the outcome of its writer's attempts unknown.
 */
void incidents_take_until(struct incidents *incidents, uint64_t ns);

/*
 * In the order in which they began, before incidents_finish() and after it: the next incident that will get no further
 * attempt, since all that began before `passed`, of the latest log, has been taken in. One that still goes on after
 * INCIDENT_LONGEST is not waited for. Its outcome is what is known by now: that its writer gave up is not certain until
 * the log's end shows that nothing was lost. After incidents_finish() all the others follow, as incidents_get() has them. Strings in `arena`. False: there is none yet.
 */
#define INCIDENT_LONGEST 10000000000ull
bool incidents_next_settled(struct incidents *incidents, uint64_t passed, struct incident *ret,
			    struct arena *arena);

/*
 * Takes in what waits, as far as nothing older can come by the time that the latest log shows; or all, if it is `quiet`:
 * if nothing came from it for a while. Returns what may be `passed` above. `ns` as of incidents_take_until().
 */
uint64_t incidents_pass(struct incidents *incidents, uint64_t ns, bool quiet);

/* After the last attach. */
void incidents_finish(struct incidents *incidents);

/*
 * Valid after incidents_finish(): how many there are, and each, in the order in which they began. Strings in `arena`.
 */
uint64_t incidents_count(const struct incidents *incidents);
void incidents_get(const struct incidents *incidents, uint64_t n, struct incident *ret,
		   struct arena *arena);

/* The same without its strings, which are NULL. */
void incidents_get_bare(const struct incidents *incidents, uint64_t n, struct incident *ret);

/* The incident of a refused attach, and which of its tries that was, from 1; false if it is not known. */
bool incidents_find(const struct incidents *incidents, uint64_t number, struct incident *ret,
		    unsigned int *try, struct arena *arena);

/* The incident of a refused attach, and the group that it was added with; false if the incident is not known. */
bool incidents_get_place(const struct incidents *incidents, uint64_t number, uint64_t *incident,
			 uint64_t *group);

/* Keeps what an error line says of it. */
void incidents_set_error(struct incidents *incidents, uint64_t n, unsigned long line, int sureness);

/* Did the attempts succeed in the end, after refusals? */
bool incident_is_hidden(const struct incident *incident);

/* Is its writer one that does not report a refusal after which it tries again? Needs its comm. */
bool incident_hides_retries(const struct incident *incident);

/*
 * From the first attempt's begin to the last one's end, ns; where it is not recorded when an attempt began (format 4),
 * from the first one's refusal. Is that known?
 */
bool incident_has_cost(const struct incident *incident);
uint64_t incident_cost(const struct incident *incident);

/* Was a cause that no retry can help against retried, and was that for nothing? */
bool incident_is_in_vain(const struct incident *incident);

#endif
