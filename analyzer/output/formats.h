/* SPDX-License-Identifier: GPL-2.0-or-later */
/* formats - the table of the formats of the output. No renderer knows another. */
#ifndef OUTPUT_FORMATS_H
#define OUTPUT_FORMATS_H

#include "report/renderer.h"

struct format {
	const char *name; /* the option that asks for it */
	const struct renderer *renderer;
	const char *help; /* of the option */
};

/* The first is what there is without an option, and has none. */
extern const struct format formats[];
extern const size_t format_count;

/* Written to a file of its own, besides whatever is printed. */
extern const struct renderer render_html;
extern const struct renderer render_openmetrics;
/* --report-bug: of one attach alone. */
extern const struct renderer render_bug;
/* Written to files of their own. render_svg: one attach, whose race is drawn; render_trace: all of them. */
extern const struct renderer render_svg, render_trace;

#endif
