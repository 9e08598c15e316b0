/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/trace_tracks.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/util.h"

#define TRACKS 65536

struct trace_tracks {
	uint64_t taken; /* until when any track may be that was pushed out */
	struct trace_track tracks[TRACKS];
};

struct trace_tracks *trace_tracks_new(void)
{
	return xcalloc(1, sizeof(struct trace_tracks));
}

void trace_tracks_free(struct trace_tracks *tracks)
{
	free(tracks);
}

struct trace_track *trace_tracks_get(struct trace_tracks *tracks, uint32_t pid, uint32_t tid)
{
	uint64_t key = (uint64_t)pid << 32 | tid;
	struct trace_track *track = &tracks->tracks[hash_number(hash_begin(), key) % TRACKS];

	key = key ? key : 1;
	if (track->key == key)
		return track;
	if (track->until > tracks->taken)
		tracks->taken = track->until;
	*track = (struct trace_track){ .key = key, .until = tracks->taken };
	return track;
}

bool trace_track_take(struct trace_track *track, uint64_t from, uint64_t to)
{
	if (from < track->until)
		return false;
	track->until = to;
	return true;
}

bool trace_track_take_rest(struct trace_track *track, uint64_t *from, uint64_t to)
{
	*from = *from > track->until ? *from : track->until;
	return *from < to && trace_track_take(track, *from, to);
}
