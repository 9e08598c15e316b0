/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/json_parts.h"

#include "facts/kernel.h"

static json_t *possibilities(const struct possibilities *from)
{
	json_t *list = json_array();

	for (size_t i = 0; i < from->count; i++)
		json_append_pair(list, "cause", from->items[i].cause->id, "why",
				 from->items[i].why);
	return list;
}

static json_t *advices(const struct advices *from)
{
	json_t *list = json_array();

	for (size_t i = 0; i < from->count; i++)
		json_append_pair(list, "cause", from->items[i].cause->id, "text",
				 from->items[i].text);
	return list;
}

static json_t *checks(const struct checks *from)
{
	json_t *list = json_array();

	for (size_t i = 0; i < from->count; i++)
		json_append_pair(list, "command", from->items[i].command, "tells",
				 from->items[i].tells);
	return list;
}

static json_t *pod(const struct container *c)
{
	if (!c->pod_uid && !c->pod_name)
		return json_null();
	json_t *o = json_object();

	json_set(o, "uid", json_plain(c->pod_uid));
	json_set(o, "name", json_plain(c->pod_name));
	json_set(o, "namespace", json_plain(c->pod_namespace));
	return o;
}

json_t *json_container(const struct container *c)
{
	json_t *o = json_object();

	json_set(o, "engine", json_plain(c->engine));
	json_set(o, "id", json_plain(c->id));
	json_set(o, "name", json_plain(c->name));
	json_set(o, "pod_uid", json_plain(c->pod_uid));
	json_set(o, "qos", json_plain(c->qos));
	json_set(o, "unit", json_plain(c->unit));
	json_set(o, "pod", pod(c));
	return o;
}

static const char *step_name(enum errline_step step)
{
	static const char *const names[] = { "write", "open", "user", "manager", "clone" };

	return names[step];
}

static json_t *time_of(const struct errline *line)
{
	return line->clock == ERRLINE_UTC ? json_integer(line->time_ns) : json_null();
}

static void set_line(json_t *o, const struct report_line *r)
{
	const struct errline *line = r->line;
	const struct explanation *e = &r->explanation;
	const char *name = kernel_errno_name(line->number);

	json_set(o, "kind", json_string(errline_kind_name(line->kind)));
	json_set(o, "vague", json_boolean(line->vague));
	json_set(o, "step", line->kind == ERRLINE_OTHER ? json_null() : json_string(step_name(line->step)));
	json_set(o, "door", json_plain(door_name(e->door)));
	json_set(o, "maybe_open", json_boolean(line->maybe_open));
	json_set(o, "errno", !line->number ? json_null() : name ? json_string(name) :
		 json_sprintf("errno %d", line->number));
	json_set(o, "function", json_plain(line->function));
	json_set(o, "pid", json_number_or_null(line->pid, line->pid >= 0));
	json_set(o, "file", json_plain(line->file));
	json_set(o, "cgroup", json_plain(line->cgroup));
	json_set(o, "path", json_plain(line->path));
	json_set(o, "controllers", json_plain(line->controllers));
	json_set(o, "version", json_number_or_null(line->version, line->version));
	json_set(o, "runtime", json_plain(line->runtime));
	json_set(o, "runtime_version", json_plain(line->runtime_version));
	json_set(o, "engine", json_plain(line->engine));
	json_set(o, "container", r->has_container ? json_container(&r->container) : json_null());
	json_set(o, "wall_ns", time_of(line));
	json_set(o, "meaning", json_plain(e->meaning));
	json_set(o, "known", json_strings(&e->known));
	json_set(o, "possible", possibilities(&e->possible));
	json_set(o, "ruled_out", possibilities(&e->ruled_out));
	json_set(o, "advice", advices(&e->advice));
	json_set(o, "checks", checks(&e->checks));
	json_set(o, "commands", json_strings(&e->commands));
}

json_t *json_line(const struct report_line *line)
{
	json_t *o = json_object();

	set_line(o, line);
	json_set(o, "kernel", json_plain(line->kernel->release));
	json_set(o, "found", json_strings(&line->found));
	return o;
}

static json_t *event(const struct report_error *e)
{
	const struct match *m = e->match;

	if (!m->candidate)
		return json_null();
	json_t *o = json_object();

	json_set(o, "id", json_number(e->refusal.id));
	json_set(o, "log", json_plain(e->incident.log->file));
	json_set(o, "how", json_strings(&e->how));
	json_set(o, "confidence", json_string(sureness_name(m->sureness)));
	json_set(o, "incident", json_number(e->incident.ids[0]));
	json_set(o, "tries", json_integer(e->incident.tries));
	json_set(o, "cause", json_string(e->refusal.cause->id));
	return o;
}

json_t *json_error(const struct report_error *e)
{
	const struct match *m = e->match;
	json_t *o = json_object();

	json_set(o, "line", json_integer(m->first));
	json_set(o, "last_line", json_integer(m->last));
	set_line(o, &e->line);
	json_set(o, "event", event(e));
	json_set(o, "why_not", json_plain(e->why_not));
	json_set(o, "duplicate_of", json_number_or_null(m->duplicate_of, m->duplicate_of));
	return o;
}
