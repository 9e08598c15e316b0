/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/incidents.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/spill.h"
#include "facts/runtimes.h"
#include "verdict/cause.h"

/*
 * Records of two CPUs arrive in turns of SystemTap's reader, so attaches close out of order: they wait here until
 * nothing older can come.
 */
#define REORDER_NS 2000000000ull
#define REORDER_MAX   16384
#define REORDER_BYTES (8u << 20)

/* Of so many incidents another attempt is known as such. */
#define OPEN_MAX 32768
#define BUCKETS	 65536
#define WRITERS	 65536

struct attempt {
	const struct log *log;
	uint64_t id, began_ns, ended_ns, number, group;
	int32_t pid, tgid;
	uint32_t v, hier;
	int64_t answer;
	bool ended;			/* its end is recorded */
	bool outside;			/* no cgroup code was entered */
	const struct cause *cause;
	char *strings;			/* owns the four */
	size_t bytes;			/* of them */
	const char *comm, *text, *file, *cgroup;
};

/* What is kept of an incident: its strings stand elsewhere, each with its length before it. */
struct kept {
	struct incident incident; /* without strings, which are at: */
	uint64_t comm, text, file, cgroup;
	bool blurred; /* it was tried again, but not as one incident, or its outcome is not known */
};

/* The latest incident of a writer for a number in a hierarchy. */
struct open {
	uint64_t key;		 /* of those three; 0: none */
	uint64_t n;		 /* the incident */
	uint64_t cgroup;	 /* a hash of the last one */
	unsigned int last_tries; /* of that cgroup */
	bool over;
	uint32_t chain;	       /* the next of its bucket, or of the free ones */
	uint32_t older, newer; /* in the order in which they were last used */
};

/* A refused attempt, and where it went. */
struct place {
	uint64_t incident; /* and 1; 0: none */
	uint64_t group;
	uint64_t try;
};

/* A string that was kept lately. */
struct recent {
	uint64_t hash, at;
};

#define RECENT 1024

struct incidents {
	struct attempt **heap;		/* by began_ns, the oldest first */
	size_t waiting, heap_room;
	size_t waiting_bytes;		/* of their strings */
	uint64_t newest, taken;		/* began_ns: of those that wait, of those that were taken */
	const struct log *log;		/* of what waits */
	uint64_t count;
	uint64_t settled; /* so many were handed over as such */
	bool is_finished;
	struct spill *kept, *places, *strings;
	struct recent recent[RECENT];
	struct open *open; /* [1..OPEN_MAX]; 0 is none */
	uint32_t used, oldest, newest_open;
	uint32_t buckets[BUCKETS];
	uint64_t writers[WRITERS /
			 64]; /* a bit for each tgid % WRITERS of which something was refused */
};

struct incidents *incidents_new(void)
{
	struct incidents *in = xcalloc(1, sizeof(*in));

	in->kept = spill_new();
	in->places = spill_new();
	in->strings = spill_new();
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
	free(in->open);
	spill_free(in->kept);
	spill_free(in->places);
	spill_free(in->strings);
	free(in);
}

/* ---- what is kept ---- */

/* Users choose the names: with a seed nobody can make two that are taken for one. */
static uint64_t hash_of(const char *s)
{
	return hash_string(hash_begin(), s);
}

static uint64_t keep_string(struct incidents *in, const char *s)
{
	uint64_t hash = hash_of(s);
	struct recent *recent = &in->recent[hash % RECENT];
	uint32_t len = strlen(s);

	if (recent->hash != hash) {
		recent->hash = hash;
		recent->at = spill_append(in->strings, &len, sizeof(len));
		spill_append(in->strings, s, len);
	}
	return recent->at;
}

static const char *string_at(const struct incidents *in, uint64_t at, struct arena *arena)
{
	uint32_t len;

	spill_read(in->strings, at, &len, sizeof(len));
	char *s = xcalloc(1, len + 1);

	spill_read(in->strings, at + sizeof(len), s, len);
	const char *ret = arena_strdup(arena, s);

	free(s);
	return ret;
}

static struct kept get(const struct incidents *in, uint64_t n)
{
	struct kept kept;

	spill_read(in->kept, n * sizeof(kept), &kept, sizeof(kept));
	return kept;
}

static void set(struct incidents *in, const struct kept *kept)
{
	spill_write(in->kept, kept->incident.number * sizeof(*kept), kept, sizeof(*kept));
}

