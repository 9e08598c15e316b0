/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/complete.h"

#include <stdlib.h>

#include "base/list.h"
#include "base/text.h"
#include "facts/kernel.h"
#include "report/creator.h"
#include "report/here.h"
#include "report/quote.h"
#include "report/race.h"
#include "trace/parse.h"
#include "verdict/after.h"
#include "verdict/causes/list.h"
#include "verdict/rules_lookup.h"

/* ---- attaches ---- */

/* The log has the kernel's own names, which are those of v1. */
static const char *controllers_of(const struct attach *a, struct arena *arena)
{
	const char *rest = a->begin.controllers, *name, *comma = "";
	struct text text;
	size_t len;

	if (!rest || a->begin.v != 2)
		return rest ? rest : "";
	text_begin(&text);
	for (; (name = list_next(&rest, &len)); comma = ",")
		fprintf(text.out, "%s%s", comma,
			kernel_controller_on_v2(arena_printf(arena, "%.*s", (int)len, name)));
	return text_end(&text, arena);
}

static void find_sources(struct report_attach *ret, struct kernel_source *sources)
{
	const struct finding *f = ret->finding;
	const struct log *log = f->attach->log;
	const char *release = log->has_header ? log->header.release : NULL;

	ret->source = kernel_source_find(sources, f->function, release);
	for (size_t i = 0; i < f->attach->answer_count; i++)
		strings_add(&ret->answer_sources,
			    kernel_source_find(sources, f->attach->answers[i].r.fn, release));
}

/* What one that was refused has alone. */
static void complete_refusal(struct report_attach *ret, const struct complete_with *with,
			     struct arena *arena)
{
	const struct finding *f = ret->finding;

	find_sources(ret, with->kernel_source);
	ret->has_creator = creator_find(&ret->creator, f, with->user_symbols, arena);
	ret->retries = retries_phrase(arena, with->results->incidents, f->number);
	ret->has_timeline = timeline_of(f, &ret->timeline);
	if (with->lines)
		ret->quotes = quote_recent(f, with->lines, &ret->quote_count, arena);
	else if (with->quotes)
		ret->quotes = quote_lines(f, &ret->quote_count, arena);
}

void report_attach_init(struct report_attach *ret, const struct finding *f,
			const struct complete_with *with, struct arena *arena)
{
	const struct attach *a = f->attach;
	const struct results *r = with->results;

	*ret = (struct report_attach){
		.finding = f,
		.several_logs = r->logs && r->logs->next,
		.time_ns = attach_time(a),
		.wall_ns = log_wall_ns(a->log, attach_time(a)),
		.written = attach_written_pid(a),
		.text_cut = a->begin.text && text_is_cut(f),
		.target = finding_target(f),
		.place = place_in_taskset(f),
		.moving = attach_moving(a, f->stop),
		.controllers = controllers_of(a, arena),
		.no_effect = no_effect_of(a),
	};
	ret->has_container = a->begun && container_of_path(&ret->container,
							   parse_plain(arena, a->begin.dst), arena);
	if (ret->has_container)
		pods_fill_in(with->pods, &ret->container, arena);
	if (f->answer < 0)
		complete_refusal(ret, with, arena);
	if (with->tries)
		ret->race = race_new(ret, tries_find(with->tries, a), arena);
}

void report_attach_fini(struct report_attach *attach)
{
	strings_fini(&attach->answer_sources);
	free(attach->quotes);
	race_free((struct race *)attach->race);
}

/* ---- error lines ---- */

void report_line_init(struct report_line *ret, const struct errline *line,
		      const struct explain_kernel *kernel, bool here,
		      const struct complete_with *with, struct arena *arena)
{
	*ret = (struct report_line){ .line = line, .kernel = kernel };
	explain(&ret->explanation, line, kernel, arena);
	ret->has_container = line->path && container_of_path(&ret->container, line->path, arena);
	if (ret->has_container)
		pods_fill_in(with->pods, &ret->container, arena);
	if (here)
		here_look(&ret->found, line, NULL, arena);
}

void report_line_fini(struct report_line *line)
{
	explanation_fini(&line->explanation);
	strings_fini(&line->found);
}

