/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report in numbers, in a file for node_exporter, which is written anew now and then. */
#include "output/textfile.h"

#include <stdlib.h>

#include "base/textfile.h"
#include "output/metrics.h"

struct textfile_out {
	struct textfile *file; /* borrowed */
	struct metrics *metrics;
};

static void *begin(const struct render_options *options, enum report_kind kind)
{
	struct textfile_out *o = xcalloc(1, sizeof(*o));

	(void)kind;
	o->file = options->textfile;
	o->metrics = metrics_new();
	return o;
}

static void take_attach(void *state, const struct report_attach *attach)
{
	metrics_add_attach(((struct textfile_out *)state)->metrics, attach);
}

static void take_incident(void *state, const struct incident *incident)
{
	metrics_add_incident(((struct textfile_out *)state)->metrics, incident);
}

static void take_now(void *state, const struct report_now *now)
{
	struct textfile_out *o = state;

	metrics_set_now(o->metrics, now);
	FILE *out = textfile_begin(o->file);

	if (out)
		metrics_print(o->metrics, out, false);
	textfile_end(o->file);
}

static void end(void *state)
{
	struct textfile_out *o = state;

	metrics_free(o->metrics);
	free(o);
}

const struct renderer render_textfile = {
	.streams = true,
	.begin = begin,
	.attach = take_attach,
	.incident = take_incident,
	.now = take_now,
	.end = end,
};