static void set_place(struct incidents *in, const struct attempt *a, uint64_t n, uint64_t try)
{
	static const struct place none;
	struct place place = { n + 1, a->group, try };

	while (spill_size(in->places) <= a->number * sizeof(place))
		spill_append(in->places, &none, sizeof(none));
	spill_write(in->places, a->number * sizeof(place), &place, sizeof(place));
}

/* ---- those that may go on ---- */

/* A process that writes "0" means the thread that writes. */
static uint64_t key_of(const struct attempt *a)
{
	uint64_t key = hash_number(hash_begin(), (uintptr_t)a->log);

	key = hash_number(hash_number(hash_number(key, a->tgid), a->v), a->hier);
	key = hash_string(hash_string(key, a->text), a->file);
	if (!strcmp(a->text, "0"))
		key = hash_number(key, a->pid);
	return key ? key : 1;
}

static void unlink_used(struct incidents *in, uint32_t i)
{
	struct open *o = &in->open[i];

	*(o->older ? &in->open[o->older].newer : &in->oldest) = o->newer;
	*(o->newer ? &in->open[o->newer].older : &in->newest_open) = o->older;
}

static void link_used(struct incidents *in, uint32_t i)
{
	struct open *o = &in->open[i];

	o->older = in->newest_open;
	o->newer = 0;
	*(in->newest_open ? &in->open[in->newest_open].newer : &in->oldest) = i;
	in->newest_open = i;
}

static struct open *find(struct incidents *in, uint64_t key)
{
	for (uint32_t i = in->open ? in->buckets[key % BUCKETS] : 0; i; i = in->open[i].chain)
		if (in->open[i].key == key) {
			unlink_used(in, i);
			link_used(in, i);
			return &in->open[i];
		}
	return NULL;
}

/* The place of the one that was used longest ago, if there is no free one. */
static uint32_t take_free(struct incidents *in)
{
	if (!in->open)
		in->open = xcalloc(OPEN_MAX + 1, sizeof(*in->open));
	if (in->used < OPEN_MAX)
		return ++in->used;
	uint32_t i = in->oldest, *link = &in->buckets[in->open[i].key % BUCKETS];

	while (*link != i)
		link = &in->open[*link].chain;
	*link = in->open[i].chain;
	unlink_used(in, i);
	return i;
}

static struct open *open_new(struct incidents *in, uint64_t key)
{
	uint32_t i = take_free(in), *bucket = &in->buckets[key % BUCKETS];

	in->open[i] = (struct open){ .key = key, .chain = *bucket };
	*bucket = i;
	link_used(in, i);
	return &in->open[i];
}

/* ---- one incident ---- */

