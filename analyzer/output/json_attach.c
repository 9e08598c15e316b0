/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attaches and moments, with their threads. */
#include "output/json_parts.h"

#include "facts/kernel.h"
#include "trace/phrases.h"

static void put_number_or_null(struct json_stream *s, const char *key, uint64_t n, bool known)
{
	js_key(s, key);
	if (known)
		js_number(s, n);
	else
		js_null(s);
}

static void put_thread(struct json_stream *s, const struct row *row, uint32_t version,
		       bool has_state)
{
	char name[KERNEL_STATE_MAX];

	kernel_state_name(name, version, row->state, row->exit_state);
	js_key_integer(s, "pid", row->pid);
	js_key_integer(s, "tgid", row->tgid);
	js_key_integer(s, "ppid", row->ppid);
	js_key_logged(s, "comm", row->comm);
	js_key_plain(s, "state", has_state ? name : NULL);
	put_number_or_null(s, "state_raw", row->state, has_state);
	put_number_or_null(s, "exit_state_raw", row->exit_state, has_state);
}

/* The state that the kernel saw, if that is known; `state` may be another by then. */
static void put_check(struct json_stream *s, const struct finding *f, const struct row *row)
{
	js_key_plain(s, "state_at_check", f->proof && task_is(f->blocker, row) ? "NEW" : NULL);
}

/* Not recorded up to format 3. */
static void put_run(struct json_stream *s, const struct task *task)
{
	const struct row *row = &task->r.row;
	bool after = task->format == FORMAT_AFTERWARDS;
	int64_t woken = stop_woken(task);

	js_key_integer_or_null(s, "run_ns", row->run, after);
	js_key_integer_or_null(s, "arrivals", row->arrivals, row->arrivals >= 0);
	js_key_integer_or_null(s, "woken_ns", woken, woken >= 0);
}

static void put_blocking_thread(struct json_stream *s, const struct finding *f)
{
	js_key(s, "blocking_thread");
	if (!f->blocker) {
		js_null(s);
		return;
	}
	int64_t age = task_age(f->blocker);

	js_open(s, '{');
	put_thread(s, &f->blocker->r.row, f->attach->log->version, true);
	js_key_integer_or_null(s, "age_ns", age, age >= 0);
	put_check(s, f, &f->blocker->r.row);
	put_run(s, f->blocker);
	js_close(s, '}');
}

static void put_time(struct json_stream *s, const char *key, uint64_t ns)
{
	if (ns) {
		js_key_number(s, key, ns);
		return;
	}
	js_key(s, key);
	js_null(s);
}

static void put_timeline(struct json_stream *s, const struct report_attach *r)
{
	const struct timeline *t = &r->timeline;

	js_key(s, "timeline");
	if (!r->has_timeline) {
		js_null(s);
		return;
	}
	js_open(s, '{');
	put_time(s, "created_ns", t->created);
	put_time(s, "refused_ns", t->refused);
	put_time(s, "woken_ns", t->woken);
	put_time(s, "answered_ns", t->answered);
	js_close(s, '}');
}

static void put_threads(struct json_stream *s, const struct finding *f)
{
	js_key(s, "threads");
	js_open(s, '[');
	for (size_t i = 0; i < f->table.count; i++) {
		const struct thread_row *row = &f->table.rows[i];

		js_open(s, '{');
		put_thread(s, &row->task->r.row, f->attach->log->version, true);
		put_check(s, f, &row->task->r.row);
		js_key_bool(s, "parent", row->task->kind == RECORD_PARENT);
		js_key_bool(s, "written", row->written);
		js_key_bool(s, "blocking", task_is(f->blocker, &row->task->r.row));
		js_close(s, '}');
	}
	js_close(s, ']');
}

static void put_evidence(struct json_stream *s, const struct finding *f)
{
	js_key(s, "evidence");
	js_open(s, '[');
	for (size_t i = 0; i < f->evidence_count; i++) {
		js_open(s, '{');
		js_key_plain(s, "file", f->attach->log->file);
		js_key_integer(s, "line", f->evidence[i].line);
		js_key_plain(s, "what", f->evidence[i].what);
		js_close(s, '}');
	}
	js_close(s, ']');
}

