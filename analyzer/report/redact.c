/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All but attaches. */
#include "report/redact.h"

#include <stdlib.h>
#include <string.h>

#include "match/advise.h"
#include "report/here.h"
#include "report/redact_names.h"

#define LEFT_OUT "left out: it depends on a name"

/* ---- error lines ---- */

static struct errline line_of(struct redact *r, const struct errline *from, struct arena *arena)
{
	struct errline to = *from; /* names that are not here are static */

	memset(&to.arena, 0, sizeof(to.arena));
	to.form = 0; /* a hash, of the text too */
	to.file = redact_cgroup_file(r->aliases, from->file, arena);
	to.cgroup = redact_cgroup(r->aliases, from->cgroup, arena);
	to.path = redact_cgroup(r->aliases, from->path, arena);
	to.controllers = redact_controllers(r->aliases, from->controllers, arena);
	to.runtime_version = redact_release(r->aliases, from->runtime_version, arena);
	to.container = redact_container_id(r->aliases, from->container, arena);
	to.unit = redact_cgroup(r->aliases, from->unit, arena);
	return to;
}

static struct explain_kernel kernel_of(struct redact *r, const struct explain_kernel *from,
				       struct arena *arena)
{
	struct explain_kernel to = *from;

	to.release = redact_release(r->aliases, from->release, arena);
	return to;
}

static bool is_same_list(const struct possibilities *a, const struct possibilities *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++)
		if (a->items[i].cause != b->items[i].cause)
			return false;
	return a->count == b->count;
}

static void take_list(struct possibilities *to, const struct possibilities *from)
{
	free(to->items);
	*to = (struct possibilities){ .items = xcalloc(from->count + 1, sizeof(*to->items)),
				      .count = from->count,
				      .room = from->count + 1 };
	for (size_t i = 0; i < from->count; i++)
		to->items[i] = (struct possibility){ from->items[i].cause, LEFT_OUT };
}

/* For whom advice is may show in an id that is not there any more: it is the true line's. */
static void take_advice(struct explanation *to, const struct explanation *from,
			const struct redacted_line *l, struct arena *arena)
{
	struct advices *list = &to->advice;

	list->count = 0;
	for (size_t i = 0; i < from->advice.count; i++) {
		struct advice advice = from->advice.items[i];

		advice.text = advise_fill(advice.form, &l->line, l->kernel.release, arena);
		list->items = xgrow(list->items, list->count, &list->room, sizeof(*list->items));
		list->items[list->count++] = advice;
	}
}

/* If another cause came first, its name would be in the headline. */
static void explain_copy(struct redacted_line *l, const struct explanation *from,
			 struct arena *arena)
{
	struct explanation *to = &l->report.explanation;

	explain(to, &l->line, &l->kernel, arena);
	if (!is_same_list(&to->possible, &from->possible) ||
	    !is_same_list(&to->ruled_out, &from->ruled_out)) {
		take_list(&to->possible, &from->possible);
		take_list(&to->ruled_out, &from->ruled_out);
		to->meaning = "the headline is " LEFT_OUT;
		to->known.count = to->checks.count = to->commands.count = 0;
	}
	take_advice(to, from, l, arena);
}

void redact_line_init(struct redacted_line *ret, struct redact *r, const struct report_line *from,
		      bool here, struct arena *arena)
{
	ret->line = line_of(r, from->line, arena);
	ret->kernel = kernel_of(r, from->kernel, arena);
	ret->report = (struct report_line){ .line = &ret->line,
					    .kernel = &ret->kernel,
					    .has_container = from->has_container };
	if (from->has_container)
		ret->report.container = redact_container(r->aliases, &from->container, arena);
	explain_copy(ret, &from->explanation, arena);
	if (here)
		here_look(&ret->report.found, from->line, r->aliases, arena);
}

void redact_line_fini(struct redacted_line *line)
{
	explanation_fini(&line->report.explanation);
	strings_fini(&line->report.found);
}

/* ---- error lines and their refusals ---- */

