/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * renderer - what a format of the output does with a report. It is given the report piece by piece, each complete,
 * in this order; what it has to remember is its own.
 *
 *     begin   errors error...   summary   group... more_groups     end
 *     begin   group... more_groups   summary                      end	it was watched
 *     begin   errors error...   summary   attach...                end	each refusal is asked for
 *     begin   attach or damage...   errors error...   incident...   outcome...   summary   end
 *	it streams, or is read from a pipe
 *     begin   attach... incident..., or moment...   summary        end
 *     begin   cause... or line                                     end
 */
#ifndef REPORT_RENDERER_H
#define REPORT_RENDERER_H

#include <stdio.h>

#include "base/diag.h"
#include "report/report.h"

struct render_options {
	FILE *out; /* borrowed; what cannot be written shows in ferror() */
	bool colour, all_threads;
	bool no_trunc; /* ids of containers in full; a format for programs always has them so */
	struct journal *journal; /* borrowed; NULL unless it is a journal's renderer */
	bool live;     /* attaches come as they close, and are to be seen at once */
	struct textfile *textfile; /* borrowed; NULL unless it is a textfile's renderer */
	const char *version;	   /* of the program */
};

/* What a format does not show is NULL, but for begin() and end(). `state` is what begin() returned; end() frees it. */
struct renderer {
	bool streams; /* it is given each attach as soon as that is known, wherever it comes from */
	void *(*begin)(const struct render_options *options, enum report_kind kind);
	void (*errors)(void *state, const struct report_errors *errors);
	void (*error)(void *state, const struct report_error *error);
	void (*summary)(void *state, const struct report_summary *summary);
	void (*attach)(void *state, const struct report_attach *attach);
	void (*group)(void *state, const struct report_group *group);
	void (*more_groups)(void *state, const struct report_more_groups *more);
	void (*incident)(void *state, const struct incident *incident);
	void (*outcome)(void *state, const struct report_outcome *outcome);   /* of each refusal */
	void (*damage)(void *state, const struct pos *pos, const char *what); /* as it comes */
	void (*moment)(void *state, const struct report_moment *moment);
	void (*cause)(void *state, const struct cause *cause);
	void (*line)(void *state, const struct report_line *line);
	void (*now)(
		void *state,
		const struct report_now *now); /* now and then, if it is live; and before end() */
	void (*end)(void *state);
};

#endif
