/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * renderer - what a format of the output does with a report. It is given the report piece by piece, each complete,
 * in this order; what it has to remember is its own.
 *
 *     begin   errors error...   summary   attach...     end
 *     begin   attach...         summary                 end	read from a pipe, if it is `live`
 *     begin   summary   attach... or moment...          end
 *     begin   cause... or line                          end
 */
#ifndef REPORT_RENDERER_H
#define REPORT_RENDERER_H

#include <stdio.h>

#include "report/report.h"

struct render_options {
	FILE *out; /* borrowed; what cannot be written shows in ferror() */
	bool colour, all_threads;
	bool no_trunc; /* ids of containers in full; a format for programs always has them so */
};

/* What a format does not show is NULL, but for begin() and end(). `state` is what begin() returned; end() frees it. */
struct renderer {
	bool live; /* each attach can be printed before the next one is known */
	void *(*begin)(const struct render_options *options, enum report_kind kind);
	void (*errors)(void *state, const struct report_errors *errors);
	void (*error)(void *state, const struct report_error *error);
	void (*summary)(void *state, const struct report_summary *summary);
	void (*attach)(void *state, const struct report_attach *attach);
	void (*moment)(void *state, const struct report_moment *moment);
	void (*cause)(void *state, const struct cause *cause);
	void (*line)(void *state, const struct report_line *line);
	void (*end)(void *state);
};

#endif
