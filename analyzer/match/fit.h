/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fit - does an error line speak of this refusal: what agrees and what disagrees.
 */
#ifndef MATCH_FIT_H
#define MATCH_FIT_H

#include "errors/line.h"
#include "match/candidates.h"

enum {
	FIT_PATH = 1,		/* the cgroup is the same one */
	FIT_PATH_TAIL = 2,	/* the line has the end of its path, as a cgroup namespace shows it */
	FIT_PID = 4,		/* the number is the one that was written */
	FIT_PID_INITIAL = 8,	/* the task's in the initial namespace; another one was written */
	FIT_ERRNO = 16,
	FIT_TIME = 32,
	FIT_WRITER = 64	/* the program's name is the writer's */
};

enum sureness { SURENESS_NONE, SURENESS_POSSIBLE, SURENESS_PROBABLE, SURENESS_CERTAIN };

/*
 * An error line is written after the last try: programs pass it on within moments, clocks differ a
 * little. ns.
 */
#define FIT_LATEST   60000000000ll
#define FIT_EARLIEST 2000000000ll

struct fit {
	struct candidate *candidate;
	unsigned int how;	/* MATCH_* that agree */
	unsigned int misses;	/* MATCH_* that disagree */
	int64_t apart;		/* ns between the two, INT64_MAX if not known */
	bool hidden;		/* a retry succeeded, by a writer that does not report the others */
};

/* The line's path, or its cgroup if that is all it has, without empty parts; NULL if it has neither. In `arena`. */
const char *fit_path(const struct errline *line, struct arena *arena);

/* `path`: the line's, as above. */
struct fit fit_of(const struct errline *line, const char *path, struct candidate *candidate);

bool fit_has(const struct fit *fit, unsigned int how);

/* How sure it is if nothing else fits as well; SURENESS_NONE: it is not enough, or something disagrees. */
enum sureness fit_sureness(const struct fit *fit, const struct errline *line);

/* "path", "time"; the names of the bits of `how` one after the other, NULL after the last. */
const char *fit_how_name(unsigned int how, unsigned int n);

/* "certain", "probable", "possible". */
const char *sureness_name(enum sureness sureness);

#endif
