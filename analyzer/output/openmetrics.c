/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report in numbers, as OpenMetrics. */
#include <stdlib.h>

#include "output/formats.h"
#include "output/metrics.h"

struct openmetrics_out {
	FILE *out;
	struct metrics *metrics;
};

static void *begin(const struct render_options *options, enum report_kind kind)
{
	struct openmetrics_out *o = xcalloc(1, sizeof(*o));

	(void)kind;
	o->out = options->out;
	o->metrics = metrics_new();
	return o;
}

static void take_attach(void *state, const struct report_attach *attach)
{
	metrics_add_attach(((struct openmetrics_out *)state)->metrics, attach);
}

static void take_incident(void *state, const struct incident *incident)
{
	metrics_add_incident(((struct openmetrics_out *)state)->metrics, incident);
}

static void take_now(void *state, const struct report_now *now)
{
	metrics_set_now(((struct openmetrics_out *)state)->metrics, now);
}

static void end(void *state)
{
	struct openmetrics_out *o = state;

	metrics_print(o->metrics, o->out, true);
	metrics_free(o->metrics);
	free(o);
}

const struct renderer render_openmetrics = {
	.streams = true,
	.begin = begin,
	.attach = take_attach,
	.incident = take_incident,
	.now = take_now,
	.end = end,
};
