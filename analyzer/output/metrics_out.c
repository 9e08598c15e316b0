/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report in numbers: once, as OpenMetrics; or in a file for node_exporter, which is written anew now and then. */
#include <stdlib.h>

#include "base/textfile.h"
#include "output/formats.h"
#include "output/metrics.h"
#include "output/textfile.h"

/* Both are borrowed; each renderer uses its own. */
struct metrics_out {
	FILE *out;
	struct textfile *file;
	struct metrics *metrics;
};

static void *begin(const struct render_options *options, enum report_kind kind)
{
	struct metrics_out *o = xcalloc(1, sizeof(*o));

	(void)kind;
	o->out = options->out;
	o->file = options->textfile;
	o->metrics = metrics_new();
	return o;
}

static void take_attach(void *state, const struct report_attach *attach)
{
	metrics_add_attach(((struct metrics_out *)state)->metrics, attach);
}

static void take_incident(void *state, const struct incident *incident)
{
	metrics_add_incident(((struct metrics_out *)state)->metrics, incident);
}

static void take_now(void *state, const struct report_now *now)
{
	metrics_set_now(((struct metrics_out *)state)->metrics, now);
}

static void end(void *state)
{
	struct metrics_out *o = state;

	metrics_free(o->metrics);
	free(o);
}

static void print_and_end(void *state)
{
	const struct metrics_out *o = state;

	metrics_print(o->metrics, o->out, true);
	end(state);
}

static void write_now(void *state, const struct report_now *now)
{
	const struct metrics_out *o = state;

	take_now(state, now);
	FILE *out = textfile_begin(o->file);

	if (out)
		metrics_print(o->metrics, out, false);
	textfile_end(o->file);
}

const struct renderer render_openmetrics = {
	.streams = true,
	.begin = begin,
	.attach = take_attach,
	.incident = take_incident,
	.now = take_now,
	.end = print_and_end,
};

const struct renderer render_textfile = {
	.streams = true,
	.begin = begin,
	.attach = take_attach,
	.incident = take_incident,
	.now = write_now,
	.end = end,
};
