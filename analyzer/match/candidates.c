/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "match/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "trace/parse.h"

struct candidate_key {
	uint64_t key;
	int64_t wall_ns;
	size_t candidate;
};

/* A damaged log may have any number for a time; the year 2096 is none that is compared. */
static int64_t sane(uint64_t ns)
{
	return ns < 4000000000000000000ull ? (int64_t)ns : 0;
}

uint64_t candidates_pid_key(int64_t pid)
{
	return (uint64_t)pid << 1;
}

uint64_t candidates_path_key(const char *path)
{
	const char *end = path + strlen(path), *at;
	uint64_t hash = 14695981039346656037ull;

	while (end > path && end[-1] == '/')
		end--;
	for (at = end; at > path && at[-1] != '/'; at--)
		;
	for (; at < end; at++)
		hash = (hash ^ (unsigned char)*at) * 1099511628211ull;
	return hash | 1;
}

static void put_key(struct candidates *candidates, uint64_t key, size_t candidate)
{
	candidates->keys = xgrow(candidates->keys, candidates->key_count, &candidates->key_room,
				 sizeof(*candidates->keys));
	candidates->keys[candidates->key_count++] =
		(struct candidate_key){ key, candidates->items[candidate].wall_ns, candidate };
}

static int by_key(const void *left, const void *right)
{
	const struct candidate_key *a = left, *b = right;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (a->wall_ns != b->wall_ns)
		return a->wall_ns < b->wall_ns ? -1 : 1;
	return (a->candidate > b->candidate) - (a->candidate < b->candidate);
}

static int by_id(const void *left, const void *right)
{
	const struct attach *a = (*(struct finding *const *)left)->attach;
	const struct attach *b = (*(struct finding *const *)right)->attach;

	if (a->log != b->log)
		return (uintptr_t)a->log < (uintptr_t)b->log ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

static const struct finding *find_finding(struct finding **sorted, size_t count, const struct log *log,
					  uint64_t id)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct attach *a = sorted[middle]->attach;

		if (a->log == log && a->id == id)
			return sorted[middle];
		if ((uintptr_t)a->log < (uintptr_t)log || (a->log == log && a->id < id))
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void index_candidate(struct candidates *candidates, size_t n)
{
	const struct candidate *e = &candidates->items[n];
	int32_t target = finding_target(e->finding);

	if (e->pid >= 0)
		put_key(candidates, candidates_pid_key(e->pid), n);
	if (target > 0 && target != e->pid)
		put_key(candidates, candidates_pid_key(target), n);
	put_key(candidates, candidates_path_key(e->cgroup), n);
	if (e->first_cgroup)
		put_key(candidates, candidates_path_key(e->first_cgroup), n);
	put_key(candidates, CANDIDATES_ALL, n);
}

void candidates_init(struct candidates *candidates, const struct results *r, struct arena *arena)
{
	uint64_t count = incidents_count(r->incidents);
	struct finding **sorted = xcalloc(r->count + 1, sizeof(*sorted));

	memset(candidates, 0, sizeof(*candidates));
	candidates->items = xcalloc(count + 1, sizeof(*candidates->items));
	for (size_t i = 0; i < r->count; i++)
		sorted[i] = r->findings[i];
	qsort(sorted, r->count, sizeof(*sorted), by_id);
	for (uint64_t i = 0; i < count; i++) {
		struct candidate *c = &candidates->items[candidates->count];
		struct incident *incident = &c->incident;

		incidents_get(r->incidents, i, incident, arena);
		const struct finding *f =
			find_finding(sorted, r->count, incident->log, incident->last_id);

		if (!f || !f->attach->begun)
			continue;
		c->finding = f;
		c->cgroup = parse_plain(arena, f->attach->begin.dst);
		c->first_cgroup = incident->fallback ? parse_plain(arena, incident->cgroup) : NULL;
		c->pid = f->attach->outside ? -1 : attach_written_pid(f->attach);
		c->wall_ns = sane(log_wall_ns(incident->log, incident->ended_ns));
		c->mono_ns = sane(incident->ended_ns);
		index_candidate(candidates, candidates->count++);
	}
	if (candidates->key_count)
		qsort(candidates->keys, candidates->key_count, sizeof(*candidates->keys), by_key);
	free(sorted);
}

void candidates_fini(struct candidates *candidates)
{
	free(candidates->items);
	free(candidates->keys);
}

size_t candidates_find(const struct candidates *candidates, uint64_t key, int64_t wall_ns)
{
	size_t low = 0, high = candidates->key_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct candidate_key *at = &candidates->keys[middle];

		if (at->key < key || (at->key == key && at->wall_ns < wall_ns))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct candidate *candidates_at(const struct candidates *candidates, uint64_t key, size_t place)
{
	return place < candidates->key_count && candidates->keys[place].key == key ?
		       &candidates->items[candidates->keys[place].candidate] :
		       NULL;
}
