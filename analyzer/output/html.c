/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One page with everything, for a browser; docs/html.md describes it. */
#include "output/json_parts.h"

#include <stdlib.h>
#include <string.h>

#include "output/html_index.h"
#include "output/html_pack.h"
#include "output/html_page.h"
#include "output/html_part.h"
#include "report/renderer.h"

static const char element[] = "<script type=\"text/plain\" class=\"%s\">";
static const char class_part[] = "part", class_errors[] = "errors";
static const char element_end[] = "</script>\n";

struct html_out {
	FILE *out;
	struct html_index *index;
	struct spill *parts;	/* elements, as they will stand in the page */
	struct pack *pack;	/* into them */
	struct html_part *part; /* that is gathered */
	const char *class;	/* of its element; NULL: there was none yet */
	struct json_stream stream;
	char *errors_file;
	unsigned long error_lines;
	char *summary;
	uint64_t attempts, refused;
};

static void *begin(const struct render_options *options, enum report_kind kind)
{
	struct html_out *o = xcalloc(1, sizeof(*o));

	(void)kind;
	json_init();
	o->out = options->out;
	o->index = html_index_new();
	o->parts = spill_new();
	o->pack = pack_new(NULL, o->parts);
	o->part = html_part_new();
	return o;
}

/* ---- elements of refusals and of error lines ---- */

static void spill_text(struct html_out *o, const char *text)
{
	spill_append(o->parts, text, strlen(text));
}

static void write_part(struct html_out *o)
{
	char text[64];

	if (html_part_is_empty(o->part))
		return;
	snprintf(text, sizeof(text), element, o->class);
	spill_text(o, text);
	html_part_write(o->part, o->pack);
	pack_finish(o->pack);
	spill_text(o, element_end);
}

/* True: the object is the first of its element. */
static bool add_object(struct html_out *o, const char *class, const char *text, size_t len)
{
	if (o->class != class || html_part_is_full(o->part, len))
		write_part(o);
	bool first = html_part_is_empty(o->part);

	o->class = class;
	html_part_add(o->part, text, len);
	return first;
}

/* ---- a refusal ---- */

static const char *const stage_names[] = {
	[STAGE_UNKNOWN] = NULL,
	[STAGE_OUTSIDE] = "outside",
	[STAGE_KERNFS] = "kernfs",
	[STAGE_LOOKUP] = "lookup",
	[STAGE_PERMISSION] = "permission",
	[STAGE_MIGRATION] = "migration",
	[STAGE_CONTROLLER] = "controller",
};

static void put_time(struct json_stream *s, const char *key, uint64_t ns)
{
	js_key(s, key);
	if (ns)
		js_number(s, ns);
	else
		js_null(s);
}

static void put_times(struct json_stream *s, const struct report_attach *a)
{
	const struct attach *attach = a->finding->attach;

	put_time(s, "began", attach_began(attach));
	js_key_bool(s, "began_is_write", attach->begun && !log_is_afterwards(attach->log));
	put_time(s, "ended", attach->ended ? attach->end.t : 0);
}

static void put_threads(struct json_stream *s, const struct report_attach *a)
{
	const struct thread_table *table = &a->finding->table;
	bool after = log_is_afterwards(a->finding->attach->log);

	js_key(s, "threads");
	js_open(s, '[');
	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = &table->rows[i].task->r.row;

		js_open(s, '{');
		put_time(s, "start", row->start);
		put_time(s, "seen", row->t);
		js_key_integer_or_null(s, "run", row->run, after);
		js_key_integer_or_null(s, "arrivals", row->arrivals, row->arrivals >= 0);
		js_key_integer(s, "policy", row->policy);
		js_key_integer(s, "prio", row->prio);
		js_close(s, '}');
	}
	js_close(s, ']');
}

static void put_answers(struct json_stream *s, const struct attach *attach)
{
	js_key(s, "answers");
	js_open(s, '[');
	for (size_t i = 0; i < attach->answer_count; i++)
		js_number(s, attach->answers[i].r.t);
	js_close(s, ']');
}

static void put_lines(struct json_stream *s, const struct report_attach *a)
{
	js_key(s, "lines");
	js_open(s, '[');
	for (size_t i = 0; i < a->quote_count; i++) {
		js_open(s, '{');
		js_key_integer(s, "line", a->quotes[i].line);
		js_key_plain(s, "text", a->quotes[i].text);
		js_close(s, '}');
	}
	js_close(s, ']');
}

