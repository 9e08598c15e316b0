/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/JSON.md describes what is written here, field by field. */
#include "output/json_parts.h"

#include <stdlib.h>

#include "facts/kernel.h"
#include "report/renderer.h"

/* One document, which is written at the end; its parts, NULL as long as they are not there. */
struct json_out {
	FILE *out;
	enum report_kind kind;
	json_t *document;
	json_t *list; /* of attaches, moments or causes */
	json_t *incidents, *no_effect, *errors, *errors_file;
};

static void *begin(const struct render_options *options, enum report_kind kind)
{
	struct json_out *o = xcalloc(1, sizeof(*o));

	json_init();
	o->out = options->out;
	o->kind = kind;
	o->list = json_array();
	return o;
}

static void take_errors(void *state, const struct report_errors *errors)
{
	struct json_out *o = state;

	o->errors_file = json_plain(errors->file);
	o->errors = json_array();
}

static void take_error(void *state, const struct report_error *error)
{
	json_append(((struct json_out *)state)->errors, json_error(error));
}

static void take_summary(void *state, const struct report_summary *summary)
{
	struct json_out *o = state;

	o->document = json_summary(summary);
	if (o->kind == REPORT_MOMENTS)
		return;
	o->incidents = json_incidents(summary);
	o->no_effect = json_no_effect(summary->results);
}

static void take_attach(void *state, const struct report_attach *attach)
{
	json_append(((struct json_out *)state)->list, json_attach(attach));
}

static void take_moment(void *state, const struct report_moment *moment)
{
	json_append(((struct json_out *)state)->list, json_moment(moment));
}

static json_t *cause_json(const struct cause *cause)
{
	json_t *o = json_object(), *errnos = json_array(), *advice = json_array();
	json_t *doors = json_array(), *functions = json_array();

	for (size_t i = 0; i < CAUSE_ERRNOS && cause->errnos[i]; i++)
		json_append(errnos, json_string(kernel_errno_name(cause->errnos[i])));
	for (size_t i = 0; i < CAUSE_FUNCTIONS && cause->functions[i]; i++)
		json_append(functions, json_string(cause->functions[i]));
	for (unsigned int door = 1; door & DOORS_ALL; door <<= 1)
		if (cause->doors & door)
			json_append(doors, json_string(door_name(door)));
	for (size_t i = 0; i < CAUSE_ADVICE && cause->advice[i]; i++)
		json_append(advice, json_string(cause->advice[i]));
	json_set(o, "id", json_string(cause->id));
	json_set(o, "title", json_string(cause->title));
	json_set(o, "errnos", errnos);
	json_set(o, "kernels", json_string(cause->kernel_words));
	json_set(o, "persistence", json_string(persistence_name(cause->persistence)));
	json_set(o, "lasts", json_string(cause->lasts));
	json_set(o, "proof", json_string(cause->proof));
	json_set(o, "doors", doors);
	json_set(o, "functions", functions);
	json_set(o, "advice", advice);
	json_set(o, "clone_advice",
		 json_plain(cause->advice_at.doors & DOOR_CLONE ? cause->advice_at.text : NULL));
	return o;
}

static void take_cause(void *state, const struct cause *cause)
{
	json_append(((struct json_out *)state)->list, cause_json(cause));
}

static void take_line(void *state, const struct report_line *line)
{
	((struct json_out *)state)->document = json_line(line);
}

/* All parts of a document whose list of attaches is called `key`. */
static void put_together(struct json_out *o, const char *key)
{
	json_set(o->document, key, o->list);
	json_set(o->document, "incidents", o->incidents);
	if (o->errors) {
		json_set(o->document, "errors_file", o->errors_file);
		json_set(o->document, "errors", o->errors);
	}
	json_set(o->document, "no_effect", o->no_effect);
}

static json_t *whole(struct json_out *o)
{
	switch (o->kind) {
	case REPORT_ALL:
		put_together(o, "refusals");
		return o->document;
	case REPORT_ATTACHES:
		put_together(o, "attaches");
		return o->document;
	case REPORT_MOMENTS:
		json_set(o->document, "moments", o->list);
		return o->document;
	case REPORT_CAUSES:
		return o->list;
	case REPORT_LINE:
		break;
	}
	json_decref(o->list);
	return o->document;
}

static void end(void *state)
{
	struct json_out *o = state;
	json_t *document = whole(o);

	/* A full disk shows in ferror(), which main() looks at. */
	json_write(o->out, document, JSON_INDENT(2));
	fputc('\n', o->out);
	json_decref(document);
	free(o);
}

const struct renderer render_json = {
	.begin = begin,
	.errors = take_errors,
	.error = take_error,
	.summary = take_summary,
	.attach = take_attach,
	.moment = take_moment,
	.cause = take_cause,
	.line = take_line,
	.end = end,
};
