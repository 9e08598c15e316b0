/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reporter - completes what was found, one thing after the other, and hands each to a renderer, so that a report
 * needs no more memory than its renderer keeps.
 */
#ifndef REPORT_REPORTER_H
#define REPORT_REPORTER_H

#include "report/complete.h"
#include "report/renderer.h"

struct reporter {
	const struct renderer *renderer;
	struct complete_with with;
	void *state; /* the renderer's */
};

void reporter_begin(struct reporter *reporter, const struct render_options *options,
		    enum report_kind kind);
void reporter_end(struct reporter *reporter);

/* Between the two, in the order that renderer.h has. */
void reporter_errors(const struct reporter *reporter, const struct matches *matches);
void reporter_summary(const struct reporter *reporter);
/* The largest `top` groups; SIZE_MAX: all. */
void reporter_groups(const struct reporter *reporter, size_t top);
void reporter_incidents(const struct reporter *reporter);
void reporter_incident(const struct reporter *reporter, const struct incident *incident);
void reporter_now(const struct reporter *reporter, const struct log *logs, uint64_t last_ns,
		  bool ended);
void reporter_outcomes(const struct reporter *reporter);
void reporter_attach(const struct reporter *reporter, struct finding *finding);
/* A damaged line, as it comes. */
void reporter_damage(const struct reporter *reporter, const struct pos *pos, const char *what);
void reporter_moments(const struct reporter *reporter);
void reporter_causes(const struct reporter *reporter);
void reporter_line(const struct reporter *reporter, const struct errline *line,
		   const struct explain_kernel *kernel, bool here);

#endif
