/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * likeness - does an error line speak of this refusal: what agrees and what disagrees.
 */
#ifndef LIKENESS_H
#define LIKENESS_H

#include "errline.h"
#include "events.h"
#include "match.h"

/* An error line is written after the last try: programs pass it on within moments, clocks differ a little. ns. */
#define LIKENESS_LATEST 60000000000ll
#define LIKENESS_EARLIEST 2000000000ll

struct likeness {
	const struct event *event;
	unsigned int how;	/* MATCH_* that agree */
	unsigned int misses;	/* MATCH_* that disagree */
	int64_t apart;		/* ns between the two, INT64_MAX if not known */
	bool hidden;		/* a retry succeeded: nobody was told of it */
};

/* `arena`: for its own use. */
struct likeness likeness_of(const struct errline *line, const struct event *event, struct arena *arena);

bool likeness_has(const struct likeness *likeness, unsigned int how);

/* How sure it is if nothing else fits as well; SURENESS_NONE: it is not enough, or something disagrees. */
enum sureness likeness_sureness(const struct likeness *likeness, const struct errline *line);

#endif
