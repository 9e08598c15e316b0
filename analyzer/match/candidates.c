/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* qsort_r */
#include "match/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "trace/parse.h"

/* Of each candidate at most so many. */
#define KEYS 5

struct candidate_key {
	uint32_t key, candidate;
};

/* A damaged log may have any number for a time; the year 2096 is none that is compared. */
static int64_t sane(uint64_t ns)
{
	return ns < 4000000000000000000ull ? (int64_t)ns : 0;
}

uint32_t candidates_pid_key(int64_t pid)
{
	return (uint32_t)pid << 1;
}

uint32_t candidates_path_key(const char *path)
{
	const char *end = path + strlen(path), *at;
	uint64_t hash = 14695981039346656037ull;

	while (end > path && end[-1] == '/')
		end--;
	for (at = end; at > path && at[-1] != '/'; at--)
		;
	for (; at < end; at++)
		hash = (hash ^ (unsigned char)*at) * 1099511628211ull;
	uint32_t key = (uint32_t)(hash >> 32) | 1;

	return key == CANDIDATES_ALL ? 1 : key;
}

static void put_key(struct candidates *candidates, uint32_t key, size_t candidate)
{
	candidates->keys[candidates->key_count++] =
		(struct candidate_key){ key, (uint32_t)candidate };
}

static int by_key(const void *left, const void *right, void *candidates)
{
	const struct candidate_key *a = left, *b = right;
	const struct candidate *items = candidates;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	int64_t from = items[a->candidate].wall_ns, to = items[b->candidate].wall_ns;

	if (from != to)
		return from < to ? -1 : 1;
	return (a->candidate > b->candidate) - (a->candidate < b->candidate);
}

static void index_candidate(struct candidates *candidates, size_t n)
{
	const struct candidate *e = &candidates->items[n];

	if (e->pid >= 0)
		put_key(candidates, candidates_pid_key(e->pid), n);
	if (e->target > 0 && e->target != e->pid)
		put_key(candidates, candidates_pid_key(e->target), n);
	put_key(candidates, candidates_path_key(e->cgroup), n);
	if (e->first_cgroup)
		put_key(candidates, candidates_path_key(e->first_cgroup), n);
	put_key(candidates, CANDIDATES_ALL, n);
}

static void set(struct candidate *c, const struct incident *incident, const struct refusal *refusal,
		uint64_t number, struct pool *pool, struct arena *arena)
{
	*c = (struct candidate){
		.incident = incident->number,
		.refusal = number,
		.last_id = incident->last_id,
		.form = refusal->form,
		.comm = pool_keep_string(pool, incident->comm),
		.file = pool_keep_string(pool, incident->file),
		.cgroup = refusal->cgroup,
		.pid = refusal->pid == (int32_t)refusal->pid ? (int32_t)refusal->pid : -1,
		.target = refusal->target,
		.answer = incident->answer,
		.wall_ns = sane(log_wall_ns(incident->log, incident->ended_ns)),
		.mono_ns = sane(incident->ended_ns),
		.is_hidden = incident_is_hidden(incident) && incident_hides_retries(incident),
	};
	if (incident->fallback)
		c->first_cgroup = pool_keep_string(pool, parse_plain(arena, incident->cgroup));
}

/* The number of each incident's last refusal, and 1; 0: it is not known. */
static uint64_t *last_refusals(const struct results *r, const struct refusals *refusals)
{
	uint64_t *last = xcalloc(incidents_count(r->incidents), sizeof(*last));
	uint64_t count = refusals_count(refusals);

	for (uint64_t n = 0; n < count; n++) {
		struct arena arena = { 0 };
		struct incident incident;
		unsigned int try;

		if (incidents_find(r->incidents, n, &incident, &try, &arena) &&
		    try == incident.refused)
			last[incident.number] = n + 1;
		arena_fini(&arena);
	}
	return last;
}

void candidates_init(struct candidates *candidates, const struct results *r,
		     const struct refusals *refusals)
{
	uint64_t count = incidents_count(r->incidents);
	uint64_t *last = last_refusals(r, refusals);

	memset(candidates, 0, sizeof(*candidates));
	candidates->items = xcalloc(count + 1, sizeof(*candidates->items));
	candidates->keys = xcalloc(count + 1, KEYS * sizeof(*candidates->keys));
	for (uint64_t i = 0; i < count; i++) {
		if (!last[i])
			continue;
		struct refusal refusal = refusals_get(refusals, last[i] - 1);
		struct arena arena = { 0 };
		struct incident incident;

		if (!refusal.form->begun)
			continue;
		incidents_get(r->incidents, i, &incident, &arena);
		set(&candidates->items[candidates->count], &incident, &refusal, last[i] - 1,
		    refusals_pool(refusals), &arena);
		index_candidate(candidates, candidates->count++);
		arena_fini(&arena);
	}
	if (candidates->key_count)
		qsort_r(candidates->keys, candidates->key_count, sizeof(*candidates->keys), by_key,
			candidates->items);
	free(last);
}

void candidates_fini(struct candidates *candidates)
{
	free(candidates->items);
	free(candidates->keys);
}

size_t candidates_find(const struct candidates *candidates, uint32_t key, int64_t wall_ns)
{
	size_t low = 0, high = candidates->key_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct candidate_key *at = &candidates->keys[middle];

		if (at->key < key ||
		    (at->key == key && candidates->items[at->candidate].wall_ns < wall_ns))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct candidate *candidates_at(const struct candidates *candidates, uint32_t key, size_t place)
{
	return place < candidates->key_count && candidates->keys[place].key == key ?
		       &candidates->items[candidates->keys[place].candidate] :
		       NULL;
}
