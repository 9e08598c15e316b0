/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/reporter.h"

#include <stdlib.h>

#include "verdict/diagnose.h"

void reporter_begin(struct reporter *r, const struct render_options *options, enum report_kind kind)
{
	r->state = r->renderer->begin(options, kind);
}

void reporter_end(struct reporter *r)
{
	r->renderer->end(r->state);
	r->state = NULL;
}

/*
 * ---- handing over: what has private names only as aliases, if that is asked for. Nothing else may call a renderer
 * with a piece ----
 */

static void hand_error(const struct reporter *r, const struct report_error *error,
		       struct arena *arena)
{
	struct redacted_error redacted;

	if (!r->with.redact) {
		r->renderer->error(r->state, error);
		return;
	}
	redact_error_init(&redacted, r->with.redact, error, r->with.results, arena);
	r->renderer->error(r->state, &redacted.report);
	redact_error_fini(&redacted);
}

static void hand_errors(const struct reporter *r, const struct report_errors *errors)
{
	struct arena arena = { 0 };
	const struct report_errors redacted =
		r->with.redact ? redact_errors(r->with.redact, errors, &arena) : *errors;

	r->renderer->errors(r->state, &redacted);
	arena_fini(&arena);
}

static void hand_summary(const struct reporter *r, const struct report_summary *summary)
{
	struct arena arena = { 0 };
	struct redacted_summary redacted;

	if (!r->with.redact) {
		r->renderer->summary(r->state, summary);
		return;
	}
	redact_summary_init(&redacted, r->with.redact, summary, &arena);
	r->renderer->summary(r->state, &redacted.report);
	redact_summary_fini(&redacted);
	arena_fini(&arena);
}

static void hand_incident(const struct reporter *r, const struct incident *incident,
			  struct arena *arena)
{
	const struct incident redacted =
		r->with.redact ? redact_incident(r->with.redact, incident, arena) : *incident;

	r->renderer->incident(r->state, &redacted);
}

static void hand_attach(const struct reporter *r, const struct report_attach *attach,
			struct arena *arena)
{
	struct redacted_attach redacted;

	if (!r->with.redact) {
		r->renderer->attach(r->state, attach);
		return;
	}
	redact_attach_init(&redacted, r->with.redact, attach, arena);
	r->renderer->attach(r->state, &redacted.report);
	redact_attach_fini(&redacted);
}

static void hand_group(const struct reporter *r, const struct report_group *group,
		       struct arena *arena)
{
	struct redacted_group redacted;
	struct redacted_attach example;

	if (!r->with.redact) {
		r->renderer->group(r->state, group);
		return;
	}
	redact_group_init(&redacted, r->with.redact, group, arena);
	if (group->example) {
		redact_attach_init(&example, r->with.redact, group->example, arena);
		redacted.report.example = &example.report;
	}
	r->renderer->group(r->state, &redacted.report);
	if (group->example)
		redact_attach_fini(&example);
}

static void hand_moment(const struct reporter *r, const struct report_moment *moment)
{
	struct arena arena = { 0 };
	struct report_moment redacted;

	if (!r->with.redact) {
		r->renderer->moment(r->state, moment);
		return;
	}
	redacted = redact_moment(r->with.redact, moment, &arena);
	r->renderer->moment(r->state, &redacted);
	redact_moment_fini(&redacted);
	arena_fini(&arena);
}

static void hand_line(const struct reporter *r, const struct report_line *line, bool here,
		      struct arena *arena)
{
	struct redacted_line redacted;

	if (!r->with.redact) {
		r->renderer->line(r->state, line);
		return;
	}
	redact_line_init(&redacted, r->with.redact, line, here, arena);
	r->renderer->line(r->state, &redacted.report);
	redact_line_fini(&redacted);
}

/* ---- completing ---- */

static void report_error(const struct reporter *r, const struct matches *matches, size_t n)
{
	const struct match match = matches_get(matches, n);
	struct arena arena = { 0 };
	struct report_error error;

	report_error_init(&error, &match, n, matches, &r->with, &arena);
	hand_error(r, &error, &arena);
	report_error_fini(&error);
	arena_fini(&arena);
}

void reporter_errors(const struct reporter *r, const struct matches *matches)
{
	const struct report_errors errors = report_errors_of(matches);

	if (r->renderer->errors)
		hand_errors(r, &errors);
	for (size_t i = 0; i < matches->count && r->renderer->error; i++)
		report_error(r, matches, i);
}