/*
 * systemd's second record has the kernel's errno, the first one that of a D-Bus answer. The first stands before
 * the nth in the matches.
 */
static const char *own_errno(const struct matches *matches, size_t n, const struct match *m)
{
	struct match first = *m;

	if (m->candidate || !m->duplicate_of)
		return NULL;
	while (first.first > m->duplicate_of)
		first = matches_get(matches, --n);
	int number = match_line(m).number, before = match_line(&first).number;

	return before && before != number ? kernel_errno_name(number) : NULL;
}

void report_error_init(struct report_error *ret, const struct match *m, size_t n,
		       const struct matches *matches, const struct complete_with *with,
		       struct arena *arena)
{
	const char *how_name;

	*ret = (struct report_error){ .match = m, .errline = match_line(m) };
	report_line_init(&ret->line, &ret->errline, &matches->kernel, false, with, arena);
	ret->is_open = !m->candidate && ret->errline.number &&
		       ret->errline.kind != ERRLINE_PROPERTY && !explain_no_event(&ret->errline);
	ret->own_errno = own_errno(matches, n, m);
	ret->why_not = match_why_not(m, &ret->errline, with->results, arena);
	if (!m->candidate)
		return;
	ret->refusal = refusals_get(matches->refusals, m->candidate->refusal);
	incidents_get(with->results->incidents, m->candidate->incident, &ret->incident, arena);
	for (unsigned int i = 0; (how_name = fit_how_name(m->how, i)); i++)
		strings_add(&ret->how, how_name);
	ret->retries = retries_phrase(arena, with->results->incidents, m->candidate->refusal);
}

void report_error_fini(struct report_error *error)
{
	strings_fini(&error->how);
	report_line_fini(&error->line);
}

struct report_errors report_errors_of(const struct matches *matches)
{
	struct report_errors ret = { .file = matches->file,
				     .lines = matches->lines,
				     .count = matches->count };

	for (size_t i = 0; i < matches->count; i++) {
		const struct match m = matches_get(matches, i);

		ret.matched += m.candidate && !m.duplicate_of;
		ret.repeated += m.candidate && m.duplicate_of;
		ret.failures_repeated += !m.candidate && m.duplicate_of;
	}
	return ret;
}

/* ---- the rest ---- */

void report_moment_init(struct report_moment *ret, const struct log *log)
{
	uint64_t t = snapshot_time(log->snapshot);

	*ret = (struct report_moment){
		.log = log,
		.time_ns = t,
		.wall_ns = log_wall_ns(log, t),
		.armed = !log_is_afterwards(log) || (log->armed_ns && t >= log->armed_ns),
	};
	ret->sightings = snapshot_list(log->snapshot, &ret->count);
}

void report_moment_fini(struct report_moment *moment)
{
	free((void *)moment->sightings);
}

static struct report_log log_of(const struct log *log)
{
	return (struct report_log){
		.log = log,
		.attempts = log_attempts(log),
		.counted = log_counted(log),
		.lost = log_lost(log),
		.lost_attaches = log_lost_attaches(log),
		.whole = log_is_whole(log),
		.can_be_task_new = cause_has_kernel(&cause_task_new, log->version),
		.task_new_removed = cause_removed(&cause_task_new, log->version),
	};
}

struct report_now report_now_of(const struct log *logs, uint64_t last_ns, bool ended)
{
	const struct log *last = logs;

	while (last && last->next)
		last = last->next;
	return (struct report_now){
		.logs = logs,
		.ended = ended,
		.last_ns = last && last->totals_ns > last_ns ? last->totals_ns : last_ns,
		.refuses_new = last && cause_has_kernel(&cause_task_new, last->version),
	};
}

void report_summary_init(struct report_summary *ret, const struct results *results)
{
	struct report_log *logs = NULL;
	size_t room = 0;

	*ret = (struct report_summary){ .results = results,
					.retries = retries_count(results->incidents) };
	for (const struct log *log = results->logs; log; log = log->next) {
		logs = xgrow(logs, ret->log_count, &room, sizeof(*logs));
		logs[ret->log_count++] = log_of(log);
	}
	ret->logs = logs;
}

void report_summary_fini(struct report_summary *summary)
{
	free((void *)summary->logs);
}