static void put_ruled_out(struct json_stream *s, const struct finding *f)
{
	js_key(s, "ruled_out");
	js_open(s, '[');
	for (size_t i = 0; i < f->excluded_count; i++) {
		js_open(s, '{');
		js_key_plain(s, "cause", f->excluded[i].cause->id);
		js_key_plain(s, "why", f->excluded[i].why);
		js_close(s, '}');
	}
	js_close(s, ']');
}

/* Of a write that is known by its stop alone: without a comm. */
static void put_writer_ids(struct json_stream *s, int32_t pid, int32_t tgid)
{
	js_open(s, '{');
	js_key_integer(s, "pid", pid);
	js_key_integer(s, "tgid", tgid);
}

static void put_namespace(struct json_stream *s, const struct record_attach *b, bool known)
{
	js_key(s, "ns");
	if (!known) {
		js_null(s);
		return;
	}
	js_open(s, '{');
	js_key_number(s, "inum", b->ns);
	js_key_integer(s, "level", b->level);
	js_key_integer(s, "pid", b->nspid);
	js_close(s, '}');
}

static void put_writer(struct json_stream *s, const struct finding *f)
{
	const struct attach *a = f->attach;
	bool by_stop = !a->begun && f->stop && f->stop->r.wpid, known = attach_knows_writer(a);

	js_key(s, "writer");
	if (!a->begun && !by_stop) {
		js_null(s);
		return;
	}
	if (by_stop)
		put_writer_ids(s, f->stop->r.wpid, f->stop->r.wtgid);
	else
		put_writer_ids(s, a->begin.pid, a->begin.tgid);
	js_key_integer_or_null(s, "ppid", a->begin.ppid, known && !by_stop);
	js_key_logged(s, "comm", by_stop ? NULL : a->begin.comm);
	js_key_integer_or_null(s, "euid", a->begin.euid, known && !by_stop);
	put_namespace(s, &a->begin, known && !by_stop);
	js_close(s, '}');
}

static void put_pod(struct json_stream *s, const struct container *c)
{
	js_key(s, "pod");
	if (!c->pod_uid && !c->pod_name) {
		js_null(s);
		return;
	}
	js_open(s, '{');
	js_key_plain(s, "uid", c->pod_uid);
	js_key_plain(s, "name", c->pod_name);
	js_key_plain(s, "namespace", c->pod_namespace);
	js_close(s, '}');
}

static void put_container(struct json_stream *s, const struct container *c)
{
	js_key(s, "container");
	if (!c) {
		js_null(s);
		return;
	}
	js_open(s, '{');
	js_key_plain(s, "engine", c->engine);
	js_key_plain(s, "id", c->id);
	js_key_plain(s, "name", c->name);
	js_key_plain(s, "pod_uid", c->pod_uid);
	js_key_plain(s, "qos", c->qos);
	js_key_plain(s, "unit", c->unit);
	put_pod(s, c);
	js_close(s, '}');
}

static void put_attach(struct json_stream *s, const struct report_attach *r)
{
	const struct attach *a = r->finding->attach;
	const struct record_attach *b = &a->begin;

	js_key_number(s, "id", a->id);
	js_key_plain(s, "log", a->log->file);
	js_key_logged(s, "kernel", a->log->has_header ? a->log->header.release : NULL);
	put_number_or_null(s, "time_ns", r->time_ns, r->time_ns);
	put_number_or_null(s, "wall_ns", r->wall_ns, r->time_ns && r->wall_ns);
	js_key_bool(s, "complete", a->complete);
	js_key_plain(s, "door", door_name(r->finding->premise.door));
	put_writer(s, r->finding);
	js_key_integer_or_null(s, "written", r->written, r->written >= 0);
	js_key_logged(s, "written_text", a->outside || a->has_clone ? NULL : b->text);
	js_key_integer_or_null(s, "target_pid", r->target, r->target);
	js_key_integer_or_null(s, "target_tgid", b->ttgid, b->ttgid);
	js_key_logged(s, "file", a->has_clone ? NULL : b->file);
	js_key_logged(s, "cgroup", b->dst);
	put_container(s, r->has_container ? &r->container : NULL);
	js_key_logged(s, "from_cgroup", b->src);
	js_key_integer_or_null(s, "version", b->v, b->v);
	js_key_logged(s, "hierarchy", a->begun && b->name && *b->name ? b->name : NULL);
}

