/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/html_index.h"

#include <stdlib.h>

#include "base/spill.h"
#include "output/html_names.h"
#include "output/json_stream.h"
#include "trace/phrases.h"

/* Of a refusal. Names by their numbers. */
struct entry {
	uint64_t number, id, time_ns;
	int64_t incident; /* its number; -1: not known */
	uint32_t log, cause, confidence, try;
	uint32_t answer, function, comm, container, cgroup, creator;
};

struct kept_incident {
	uint64_t number, cost, began, ended, error;
	uint32_t log, tries, refused, outcome, flags;
	bool has_cost;
};

enum { INCIDENT_FALLBACK = 1, INCIDENT_IN_VAIN = 2, INCIDENT_HIDDEN = 4, INCIDENT_HAS_ERROR = 8 };

struct known_log {
	const struct log *log;
	uint64_t mono0;
};

struct html_index {
	struct html_names *names;
	struct spill *entries, *incidents;
	uint64_t count, incident_count;
	uint64_t settled; /* how many entries have their outcome */
	struct known_log *logs;
	size_t log_count, log_room;
	uint64_t *parts;
	size_t part_count, part_room;
};

struct html_index *html_index_new(void)
{
	struct html_index *x = xcalloc(1, sizeof(*x));

	x->names = html_names_new();
	x->entries = spill_new();
	x->incidents = spill_new();
	return x;
}

void html_index_free(struct html_index *x)
{
	html_names_free(x->names);
	spill_free(x->entries);
	spill_free(x->incidents);
	free(x->logs);
	free(x->parts);
	free(x);
}

/* ---- what comes ---- */

/* Refusals come log by log. Times count from the log's beginning, so that they are small. */
static uint32_t log_of(struct html_index *x, const struct log *log, uint64_t time_ns)
{
	for (size_t i = x->log_count; i-- > 0;)
		if (x->logs[i].log == log)
			return i;
	x->logs = xgrow(x->logs, x->log_count, &x->log_room, sizeof(*x->logs));
	x->logs[x->log_count] =
		(struct known_log){ log, log->has_header ? log->header.mono_ns : time_ns };
	return x->log_count++;
}

static uint32_t name_of_container(struct html_index *x, const struct report_attach *a,
				  struct arena *arena)
{
	const struct container *c = &a->container;

	if (!a->has_container)
		return HTML_NAME_NONE;
	if (c->id && c->engine)
		return html_names_plain(x->names, arena_printf(arena, "%s %s", c->engine, c->id));
	if (!c->id && c->pod_uid)
		return html_names_plain(x->names, arena_printf(arena, "pod %s", c->pod_uid));
	return html_names_plain(x->names, c->id ? c->id : c->unit);
}

/* As groups.c has it: of the thread that blocked the move alone. */
static uint32_t name_of_creator(struct html_index *x, const struct finding *f, struct arena *arena)
{
	const struct record_creator *c = &f->attach->creator;

	if (!f->attach->has_creator || !f->blocker || !c->map.path || !*c->map.path)
		return HTML_NAME_NONE;
	return html_names_logged(x->names, arena_printf(arena, "%s+0x%llx", c->map.path,
							(unsigned long long)c->offset));
}

static uint32_t place_of_cause(const struct cause *cause)
{
	uint32_t i = 0;

	while (causes[i] != cause)
		i++;
	return i;
}

void html_index_add(struct html_index *x, const struct report_attach *a, bool begins_part)
{
	const struct finding *f = a->finding;
	struct arena arena = { 0 };
	const struct entry entry = {
		.number = f->number,
		.id = f->attach->id,
		.time_ns = a->time_ns,
		.incident = -1,
		.log = log_of(x, f->attach->log, a->time_ns),
		.cause = place_of_cause(f->cause),
		.confidence = f->confidence,
		.answer = html_names_plain(x->names, phrase_errno(&arena, f->answer)),
		.function = html_names_logged(x->names, f->function),
		.comm = html_names_logged(x->names,
					  f->attach->begun ? f->attach->begin.comm : NULL),
		.container = name_of_container(x, a, &arena),
		.cgroup =
			html_names_logged(x->names, f->attach->begun ? f->attach->begin.dst : NULL),
		.creator = name_of_creator(x, f, &arena),
	};

	if (begins_part) {
		x->parts = xgrow(x->parts, x->part_count, &x->part_room, sizeof(*x->parts));
		x->parts[x->part_count++] = x->count;
	}
	spill_append(x->entries, &entry, sizeof(entry));
	x->count++;
	arena_fini(&arena);
}