static const struct refusal_form *form_of(struct redact *r, struct refusal_form *to,
					  const struct refusal_form *from, struct arena *arena)
{
	if (!from)
		return NULL;
	*to = *from;
	to->log = redact_log(r, from->log);
	to->controllers = redact_controllers_logged(r->aliases, from->controllers, arena);
	to->name = from->name && !*from->name ?
			   "" :
			   redact_controllers_logged(r->aliases, from->name, arena);
	to->function = redact_function_logged(r->aliases, from->function, arena);
	return to;
}

static struct candidate *candidate_of(struct redact *r, struct candidate *to,
				      struct refusal_form *form, const struct candidate *from,
				      struct arena *arena)
{
	if (!from)
		return NULL;
	*to = *from;
	to->form = form_of(r, form, from->form, arena);
	to->comm = redact_program_logged(r->aliases, from->comm, arena);
	to->file = redact_cgroup_file_logged(r->aliases, from->file, arena);
	to->cgroup = redact_cgroup(r->aliases, from->cgroup, arena);
	to->first_cgroup = redact_cgroup(r->aliases, from->first_cgroup, arena);
	return to;
}

/* `common` has names, and match_line() would tell them: it is not for renderers. */
static struct match match_of(struct redacted_error *ret, struct redact *r, const struct match *from,
			     struct arena *arena)
{
	struct match to = *from;

	to.common = NULL;
	to.cgroup = ret->line.line.cgroup;
	to.path = ret->line.line.path;
	to.container = ret->line.line.container;
	to.unit = ret->line.line.unit;
	to.form = 0;
	to.candidate = candidate_of(r, &ret->candidate, &ret->forms[0], from->candidate, arena);
	to.nearest = candidate_of(r, &ret->nearest, &ret->forms[1], from->nearest, arena);
	return to;
}

static struct refusal refusal_of(struct redacted_error *ret, struct redact *r,
				 const struct refusal *from, struct arena *arena)
{
	struct refusal to = *from;

	to.form = form_of(r, &ret->forms[2], from->form, arena);
	to.cgroup = redact_cgroup(r->aliases, from->cgroup, arena);
	return to;
}

/* The logs alone are asked for why none fits. */
static const char *why_not(const struct redacted_error *ret, struct redact *r,
			   const struct results *from, struct arena *arena)
{
	struct results results = *from;

	results.logs = redact_all_logs(r, from->logs);
	return match_why_not(&ret->match, &ret->line.line, &results, arena);
}

void redact_error_init(struct redacted_error *ret, struct redact *r,
		       const struct report_error *from, const struct results *results,
		       struct arena *arena)
{
	redact_line_init(&ret->line, r, &from->line, false, arena);
	ret->match = match_of(ret, r, from->match, arena);
	ret->report = (struct report_error){
		.line = ret->line.report,
		.errline = ret->line.line,
		.match = &ret->match,
		.refusal = refusal_of(ret, r, &from->refusal, arena),
		.incident = redact_incident(r, &from->incident, arena),
		.why_not = from->why_not ? why_not(ret, r, results, arena) : NULL,
		.how = from->how, /* borrowed: static names */
		.retries = from->retries,
		.is_open = from->is_open,
		.own_errno = from->own_errno,
	};
}

void redact_error_fini(struct redacted_error *error)
{
	redact_line_fini(&error->line);
}

struct report_errors redact_errors(struct redact *r, const struct report_errors *from,
				   struct arena *arena)
{
	struct report_errors to = *from; /* numbers */

	to.file = redact_log_file(r->aliases, from->file, arena);
	return to;
}

/* ---- the rest ---- */

struct pos redact_pos(struct redact *r, const struct pos *pos, struct arena *arena)
{
	return (struct pos){ redact_log_file(r->aliases, pos->file, arena), pos->line };
}

struct incident redact_incident(struct redact *r, const struct incident *from, struct arena *arena)
{
	struct incident to = *from;

	to.log = redact_log(r, from->log);
	to.comm = redact_program_logged(r->aliases, from->comm, arena);
	to.text = redact_text_logged(from->text, arena);
	to.file = redact_cgroup_file_logged(r->aliases, from->file, arena);
	to.cgroup = redact_cgroup_logged(r->aliases, from->cgroup, arena);
	return to;
}

