/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render - the ways to write a report. One file each; no renderer knows another.
 */
#ifndef OUTPUT_RENDER_H
#define OUTPUT_RENDER_H

#include <stdio.h>

#include "match/match.h"
#include "symbols/kernel_source.h"
#include "symbols/user_symbol.h"
#include "verdict/results.h"

/* What is needed besides the results; what it points to is borrowed. */
struct render_options {
	FILE *out;
	bool colour, all_threads;
	const struct matches *matches;	/* NULL without --errors */
	struct user_symbols *user_symbols;
	struct kernel_source *kernel_source;
};

struct renderer {
	const char *name;
	/* One refusal, as soon as it is known; NULL if this output comes in one piece at the end. */
	void (*refusal)(const struct render_options *, struct results *, const struct finding *);
	void (*summary)(const struct render_options *, struct results *);
	void (*report)(const struct render_options *, struct results *);		/* all of it */
	void (*attaches)(const struct render_options *, struct results *);	/* --attach: `kept` */
	void (*causes)(const struct render_options *);				/* --causes */
	/* --explain */
	void (*explain)(const struct render_options *, const struct errline *, const struct explanation *,
			const struct explain_kernel *);
	/* --at: the logs' snapshots */
	void (*moment)(const struct render_options *, struct results *);
};

/* Parts of the text that have files of their own. */
void render_causes(const struct render_options *options);
void render_summary(const struct render_options *options, struct results *results);
void render_errors(const struct render_options *options, struct results *results);
void render_explanation(const struct render_options *options, const struct errline *line,
			const struct explanation *explanation, const struct explain_kernel *kernel);
/* One line, if the path (plain text) tells of a container. */
void render_container(const struct render_options *options, const char *path, struct arena *arena);

extern const struct renderer render_text, render_json;

#endif
