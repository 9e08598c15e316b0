/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --perfetto: all attaches as a trace, in the Trace Event Format (JSON) that ui.perfetto.dev, chrome://tracing and others
 * open; docs/trace.md says what is in it. An event is a line, written as soon as its attach is known.
 *
 * Slices of a thread are B and E events, whose order alone decides how they nest: X events have lengths, which readers
 * round. What would overlap goes to a track of its own, as an asynchronous event.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "facts/kernel.h"
#include "output/formats.h"
#include "output/json_parts.h"
#include "output/trace_tracks.h"
#include "report/race.h"
#include "report/renderer.h"
#include "trace/phrases.h"

/* Linux has no pid above 2^22: several logs have theirs side by side. */
#define PID_BITS 22
#define PID_MASK ((1u << PID_BITS) - 1)
#define LOGS_MAX 512
#define ARROWS	 4096
#define NOBODY	 PID_MASK

struct trace_out {
	FILE *out;
	const char *version;
	bool has_begun, has_one, has_ended; /* the document, an event of it, all of them */
	uint64_t asynchronous;
	uint64_t arrows[ARROWS]; /* chains of which one has begun, each in its place */
	struct trace_tracks *tracks;
	const struct log *log; /* the last one's, and its number */
	uint32_t log_number;
	struct json_stream stream; /* the rest of an event */
};

/* A thread, as the trace numbers it. */
struct who {
	uint32_t pid, tid;
};

static void *begin(const struct render_options *options, enum report_kind kind)
{
	struct trace_out *o = xcalloc(1, sizeof(*o));

	(void)kind;
	json_init();
	o->out = options->out;
	o->version = options->version;
	o->tracks = trace_tracks_new();
	return o;
}

/* Of what is no log there is no trace. */
static void begin_document(struct trace_out *o)
{
	if (!o->has_begun)
		fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", o->out);
	o->has_begun = true;
}

/* ---- events ---- */

static void put_time(FILE *out, uint64_t ns)
{
	fprintf(out, "%" PRIu64 ".%03u", ns / 1000, (unsigned int)(ns % 1000));
}

/* Up to its time; what it has besides follows. */
static void begin_event(struct trace_out *o, const char *phase, struct who who, uint64_t ns)
{
	begin_document(o);
	fprintf(o->out, "%s\n{\"ph\":\"%s\",\"pid\":%" PRIu32 ",\"tid\":%" PRIu32 ",\"ts\":",
		o->has_one ? "," : "", phase, who.pid, who.tid);
	put_time(o->out, ns);
	o->has_one = true;
}

static struct json_stream *begin_rest(struct trace_out *o, const char *category, const char *name)
{
	js_begin_at(&o->stream, 0);
	if (category)
		js_key_plain(&o->stream, "cat", category);
	js_key_plain(&o->stream, "name", name);
	return &o->stream;
}

static void end_event(struct trace_out *o)
{
	js_close(&o->stream, '}');
	fputc(',', o->out);
	fwrite(o->stream.text + 1, 1, o->stream.len - 1, o->out);
}

static struct json_stream *begin_args(struct trace_out *o)
{
	js_key(&o->stream, "args");
	js_open(&o->stream, '{');
	return &o->stream;
}

static void end_args(struct trace_out *o)
{
	js_close(&o->stream, '}');
	end_event(o);
}

static void end_slice(struct trace_out *o, struct who who, uint64_t ns)
{
	begin_event(o, "E", who, ns);
	fputc('}', o->out);
}

/* ---- tracks ---- */

static uint32_t number_of(struct trace_out *o, const struct log *log)
{
	if (o->log == log)
		return o->log_number;
	/* Logs come one after the other. */
	o->log_number = o->log ? (o->log_number + 1) % LOGS_MAX : 0;
	o->log = log;
	return o->log_number;
}

static uint32_t pid_of(const struct trace_out *o, int32_t pid)
{
	uint32_t own = pid > 0 ? (uint32_t)pid & PID_MASK : NOBODY;

	return o->log_number << PID_BITS | own;
}