static uint32_t flags_of(const struct incident *i)
{
	return (i->fallback ? INCIDENT_FALLBACK : 0) |
	       (incident_is_in_vain(i) ? INCIDENT_IN_VAIN : 0) |
	       (incident_is_hidden(i) && incident_hides_retries(i) ? INCIDENT_HIDDEN : 0) |
	       (i->error_line ? INCIDENT_HAS_ERROR : 0);
}

void html_index_add_incident(struct html_index *x, const struct incident *i)
{
	const struct kept_incident kept = {
		.number = i->number,
		.has_cost = incident_has_cost(i),
		.cost = incident_has_cost(i) ? incident_cost(i) : 0,
		.began = i->began_ns,
		.ended = i->ended_ns,
		.error = i->error_line,
		.log = log_of(x, i->log, i->began_ns),
		.tries = i->tries,
		.refused = i->refused,
		.outcome = i->outcome,
		.flags = flags_of(i),
	};

	spill_append(x->incidents, &kept, sizeof(kept));
	x->incident_count++;
}

void html_index_add_outcome(struct html_index *x, const struct report_outcome *outcome)
{
	struct entry entry;
	uint64_t at = x->settled * sizeof(entry);

	if (x->settled == x->count)
		return;
	spill_read(x->entries, at, &entry, sizeof(entry));
	if (entry.number != outcome->number)
		return;
	entry.incident = outcome->is_known ? (int64_t)outcome->incident : -1;
	entry.try = outcome->try;
	spill_write(x->entries, at, &entry, sizeof(entry));
	x->settled++;
}

/* ---- written ---- */

struct writing {
	const struct html_index *x;
	struct pack *pack;
	struct json_stream s;
	uint64_t last; /* value of a column of differences */
};

static void drain(struct writing *w)
{
	pack_add(w->pack, w->s.text, w->s.len);
	w->s.len = 0;
}

#define AT_ONCE 512

/* A column of numbers, one for each of `count` things of `size` in `from`. */
static void put_column(struct writing *w, const char *key, struct spill *from, uint64_t count,
		       size_t size, void (*put)(struct writing *w, const void *thing))
{
	char *things = xcalloc(AT_ONCE, size);

	w->last = 0;
	js_key(&w->s, key);
	js_open(&w->s, '[');
	for (uint64_t n = 0; n < count; n += AT_ONCE) {
		size_t some = count - n < AT_ONCE ? count - n : AT_ONCE;

		spill_read(from, n * size, things, some * size);
		for (size_t i = 0; i < some; i++)
			put(w, things + i * size);
		drain(w);
	}
	js_close(&w->s, ']');
	free(things);
}

static void put_difference(struct writing *w, uint64_t value)
{
	js_integer(&w->s, (int64_t)(value - w->last));
	w->last = value;
}

static uint64_t ns_of_log(const struct writing *w, uint32_t log, uint64_t time_ns)
{
	return time_ns - w->x->logs[log].mono0;
}

static void put_id(struct writing *w, const void *thing)
{
	put_difference(w, ((const struct entry *)thing)->id);
}

static void put_time(struct writing *w, const void *thing)
{
	const struct entry *e = thing;

	if (e->time_ns)
		put_difference(w, ns_of_log(w, e->log, e->time_ns));
	else
		js_null(&w->s);
}

#define PUT_FIELD(name, type, field)                                                               \
	static void put_##name(struct writing *w, const void *thing)                               \
	{                                                                                          \
		js_integer(&w->s, ((const struct type *)thing)->field);                            \
	}

PUT_FIELD(log, entry, log)
PUT_FIELD(cause, entry, cause)
PUT_FIELD(confidence, entry, confidence)
PUT_FIELD(errno, entry, answer)
PUT_FIELD(function, entry, function)
PUT_FIELD(comm, entry, comm)
PUT_FIELD(container, entry, container)
PUT_FIELD(cgroup, entry, cgroup)
PUT_FIELD(creator, entry, creator)
PUT_FIELD(incident, entry, incident)
PUT_FIELD(try, entry, try)
PUT_FIELD(number, kept_incident, number)
PUT_FIELD(tries, kept_incident, tries)
PUT_FIELD(refused, kept_incident, refused)
PUT_FIELD(outcome, kept_incident, outcome)
PUT_FIELD(flags, kept_incident, flags)
PUT_FIELD(error, kept_incident, error)