void reporter_summary(const struct reporter *r)
{
	struct report_summary summary;

	if (!r->renderer->summary)
		return;
	report_summary_init(&summary, r->with.results);
	hand_summary(r, &summary);
	report_summary_fini(&summary);
}

void reporter_now(const struct reporter *r, const struct log *logs, uint64_t last_ns, bool ended)
{
	if (!r->renderer->now)
		return;
	const struct report_now now = report_now_of(logs, last_ns, ended);

	r->renderer->now(r->state, &now);
}

void reporter_incident(const struct reporter *r, const struct incident *incident)
{
	struct arena arena = { 0 };

	if (r->renderer->incident && incident->is_asked_for)
		hand_incident(r, incident, &arena);
	arena_fini(&arena);
}

void reporter_incidents(const struct reporter *r)
{
	const struct incidents *incidents = r->with.results->incidents;

	for (uint64_t n = 0; r->renderer->incident && n < incidents_count(incidents); n++) {
		struct arena arena = { 0 };
		struct incident incident;

		incidents_get(incidents, n, &incident, &arena);
		reporter_incident(r, &incident);
		arena_fini(&arena);
	}
}

void reporter_outcomes(const struct reporter *r)
{
	const struct results *results = r->with.results;

	for (uint64_t n = 0; r->renderer->outcome && n < results->findings_counted; n++) {
		struct report_outcome outcome = { .number = n };
		struct arena arena = { 0 };
		struct incident incident;

		outcome.is_known =
			incidents_find(results->incidents, n, &incident, &outcome.try, &arena);
		outcome.incident = outcome.is_known ? incident.number : 0;
		r->renderer->outcome(r->state, &outcome);
		arena_fini(&arena);
	}
}

static void report_group(const struct reporter *r, const struct group *group)
{
	struct arena arena = { 0 };
	struct report_attach example;
	struct report_group report = {
		.group = group,
		.first_wall_ns =
			group->first_log ? log_wall_ns(group->first_log, group->first_ns) : 0,
		.last_wall_ns = group->last_log ? log_wall_ns(group->last_log, group->last_ns) : 0,
	};

	if (group->example) {
		finding_fill_in(group->example);
		report_attach_init(&example, group->example, &r->with, &arena);
		report.example = &example;
	}
	hand_group(r, &report, &arena);
	if (group->example)
		report_attach_fini(&example);
	arena_fini(&arena);
}

void reporter_groups(const struct reporter *r, size_t top)
{
	const struct groups *groups = r->with.results->groups;
	struct report_more_groups more = { 0 };
	size_t count;

	if (!groups || !r->renderer->group)
		return;
	struct group **sorted = groups_sorted(groups, &count);
	bool *shown = xcalloc(cause_count, sizeof(*shown)),
	     *left_out = xcalloc(cause_count, sizeof(*left_out));

	for (size_t i = 0; i < count; i++) {
		if (i < top) {
			shown[cause_index(sorted[i]->cause)] = true;
			report_group(r, sorted[i]);
			group_forget_example(sorted[i]);
			continue;
		}
		more.groups++;
		more.refusals += sorted[i]->count;
		left_out[cause_index(sorted[i]->cause)] = !shown[cause_index(sorted[i]->cause)];
	}
	free(sorted);
	more.left_out = left_out;
	more.given_up = groups_given_up(groups, &more.refusals_given_up);
	if ((more.groups || more.given_up) && r->renderer->more_groups)
		r->renderer->more_groups(r->state, &more);
	free(shown);
	free(left_out);
}

void reporter_attach(const struct reporter *r, struct finding *finding)
{
	struct arena arena = { 0 };
	struct report_attach attach;

	if (!r->renderer->attach)
		return;
	finding_fill_in(finding);
	report_attach_init(&attach, finding, &r->with, &arena);
	hand_attach(r, &attach, &arena);
	report_attach_fini(&attach);
	arena_fini(&arena);
}

static void report_moment(const struct reporter *r, const struct log *log)
{
	struct report_moment moment;

	report_moment_init(&moment, log);
	hand_moment(r, &moment);
	report_moment_fini(&moment);
}

void reporter_damage(const struct reporter *r, const struct pos *pos, const char *what)
{
	struct arena arena = { 0 };
	const struct pos at = r->with.redact ? redact_pos(r->with.redact, pos, &arena) : *pos;

	if (r->renderer->damage)
		r->renderer->damage(r->state, &at, what);
	arena_fini(&arena);
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
	report_line_init(&report, line, kernel, here && !r->with.redact, &r->with, &arena);
	hand_line(r, &report, here, &arena);
	report_line_fini(&report);
	arena_fini(&arena);
}