static struct who who_of(const struct trace_out *o, const struct race_lane *lane)
{
	return (struct who){ pid_of(o, lane->tgid > 0 ? lane->tgid : lane->pid),
			     pid_of(o, lane->pid) };
}

static void put_name(struct trace_out *o, const char *what, struct who who,
		     const struct race_lane *lane)
{
	begin_event(o, "M", who, 0);
	begin_rest(o, NULL, what);
	begin_args(o);
	if (lane->comm)
		js_key_logged(&o->stream, "name", lane->comm);
	else
		js_key_plain(&o->stream, "name", "not recorded");
	end_args(o);
}

/* A process has the name of its first thread, or else of the first one that was seen. */
static bool gives_name(struct trace_out *o, struct who who)
{
	struct trace_track *first = trace_tracks_get(o->tracks, who.pid, who.pid);
	bool gives = who.pid == who.tid || !first->has_process;

	first->has_process = true;
	return gives;
}

/* A program has another name after exec. */
static struct trace_track *track_of(struct trace_out *o, struct who who,
				    const struct race_lane *lane)
{
	uint64_t name = hash_string(hash_begin(), lane->comm ? lane->comm : "");
	struct trace_track *track = trace_tracks_get(o->tracks, who.pid, who.tid);

	if (track->name == name)
		return track;
	if (gives_name(o, who))
		put_name(o, "process_name", who, lane);
	put_name(o, "thread_name", who, lane);
	track = trace_tracks_get(o->tracks, who.pid, who.tid);
	track->name = name;
	return track;
}

/* ---- what an attach is ---- */

static const char *call_of(const struct attach *a)
{
	return a->has_clone ? "clone3" :
	       a->property  ? "subtree_control" :
	       a->kernel    ? "move by the kernel" :
			      "attach";
}

static void put_write_args(struct json_stream *s, const struct report_attach *r,
			   const struct race_span *span)
{
	const struct attach *a = r->finding->attach;
	const struct record_attach *b = &a->begin;

	js_key_number(s, "attach", a->id);
	if (a->begun) {
		js_key_logged(s, "cgroup", b->dst);
		js_key_logged(s, "file", b->file);
		js_key_logged(s, "text", b->text);
		js_key_integer(s, "cgroup_version", b->v);
	}
	js_key(s, "controllers");
	js_names(s, r->controllers);
	js_key_integer_or_null(s, "target", r->target, r->target != 0);
	js_key_integer(s, "returned", r->finding->answer);
	js_key_bool(s, "began_is_recorded", !span->open_from);
	js_key_bool(s, "end_is_recorded", !span->open_to);
	if (r->has_container && r->container.id)
		js_key_plain(s, "container", r->container.id);
}

/* Attempts that follow each other are joined by an arrow. One that never began must not go on: readers take it amiss. */
static void put_flow(struct trace_out *o, const struct report_attach *r)
{
	const struct tries_chain *tries = r->race->tries;
	char id[24];

	if (!tries)
		return;
	uint64_t *arrow = &o->arrows[tries->number % ARROWS];
	bool goes_on = *arrow == tries->number, refused = r->finding->answer < 0;

	if (!goes_on && !refused)
		return;
	*arrow = tries->number;
	snprintf(id, sizeof(id), "0x%" PRIx64, tries->number);
	js_key_plain(&o->stream, "bind_id", id);
	if (goes_on)
		js_key_bool(&o->stream, "flow_in", true);
	if (refused)
		js_key_bool(&o->stream, "flow_out", true);
}

static void put_name_of_write(struct trace_out *o, const struct report_attach *r,
			      struct arena *arena)
{
	const struct finding *f = r->finding;

	begin_rest(o, "attach",
		   arena_printf(arena, "%s: %s", call_of(f->attach),
				f->answer < 0 ? phrase_errno(arena, f->answer) : "ok"));
}

static void put_name_of_check(struct trace_out *o, const struct race_span *span,
			      struct arena *arena)
{
	begin_rest(o, "check", arena_printf(arena, "%s()", span->function));
	begin_args(o);
	js_key_integer(&o->stream, "returned", span->answer);
	js_key_plain(&o->stream, "began", "not recorded: at this moment, or later");
	end_args(o);
}