static void copy_no_effect(struct redact *r, struct results *to, const struct results *from,
			   struct arena *arena)
{
	to->no_effect = xcalloc(from->no_effect_count + 1, sizeof(*to->no_effect));
	for (size_t i = 0; i < from->no_effect_count; i++) {
		struct no_effect_attach *n = &to->no_effect[i];

		*n = from->no_effect[i];
		n->log = redact_log_file(r->aliases, n->log, arena);
		n->writer = redact_program_logged(r->aliases, n->writer, arena);
		n->file = redact_cgroup_file_logged(r->aliases, n->file, arena);
		n->cgroup = redact_cgroup_logged(r->aliases, n->cgroup, arena);
		n->text = redact_text_logged(n->text, arena);
		n->comm = redact_program_logged(r->aliases, n->comm, arena);
	}
}

/* Of the results only what is named here: the groups, the incidents and what is kept have names. */
void redact_summary_init(struct redacted_summary *ret, struct redact *r,
			 const struct report_summary *from, struct arena *arena)
{
	const struct results *results = from->results;
	struct report_log *logs = xcalloc(from->log_count + 1, sizeof(*logs));

	ret->results = (struct results){ .summary = results->summary,
					 .logs = redact_all_logs(r, results->logs),
					 .findings_counted = results->findings_counted,
					 .no_effect_count = results->no_effect_count };
	copy_no_effect(r, &ret->results, results, arena);
	if (results->selection) {
		ret->selection = (struct selection){ .since = results->selection->since,
						     .until = results->selection->until,
						     .cause = results->selection->cause };
		ret->results.selection = &ret->selection;
	}
	for (size_t i = 0; i < from->log_count; i++) {
		logs[i] = from->logs[i]; /* numbers */
		logs[i].log = redact_log(r, from->logs[i].log);
	}
	ret->report = (struct report_summary){ .results = &ret->results,
					       .logs = logs,
					       .log_count = from->log_count,
					       .retries = from->retries };
}

void redact_summary_fini(struct redacted_summary *summary)
{
	free(summary->results.no_effect);
	free((void *)summary->report.logs);
}

struct report_moment redact_moment(struct redact *r, const struct report_moment *from,
				   struct arena *arena)
{
	struct report_moment to = *from;
	const struct sighting **sightings = xcalloc(from->count + 1, sizeof(*sightings));
	struct sighting *rows = xcalloc(from->count + 1, sizeof(*rows));

	to.log = redact_log(r, from->log);
	for (size_t i = 0; i < from->count; i++) {
		rows[i] = *from->sightings[i];
		rows[i].row.comm = redact_program_logged(r->aliases, rows[i].row.comm, arena);
		sightings[i] = &rows[i];
	}
	sightings[from->count] = rows;
	to.sightings = sightings;
	return to;
}

void redact_moment_fini(struct report_moment *moment)
{
	free((void *)moment->sightings[moment->count]);
	free((void *)moment->sightings);
}

void redact_group_init(struct redacted_group *ret, struct redact *r,
		       const struct report_group *from, struct arena *arena)
{
	const struct group *g = from->group;

	ret->group = (struct group){
		.number = g->number,
		.cause = g->cause,
		.function = redact_function_logged(r->aliases, g->function, arena),
		.comm = redact_program_logged(r->aliases, g->comm, arena),
		.has_container = g->has_container,
		.cgroup = redact_cgroup_logged(r->aliases, g->cgroup, arena),
		.creator = redact_file_logged(r->aliases, g->creator, arena),
		.creator_offset = g->creator_offset,
		.count = g->count,
		.proven = g->proven,
		.inferred = g->inferred,
		.first_ns = g->first_ns,
		.last_ns = g->last_ns,
		.first_log = redact_log(r, g->first_log),
		.last_log = redact_log(r, g->last_log),
		.hidden = g->hidden,
	};
	if (g->has_container)
		ret->group.container = redact_container(r->aliases, &g->container, arena);
	ret->report = (struct report_group){ .group = &ret->group,
					     .first_wall_ns = from->first_wall_ns,
					     .last_wall_ns = from->last_wall_ns };
}
