/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attaches and moments, with their threads. */
#include "output/json_parts.h"

#include "facts/kernel.h"
#include "trace/phrases.h"

static json_t *thread(const struct row *row, uint32_t version, bool has_state)
{
	json_t *o = json_object();
	char name[KERNEL_STATE_MAX];

	kernel_state_name(name, version, row->state, row->exit_state);
	json_set(o, "pid", json_integer(row->pid));
	json_set(o, "tgid", json_integer(row->tgid));
	json_set(o, "ppid", json_integer(row->ppid));
	json_set(o, "comm", json_logged(row->comm));
	json_set(o, "state", has_state ? json_string(name) : json_null());
	json_set(o, "state_raw", has_state ? json_number(row->state) : json_null());
	json_set(o, "exit_state_raw", has_state ? json_number(row->exit_state) : json_null());
	return o;
}

/* The state that the kernel saw, if that is known; `state` may be another by then. */
static void set_check(json_t *o, const struct finding *f, const struct row *row)
{
	bool known = f->proof && task_is(f->blocker, row);

	json_set(o, "state_at_check", known ? json_string("NEW") : json_null());
}

/* Not recorded up to format 3. */
static void set_run(json_t *o, const struct task *task)
{
	const struct row *row = &task->r.row;
	bool after = task->format == FORMAT_AFTERWARDS;
	bool woken = after && task->kind == RECORD_STOP && task->r.woken >= 0;

	json_set(o, "run_ns", json_number_or_null(row->run, after));
	json_set(o, "arrivals", json_number_or_null(row->arrivals, row->arrivals >= 0));
	json_set(o, "woken_ns", json_number_or_null(woken ? task->r.woken : 0, woken));
}

static json_t *blocking_thread(const struct finding *f)
{
	if (!f->blocker)
		return json_null();
	json_t *o = thread(&f->blocker->r.row, f->attach->log->version, true);
	int64_t age = task_age(f->blocker);

	json_set(o, "age_ns", json_number_or_null(age, age >= 0));
	set_check(o, f, &f->blocker->r.row);
	set_run(o, f->blocker);
	return o;
}

static json_t *threads(const struct finding *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->table.count; i++) {
		const struct thread_row *row = &f->table.rows[i];
		json_t *o = thread(&row->task->r.row, f->attach->log->version, true);

		set_check(o, f, &row->task->r.row);
		json_set(o, "parent", json_boolean(row->task->kind == RECORD_PARENT));
		json_set(o, "written", json_boolean(row->written));
		json_set(o, "blocking", json_boolean(task_is(f->blocker, &row->task->r.row)));
		json_append(list, o);
	}
	return list;
}

static json_t *evidence(const struct finding *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->evidence_count; i++) {
		json_t *o = json_object();

		json_set(o, "file", json_plain(f->attach->log->file));
		json_set(o, "line", json_integer(f->evidence[i].line));
		json_set(o, "what", json_plain(f->evidence[i].what));
		json_append(list, o);
	}
	return list;
}

static json_t *ruled_out(const struct finding *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->excluded_count; i++)
		json_append_pair(list, "cause", f->excluded[i].cause->id, "why",
				 f->excluded[i].why);
	return list;
}

/* Of a write that is known by its stop alone. */
static json_t *writer_by_stop(const struct finding *f)
{
	json_t *o = json_object();

	json_set(o, "pid", json_integer(f->stop->r.wpid));
	json_set(o, "tgid", json_integer(f->stop->r.wtgid));
	json_set(o, "ppid", json_null());
	json_set(o, "comm", json_null());
	json_set(o, "euid", json_null());
	json_set(o, "ns", json_null());
	return o;
}

static json_t *writer(const struct finding *f)
{
	const struct attach *a = f->attach;

	if (!a->begun)
		return f->stop && f->stop->r.wpid ? writer_by_stop(f) : json_null();
	json_t *o = json_object(), *ns = json_object();
	bool known = attach_knows_writer(a);

	json_set(o, "pid", json_integer(a->begin.pid));
	json_set(o, "tgid", json_integer(a->begin.tgid));
	json_set(o, "ppid", json_number_or_null(a->begin.ppid, known));
	json_set(o, "comm", json_logged(a->begin.comm));
	json_set(o, "euid", json_number_or_null(a->begin.euid, known));
	json_set(o, "ns", known ? ns : json_null());
	json_set(ns, "inum", json_number(a->begin.ns));
	json_set(ns, "level", json_integer(a->begin.level));
	json_set(ns, "pid", json_integer(a->begin.nspid));
	if (!known)
		json_decref(ns);
	return o;
}

