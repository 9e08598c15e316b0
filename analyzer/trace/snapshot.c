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

struct snapshot {
	uint64_t time;
	size_t used, buckets;
	struct entry **bucket;
};

struct snapshot *snapshot_new(uint64_t time)
{
	struct snapshot *snapshot = xcalloc(1, sizeof(*snapshot));

	snapshot->time = time;
	snapshot->buckets = 256;
	snapshot->bucket = xcalloc(snapshot->buckets, sizeof(struct entry *));
	return snapshot;
}

void snapshot_free(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	for (size_t i = 0; i < snapshot->buckets; i++) {
		while (snapshot->bucket[i]) {
			struct entry *next = snapshot->bucket[i]->next;

			free(snapshot->bucket[i]);
			snapshot->bucket[i] = next;
		}
	}
	free(snapshot->bucket);
	free(snapshot);
}

static size_t bucket_of(int32_t pid, uint64_t start, size_t buckets)
{
	uint64_t hash = ((uint64_t)(uint32_t)pid ^ start) * 0x9e3779b97f4a7c15ull;

	return (hash >> 32) & (buckets - 1);
}

static void grow(struct snapshot *snapshot)
{
	size_t buckets = snapshot->buckets * 2;
	struct entry **bucket = xcalloc(buckets, sizeof(struct entry *));

	for (size_t i = 0; i < snapshot->buckets; i++) {
		for (struct entry *e = snapshot->bucket[i], *next; e; e = next) {
			const struct row *row = &e->sighting.row;
			size_t to = bucket_of(row->pid, row->start, buckets);

			next = e->next;
			e->next = bucket[to];
			bucket[to] = e;
		}
	}
	free(snapshot->bucket);
	snapshot->bucket = bucket;
	snapshot->buckets = buckets;
}

void snapshot_add(struct snapshot *snapshot, const struct row *row, bool has_state)
{
	size_t at = bucket_of(row->pid, row->start, snapshot->buckets);
	struct entry *e = snapshot->bucket[at];

	if (row->t > snapshot->time)
		return;
	while (e && (e->sighting.row.pid != row->pid || e->sighting.row.start != row->start))
		e = e->next;
	if (e && e->sighting.row.t > row->t)
		return;
	if (!e) {
		e = xcalloc(1, sizeof(*e));
		e->next = snapshot->bucket[at];
		snapshot->bucket[at] = e;
		snapshot->used++;
	}
	e->sighting.row = *row;
	e->sighting.has_state = has_state;
	strncpy(e->comm, row->comm, RECORD_COMM_MAX);
	e->sighting.row.comm = e->comm;
	if (snapshot->used > snapshot->buckets)
		grow(snapshot);
}

uint64_t snapshot_time(const struct snapshot *snapshot)
{
	return snapshot->time;
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

const struct sighting **snapshot_list(const struct snapshot *snapshot, size_t *count)
{
	const struct sighting **list = xcalloc(snapshot->used, sizeof(*list));
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < snapshot->buckets; i++)
		for (struct entry *e = snapshot->bucket[i]; e; e = e->next)
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