static void put_creator(struct json_stream *s, const struct report_creator *c)
{
	js_key(s, "creator");
	if (!c) {
		js_null(s);
		return;
	}
	js_open(s, '{');
	js_key_plain(s, "kind", c->kind);
	js_key_logged(s, "words", c->words);
	js_key_plain(s, "call", c->call);
	put_number_or_null(s, "ip", c->ip, c->ip);
	js_key_logged(s, "file", c->file && *c->file ? c->file : NULL);
	put_number_or_null(s, "offset", c->offset, c->ip);
	js_key_logged(s, "exe", c->exe && *c->exe ? c->exe : NULL);
	js_key_plain(s, "go", c->go && *c->go ? c->go : NULL);
	js_key_plain(s, "symbol", c->symbol);
	put_number_or_null(s, "symbol_offset", c->symbol_offset, c->symbol);
	js_key_plain(s, "table", c->table);
	js_key_plain(s, "note", c->note);
	js_key_plain(s, "why_not", c->why_not);
	js_close(s, '}');
}

/* What the functions on the way returned, each with its place in the source. */
static void put_functions(struct json_stream *s, const struct report_attach *r)
{
	const struct attach *a = r->finding->attach;

	js_key(s, "functions");
	js_open(s, '[');
	for (size_t i = 0; i < a->answer_count; i++) {
		js_open(s, '{');
		js_key_logged(s, "function", a->answers[i].r.fn);
		js_key_integer(s, "returned", a->answers[i].r.ret);
		js_key_plain(s, "source", r->answer_sources.items[i]);
		js_close(s, '}');
	}
	js_close(s, ']');
}

static void put_verdict(struct json_stream *s, const struct report_attach *r)
{
	const struct finding *f = r->finding;
	struct arena arena = { 0 };

	js_key_plain(s, "errno", phrase_errno(&arena, f->answer));
	js_key_logged(s, "function", f->function);
	js_key_bool(s, "function_deduced", f->function_deduced);
	js_key_plain(s, "source", r->source);
	js_key_plain(s, "controller", f->controller);
	js_key_plain(s, "cause", f->cause->id);
	js_key_plain(s, "title", f->cause->title);
	js_key_plain(s, "confidence", confidence_name(f->confidence));
	js_key_plain(s, "proof", proof_name(f->proof));
	js_key_plain(s, "persistence", persistence_name(f->cause->persistence));
	js_key_plain(s, "lasts", f->cause->lasts);
	put_blocking_thread(s, f);
	put_timeline(s, r);
	js_key_strings(s, "known", &f->facts);
	put_creator(s, r->has_creator ? &r->creator : NULL);
	put_functions(s, r);
	arena_fini(&arena);
}

void json_put_attach(struct json_stream *s, const struct report_attach *r)
{
	const struct finding *f = r->finding;

	put_attach(s, r);
	js_key(s, "controllers");
	js_names(s, r->controllers);
	js_key_integer_or_null(s, "result", f->answer, f->answer < 0 || f->attach->ended);
	if (f->answer < 0)
		put_verdict(s, r);
	put_threads(s, f);
	if (f->answer >= 0)
		return;
	put_evidence(s, f);
	put_ruled_out(s, f);
	js_key_strings(s, "advice", &f->advice);
}

void json_put_moment(struct json_stream *s, const struct report_moment *m)
{
	js_key_plain(s, "log", m->log->file);
	js_key_number(s, "time_ns", m->time_ns);
	put_number_or_null(s, "wall_ns", m->wall_ns, m->wall_ns);
	js_key_bool(s, "armed", m->armed);
	js_key(s, "threads");
	js_open(s, '[');
	for (size_t i = 0; i < m->count; i++) {
		const struct sighting *seen = m->sightings[i];

		js_open(s, '{');
		put_thread(s, &seen->row, m->log->version, seen->has_state);
		js_key_number(s, "seen_ns", seen->row.t);
		js_close(s, '}');
	}
	js_close(s, ']');
}