static void put_cost(struct writing *w, const void *thing)
{
	const struct kept_incident *i = thing;

	js_integer(&w->s, i->has_cost ? (int64_t)i->cost : -1);
}

static void put_began(struct writing *w, const void *thing)
{
	const struct kept_incident *i = thing;

	js_integer(&w->s, (int64_t)ns_of_log(w, i->log, i->began));
}

static void put_ended(struct writing *w, const void *thing)
{
	const struct kept_incident *i = thing;

	js_integer(&w->s, (int64_t)ns_of_log(w, i->log, i->ended));
}

struct column {
	const char *key;
	void (*put)(struct writing *w, const void *thing);
};

static void put_columns(struct writing *w, const struct column *columns, size_t n,
			struct spill *from, uint64_t count, size_t size)
{
	for (size_t i = 0; i < n; i++)
		put_column(w, columns[i].key, from, count, size, columns[i].put);
}

static void put_entries(struct writing *w)
{
	static const struct column columns[] = {
		{ "id", put_id },
		{ "log", put_log },
		{ "t", put_time },
		{ "cause", put_cause },
		{ "confidence", put_confidence },
		{ "errno", put_errno },
		{ "function", put_function },
		{ "comm", put_comm },
		{ "container", put_container },
		{ "cgroup", put_cgroup },
		{ "creator", put_creator },
		{ "incident", put_incident },
		{ "try", put_try },
	};

	put_columns(w, columns, ARRAY_SIZE(columns), w->x->entries, w->x->count,
		    sizeof(struct entry));
}

static void put_incidents(struct writing *w)
{
	static const struct column columns[] = {
		{ "number", put_number },   { "tries", put_tries }, { "refused", put_refused },
		{ "outcome", put_outcome }, { "cost", put_cost },   { "began", put_began },
		{ "ended", put_ended },	    { "flags", put_flags }, { "error", put_error },
	};

	js_key(&w->s, "incidents");
	js_open(&w->s, '{');
	put_columns(w, columns, ARRAY_SIZE(columns), w->x->incidents, w->x->incident_count,
		    sizeof(struct kept_incident));
	js_close(&w->s, '}');
}

/* All, by their places, so that a number is enough. */
static void put_causes(struct json_stream *s)
{
	js_key(s, "causes");
	js_open(s, '[');
	for (size_t i = 0; i < cause_count; i++) {
		js_open(s, '{');
		js_key_plain(s, "id", causes[i]->id);
		js_key_plain(s, "title", causes[i]->title);
		js_key_plain(s, "persistence", persistence_name(causes[i]->persistence));
		js_close(s, '}');
	}
	js_close(s, ']');
}

/* Beyond what JavaScript can count exactly. */
static void put_digits(struct json_stream *s, const char *key, uint64_t n)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
	js_key_plain(s, key, n ? digits : NULL);
}

static void put_logs(struct json_stream *s, const struct html_index *x)
{
	js_key(s, "logs");
	js_open(s, '[');
	for (size_t i = 0; i < x->log_count; i++) {
		js_open(s, '{');
		js_key_plain(s, "file", x->logs[i].log->file);
		put_digits(s, "mono0", x->logs[i].mono0);
		put_digits(s, "wall0", log_wall_ns(x->logs[i].log, x->logs[i].mono0));
		js_close(s, '}');
	}
	js_close(s, ']');
}

static void put_parts(struct json_stream *s, const struct html_index *x)
{
	js_key(s, "parts");
	js_open(s, '[');
	for (size_t i = 0; i < x->part_count; i++)
		js_number(s, x->parts[i]);
	js_close(s, ']');
}

void html_index_write(const struct html_index *x, struct pack *pack)
{
	struct writing w = { .x = x, .pack = pack };

	js_open(&w.s, '{');
	js_key(&w.s, "names");
	html_names_put(x->names, &w.s);
	put_causes(&w.s);
	put_logs(&w.s, x);
	put_parts(&w.s, x);
	put_entries(&w);
	put_incidents(&w);
	js_close(&w.s, '}');
	drain(&w);
	json_stream_fini(&w.s);
}