/* What the JSON of a refusal does not have. */
static void put_more(struct json_stream *s, const struct report_attach *a)
{
	js_key(s, "more");
	js_open(s, '{');
	js_key_plain(s, "stage", stage_names[a->finding->stage]);
	js_key_integer_or_null(s, "place", a->place, a->place);
	js_key_integer_or_null(s, "of", a->moving, a->moving);
	put_times(s, a);
	put_threads(s, a);
	put_answers(s, a->finding->attach);
	put_lines(s, a);
	js_close(s, '}');
}

static void take_attach(void *state, const struct report_attach *a)
{
	struct html_out *o = state;

	js_begin_at(&o->stream, 0);
	json_put_attach(&o->stream, a);
	put_more(&o->stream, a);
	js_close(&o->stream, '}');
	html_index_add(o->index, a, add_object(o, class_part, o->stream.text, o->stream.len));
}

/* ---- the rest ---- */

static void take_errors(void *state, const struct report_errors *errors)
{
	struct html_out *o = state;

	o->errors_file = xstrdup(errors->file);
	o->error_lines = errors->lines;
}

static void take_error(void *state, const struct report_error *error)
{
	json_t *object = json_error(error);
	char *text = json_text(object, JSON_COMPACT);

	add_object(state, class_errors, text, strlen(text));
	free(text);
	json_decref(object);
}

static void take_incident(void *state, const struct incident *incident)
{
	html_index_add_incident(((struct html_out *)state)->index, incident);
}

static void take_outcome(void *state, const struct report_outcome *outcome)
{
	html_index_add_outcome(((struct html_out *)state)->index, outcome);
}

static void take_summary(void *state, const struct report_summary *summary)
{
	struct html_out *o = state;
	json_t *object = json_summary(summary), *no_effect = json_array();

	for (size_t i = 0; i < summary->results->no_effect_count; i++)
		json_append(no_effect, json_no_effect(&summary->results->no_effect[i]));
	json_set(object, "no_effect", no_effect);
	json_set(object, "errors_file", json_plain(o->errors_file));
	json_set(object, "errors_lines", json_number(o->error_lines));
	o->summary = json_text(object, JSON_COMPACT);
	json_decref(object);
	o->attempts = summary->results->summary.attempts;
	o->refused = summary->results->summary.refused;
}

/* Nothing in it ends a script element, nor begins a comment that hides the end. */
static void write_plain_json(FILE *out, const char *text)
{
	for (; *text; text++)
		if (*text == '<')
			fputs("\\u003c", out);
		else
			fputc(*text, out);
}

static void write_index(const struct html_out *o)
{
	struct pack *pack = pack_new(o->out, NULL);

	fputs("<script type=\"text/plain\" id=\"index\">", o->out);
	html_index_write(o->index, pack);
	pack_finish(pack);
	fputs(element_end, o->out);
	pack_free(pack);
}

static void write_parts(const struct html_out *o)
{
	char some[4096];
	uint64_t size = spill_size(o->parts);

	for (uint64_t at = 0; at < size; at += sizeof(some)) {
		size_t n = size - at < sizeof(some) ? size - at : sizeof(some);

		spill_read(o->parts, at, some, n);
		fwrite(some, 1, n, o->out);
	}
}

static void write_page(struct html_out *o)
{
	write_part(o);
	fputs(html_page_head, o->out);
	fprintf(o->out, "%llu of %llu attaches refused", (unsigned long long)o->refused,
		(unsigned long long)o->attempts);
	fputs(html_page_top, o->out);
	fputs("<script type=\"application/json\" id=\"summary\">", o->out);
	write_plain_json(o->out, o->summary);
	fputs(element_end, o->out);
	write_index(o);
	fputs(html_page_script, o->out);
	write_parts(o);
	fputs(html_page_end, o->out);
}

static void end(void *state)
{
	struct html_out *o = state;

	if (o->summary)
		write_page(o);
	html_index_free(o->index);
	spill_free(o->parts);
	pack_free(o->pack);
	html_part_free(o->part);
	json_stream_fini(&o->stream);
	free(o->errors_file);
	free(o->summary);
	free(o);
}

const struct renderer render_html = {
	.streams = true,
	.begin = begin,
	.errors = take_errors,
	.error = take_error,
	.summary = take_summary,
	.attach = take_attach,
	.incident = take_incident,
	.outcome = take_outcome,
	.end = end,
};
