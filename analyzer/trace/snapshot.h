/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * snapshot - the process and thread table at a moment: each thread as it was last seen by then. A pid that
 * was used again is another thread: it began at another time.
 */
#ifndef TRACE_SNAPSHOT_H
#define TRACE_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/record.h"

struct sighting {
	struct row row;		/* comm: the table's; state and start unknown if !has_state */
	bool has_state;
};

/* `time`: CLOCK_MONOTONIC ns; what is later is not taken in. */
struct snapshot *snapshot_new(uint64_t time);
void snapshot_free(struct snapshot *snapshot);

/* Takes in a copy. A writer's row has no state. */
void snapshot_add(struct snapshot *snapshot, const struct row *row, bool has_state);

uint64_t snapshot_time(const struct snapshot *snapshot);

/*
 * One sighting per pid, by tgid and pid; `*count` of them. The array is the caller's to free, the
 * sightings are the table's.
 */
const struct sighting **snapshot_list(const struct snapshot *snapshot, size_t *count);

#endif
