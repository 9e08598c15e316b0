/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/incidents.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "facts/runtimes.h"
#include "verdict/cause.h"

/*
 * Records of two CPUs arrive in turns of SystemTap's reader, so attaches close out of order: they wait here until
 * nothing older can come.
 */
#define REORDER_NS 2000000000ull
#define REORDER_MAX 65536

struct attempt {
	const struct log *log;
	uint64_t id, began_ns, ended_ns;
	int32_t pid, tgid;
	uint32_t v, hier;
	int64_t answer;
	bool ended;			/* its end is recorded */
	bool outside;			/* no cgroup code was entered */
	const struct cause *cause;
	char *strings;			/* owns the four */
	const char *comm, *text, *file, *cgroup;
};

struct entry {
	struct incident incident;
	uint32_t v, hier;
	size_t chain;			/* of its bucket: number + 1 of the next, 0 at the end */
	const char *last_cgroup;
	unsigned int last_tries;	/* of that cgroup */
	bool over;
	bool blurred; /* it was tried again, but not as one incident, or its outcome is not known */
};

/* A refused attempt, and where it went. */
struct place {
	const struct log *log;
	uint64_t id;
	size_t incident;
	unsigned int try;
};

#define BUCKETS 4096

struct incidents {
	struct arena arena;
	struct attempt **heap;		/* by began_ns, the oldest first */
	size_t waiting, heap_room;
	uint64_t newest, taken,
		hold; /* began_ns: of those that wait, of those that were taken; incidents_hold() */
	const struct log *log;		/* of what waits */
	struct entry *entries;
	size_t count, room;
	size_t buckets[BUCKETS];
	struct incident *list;		/* for incidents_list() */
	struct place *places;		/* by log and id */
	size_t place_count;
};

struct incidents *incidents_new(void)
{
	struct incidents *in = xcalloc(1, sizeof(*in));

	in->hold = UINT64_MAX;
	return in;
}

void incidents_free(struct incidents *in)
{
	if (!in)
		return;
	for (size_t i = 0; i < in->waiting; i++) {
		free(in->heap[i]->strings);
		free(in->heap[i]);
	}
	free(in->heap);
	free(in->entries);
	free(in->list);
	free(in->places);
	arena_fini(&in->arena);
	free(in);
}

/* ---- one incident ---- */