/* runc's other cgroup on v2: after all its tries, or after an errno that it does not try again for. */
static bool is_fallback(const struct incident *i, const struct open *o, const struct attempt *a)
{
	return a->v == 2 && runtimes_is_runc(a->comm) && !strcmp(a->file, "cgroup.procs") &&
	       !i->fallback && i->answer < 0 &&
	       (i->answer != -EINVAL || o->last_tries >= RUNTIMES_RUNC_TRIES);
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

static bool continues(const struct incident *i, const struct open *o, const struct attempt *a)
{
	if (!shows_retries(a->log) || a->began_ns < i->ended_ns ||
	    a->began_ns - i->ended_ns > INCIDENT_PAUSE)
		return false;
	return o->cgroup == hash_of(a->cgroup) || is_fallback(i, o, a);
}

static void try_again(struct incidents *in, struct incident *i, struct open *o,
		      const struct attempt *a)
{
	uint64_t cgroup = hash_of(a->cgroup);
	bool other = o->cgroup != cgroup;

	i->tries++;
	i->ended_ns = a->ended_ns > i->ended_ns ? a->ended_ns : i->ended_ns;
	i->fallback |= other;
	o->last_tries = other ? 1 : o->last_tries + 1;
	o->cgroup = cgroup;
	if (a->answer >= 0) {
		i->outcome = OUTCOME_SUCCEEDED;
		o->over = true;
		return;
	}
	i->answer = a->answer;
	i->last_id = a->id;
	i->mixed |= a->cause != i->cause;
	if (i->refused < INCIDENT_IDS)
		i->ids[i->refused] = a->id;
	i->refused++;
	if (a->group && !i->is_asked_for)
		i->first = a->number;
	i->is_asked_for |= a->group != 0;
	set_place(in, a, i->number, i->refused);
}

static void begin(struct incidents *in, const struct attempt *a, struct open *o, bool blurred)
{
	struct kept kept = {
		.incident = {
			.number = in->count++, .first = a->number, .log = a->log, .writer_pid = a->pid, .writer_tgid = a->tgid,
			.ids = { a->id }, .last_id = a->id, .refused = 1, .tries = 1, .began_ns = a->began_ns,
			.ended_ns = a->ended_ns, .cause = a->cause, .answer = a->answer, .v = a->v,
			.is_asked_for = a->group != 0,
		},
		.comm = keep_string(in, a->comm),
		.text = keep_string(in, a->text),
		.file = keep_string(in, a->file),
		.cgroup = keep_string(in, a->cgroup),
		.blurred = blurred,
	};

	spill_append(in->kept, &kept, sizeof(kept));
	set_place(in, a, kept.incident.number, 1);
	/* Its text is not known. */
	if (a->outside)
		return;
	if (!o)
		o = open_new(in, key_of(a));
	o->n = kept.incident.number;
	o->cgroup = hash_of(a->cgroup);
	o->last_tries = 1;
	o->over = blurred;
}

/* One that is older was taken in only now: what was made of its writer's attempts may be wrong. */
static void blur_late(struct incidents *in, struct open *o)
{
	struct kept kept = get(in, o->n);

	o->over = kept.blurred = true;
	kept.incident.outcome = OUTCOME_UNKNOWN;
	set(in, &kept);
}

/* In the order of time. */
static void take(struct incidents *in, const struct attempt *a)
{
	bool late = a->began_ns < in->taken;
	struct open *o = a->outside ? NULL : find(in, key_of(a));

	in->taken = late ? in->taken : a->began_ns;
	if (o && late)
		blur_late(in, o);
	if (o && !o->over) {
		struct kept kept = get(in, o->n);
		bool goes_on = a->ended && continues(&kept.incident, o, a);

		if (goes_on)
			try_again(in, &kept.incident, o, a);
		else
			o->over = kept.blurred = true;
		set(in, &kept);
		if (goes_on)
			return;
	}
	/* Those that followed it were taken in, or, without its end, it is not known which did. */
	if (a->answer < 0)
		begin(in, a, o, late || !a->ended);
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

	in->waiting_bytes -= a->bytes;
	take(in, a);
	free(a->strings);
	free(a);
}

static struct attempt *attempt_new(const struct attach *attach, const struct cause *cause,
				   uint64_t number, uint64_t group)
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
		.number = number,
		.group = group,
		.ended = attach->ended,
		.outside = attach->outside,
		.bytes = comm + text + file + strlen(b->dst) + 1,
	};
	a->strings = xcalloc(1, a->bytes);
	a->comm = strcpy(a->strings, b->comm);
	a->text = strcpy(a->strings + comm, b->text);
	a->file = strcpy(a->strings + comm + text, b->file);
	a->cgroup = strcpy(a->strings + comm + text + file, b->dst);
	return a;
}

void incidents_add(struct incidents *in, const struct attach *attach, const struct cause *cause,
		   uint64_t number, uint64_t group)
{
	uint32_t writer = (uint32_t)attach->begin.tgid % WRITERS;

	if (!attach->begun)
		return;
	if (cause)
		in->writers[writer / 64] |= 1ull << writer % 64;
	if (in->log != attach->log) {
		while (in->waiting)
			take_oldest(in);
		in->newest = in->taken = 0;
		in->log = attach->log;
	}
	struct attempt *a = attempt_new(attach, cause, number, group);

	in->newest = a->began_ns > in->newest ? a->began_ns : in->newest;
	push(in, a);
	in->waiting_bytes += a->bytes;
	while (in->waiting > REORDER_MAX || in->waiting_bytes > REORDER_BYTES)
		take_oldest(in);
}

bool incidents_know(const struct incidents *in, int32_t tgid)
{
	uint32_t writer = (uint32_t)tgid % WRITERS;

	return in->writers[writer / 64] >> writer % 64 & 1;
}

void incidents_take_until(struct incidents *in, uint64_t ns)
{
	/* What arrived after that one may be older than it. */
	uint64_t until = ns == UINT64_MAX ? ns : ns > REORDER_NS ? ns - REORDER_NS : 0;

	while (in->waiting && in->heap[0]->began_ns <= until &&
	       in->newest - in->heap[0]->began_ns > REORDER_NS)
		take_oldest(in);
}

/* By its attaches, and by the sums that it has every second. */
static uint64_t time_of(const struct incidents *in)
{
	uint64_t sums = in->log ? in->log->totals_ns : 0;

	return in->newest > sums ? in->newest : sums;
}

