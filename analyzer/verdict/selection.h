/* SPDX-License-Identifier: GPL-2.0-or-later */
/* selection - which refusals a report is asked for. */
#ifndef VERDICT_SELECTION_H
#define VERDICT_SELECTION_H

#include "verdict/finding.h"

/* A moment on one of the two clocks, ns. */
struct moment {
	bool given, wall; /* wall: since 1970 UTC; else CLOCK_MONOTONIC */
	uint64_t ns;
};

/* What is not given is zero or NULL; borrowed. */
struct selection {
	struct moment since, until; /* until: not including it */
	const struct cause *cause;
	const char *cgroup;    /* the beginning of the destination's path, plain bytes */
	const char *comm;      /* of the writer, plain bytes */
	const char *container; /* an id or its beginning, or a name */
};

bool selection_is_empty(const struct selection *selection);

/* Of a refusal. What is not recorded of it fits nothing. */
bool selection_has(const struct selection *selection, const struct finding *finding);

#endif
