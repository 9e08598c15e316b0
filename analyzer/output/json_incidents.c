/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/json_parts.h"

static json_t *hidden(const struct hidden *m)
{
	json_t *o = json_object();

	json_set(o, "min", json_number(m->min));
	json_set(o, "median", json_number(m->median));
	json_set(o, "p90", json_number(m->p90));
	json_set(o, "max", json_number(m->max));
	json_set(o, "total", json_number(m->total));
	return o;
}

json_t *json_retries(const struct retry_counts *n)
{
	json_t *o = json_object();

	json_set(o, "count", json_number(n->all));
	json_set(o, "retried", json_number(n->retried));
	json_set(o, "hidden", json_number(n->hidden.count));
	json_set(o, "gave_up", json_number(n->gave_up));
	json_set(o, "in_vain", json_number(n->in_vain));
	json_set(o, "failed", json_number(retries_failed(n)));
	json_set(o, "open", json_number(retries_open(n)));
	json_set(o, "hidden_refusals", json_number(n->hidden.refused));
	json_set(o, "hidden_ns", n->hidden.count ? hidden(&n->hidden) : json_null());
	return o;
}

static json_t *ids(const struct incident *i)
{
	json_t *list = json_array();

	for (unsigned int k = 0; k < i->refused && k < INCIDENT_IDS; k++)
		json_append(list, json_number(i->ids[k]));
	return list;
}

static json_t *reached_user(const struct incident *i)
{
	if (i->error_line)
		return json_true();
	return incident_is_hidden(i) && incident_hides_retries(i) ? json_false() : json_null();
}

json_t *json_incident(const struct incident *i)
{
	json_t *o = json_object(), *writer = json_object();

	json_set(o, "id", json_number(i->ids[0]));
	json_set(o, "log", json_plain(i->log->file));
	json_set(o, "refusals", ids(i));
	json_set(o, "last", json_number(i->last_id));
	json_set(o, "tries", json_integer(i->tries));
	json_set(o, "refused", json_integer(i->refused));
	json_set(o, "succeeded", i->outcome == OUTCOME_UNKNOWN ? json_null() :
		 json_boolean(i->outcome == OUTCOME_SUCCEEDED));
	json_set(o, "fallback", json_boolean(i->fallback));
	json_set(o, "latency_ns",
		 incident_has_cost(i) ? json_number(incident_cost(i)) : json_null());
	json_set(o, "reached_user", reached_user(i));
	json_set(o, "retried_in_vain", json_boolean(incident_is_in_vain(i)));
	json_set(o, "cause", i->mixed || !i->cause ? json_null() : json_string(i->cause->id));
	json_set(o, "time_ns", json_number(i->began_ns));
	json_set(o, "writer", writer);
	json_set(writer, "pid", json_integer(i->writer_pid));
	json_set(writer, "tgid", json_integer(i->writer_tgid));
	json_set(writer, "comm", json_logged(i->comm));
	json_set(o, "written_text", json_logged(i->text));
	json_set(o, "file", json_logged(i->file));
	json_set(o, "cgroup", json_logged(i->cgroup));
	return o;
}
