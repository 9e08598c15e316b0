/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/JSON.md describes what is written here, field by field. */
#include "facts/kernel.h"
#include "output/json_parts.h"
#include "output/render.h"
#include "symbols/creator.h"
#include "trace/parse.h"
#include "trace/phrases.h"

#include <stdlib.h>
#include <string.h>

#define JSON_FORMAT 1

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
	bool known = f->proof && task_is(f->culprit, row);

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

static json_t *culprit(const struct finding *f)
{
	if (!f->culprit)
		return json_null();
	json_t *o = thread(&f->culprit->r.row, f->attach->log->version, true);
	int64_t age = task_age(f->culprit);

	json_set(o, "age_ns", json_number_or_null(age, age >= 0));
	set_check(o, f, &f->culprit->r.row);
	set_run(o, f->culprit);
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
		json_set(o, "culprit", json_boolean(task_is(f->culprit, &row->task->r.row)));
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

	for (size_t i = 0; i < f->excluded_count; i++) {
		json_t *o = json_object();

		json_set(o, "cause", json_string(f->excluded[i].cause->id));
		json_set(o, "why", json_plain(f->excluded[i].why));
		json_append(list, o);
	}
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

/* How a process was to come into the cgroup. */
static const char *door(const struct attach *a)
{
	if (a->has_clone)
		return "clone3";
	if (a->kernel)
		return "kernel";
	return a->begun && !strcmp(a->begin.file, "cgroup.subtree_control") ? "subtree_control" :
									      "write";
}

static void set_attach(json_t *o, const struct finding *f, struct arena *arena)
{
	const struct attach *a = f->attach;
	const struct record_attach *b = &a->begin;
	uint64_t t = attach_time(a), wall = log_wall_ns(a->log, t);
	int64_t pid = attach_written_pid(a);
	int32_t target = finding_target(f);

	json_set(o, "id", json_number(a->id));
	json_set(o, "log", json_plain(a->log->file));
	json_set(o, "kernel", a->log->has_header ? json_logged(a->log->header.release) : json_null());
	json_set(o, "time_ns", t ? json_number(t) : json_null());
	json_set(o, "wall_ns", t && wall ? json_number(wall) : json_null());
	json_set(o, "complete", json_boolean(a->complete));
	json_set(o, "door", json_string(door(a)));
	json_set(o, "writer", writer(f));
	json_set(o, "written", json_number_or_null(pid, pid >= 0));
	json_set(o, "written_text",
		 a->outside || a->has_clone ? json_null() : json_logged(b->text));
	json_set(o, "target_pid", json_number_or_null(target, target));
	json_set(o, "target_tgid", json_number_or_null(b->ttgid, b->ttgid));
	json_set(o, "file", a->has_clone ? json_null() : json_logged(b->file));
	json_set(o, "cgroup", json_logged(b->dst));
	json_set(o, "container", json_container(a->begun ? parse_plain(arena, b->dst) : NULL));
	json_set(o, "from_cgroup", json_logged(b->src));
	json_set(o, "version", json_number_or_null(b->v, b->v));
	json_set(o, "hierarchy",
		 a->begun && b->name && *b->name ? json_logged(b->name) : json_null());
	json_set(o, "controllers", json_names(b->controllers));
}

static json_t *creator(const struct render_options *with, struct results *r,
		       const struct finding *f)
{
	struct creator c;

	if (!creator_find(&c, f, with->user_symbols, &r->arena))
		return json_null();
	json_t *o = json_object();

	json_set(o, "kind", json_plain(c.kind));
	json_set(o, "words", json_logged(c.words));
	json_set(o, "call", json_plain(c.call));
	json_set(o, "ip", c.ip ? json_number(c.ip) : json_null());
	json_set(o, "file", c.file && *c.file ? json_logged(c.file) : json_null());
	json_set(o, "offset", c.ip ? json_number(c.offset) : json_null());
	json_set(o, "exe", c.exe && *c.exe ? json_logged(c.exe) : json_null());
	json_set(o, "go", c.go && *c.go ? json_plain(c.go) : json_null());
	json_set(o, "symbol", json_plain(c.where.symbol));
	json_set(o, "symbol_offset", c.where.symbol ? json_number(c.where.offset) : json_null());
	json_set(o, "table", json_plain(c.where.table));
	json_set(o, "note", json_plain(c.where.note));
	json_set(o, "why_not", json_plain(c.where.why_not));
	return o;
}

/* What the functions on the way answered, each with its place in the source. */
static json_t *functions(const struct render_options *with, const struct finding *f)
{
	const struct log *log = f->attach->log;
	json_t *list = json_array();

	for (size_t i = 0; i < f->attach->answer_count; i++) {
		const struct record_ret *ret = &f->attach->answers[i].r;
		json_t *o = json_object();

		json_set(o, "function", json_logged(ret->fn));
		json_set(o, "answer", json_integer(ret->ret));
		json_set(o, "source",
			 json_plain(
				 kernel_source_find(with->kernel_source, ret->fn,
						    log->has_header ? log->header.release : NULL)));
		json_append(list, o);
	}
	return list;
}

static json_t *attach_json(const struct render_options *with, struct results *r,
			   const struct finding *f)
{
	const struct log *log = f->attach->log;
	json_t *o = json_object();

	set_attach(o, f, &r->arena);
	json_set(o, "result", json_number_or_null(f->answer, f->answer < 0 || f->attach->ended));
	if (f->answer < 0) {
		json_set(o, "errno", json_plain(phrase_errno(&r->arena, f->answer)));
		json_set(o, "function", json_logged(f->function));
		json_set(o, "function_deduced", json_boolean(f->function_deduced));
		json_set(o, "source",
			 json_plain(
				 kernel_source_find(with->kernel_source, f->function,
						    log->has_header ? log->header.release : NULL)));
		json_set(o, "controller", json_plain(f->controller));
		json_set(o, "cause", json_string(f->cause->id));
		json_set(o, "title", json_string(f->cause->title));
		json_set(o, "confidence", json_plain(confidence_name(f->confidence)));
		json_set(o, "proof", json_plain(proof_name(f->proof)));
		json_set(o, "persistence", json_string(persistence_name(f->cause->persistence)));
		json_set(o, "lasts", json_string(f->cause->lasts));
		json_set(o, "culprit", culprit(f));
		json_set(o, "known", json_strings(&f->facts));
		json_set(o, "creator", creator(with, r, f));
		json_set(o, "functions", functions(with, f));
	}
	json_set(o, "threads", threads(f));
	if (f->answer < 0) {
		json_set(o, "evidence", evidence(f));
		json_set(o, "ruled_out", ruled_out(f));
		json_set(o, "advice", json_strings(&f->advice));
	}
	return o;
}

static json_t *summary(const struct results *r)
{
	const struct summary *s = &r->summary;
	json_t *o = json_object(), *by_cause = json_object(), *no_effect = json_object();

	for (size_t i = 0; i < cause_count; i++)
		if (s->causes[i].count)
			json_set(by_cause, s->causes[i].cause->id, json_number(s->causes[i].count));
	json_set(o, "attempts", json_number(s->attempts));
	json_set(o, "refused", json_number(s->refused));
	json_set(o, "by_cause", by_cause);
	for (int i = NO_EFFECT_NONE + 1; i < NO_EFFECT_KINDS; i++)
		json_set(no_effect, no_effect_name(i), json_number(s->no_effect[i]));
	json_set(o, "silent", no_effect);
	json_set(o, "incidents", json_incidents_summary(r));
	json_set(o, "lost", json_number(s->lost));
	json_set(o, "lost_attaches", json_number(s->lost_attaches));
	json_set(o, "incomplete", json_number(s->incomplete));
	json_set(o, "damaged_lines", json_number(s->damaged));
	json_set(o, "misplaced_records", json_number(s->repeated));
	json_set(o, "filtered", json_number(s->filtered));
	json_set(o, "unmatched", json_number(s->unmatched));
	json_set(o, "shed", json_number(s->shed));
	json_set(o, "counted", json_number(s->counted));
	json_set(o, "failed", json_number(s->failed));
	json_set(o, "property_writes", json_number(s->properties));
	json_set(o, "cut_short", json_boolean(s->cut_short));
	json_set(o, "whole", json_boolean(s->whole));
	return o;
}

static json_t *kernel_of(const struct results *r)
{
	return r->logs && r->logs->has_header ? json_logged(r->logs->header.release) : json_null();
}

static json_t *counted(const struct log *log)
{
	json_t *list = json_array();

	for (size_t i = 0; i < log->counted_count; i++) {
		const struct counted *c = &log->counted[i];
		const char *name = kernel_errno_name(-c->ret);
		json_t *o = json_object(), *writer = json_object();

		json_set(o, "function", json_logged(c->fn));
		json_set(o, "result", json_number_or_null(c->ret, true));
		json_set(o, "errno", json_plain(name));
		json_set(o, "writer", writer);
		json_set(writer, "tgid", json_integer(c->tgid));
		json_set(writer, "comm", json_logged(c->comm));
		json_set(o, "directory", json_number_or_null(c->dir, c->dir));
		json_set(o, "count", json_number(c->n));
		json_append(list, o);
	}
	return list;
}

static json_t *logs(const struct results *r)
{
	json_t *list = json_array();

	for (const struct log *log = r->logs; log; log = log->next) {
		json_t *o = json_object();

		json_set(o, "file", json_plain(log->file));
		json_set(o, "line", json_integer(log->line));
		json_set(o, "kernel", log->has_header ? json_logged(log->header.release) : json_null());
		json_set(o, "machine", log->has_header ? json_logged(log->header.machine) : json_null());
		json_set(o, "attempts", json_number(log_attempts(log)));
		json_set(o, "refused", json_number(log->refused + log->here.counted));
		json_set(o, "lost", json_number(log_lost(log)));
		json_set(o, "whole", json_boolean(log_is_whole(log)));
		json_set(o, "format", json_number_or_null(log->header.version, log->has_header));
		json_set(o, "armed_ns", json_number_or_null(log->armed_ns, log->armed_ns));
		json_set(o, "counted", counted(log));
		json_set(o, "can_be_task_new", !log->version ? json_null() :
			 json_boolean(log->version >= KERNEL_VERSION(4, 8) &&
				      log->version < KERNEL_VERSION(6, 1)));
		json_append(list, o);
	}
	return list;
}

static json_t *document(const struct results *r)
{
	json_t *o = json_object();

	json_set(o, "format", json_integer(JSON_FORMAT));
	json_set(o, "kernel", kernel_of(r));
	json_set(o, "summary", summary(r));
	json_set(o, "logs", logs(r));
	return o;
}

static void write_out(const struct render_options *o, json_t *root)
{
	/* A full disk shows in ferror(), which main() looks at. */
	json_dumpf(root, o->out, JSON_INDENT(2));
	fputc('\n', o->out);
	json_decref(root);
}

static json_t *no_effect(const struct results *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->no_effect_count; i++) {
		const struct no_effect_attach *n = &r->no_effect[i];
		json_t *o = json_object();

		json_set(o, "id", json_number(n->id));
		json_set(o, "log", json_plain(n->log));
		json_set(o, "kind", json_string(no_effect_name(n->kind)));
		json_set(o, "pid", json_integer(n->pid));
		json_set(o, "tgid", json_integer(n->tgid));
		json_set(o, "comm", json_logged(n->comm));
		json_set(o, "writer_pid", json_integer(n->writer_pid));
		json_set(o, "writer_comm", json_logged(n->writer));
		json_set(o, "written_text", json_logged(n->text));
		json_set(o, "file", json_logged(n->file));
		json_set(o, "cgroup", json_logged(n->cgroup));
		json_append(list, o);
	}
	return list;
}

