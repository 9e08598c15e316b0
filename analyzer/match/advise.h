/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * advise - what to do after an error line: about the causes that are left, to tell them apart, and to record the proof.
 */
#ifndef MATCH_ADVISE_H
#define MATCH_ADVISE_H

#include "match/explanation.h"

/* Fills in `advice`, `checks` and `commands`, and adds to `known` why nothing can be recorded. */
void advise(struct explanation *explanation, const struct errline *line,
	    const struct premise *premise, struct arena *arena);

/* The text of an advice, with its places filled. `release`: of the kernel; NULL: not known. */
const char *advise_fill(const char *form, const struct errline *line, const char *release,
			struct arena *arena);

/* The cgroup's directory below the usual mount points, of any bytes; NULL if the line does not say enough. */
const char *advise_directory(const struct errline *line, struct arena *arena);

#endif
