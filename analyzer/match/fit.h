/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fit - does an error line speak of this refusal: what agrees and what disagrees.
 */
#ifndef MATCH_FIT_H
#define MATCH_FIT_H

#include "errors/line.h"
#include "match/candidates.h"
#include "match/match.h"

/* An error line is written after the last try: programs pass it on within moments, clocks differ a little. ns. */
#define LIKENESS_LATEST 60000000000ll
#define LIKENESS_EARLIEST 2000000000ll

struct likeness {
	struct event *event;
	unsigned int how;	/* MATCH_* that agree */
	unsigned int misses;	/* MATCH_* that disagree */
	int64_t apart;		/* ns between the two, INT64_MAX if not known */
	bool hidden;		/* a retry succeeded, by a writer that tells nobody of the others */
};

/* The line's path, or its cgroup if that is all it has, without empty parts; NULL if it has neither. In `arena`. */
const char *likeness_path(const struct errline *line, struct arena *arena);

/* `path`: the line's, as above. */
struct likeness likeness_of(const struct errline *line, const char *path, struct event *event);

bool likeness_has(const struct likeness *likeness, unsigned int how);

/* How sure it is if nothing else fits as well; SURENESS_NONE: it is not enough, or something disagrees. */
enum sureness likeness_sureness(const struct likeness *likeness, const struct errline *line);

#endif