static void json_findings(const struct render_options *o, struct results *r, const char *key,
			  struct finding **findings, size_t count)
{
	json_t *root = document(r), *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_append(list, attach_json(o, r, findings[i]));
	json_set(root, key, list);
	json_set(root, "incidents", json_incidents(r));
	if (o->matches) {
		json_set(root, "errors_file", json_plain(o->matches->file));
		json_set(root, "errors", json_errors(o->matches));
	}
	json_set(root, "silent", no_effect(r));
	write_out(o, root);
}

static void json_report(const struct render_options *o, struct results *r)
{
	json_findings(o, r, "refusals", r->findings, r->count);
}

static void json_attaches(const struct render_options *o, struct results *r)
{
	json_findings(o, r, "attaches", r->kept, r->kept_count);
}

static json_t *moment(const struct log *log)
{
	json_t *o = json_object(), *list = json_array();
	size_t count;
	const struct sighting **seen = snapshot_list(log->snapshot, &count);
	uint64_t t = snapshot_time(log->snapshot), wall = log_wall_ns(log, t);

	for (size_t i = 0; i < count; i++) {
		json_t *row = thread(&seen[i]->row, log->version, seen[i]->has_state);

		json_set(row, "seen_ns", json_number(seen[i]->row.t));
		json_append(list, row);
	}
	free(seen);
	json_set(o, "log", json_plain(log->file));
	json_set(o, "time_ns", json_number(t));
	json_set(o, "wall_ns", wall ? json_number(wall) : json_null());
	json_set(o, "armed",
		 json_boolean(!log_is_afterwards(log) || (log->armed_ns && t >= log->armed_ns)));
	json_set(o, "threads", list);
	return o;
}

