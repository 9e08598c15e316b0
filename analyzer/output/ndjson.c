/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line for each thing, when it is known; analyzer/ndjson.schema.json describes them. */
#include "output/json_parts.h"

#include <stdlib.h>
#include <string.h>

#include "report/renderer.h"

struct ndjson_out {
	FILE *out;
	bool live;
	struct json_stream stream; /* of a line */
};

static struct json_stream *begin_line(struct ndjson_out *o, const char *type)
{
	js_begin_at(&o->stream, 0);
	js_key_plain(&o->stream, "type", type);
	return &o->stream;
}

static void end_line(struct ndjson_out *o)
{
	js_close(&o->stream, '}');
	fwrite(o->stream.text, 1, o->stream.len, o->out);
	fputc('\n', o->out);
	if (o->live)
		fflush(o->out);
}

/* Takes `object`, to which the kind of line is added as its first key. */
static void write_line(const struct ndjson_out *o, const char *type, json_t *object)
{
	char *text = json_text(object, JSON_COMPACT);

	fprintf(o->out, "{\"type\":\"%s\"%s%s\n", type, text[1] == '}' ? "" : ",", text + 1);
	free(text);
	json_decref(object);
	if (o->live)
		fflush(o->out);
}

static void *begin(const struct render_options *options, enum report_kind kind)
{
	struct ndjson_out *o = xcalloc(1, sizeof(*o));
	json_t *head;

	(void)kind;
	json_init();
	o->out = options->out;
	o->live = options->live;
	head = json_object();
	json_set(head, "format", json_integer(JSON_FORMAT));
	write_line(o, "begin", head);
	return o;
}

static void take_errors(void *state, const struct report_errors *errors)
{
	json_t *o = json_object();

	json_set(o, "file", json_plain(errors->file));
	json_set(o, "lines", json_number(errors->lines));
	write_line(state, "errors", o);
}

static void take_error(void *state, const struct report_error *error)
{
	write_line(state, "error", json_error(error));
}

static void take_incident(void *state, const struct incident *incident)
{
	json_put_incident(begin_line(state, "incident"), incident);
	end_line(state);
}

static json_t *loss_of(const struct log *log, const struct report_summary *summary)
{
	json_t *o = json_object();
	const struct report_log *report = summary->logs;

	while (report->log != log)
		report++;
	json_set(o, "log", json_plain(log->file));
	json_set(o, "line", json_integer(log->line));
	json_set(o, "lost", json_number(report->lost));
	json_set(o, "lost_attaches", json_number(report->lost_attaches));
	json_set(o, "incomplete", json_number(log->incomplete));
	json_set(o, "damaged_lines", json_number(log->damaged));
	json_set(o, "misplaced_records", json_number(log->repeated));
	json_set(o, "failed", json_number(log->failed));
	json_set(o, "cut_short", json_boolean(log_is_cut_short(log)));
	json_set(o, "no_header", json_boolean(!log->has_header));
	return o;
}

static void take_summary(void *state, const struct report_summary *summary)
{
	for (size_t i = 0; i < summary->results->no_effect_count; i++)
		write_line(state, "no_effect", json_no_effect(&summary->results->no_effect[i]));
	for (size_t i = 0; i < summary->log_count; i++)
		if (!summary->logs[i].whole)
			write_line(state, "loss", loss_of(summary->logs[i].log, summary));
	write_line(state, "summary", json_summary(summary));
}

static void take_attach(void *state, const struct report_attach *attach)
{
	bool refused = attach->finding->answer < 0;

	json_put_attach(begin_line(state, refused ? "refusal" : "attach"), attach);
	end_line(state);
}

static void take_damage(void *state, const struct pos *pos, const char *what)
{
	json_t *o = json_object();

	json_set(o, "log", json_plain(pos->file));
	json_set(o, "line", json_integer(pos->line));
	json_set(o, "what", json_plain(what));
	write_line(state, "damage", o);
}

static void take_moment(void *state, const struct report_moment *moment)
{
	json_put_moment(begin_line(state, "moment"), moment);
	end_line(state);
}

static void take_cause(void *state, const struct cause *cause)
{
	write_line(state, "cause", json_cause(cause));
}

static void take_line(void *state, const struct report_line *line)
{
	write_line(state, "line", json_line(line));
}

static void end(void *state)
{
	json_stream_fini(&((struct ndjson_out *)state)->stream);
	free(state);
}

const struct renderer render_ndjson = {
	.streams = true,
	.begin = begin,
	.errors = take_errors,
	.error = take_error,
	.summary = take_summary,
	.attach = take_attach,
	.damage = take_damage,
	.incident = take_incident,
	.moment = take_moment,
	.cause = take_cause,
	.line = take_line,
	.end = end,
};