static void set_attach(json_t *o, const struct report_attach *r)
{
	const struct attach *a = r->finding->attach;
	const struct record_attach *b = &a->begin;

	json_set(o, "id", json_number(a->id));
	json_set(o, "log", json_plain(a->log->file));
	json_set(o, "kernel", json_release(a->log));
	json_set(o, "time_ns", r->time_ns ? json_number(r->time_ns) : json_null());
	json_set(o, "wall_ns", r->time_ns && r->wall_ns ? json_number(r->wall_ns) : json_null());
	json_set(o, "complete", json_boolean(a->complete));
	json_set(o, "door", json_string(door_name(r->finding->premise.door)));
	json_set(o, "writer", writer(r->finding));
	json_set(o, "written", json_number_or_null(r->written, r->written >= 0));
	json_set(o, "written_text",
		 a->outside || a->has_clone ? json_null() : json_logged(b->text));
	json_set(o, "target_pid", json_number_or_null(r->target, r->target));
	json_set(o, "target_tgid", json_number_or_null(b->ttgid, b->ttgid));
	json_set(o, "file", a->has_clone ? json_null() : json_logged(b->file));
	json_set(o, "cgroup", json_logged(b->dst));
	json_set(o, "container", r->has_container ? json_container(&r->container) : json_null());
	json_set(o, "from_cgroup", json_logged(b->src));
	json_set(o, "version", json_number_or_null(b->v, b->v));
	json_set(o, "hierarchy",
		 a->begun && b->name && *b->name ? json_logged(b->name) : json_null());
	json_set(o, "controllers", json_names(r->controllers));
}

static json_t *creator(const struct report_creator *c)
{
	json_t *o = json_object();

	json_set(o, "kind", json_plain(c->kind));
	json_set(o, "words", json_logged(c->words));
	json_set(o, "call", json_plain(c->call));
	json_set(o, "ip", c->ip ? json_number(c->ip) : json_null());
	json_set(o, "file", c->file && *c->file ? json_logged(c->file) : json_null());
	json_set(o, "offset", c->ip ? json_number(c->offset) : json_null());
	json_set(o, "exe", c->exe && *c->exe ? json_logged(c->exe) : json_null());
	json_set(o, "go", c->go && *c->go ? json_plain(c->go) : json_null());
	json_set(o, "symbol", json_plain(c->symbol));
	json_set(o, "symbol_offset", c->symbol ? json_number(c->symbol_offset) : json_null());
	json_set(o, "table", json_plain(c->table));
	json_set(o, "note", json_plain(c->note));
	json_set(o, "why_not", json_plain(c->why_not));
	return o;
}

/* What the functions on the way returned, each with its place in the source. */
static json_t *functions(const struct report_attach *r)
{
	const struct attach *a = r->finding->attach;
	json_t *list = json_array();

	for (size_t i = 0; i < a->answer_count; i++) {
		json_t *o = json_object();

		json_set(o, "function", json_logged(a->answers[i].r.fn));
		json_set(o, "returned", json_integer(a->answers[i].r.ret));
		json_set(o, "source", json_plain(r->answer_sources.items[i]));
		json_append(list, o);
	}
	return list;
}

static void set_verdict(json_t *o, const struct report_attach *r)
{
	const struct finding *f = r->finding;
	struct arena arena = { 0 };

	json_set(o, "errno", json_plain(phrase_errno(&arena, f->answer)));
	json_set(o, "function", json_logged(f->function));
	json_set(o, "function_deduced", json_boolean(f->function_deduced));
	json_set(o, "source", json_plain(r->source));
	json_set(o, "controller", json_plain(f->controller));
	json_set(o, "cause", json_string(f->cause->id));
	json_set(o, "title", json_string(f->cause->title));
	json_set(o, "confidence", json_plain(confidence_name(f->confidence)));
	json_set(o, "proof", json_plain(proof_name(f->proof)));
	json_set(o, "persistence", json_string(persistence_name(f->cause->persistence)));
	json_set(o, "lasts", json_string(f->cause->lasts));
	json_set(o, "blocking_thread", blocking_thread(f));
	json_set(o, "known", json_strings(&f->facts));
	json_set(o, "creator", r->has_creator ? creator(&r->creator) : json_null());
	json_set(o, "functions", functions(r));
	arena_fini(&arena);
}

json_t *json_attach(const struct report_attach *r)
{
	const struct finding *f = r->finding;
	json_t *o = json_object();

	set_attach(o, r);
	json_set(o, "result", json_number_or_null(f->answer, f->answer < 0 || f->attach->ended));
	if (f->answer < 0)
		set_verdict(o, r);
	json_set(o, "threads", threads(f));
	if (f->answer < 0) {
		json_set(o, "evidence", evidence(f));
		json_set(o, "ruled_out", ruled_out(f));
		json_set(o, "advice", json_strings(&f->advice));
	}
	return o;
}

json_t *json_moment(const struct report_moment *m)
{
	json_t *o = json_object(), *list = json_array();

	for (size_t i = 0; i < m->count; i++) {
		const struct sighting *seen = m->sightings[i];
		json_t *row = thread(&seen->row, m->log->version, seen->has_state);

		json_set(row, "seen_ns", json_number(seen->row.t));
		json_append(list, row);
	}
	json_set(o, "log", json_plain(m->log->file));
	json_set(o, "time_ns", json_number(m->time_ns));
	json_set(o, "wall_ns", m->wall_ns ? json_number(m->wall_ns) : json_null());
	json_set(o, "armed", json_boolean(m->armed));
	json_set(o, "threads", list);
	return o;
}