static json_t *cause_json(const struct cause *cause)
{
	json_t *o = json_object(), *errnos = json_array(), *advice = json_array();
	json_t *doors = json_array();

	for (size_t i = 0; i < CAUSE_ERRNOS && cause->errnos[i]; i++)
		json_append(errnos, json_string(kernel_errno_name(cause->errnos[i])));
	if (cause_is_of_write(cause) || cause_is_unexplained(cause))
		json_append(doors, json_string("write"));
	if (cause_is_of_clone(cause) || cause_is_unexplained(cause))
		json_append(doors, json_string("clone3"));
	for (size_t i = 0; i < CAUSE_ADVICE && cause->advice[i]; i++)
		json_append(advice, json_string(cause->advice[i]));
	json_set(o, "id", json_string(cause->id));
	json_set(o, "title", json_string(cause->title));
	json_set(o, "errnos", errnos);
	json_set(o, "kernels", json_string(cause->kernels));
	json_set(o, "persistence", json_string(persistence_name(cause->persistence)));
	json_set(o, "lasts", json_string(cause->lasts));
	json_set(o, "proof", json_string(cause->proof));
	json_set(o, "doors", doors);
	json_set(o, "advice", advice);
	json_set(o, "clone_advice", json_plain(cause->clone_advice));
	return o;
}

static void json_causes(const struct render_options *o)
{
	json_t *list = json_array();

	for (size_t i = 0; i < cause_count; i++)
		json_append(list, cause_json(&causes[i]));
	write_out(o, list);
}

static void json_explain(const struct render_options *o, const struct errline *line,
			 const struct explanation *e, const struct explain_kernel *kernel)
{
	write_out(o, json_explanation(line, e, kernel));
}

static void json_moment(const struct render_options *o, struct results *r)
{
	json_t *root = document(r), *list = json_array();

	for (const struct log *log = r->logs; log; log = log->next)
		if (log->snapshot)
			json_append(list, moment(log));
	json_set(root, "moments", list);
	write_out(o, root);
}

const struct renderer render_json = {
	.name = "json",
	.report = json_report,
	.attaches = json_attaches,
	.causes = json_causes,
	.explain = json_explain,
	.moment = json_moment,
};
