/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/formats.h"

/* A file each. */
extern const struct renderer render_text, render_json, render_ndjson;

const struct format formats[] = {
	{ "text", &render_text, NULL },
	{ "json", &render_json, "print JSON (see analyzer/JSON.md)" },
	{ "ndjson", &render_ndjson, "print a line of JSON for each refusal, when it is known" },
	{ "openmetrics", &render_openmetrics,
	  "print counts as OpenMetrics (see docs/monitoring.md)" },
};

const size_t format_count = ARRAY_SIZE(formats);
