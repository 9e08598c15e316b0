/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/reporter.h"

void reporter_begin(struct reporter *r, const struct render_options *options, enum report_kind kind)
{
	r->state = r->renderer->begin(options, kind);
}

void reporter_end(struct reporter *r)
{
	r->renderer->end(r->state);
	r->state = NULL;
}

static void report_error(const struct reporter *r, const struct match *match,
			 const struct matches *matches)
{
	struct arena arena = { 0 };
	struct report_error error;

	report_error_init(&error, match, matches, &r->with, &arena);
	r->renderer->error(r->state, &error);
	report_error_fini(&error);
	arena_fini(&arena);
}

void reporter_errors(const struct reporter *r, const struct matches *matches)
{
	const struct report_errors errors = report_errors_of(matches);

	if (r->renderer->errors)
		r->renderer->errors(r->state, &errors);
	for (size_t i = 0; i < matches->count && r->renderer->error; i++)
		report_error(r, &matches->items[i], matches);
}

void reporter_summary(const struct reporter *r)
{
	struct report_summary summary;

	if (!r->renderer->summary)
		return;
	report_summary_init(&summary, r->with.results);
	r->renderer->summary(r->state, &summary);
	report_summary_fini(&summary);
}

void reporter_attach(const struct reporter *r, const struct finding *finding)
{
	struct arena arena = { 0 };
	struct report_attach attach;

	if (!r->renderer->attach)
		return;
	report_attach_init(&attach, finding, &r->with, &arena);
	r->renderer->attach(r->state, &attach);
	report_attach_fini(&attach);
	arena_fini(&arena);
}

static void report_moment(const struct reporter *r, const struct log *log)
{
	struct report_moment moment;

	report_moment_init(&moment, log);
	r->renderer->moment(r->state, &moment);
	report_moment_fini(&moment);
}

void reporter_moments(const struct reporter *r)
{
	for (const struct log *log = r->with.results->logs; log && r->renderer->moment;
	     log = log->next)
		if (log->snapshot)
			report_moment(r, log);
}

void reporter_causes(const struct reporter *r)
{
	for (size_t i = 0; i < cause_count && r->renderer->cause; i++)
		r->renderer->cause(r->state, causes[i]);
}

void reporter_line(const struct reporter *r, const struct errline *line,
		   const struct explain_kernel *kernel, bool here)
{
	struct arena arena = { 0 };
	struct report_line report;

	if (!r->renderer->line)
		return;
	report_line_init(&report, line, kernel, here, &arena);
	r->renderer->line(r->state, &report);
	report_line_fini(&report);
	arena_fini(&arena);
}
