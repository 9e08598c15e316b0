/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * events - the refusals that an error line can be about, one an incident; found by number and by the last part of
 * the cgroup's path.
 */
#ifndef EVENTS_H
#define EVENTS_H

#include "report.h"

struct event {
	struct incident *incident;
	const struct finding *finding;	/* its last refusal that is kept */
	const char *cgroup;		/* as the kernel has it, bytes */
	int64_t pid;			/* that was written; -1 */
	int64_t wall_ns;		/* of its end; 0 if not known */
};

struct events {
	struct event *items;
	size_t count;
	struct event_key *keys;
	size_t key_count, key_room;
};

/* Strings in `arena`; the rest is of the report, which must outlive it. */
void events_init(struct events *events, const struct report *report, struct arena *arena);
void events_fini(struct events *events);

/* What to look for: a pid; the last part of a path. */
uint64_t events_pid_key(int64_t pid);
uint64_t events_path_key(const char *path);

/* The n-th event of a key, NULL behind the last. A path's key may give others as well. */
const struct event *events_get(const struct events *events, uint64_t key, size_t n);

#endif
