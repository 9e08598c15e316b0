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
	json_set(o, "failed", json_number(n->failed));
	json_set(o, "open", json_number(n->open));
	json_set(o, "hidden_refusals", json_number(n->hidden.refused));
	json_set(o, "hidden_ns", n->hidden.count ? hidden(&n->hidden) : json_null());
	return o;
}

static void put_ids(struct json_stream *s, const struct incident *i)
{
	js_key(s, "refusals");
	js_open(s, '[');
	for (unsigned int k = 0; k < i->refused && k < INCIDENT_IDS; k++)
		js_number(s, i->ids[k]);
	js_close(s, ']');
}

static void put_bool_or_null(struct json_stream *s, const char *key, bool value, bool known)
{
	js_key(s, key);
	if (known)
		js_bool(s, value);
	else
		js_null(s);
}

static void put_latency(struct json_stream *s, const struct incident *i)
{
	js_key(s, "latency_ns");
	if (incident_has_cost(i))
		js_number(s, incident_cost(i));
	else
		js_null(s);
}

static void put_writer(struct json_stream *s, const struct incident *i)
{
	js_key(s, "writer");
	js_open(s, '{');
	js_key_integer(s, "pid", i->writer_pid);
	js_key_integer(s, "tgid", i->writer_tgid);
	js_key_logged(s, "comm", i->comm);
	js_close(s, '}');
}

void json_put_incident(struct json_stream *s, const struct incident *i)
{
	bool reached = i->error_line, hidden = incident_is_hidden(i) && incident_hides_retries(i);

	js_key_number(s, "id", i->ids[0]);
	js_key_plain(s, "log", i->log->file);
	put_ids(s, i);
	js_key_number(s, "last", i->last_id);
	js_key_integer(s, "tries", i->tries);
	js_key_integer(s, "refused", i->refused);
	put_bool_or_null(s, "succeeded", i->outcome == OUTCOME_SUCCEEDED,
			 i->outcome != OUTCOME_UNKNOWN);
	js_key_bool(s, "fallback", i->fallback);
	put_latency(s, i);
	put_bool_or_null(s, "reached_user", reached, reached || hidden);
	js_key_bool(s, "retried_in_vain", incident_is_in_vain(i));
	js_key_plain(s, "cause", i->mixed || !i->cause ? NULL : i->cause->id);
	js_key_number(s, "time_ns", i->began_ns);
	put_writer(s, i);
	js_key_logged(s, "written_text", i->text);
	js_key_logged(s, "file", i->file);
	js_key_logged(s, "cgroup", i->cgroup);
}
