/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/JSON.md describes what is written here, field by field. */
#include "output/json_parts.h"

#include <stdlib.h>
#include <string.h>

#include "report/renderer.h"

/* One object, written piece by piece: what is not an array of its own is a key of it. */
struct json_out {
	FILE *out;
	enum report_kind kind;
	const char *array; /* that is open; NULL if none is */
	bool has_key, has_element;
	bool has_incidents;
	struct json_stream stream; /* of an element */
};

/* The parts of an object stand two or four blanks further in. No string has a line break in it. */
static void write_value(const struct json_out *o, const json_t *value, int blanks)
{
	char *text = json_text(value, JSON_INDENT(2) | JSON_ENCODE_ANY);

	for (const char *at = text; *at;) {
		size_t len = strcspn(at, "\n");

		fwrite(at, 1, len, o->out);
		at += len;
		if (*at)
			fprintf(o->out, "\n%*s", blanks, "");
		at += *at == '\n';
	}
	free(text);
}

static void close_array(struct json_out *o)
{
	if (o->array)
		fputs(o->has_element ? "\n  ]" : "]", o->out);
	o->array = NULL;
}

static void begin_key(struct json_out *o, const char *key)
{
	close_array(o);
	fprintf(o->out, "%s\n  \"%s\": ", o->has_key ? "," : "", key);
	o->has_key = true;
}

static void open_array(struct json_out *o, const char *key)
{
	begin_key(o, key);
	fputc('[', o->out);
	o->array = key;
	o->has_element = false;
}

/* Takes `value`. */
static void write_element(struct json_out *o, json_t *value)
{
	fprintf(o->out, "%s\n    ", o->has_element ? "," : "");
	o->has_element = true;
	write_value(o, value, 4);
	json_decref(value);
}

static struct json_stream *begin_element(struct json_out *o)
{
	fprintf(o->out, "%s\n    ", o->has_element ? "," : "");
	o->has_element = true;
	js_begin_at(&o->stream, 2);
	return &o->stream;
}

static void end_element(struct json_out *o)
{
	js_close(&o->stream, '}');
	fwrite(o->stream.text, 1, o->stream.len, o->out);
}

/* Takes `object`: its keys become keys of the whole. */
static void write_keys(struct json_out *o, json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		begin_key(o, key);
		write_value(o, value, 2);
	}
	json_decref(object);
}

static void *begin(const struct render_options *options, enum report_kind kind)
{
	struct json_out *o = xcalloc(1, sizeof(*o));

	json_init();
	o->out = options->out;
	o->kind = kind;
	o->stream.indent = 2;
	switch (kind) {
	case REPORT_ALL:
	case REPORT_ATTACHES:
	case REPORT_MOMENTS:
		fputc('{', o->out);
		begin_key(o, "format");
		fprintf(o->out, "%d", JSON_FORMAT);
		open_array(o, kind == REPORT_ALL      ? "refusals" :
			      kind == REPORT_ATTACHES ? "attaches" :
							"moments");
		break;
	case REPORT_CAUSES:
		fputc('[', o->out);
		break;
	case REPORT_LINE:
		break;
	}
	return o;
}

static void take_errors(void *state, const struct report_errors *errors)
{
	struct json_out *o = state;
	json_t *file = json_plain(errors->file);

	begin_key(o, "errors_file");
	write_value(o, file, 2);
	json_decref(file);
	open_array(o, "errors");
}

static void take_error(void *state, const struct report_error *error)
{
	write_element(state, json_error(error));
}

static void take_incident(void *state, const struct incident *incident)
{
	struct json_out *o = state;

	if (!o->has_incidents)
		open_array(o, "incidents");
	o->has_incidents = true;
	json_put_incident(begin_element(o), incident);
	end_element(o);
}

static void take_summary(void *state, const struct report_summary *summary)
{
	struct json_out *o = state;

	if (o->kind != REPORT_MOMENTS && !o->has_incidents)
		open_array(o, "incidents");
	write_keys(o, json_summary(summary));
	if (o->kind == REPORT_MOMENTS)
		return;
	open_array(o, "no_effect");
	for (size_t i = 0; i < summary->results->no_effect_count; i++)
		write_element(o, json_no_effect(&summary->results->no_effect[i]));
}

static void take_attach(void *state, const struct report_attach *attach)
{
	json_put_attach(begin_element(state), attach);
	end_element(state);
}

static void take_moment(void *state, const struct report_moment *moment)
{
	json_put_moment(begin_element(state), moment);
	end_element(state);
}

static void take_cause(void *state, const struct cause *cause)
{
	struct json_out *o = state;
	json_t *json = json_cause(cause);

	fprintf(o->out, "%s\n  ", o->has_element ? "," : "");
	o->has_element = true;
	write_value(o, json, 2);
	json_decref(json);
}

static void take_line(void *state, const struct report_line *line)
{
	struct json_out *o = state;
	json_t *json = json_line(line);

	write_value(o, json, 0);
	json_decref(json);
}

static void end(void *state)
{
	struct json_out *o = state;

	if (o->kind != REPORT_CAUSES && o->kind != REPORT_LINE) {
		close_array(o);
		fputs("\n}", o->out);
	} else if (o->kind == REPORT_CAUSES) {
		fputs("\n]", o->out);
	}
	/* A full disk shows in ferror(), which main() looks at. */
	fputc('\n', o->out);
	json_stream_fini(&o->stream);
	free(o);
}

const struct renderer render_json = {
	.streams = true,
	.begin = begin,
	.errors = take_errors,
	.error = take_error,
	.summary = take_summary,
	.attach = take_attach,
	.incident = take_incident,
	.moment = take_moment,
	.cause = take_cause,
	.line = take_line,
	.end = end,
};
