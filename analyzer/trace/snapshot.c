/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

struct entry {
	struct entry *next;
	struct sighting sighting;
	char comm[RECORD_COMM_MAX + 1];
};

struct seen {
	uint64_t time;
	size_t used, buckets;
	struct entry **bucket;
};

struct seen *seen_new(uint64_t time)
{
	struct seen *seen = xcalloc(1, sizeof(*seen));

	seen->time = time;
	seen->buckets = 256;
	seen->bucket = xcalloc(seen->buckets, sizeof(struct entry *));
	return seen;
}

void seen_free(struct seen *seen)
{
	if (!seen)
		return;
	for (size_t i = 0; i < seen->buckets; i++) {
		while (seen->bucket[i]) {
			struct entry *next = seen->bucket[i]->next;

			free(seen->bucket[i]);
			seen->bucket[i] = next;
		}
	}
	free(seen->bucket);
	free(seen);
}

static size_t bucket_of(int32_t pid, uint64_t start, size_t buckets)
{
	uint64_t hash = ((uint64_t)(uint32_t)pid ^ start) * 0x9e3779b97f4a7c15ull;

	return (hash >> 32) & (buckets - 1);
}

static void grow(struct seen *seen)
{
	size_t buckets = seen->buckets * 2;
	struct entry **bucket = xcalloc(buckets, sizeof(struct entry *));

	for (size_t i = 0; i < seen->buckets; i++) {
		for (struct entry *e = seen->bucket[i], *next; e; e = next) {
			const struct row *row = &e->sighting.row;
			size_t to = bucket_of(row->pid, row->start, buckets);

			next = e->next;
			e->next = bucket[to];
			bucket[to] = e;
		}
	}
	free(seen->bucket);
	seen->bucket = bucket;
	seen->buckets = buckets;
}

void seen_add(struct seen *seen, const struct row *row, bool has_state)
{
	size_t at = bucket_of(row->pid, row->start, seen->buckets);
	struct entry *e = seen->bucket[at];

	if (row->t > seen->time)
		return;
	while (e && (e->sighting.row.pid != row->pid || e->sighting.row.start != row->start))
		e = e->next;
	if (e && e->sighting.row.t > row->t)
		return;
	if (!e) {
		e = xcalloc(1, sizeof(*e));
		e->next = seen->bucket[at];
		seen->bucket[at] = e;
		seen->used++;
	}
	e->sighting.row = *row;
	e->sighting.has_state = has_state;
	strncpy(e->comm, row->comm, RECORD_COMM_MAX);
	e->sighting.row.comm = e->comm;
	if (seen->used > seen->buckets)
		grow(seen);
}

uint64_t seen_time(const struct seen *seen)
{
	return seen->time;
}

/* Of one pid the newest first, and a row with a state before a writer's row of the same process. */
static int by_pid(const void *left, const void *right)
{
	const struct sighting *a = *(const struct sighting *const *)left;
	const struct sighting *b = *(const struct sighting *const *)right;

	if (a->row.pid != b->row.pid)
		return a->row.pid < b->row.pid ? -1 : 1;
	return (a->row.t < b->row.t) - (a->row.t > b->row.t);
}

static int by_tgid(const void *left, const void *right)
{
	const struct sighting *a = *(const struct sighting *const *)left;
	const struct sighting *b = *(const struct sighting *const *)right;

	if (a->row.tgid != b->row.tgid)
		return a->row.tgid < b->row.tgid ? -1 : 1;
	return (a->row.pid > b->row.pid) - (a->row.pid < b->row.pid);
}

/* Of the sightings list[0..n) of one pid: the newest, or the same process with its state. */
static const struct sighting *best_of(const struct sighting **list, size_t n)
{
	for (size_t i = 1; i < n && !list[0]->has_state; i++)
		if (list[i]->has_state && list[i]->row.tgid == list[0]->row.tgid &&
		    !strcmp(list[i]->row.comm, list[0]->row.comm))
			return list[i];
	return list[0];
}

const struct sighting **seen_list(const struct seen *seen, size_t *count)
{
	const struct sighting **list = xcalloc(seen->used, sizeof(*list));
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < seen->buckets; i++)
		for (struct entry *e = seen->bucket[i]; e; e = e->next)
			list[n++] = &e->sighting;
	qsort(list, n, sizeof(*list), by_pid);
	for (size_t i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && list[next]->row.pid == list[i]->row.pid;)
			next++;
		list[kept++] = best_of(list + i, next - i);
	}
	qsort(list, kept, sizeof(*list), by_tgid);
	*count = kept;
	return list;
}
