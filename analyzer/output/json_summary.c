/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counts, and the logs. */
#include "output/json_parts.h"

#include "facts/kernel.h"

json_t *json_release(const struct log *log)
{
	return log->has_header ? json_logged(log->header.release) : json_null();
}

static json_t *counts(const struct report_summary *r)
{
	const struct summary *s = &r->results->summary;
	json_t *o = json_object(), *by_cause = json_object(), *no_effect = json_object();

	for (size_t i = 0; i < cause_count; i++)
		if (s->causes[i].count)
			json_set(by_cause, s->causes[i].cause->id, json_number(s->causes[i].count));
	json_set(o, "attempts", json_number(s->attempts));
	json_set(o, "refused", json_number(s->refused));
	json_set(o, "selected", json_number_or_null(s->selected, r->results->selection));
	json_set(o, "by_cause", by_cause);
	for (int i = NO_EFFECT_NONE + 1; i < NO_EFFECT_KINDS; i++)
		json_set(no_effect, no_effect_name(i), json_number(s->no_effect[i]));
	json_set(o, "no_effect", no_effect);
	json_set(o, "incidents", json_retries(&r->retries));
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

static json_t *counted(const struct log *log)
{
	json_t *list = json_array();

	for (size_t i = 0; i < log->counted_count; i++) {
		const struct counted *c = &log->counted[i];
		const char *name = kernel_answer_name(c->ret);
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

static json_t *log_json(const struct report_log *from)
{
	const struct log *log = from->log;
	json_t *o = json_object();

	json_set(o, "file", json_plain(log->file));
	json_set(o, "line", json_integer(log->line));
	json_set(o, "kernel", json_release(log));
	json_set(o, "machine", log->has_header ? json_logged(log->header.machine) : json_null());
	json_set(o, "attempts", json_number(from->attempts));
	json_set(o, "refused", json_number(log->refused + from->counted));
	json_set(o, "lost", json_number(from->lost));
	json_set(o, "whole", json_boolean(from->whole));
	json_set(o, "format", json_number_or_null(log->header.version, log->has_header));
	json_set(o, "armed_ns", json_number_or_null(log->armed_ns, log->armed_ns));
	json_set(o, "counted", counted(log));
	json_set(o, "can_be_task_new",
		 log->version ? json_boolean(from->can_be_task_new) : json_null());
	return o;
}

static json_t *logs(const struct report_summary *summary)
{
	json_t *list = json_array();

	for (size_t i = 0; i < summary->log_count; i++)
		json_append(list, log_json(&summary->logs[i]));
	return list;
}

json_t *json_summary(const struct report_summary *summary)
{
	const struct results *r = summary->results;
	json_t *o = json_object();

	json_set(o, "kernel", r->logs ? json_release(r->logs) : json_null());
	json_set(o, "summary", counts(summary));
	json_set(o, "logs", logs(summary));
	return o;
}

json_t *json_no_effect(const struct no_effect_attach *n)
{
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
	return o;
}
