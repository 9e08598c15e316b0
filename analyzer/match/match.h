/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * match - the refusal behind an error line: by path, by the number in the pid namespace of its writer, by time.
 *
 * A line names the refusal that fits, or says why none can; where several fit alike it names none. What a retry
 * hid never made an error line.
 */
#ifndef MATCH_MATCH_H
#define MATCH_MATCH_H

#include "base/spill.h"
#include "match/candidates.h"
#include "match/explain.h"
#include "match/fit.h"
#include "verdict/results.h"

/*
 * A line that is about a cgroup, and its refusal. A million of them may be kept, in a temporary file (base/spill.h): what
 * lines have in common, which is all that match_line() tells besides these, is in memory once, and so are the strings.
 */
struct match {
	const struct match_common *common;
	const char *cgroup, *path, *container, *unit; /* of all matches' strings, or NULL */
	int64_t pid, time_ns;
	uint64_t form;
	unsigned long first, last;	/* of its file, lines */
	struct candidate *candidate;	/* NULL if none fits */
	const struct candidate
		*nearest;    /* if none fits: what comes nearest, or one of `alike`; NULL */
	uint32_t alike;	     /* so many fit equally well, so that none is named; 0: none fits */
	uint8_t how, misses; /* MATCH_*; of the nearest one */
	bool are_more, is_hidden; /* than `alike`; is the nearest one (struct fit) */
	enum sureness sureness;
	unsigned long
		duplicate_of; /* an earlier line about the same refusal, as far as that is probable, or, where
					   none fits, about the same failure; 0 none */
};

struct matches {
	struct pool *strings;
	struct match_common *commons; /* the newest first */
	const char *file;
	unsigned long lines;		/* read */
	struct explain_kernel kernel;	/* of the logs */
	const struct refusals *refusals; /* borrowed */
	struct candidates candidates;
	struct spill *items; /* of struct match */
	size_t count;
};

/* Reads the lines of `path`, "-" is stdin. 0, or -1 if it could not be read to its end, which it has reported. */
int matches_read(struct matches *matches, const char *path);
void matches_fini(struct matches *matches);

/* Why none fits, in words; NULL if one does. `line`: its own, as it is shown. In `arena`, or static. */
const char *match_why_not(const struct match *match, const struct errline *line,
			  const struct results *results, struct arena *arena);

/* The nth of them, from 0. */
struct match matches_get(const struct matches *matches, size_t n);

/* The line. Its strings are those of the matches, or static; it needs no errline_fini(). */
struct errline match_line(const struct match *match);

/*
 * After results_finish(): finds the refusal of each line, of those that were noted; what it found is marked in the incidents. A line that
 * does not say of what it speaks, and that nothing fits, is left out.
 */
void matches_find(struct matches *matches, const struct results *results,
		  const struct refusals *refusals, const struct explain_kernel *kernel);

#endif