static void put_slice(struct trace_out *o, const struct report_attach *r, struct who who,
		      const struct race_span *span, struct arena *arena)
{
	begin_event(o, "B", who, span->from);
	if (span->kind == RACE_CHECK) {
		put_name_of_check(o, span, arena);
		return;
	}
	put_name_of_write(o, r, arena);
	put_flow(o, r);
	put_write_args(begin_args(o), r, span);
	end_args(o);
}

/* In the order of their beginnings, the longer first. */
static void put_nested(struct trace_out *o, const struct report_attach *r, struct who who,
		       const struct race_lane *lane, struct arena *arena)
{
	uint64_t *ends = xcalloc(lane->span_count + 1, sizeof(*ends));
	size_t depth = 0;

	for (size_t i = 0; i < lane->span_count; i++) {
		const struct race_span *span = &lane->spans[i];

		while (depth > 1 && ends[depth - 1] <= span->from)
			end_slice(o, who, ends[--depth]);
		put_slice(o, r, who, span, arena);
		ends[depth++] = span->to;
	}
	while (depth > 1)
		end_slice(o, who, ends[--depth]);
	free(ends);
}

static void put_asynchronous(struct trace_out *o, const struct report_attach *r, struct who who,
			     const struct race_span *span, struct arena *arena)
{
	char id[24];

	snprintf(id, sizeof(id), "0x%" PRIx64, ++o->asynchronous);
	begin_event(o, "b", who, span->from);
	put_name_of_write(o, r, arena);
	js_key_plain(&o->stream, "id", id);
	put_write_args(begin_args(o), r, span);
	end_args(o);
	begin_event(o, "e", who, span->to);
	put_name_of_write(o, r, arena);
	js_key_plain(&o->stream, "id", id);
	end_event(o);
}

/* ---- instants ---- */

static struct json_stream *begin_instant(struct trace_out *o, struct who who, uint64_t ns,
					 const char *category, const char *name)
{
	begin_event(o, "i", who, ns);
	begin_rest(o, category, name);
	js_key_plain(&o->stream, "s", "t");
	return begin_args(o);
}

static void put_refusal(struct trace_out *o, const struct report_attach *r, struct who who,
			const struct race_mark *mark, struct arena *arena)
{
	const struct finding *f = r->finding;
	struct json_stream *s = begin_instant(o, who, mark->at, "refusal",
					      arena_printf(arena, "refused: %s", f->cause->id));

	js_key_number(s, "attach", f->attach->id);
	js_key_bool(s, "was_earlier", mark->by_then);
	js_key_plain(s, "cause", f->cause->id);
	js_key_plain(s, "title", f->cause->title);
	js_key_plain(s, "confidence", confidence_name(f->confidence));
	js_key_plain(s, "errno", phrase_errno(arena, f->answer));
	js_key_logged(s, "function", f->function);
	js_key_integer_or_null(s, "blocked_by", f->blocker ? f->blocker->r.row.pid : 0, f->blocker);
	if (r->has_creator)
		js_key_plain(s, "thread_created_by", r->creator.words);
	js_key_strings(s, "advice", &f->advice);
	end_args(o);
}

static const struct race_mark *refusal_of(const struct race_lane *writer)
{
	for (size_t i = 0; i < writer->mark_count; i++)
		if (writer->marks[i].kind == RACE_REFUSED)
			return &writer->marks[i];
	return NULL;
}

static void put_writer(struct trace_out *o, const struct report_attach *r, struct arena *arena)
{
	const struct race_lane *lane = &r->race->lanes[0];
	const struct race_span *write = lane->spans;
	struct who who = who_of(o, lane);
	struct trace_track *track = track_of(o, who, lane);
	const struct race_mark *refused = refusal_of(lane);
	bool nested = lane->span_count && trace_track_take(track, write->from, write->to);

	if (nested)
		put_nested(o, r, who, lane, arena);
	else if (lane->span_count)
		put_asynchronous(o, r, who, write, arena);
	if (refused)
		put_refusal(o, r, who, refused, arena);
	if (nested)
		end_slice(o, who, write->to);
}

