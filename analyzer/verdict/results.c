/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/results.h"

#include <stdlib.h>
#include <string.h>

void results_init(struct results *results)
{
	memset(results, 0, sizeof(*results));
	results->incidents = incidents_new();
	results->summary.causes = xcalloc(cause_count, sizeof(*results->summary.causes));
	for (size_t i = 0; i < cause_count; i++)
		results->summary.causes[i].cause = causes[i];
}

void results_fini(struct results *results)
{
	for (size_t i = 0; i < results->kept_count; i++)
		finding_free(results->kept[i]);
	incidents_free(results->incidents);
	groups_free(results->groups);
	free(results->kept);
	free(results->no_effect);
	arena_fini(&results->no_effect_arena);
	free(results->summary.causes);
}

bool results_count(struct results *results, struct finding *finding)
{
	bool selected = !results->selection || selection_has(results->selection, finding);
	/* 0: it is not shown. */
	uint64_t group = !selected	 ? 0 :
			 results->groups ? groups_count(results->groups, finding) :
					   1;
	struct summary *s = &results->summary;
	struct cause_count *cause = &s->causes[cause_index(finding->cause)];

	s->refused++;
	cause->count++;
	cause->proven += finding->confidence == CONFIDENCE_PROVEN;
	cause->inferred += finding->confidence == CONFIDENCE_INFERRED;
	s->unexplained += cause_is_unexplained(finding->cause);
	finding->number = results->findings_counted++;
	incidents_add(results->incidents, finding->attach, finding->cause, finding->number, group);
	s->selected += selected;
	return selected;
}

void results_fold(struct results *results)
{
	results->groups = groups_new();
}

void results_note_accepted(struct results *results, const struct attach *attach)
{
	enum no_effect kind = no_effect_of(attach);

	incidents_add(results->incidents, attach, NULL, 0, 0);
	if (!kind)
		return;
	results->summary.no_effect[kind]++;
	if (results->no_effect_count == NO_EFFECT_MAX)
		return;
	struct arena *arena = &results->no_effect_arena;
	const struct record_attach *b = &attach->begin;
	const struct task *task = no_effect_task(attach);

	results->no_effect = xgrow(results->no_effect, results->no_effect_count,
				   &results->no_effect_room, sizeof(*results->no_effect));
	results->no_effect[results->no_effect_count++] = (struct no_effect_attach){
		.id = attach->id,
		.kind = kind,
		.log = attach->log->file,
		.writer = arena_strdup(arena, b->comm),
		.writer_pid = b->pid,
		.file = arena_strdup(arena, b->file),
		.cgroup = arena_strdup(arena, b->dst),
		.text = arena_strdup(arena, b->text),
		.comm = task ? arena_strdup(arena, task->r.row.comm) : NULL,
		.pid = task ? task->r.row.pid : b->tpid,
		.tgid = task ? task->r.row.tgid : b->ttgid,
	};
}

/* The groups learn which of their refusals no user saw. */
static void hide(struct results *results)
{
	uint64_t count = results->groups ? results->findings_counted : 0, n, group;
	struct incident i;

	for (uint64_t number = 0; number < count; number++) {
		if (!incidents_get_place(results->incidents, number, &n, &group))
			continue;
		incidents_get_bare(results->incidents, n, &i);
		if (incident_is_hidden(&i))
			groups_hide(results->groups, group);
	}
}

void results_finish(struct results *results, const struct log *logs)
{
	struct summary *s = &results->summary;

	results->logs = logs;
	incidents_finish(results->incidents);
	hide(results);
	s->whole = true;
	for (const struct log *log = logs; log; log = log->next) {
		s->attempts += log_attempts(log);
		s->refused += log_counted(log);
		s->counted += log_counted(log);
		s->counted_by_kind += log->here.counted;
		s->properties += log->properties;
		s->failed += log->failed;
		s->not_armed |= log_is_afterwards(log) && !log->armed_ns;
		s->lost_attaches += log_lost_attaches(log);
		s->lost += log_lost(log);
		s->incomplete += log->incomplete;
		s->damaged += log->damaged;
		s->repeated += log->repeated;
		s->filtered += log->has_trailer ? log->trailer.filtered : 0;
		if (log_is_afterwards(log) && log->header.refused_only)
			s->filtered += log_unrecorded(log);
		else
			s->shed += log_unrecorded(log);
		s->unmatched += log->has_trailer ? log->trailer.unmatched : 0;
		s->shed += log->has_trailer ? log->trailer.shed : 0;
		s->cut_short |= log_is_cut_short(log);
		s->no_header |= !log->has_header;
		s->whole &= log_is_whole(log);
	}
}

int results_status(const struct results *results)
{
	if (!results->summary.whole)
		return 3;
	/* Why one was refused that was only counted is not known. */
	if (results->summary.unexplained || results->summary.counted)
		return 2;
	return results->summary.refused ? 1 : 0;
}
