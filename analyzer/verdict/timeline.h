/* SPDX-License-Identifier: GPL-2.0-or-later */
/* timeline - when a thread that was still being created was made, refused and woken, and when the write was answered. */
#ifndef VERDICT_TIMELINE_H
#define VERDICT_TIMELINE_H

#include "verdict/finding.h"

/*
 * CLOCK_MONOTONIC, ns, in this order; 0: not known. What was recorded of a thread that had been woken by then does not
 * say when it was refused, but that it was before. `woken` is of the scheduler's clock (sched_info.last_queued), which
 * may be a tick behind, and is left out where it contradicts the others.
 */
struct timeline {
	uint64_t created, refused, woken, answered;
};

/* False: it was not refused for a new thread, or that thread's age is not known. */
bool timeline_of(const struct finding *finding, struct timeline *ret);

#endif
