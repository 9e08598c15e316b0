/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace_tracks - the tracks of a trace, one for each thread, and until when each is taken: a viewer needs slices of one
 * track to follow each other or to nest. Bounded: of a track that others have pushed out it is only known that it is taken
 * no longer than any that was pushed out.
 */
#ifndef OUTPUT_TRACE_TRACKS_H
#define OUTPUT_TRACE_TRACKS_H

#include <stdbool.h>
#include <stdint.h>

struct trace_tracks;

struct trace_tracks *trace_tracks_new(void);
void trace_tracks_free(struct trace_tracks *tracks);

struct trace_track {
	uint64_t key;	  /* 0: free */
	uint64_t until;	  /* ns; a slice may begin then, or later */
	uint64_t seen;	  /* the latest moment at which it is known to have been looked at */
	uint64_t name;	  /* a hash of the last one that was written; 0: none */
	bool has_process; /* of a process's first thread: the process has a name */
};

/* Valid until the next call. pids as the trace has them. */
struct trace_track *trace_tracks_get(struct trace_tracks *tracks, uint32_t pid, uint32_t tid);

/* Takes it for a slice. False: something is there already, and nothing was done. */
bool trace_track_take(struct trace_track *track, uint64_t from, uint64_t to);
/* The same of what is left of the slice: `from` moves to where there is room. */
bool trace_track_take_rest(struct trace_track *track, uint64_t *from, uint64_t to);

#endif