static size_t bucket_of(const struct attempt *a)
{
	uint64_t hash = 14695981039346656037ull ^ (uint32_t)a->tgid;

	hash = (hash ^ a->hier) * 1099511628211ull;
	for (const char *s = a->text; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 1099511628211ull;
	hash ^= *a->file;
	/* Then the writer's threads are told apart too. */
	hash ^= strcmp(a->text, "0") ? 0 : (uint64_t)(uint32_t)a->pid * 0x9e3779b97f4a7c15ull;
	return (hash ^ hash >> 29) % BUCKETS;
}

static bool is_same_writer(const struct entry *e, const struct attempt *a)
{
	const struct incident *i = &e->incident;

	return i->log == a->log && i->writer_tgid == a->tgid && e->v == a->v && e->hier == a->hier &&
	       (strcmp(a->text, "0") || i->writer_pid == a->pid) &&
	       !strcmp(i->text, a->text) && !strcmp(i->file, a->file);
}

/* The latest of this writer for this number in this hierarchy, unless it is over. */
static struct entry *find_open(struct incidents *in, const struct attempt *a)
{
	for (size_t n = in->buckets[bucket_of(a)]; n; n = in->entries[n - 1].chain)
		if (is_same_writer(&in->entries[n - 1], a))
			return in->entries[n - 1].over ? NULL : &in->entries[n - 1];
	return NULL;
}

/* runc's other cgroup on v2: after all its tries, or after an errno that it does not try again for. */
static bool is_fallback(const struct entry *e, const struct attempt *a)
{
	return a->v == 2 && runtimes_is_runc(a->comm) && !strcmp(a->file, "cgroup.procs") &&
	       !e->incident.fallback && e->incident.answer < 0 &&
	       (e->incident.answer != -EINVAL || e->last_tries >= RUNTIMES_RUNC_TRIES);
}

/* From version 3 on what a process tries after a refusal is in the log, whatever else is not recorded. */
static bool shows_retries(const struct log *log)
{
	return log->has_header && (log->header.version > 2 || !log->header.refused_only);
}

/* Would the log show it if a later attempt had been accepted? */
static bool shows_accepted(const struct log *log)
{
	return shows_retries(log) && log->has_trailer && !(log->header.version < 3 && log->trailer.shed) &&
	       !log->trailer.unmatched && !log_lost(log) && !log->damaged;
}

static bool continues(struct entry *e, const struct attempt *a)
{
	if (!shows_retries(a->log) || a->began_ns < e->incident.ended_ns ||
	    a->began_ns - e->incident.ended_ns > INCIDENT_PAUSE)
		return false;
	return !strcmp(e->last_cgroup, a->cgroup) || is_fallback(e, a);
}

static void try_again(struct incidents *in, struct entry *e, const struct attempt *a)
{
	struct incident *i = &e->incident;
	bool other = strcmp(e->last_cgroup, a->cgroup) != 0;

	i->tries++;
	i->ended_ns = a->ended_ns > i->ended_ns ? a->ended_ns : i->ended_ns;
	i->fallback |= other;
	e->last_tries = other ? 1 : e->last_tries + 1;
	if (other)
		e->last_cgroup = arena_strdup(&in->arena, a->cgroup);
	if (a->answer >= 0) {
		i->outcome = OUTCOME_SUCCEEDED;
		e->over = true;
		return;
	}
	i->answer = a->answer;
	i->last_id = a->id;
	i->mixed |= a->cause != i->cause;
	if (i->refused < INCIDENT_IDS)
		i->ids[i->refused] = a->id;
	i->refused++;
}

static void begin(struct incidents *in, const struct attempt *a)
{
	size_t bucket = bucket_of(a);

	in->entries = xgrow(in->entries, in->count, &in->room, sizeof(*in->entries));
	struct entry *e = &in->entries[in->count];

	*e = (struct entry){
		.incident = {
			.log = a->log, .comm = arena_strdup(&in->arena, a->comm),
			.text = arena_strdup(&in->arena, a->text), .file = arena_strdup(&in->arena, a->file),
			.cgroup = arena_strdup(&in->arena, a->cgroup), .writer_pid = a->pid,
			.writer_tgid = a->tgid, .ids = { a->id }, .last_id = a->id, .refused = 1, .tries = 1,
			.began_ns = a->began_ns, .ended_ns = a->ended_ns, .cause = a->cause,
			.answer = a->answer,
		},
		.v = a->v, .hier = a->hier, .chain = in->buckets[bucket], .last_tries = 1,
	};
	e->last_cgroup = e->incident.cgroup;
	in->buckets[bucket] = ++in->count;
}

/* It is older than one that was taken in: what was made of its writer's attempts may be wrong. */
static void blur_writer(struct incidents *in, const struct attempt *a)
{
	for (size_t n = in->buckets[bucket_of(a)]; n; n = in->entries[n - 1].chain) {
		struct entry *e = &in->entries[n - 1];

		if (!is_same_writer(e, a))
			continue;
		e->over = e->blurred = true;
		e->incident.outcome = OUTCOME_UNKNOWN;
		return;
	}
}

/* In the order of time. */
static void take(struct incidents *in, const struct attempt *a)
{
	bool late = a->began_ns < in->taken;

	if (late && !a->outside)
		blur_writer(in, a);
	struct entry *open = a->outside ? NULL : find_open(in, a);

	in->taken = late ? in->taken : a->began_ns;

	if (open && (!a->ended || !continues(open, a))) {
		open->over = open->blurred = true;
		open = NULL;
	}
	if (open)
		try_again(in, open, a);
	else if (a->answer < 0)
		begin(in, a);
	/* Their text is not known. */
	if (a->outside && a->answer < 0)
		in->entries[in->count - 1].over = true;
	/* Those that followed it were taken in, or, without its end, it is not known which did. */
	if (!open && a->answer < 0 && (late || !a->ended))
		in->entries[in->count - 1].over = in->entries[in->count - 1].blurred = true;
}

/* ---- the order of time ---- */

static void swap(struct incidents *in, size_t a, size_t b)
{
	struct attempt *kept = in->heap[a];

	in->heap[a] = in->heap[b];
	in->heap[b] = kept;
}

static bool is_before(const struct incidents *in, size_t a, size_t b)
{
	const struct attempt *x = in->heap[a], *y = in->heap[b];

	return x->began_ns < y->began_ns || (x->began_ns == y->began_ns && x->id < y->id);
}

static void push(struct incidents *in, struct attempt *a)
{
	size_t at = in->waiting;

	in->heap = xgrow(in->heap, in->waiting, &in->heap_room, sizeof(*in->heap));
	in->heap[in->waiting++] = a;
	for (; at && is_before(in, at, (at - 1) / 2); at = (at - 1) / 2)
		swap(in, at, (at - 1) / 2);
}

static struct attempt *pop(struct incidents *in)
{
	struct attempt *first = in->heap[0];

	in->heap[0] = in->heap[--in->waiting];
	for (size_t at = 0, child; (child = 2 * at + 1) < in->waiting; at = child) {
		if (child + 1 < in->waiting && is_before(in, child + 1, child))
			child++;
		if (!is_before(in, child, at))
			break;
		swap(in, at, child);
	}
	return first;
}

static void take_oldest(struct incidents *in)
{
	struct attempt *a = pop(in);

	take(in, a);
	free(a->strings);
	free(a);
}

static struct attempt *attempt_new(const struct attach *attach, const struct cause *cause)
{
	const struct record_attach *b = &attach->begin;
	struct attempt *a = xcalloc(1, sizeof(*a));
	size_t comm = strlen(b->comm) + 1, text = strlen(b->text) + 1, file = strlen(b->file) + 1;

	*a = (struct attempt){
		.log = attach->log,
		.id = attach->id,
		.began_ns = attach_began(attach),
		.ended_ns = attach->ended ? attach->end.t : attach_began(attach),
		.pid = b->pid,
		.tgid = b->tgid,
		.v = b->v,
		.hier = b->hier,
		.answer = attach_answer(attach),
		.cause = cause,
		.ended = attach->ended,
		.outside = attach->outside,
		.strings = xcalloc(1, comm + text + file + strlen(b->dst) + 1),
	};
	a->comm = strcpy(a->strings, b->comm);
	a->text = strcpy(a->strings + comm, b->text);
	a->file = strcpy(a->strings + comm + text, b->file);
	a->cgroup = strcpy(a->strings + comm + text + file, b->dst);
	return a;
}

void incidents_add(struct incidents *in, const struct attach *attach, const struct cause *cause)
{
	if (!attach->begun)
		return;
	if (in->log != attach->log) {
		while (in->waiting)
			take_oldest(in);
		in->newest = in->taken = 0;
		in->log = attach->log;
	}
	struct attempt *a = attempt_new(attach, cause);

	in->newest = a->began_ns > in->newest ? a->began_ns : in->newest;
	push(in, a);
	while (in->waiting > REORDER_MAX || (in->waiting && in->heap[0]->began_ns <= in->hold &&
					     in->newest - in->heap[0]->began_ns > REORDER_NS))
		take_oldest(in);
}

void incidents_hold(struct incidents *in, uint64_t ns)
{
	in->hold = ns;
}

/* ---- the outcome ---- */

static void settle(struct incident *i, uint32_t v)
{
	/* What was not recorded may be the other cgroup, and have been accepted. */
	if (v == 2 && i->log->has_header && *i->log->header.prefix && i->log->has_trailer && i->log->trailer.filtered)
		return;
	if (i->outcome == OUTCOME_UNKNOWN && shows_accepted(i->log) &&
	    i->log->trailer.t > i->ended_ns && i->log->trailer.t - i->ended_ns > INCIDENT_PAUSE)
		i->outcome = OUTCOME_GAVE_UP;
}

static int by_place(const void *left, const void *right)
{
	const struct place *a = left, *b = right;

	if (a->log != b->log)
		return (uintptr_t)a->log < (uintptr_t)b->log ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

static void index_places(struct incidents *in)
{
	size_t count = 0;

	for (size_t n = 0; n < in->count; n++)
		count += in->list[n].refused < INCIDENT_IDS ? in->list[n].refused : INCIDENT_IDS + 1;
	free(in->places);
	in->places = xcalloc(count + 1, sizeof(*in->places));
	in->place_count = 0;
	for (size_t n = 0; n < in->count; n++) {
		const struct incident *i = &in->list[n];

		for (unsigned int k = 0; k < i->refused && k < INCIDENT_IDS; k++)
			in->places[in->place_count++] = (struct place){ i->log, i->ids[k], n, k + 1 };
		if (i->refused > INCIDENT_IDS)
			in->places[in->place_count++] = (struct place){ i->log, i->last_id, n, i->refused };
	}
	qsort(in->places, in->place_count, sizeof(*in->places), by_place);
}

void incidents_finish(struct incidents *in)
{
	while (in->waiting)
		take_oldest(in);
	free(in->list);
	in->list = xcalloc(in->count + 1, sizeof(*in->list));
	for (size_t i = 0; i < in->count; i++) {
		if (!in->entries[i].blurred)
			settle(&in->entries[i].incident, in->entries[i].v);
		in->list[i] = in->entries[i].incident;
	}
	index_places(in);
}

struct incident *incidents_list(const struct incidents *in, size_t *count)
{
	*count = in->list ? in->count : 0;
	return in->list;
}

struct incident *incidents_find(const struct incidents *in, const struct log *log, uint64_t id,
				unsigned int *try)
{
	struct place key = { .log = log, .id = id };
	const struct place *place = in->place_count ? bsearch(&key, in->places, in->place_count,
							      sizeof(key), by_place) : NULL;

	if (!place)
		return NULL;
	*try = place->try;
	return &in->list[place->incident];
}

bool incident_hides_retries(const struct incident *i)
{
	return runtimes_hides_retries(i->comm);
}

bool incident_is_hidden(const struct incident *i)
{
	return i->outcome == OUTCOME_SUCCEEDED;
}

bool incident_has_cost(const struct incident *i)
{
	return !log_is_afterwards(i->log) || i->tries > 1;
}

uint64_t incident_cost(const struct incident *i)
{
	return i->ended_ns > i->began_ns ? i->ended_ns - i->began_ns : 0;
}

bool incident_is_in_vain(const struct incident *i)
{
	return i->tries > 1 && i->outcome == OUTCOME_GAVE_UP && !i->mixed && i->cause &&
	       i->cause->persistence == PERSISTENCE_PERMANENT;
}

static int by_size(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

struct hidden incidents_hidden(const struct incidents *in)
{
	struct hidden m = { 0 };
	uint64_t *costs = xcalloc(in->count + 1, sizeof(*costs));

	for (size_t n = 0; in->list && n < in->count; n++) {
		const struct incident *i = &in->list[n];

		if (!incident_is_hidden(i))
			continue;
		costs[m.count++] = incident_cost(i);
		m.refused += i->refused;
		m.total += incident_cost(i);
	}
	qsort(costs, m.count, sizeof(*costs), by_size);
	if (m.count) {
		m.min = costs[0];
		m.median = costs[(m.count - 1) / 2];
		m.p90 = costs[(m.count * 9 + 9) / 10 - 1];
		m.max = costs[m.count - 1];
	}
	free(costs);
	return m;
}