/* ---- threads ---- */

static void put_new(struct trace_out *o, struct who who, struct trace_track *track,
		    const struct race_lane *lane, const struct race_span *span)
{
	uint64_t from = span->from;

	if (!trace_track_take_rest(track, &from, span->to))
		return;
	begin_event(o, "B", who, from);
	begin_rest(o, "state", "TASK_NEW: being created");
	begin_args(o);
	js_key_number(&o->stream, "created_ns", lane->start);
	js_key_plain(&o->stream, "until", "at least; then not recorded");
	end_args(o);
	end_slice(o, who, span->to);
}

static void put_mark(struct trace_out *o, struct who who, struct trace_track *track,
		     const struct race_lane *lane, const struct race_mark *mark,
		     struct arena *arena)
{
	struct json_stream *s;

	if (mark->kind == RACE_WOKEN) {
		begin_instant(o, who, mark->at, "state", "woken for the first time");
		end_args(o);
	}
	if (mark->kind != RACE_SEEN || mark->at <= track->seen)
		return;
	track->seen = mark->at;
	s = begin_instant(o, who, mark->at, "state", arena_printf(arena, "seen %s", mark->state));
	js_key_bool(s, "written", lane->written);
	js_key_bool(s, "blocks", lane->blocker);
	end_args(o);
}

static void put_thread(struct trace_out *o, const struct race_lane *lane, struct arena *arena)
{
	struct who who = who_of(o, lane);
	struct trace_track *track = track_of(o, who, lane);

	for (size_t i = 0; i < lane->span_count; i++)
		if (lane->spans[i].kind == RACE_NEW)
			put_new(o, who, track, lane, &lane->spans[i]);
	for (size_t i = 0; i < lane->mark_count; i++)
		put_mark(o, who, track, lane, &lane->marks[i], arena);
}

static void take_attach(void *state, const struct report_attach *r)
{
	struct trace_out *o = state;
	struct arena arena = { 0 };

	if (!r->race || !r->race->to)
		return;
	number_of(o, r->finding->attach->log);
	put_writer(o, r, &arena);
	for (size_t i = 1; i < r->race->lane_count; i++)
		put_thread(o, &r->race->lanes[i], &arena);
	arena_fini(&arena);
}

/* ---- what is known at the end ---- */

static json_t *log_of(const struct report_log *log)
{
	json_t *o = json_object();

	json_set(o, "file", json_plain(log->log->file));
	json_set(o, "release", json_logged(log->log->has_header ? log->log->header.release : NULL));
	json_set(o, "mono_ns", json_number(log->log->header.mono_ns));
	json_set(o, "wall_ns", json_number(log->log->header.wall_ns));
	json_set(o, "complete", json_boolean(log->whole));
	return o;
}

static void take_summary(void *state, const struct report_summary *summary)
{
	struct trace_out *o = state;
	json_t *all, *logs;

	if (!summary->log_count)
		return;
	begin_document(o);
	all = json_object();
	logs = json_array();
	json_set(all, "program", json_plain("cganalyze"));
	json_set(all, "version", json_plain(o->version));
	json_set(all, "clock", json_plain("CLOCK_MONOTONIC"));
	for (size_t i = 0; i < summary->log_count; i++)
		json_append(logs, log_of(&summary->logs[i]));
	json_set(all, "logs", logs);
	char *text = json_text(all, JSON_COMPACT);

	fprintf(o->out, "\n],\"otherData\":%s", text);
	o->has_ended = true;
	free(text);
	json_decref(all);
}

static void end(void *state)
{
	struct trace_out *o = state;

	if (o->has_begun)
		fputs(o->has_ended ? "}\n" : "\n]}\n", o->out);
	json_stream_fini(&o->stream);
	trace_tracks_free(o->tracks);
	free(o);
}

const struct renderer render_trace = {
	.begin = begin, .attach = take_attach, .summary = take_summary, .end = end
};