uint64_t incidents_pass(struct incidents *in, uint64_t ns, bool quiet)
{
	uint64_t now = time_of(in);
	uint64_t passed = quiet ? UINT64_MAX : now > REORDER_NS ? now - REORDER_NS : 0;

	passed = quiet || passed < ns ? passed : ns;
	while (in->waiting && in->heap[0]->began_ns <= passed)
		take_oldest(in);
	return passed;
}

/* ---- the outcome ---- */

static void settle(struct incident *i)
{
	/* What was not recorded may be the other cgroup, and have been accepted. */
	if (i->v == 2 && i->log->has_header && *i->log->header.prefix && i->log->has_trailer &&
	    i->log->trailer.filtered)
		return;
	if (i->outcome == OUTCOME_UNKNOWN && shows_accepted(i->log) &&
	    i->log->trailer.t > i->ended_ns && i->log->trailer.t - i->ended_ns > INCIDENT_PAUSE)
		i->outcome = OUTCOME_GAVE_UP;
}

void incidents_finish(struct incidents *in)
{
	in->is_finished = true;
	while (in->waiting)
		take_oldest(in);
}

uint64_t incidents_count(const struct incidents *in)
{
	return in->count;
}

static struct kept get_settled(const struct incidents *in, uint64_t n)
{
	struct kept kept = get(in, n);

	if (!kept.blurred)
		settle(&kept.incident);
	return kept;
}

/* After an attempt that ended at `ns`. */
static bool is_past(uint64_t passed, uint64_t ns, uint64_t pause)
{
	return passed > ns && passed - ns > pause;
}

static bool is_settled(const struct incidents *in, const struct kept *kept, uint64_t passed)
{
	const struct incident *i = &kept->incident;

	return in->is_finished || kept->blurred || i->outcome != OUTCOME_UNKNOWN ||
	       i->log != in->log || is_past(passed, i->ended_ns, INCIDENT_PAUSE) ||
	       is_past(passed, i->began_ns, INCIDENT_LONGEST);
}

/* Of a log whose end is still to come. */
static void settle_for_now(struct incident *i, uint64_t passed)
{
	if (i->outcome == OUTCOME_UNKNOWN && is_past(passed, i->ended_ns, INCIDENT_PAUSE) &&
	    shows_retries(i->log) && !log_lost(i->log) && !i->log->damaged && !i->log->failed &&
	    !(i->v == 2 && *i->log->header.prefix))
		i->outcome = OUTCOME_GAVE_UP;
}

bool incidents_next_settled(struct incidents *in, uint64_t passed, struct incident *ret,
			    struct arena *arena)
{
	if (in->settled == in->count)
		return false;
	struct kept kept = get(in, in->settled);

	if (!is_settled(in, &kept, passed))
		return false;
	incidents_get(in, in->settled++, ret, arena);
	if (!kept.blurred && !in->is_finished && !ret->log->has_trailer)
		settle_for_now(ret, passed);
	return true;
}

void incidents_get_bare(const struct incidents *in, uint64_t n, struct incident *ret)
{
	*ret = get_settled(in, n).incident;
}

void incidents_get(const struct incidents *in, uint64_t n, struct incident *ret,
		   struct arena *arena)
{
	struct kept kept = get_settled(in, n);

	*ret = kept.incident;
	ret->comm = string_at(in, kept.comm, arena);
	ret->text = string_at(in, kept.text, arena);
	ret->file = string_at(in, kept.file, arena);
	ret->cgroup = string_at(in, kept.cgroup, arena);
}

static struct place place_of(const struct incidents *in, uint64_t number)
{
	struct place place = { 0 };

	if (spill_size(in->places) >= (number + 1) * sizeof(place))
		spill_read(in->places, number * sizeof(place), &place, sizeof(place));
	return place;
}

bool incidents_find(const struct incidents *in, uint64_t number, struct incident *ret,
		    unsigned int *try, struct arena *arena)
{
	struct place place = place_of(in, number);

	if (!place.incident)
		return false;
	incidents_get(in, place.incident - 1, ret, arena);
	*try = place.try;
	return true;
}

bool incidents_get_place(const struct incidents *in, uint64_t number, uint64_t *incident,
			 uint64_t *group)
{
	struct place place = place_of(in, number);

	*incident = place.incident - 1;
	*group = place.group;
	return place.incident;
}

void incidents_set_error(struct incidents *in, uint64_t n, unsigned long line, int sureness)
{
	struct kept kept = get(in, n);

	kept.incident.error_line = line;
	kept.incident.error_sureness = sureness;
	set(in, &kept);
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
