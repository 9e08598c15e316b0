/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/race.h"

#include <stdlib.h>
#include <string.h>

#include "facts/kernel.h"
#include "trace/phrases.h"

/* How far back a thread that is no new one may have been created to be drawn from there, in lengths of the rest. */
#define OLD 20

/* What is known of an attach's moments; 0: not known. */
struct moments {
	uint64_t began, refused, answered;
	bool by_then; /* refused */
};

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a && (!b || a < b) ? a : b;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static struct race_span *add_span(struct race_lane *lane, const struct race_span *span)
{
	lane->spans = xgrow(lane->spans, lane->span_count, &lane->span_room, sizeof(*lane->spans));
	lane->spans[lane->span_count] = *span;
	return &lane->spans[lane->span_count++];
}

/* In its place. */
static void add_mark(struct race_lane *lane, const struct race_mark *mark)
{
	size_t i = lane->mark_count;

	if (!mark->at)
		return;
	lane->marks = xgrow(lane->marks, lane->mark_count, &lane->mark_room, sizeof(*lane->marks));
	for (; i && lane->marks[i - 1].at > mark->at; i--)
		lane->marks[i] = lane->marks[i - 1];
	lane->marks[i] = *mark;
	lane->mark_count++;
}

/* ---- moments ---- */

static uint64_t first_refusal(const struct attach *a)
{
	for (size_t i = 0; i < a->answer_count; i++)
		if (a->answers[i].r.ret < 0)
			return a->answers[i].r.t;
	return a->ended ? a->end.t : 0;
}

/* Of a thread that had been woken when it was looked at, only that it was refused before is known. */
static void find_refusal(struct moments *m, const struct report_attach *r)
{
	const struct finding *f = r->finding;

	if (f->answer >= 0)
		return;
	if (r->has_timeline && r->timeline.refused) {
		m->refused = r->timeline.refused;
	} else if (f->stop && f->stop->r.row.t) {
		m->refused = f->stop->r.row.t;
		m->by_then = f->proof == PROOF_DEDUCED;
	} else if (log_is_afterwards(f->attach->log)) {
		m->refused = attach_began(f->attach);
		m->by_then = true;
	} else {
		m->refused = first_refusal(f->attach);
	}
}

/* The recorder of format 4 looks when the write has returned: its first record is not the beginning. */
static struct moments moments_of(const struct report_attach *r)
{
	const struct attach *a = r->finding->attach;
	struct moments m = { .answered = a->ended ? a->end.t : 0 };

	find_refusal(&m, r);
	m.began = earlier(attach_began(a), earlier(m.refused, m.answered));
	m.answered = m.answered < m.refused ? 0 : m.answered;
	return m;
}

static uint64_t start_of(const struct task *task)
{
	return task && task_age(task) >= 0 ? task->r.row.start : 0;
}

/* From the creation of the thread that blocked it, unless that was long ago. */
static void find_range(struct race *race, const struct report_attach *r, const struct moments *m)
{
	const struct finding *f = r->finding;
	uint64_t start = start_of(f->blocker), woken = r->has_timeline ? r->timeline.woken : 0;

	race->to = later(m->refused, later(m->answered, woken));
	race->from = earlier(m->began, earlier(woken, race->to));
	if (!race->to)
		return;
	if (start && start < race->from &&
	    (f->proof || race->from - start <= OLD * (race->to - race->from)))
		race->from = start;
}

/* ---- the writer ---- */

static int compare_spans(const void *left, const void *right)
{
	const struct race_span *a = left, *b = right;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->to != b->to)
		return a->to > b->to ? -1 : 1;
	return (int)a->kind - (int)b->kind;
}

/* Did `outer` return what the function of `span` returned, since it called it? */
static bool has_called(const char *outer, const struct race_span *span)
{
	return strcmp(outer, span->function) != 0 && kernel_calls(outer, span->function);
}

/*
 * Each function from the return of the one before on; one that called others, from where the first of those begins. The
 * times may be any: they are made to follow each other.
 */
static void add_checks(struct race_lane *lane, const struct attach *a, uint64_t from, uint64_t to)
{
	size_t *outer = xcalloc(a->answer_count + 1, sizeof(*outer)), depth = 0;
	uint64_t last = from;

	for (size_t i = 0; i < a->answer_count; i++) {
		const struct record_ret *ret = &a->answers[i].r;
		struct race_span span = { .kind = RACE_CHECK,
					  .from = last,
					  .to = ret->t,
					  .open_from = true,
					  .function = ret->fn,
					  .answer = ret->ret };

		if (ret->t < last || ret->t > to)
			continue;
		while (depth && has_called(ret->fn, &lane->spans[outer[depth - 1]]))
			span.from = lane->spans[outer[--depth]].from;
		last = ret->t;
		outer[depth++] = lane->span_count;
		add_span(lane, &span);
	}
	free(outer);
}

static void add_write(struct race_lane *lane, const struct finding *f, const struct moments *m)
{
	const struct attach *a = f->attach;
	struct race_span span = { .kind = RACE_WRITE,
				  .from = m->began,
				  .to = later(m->began, later(m->refused, m->answered)),
				  .open_from = log_is_afterwards(a->log) || !a->begun,
				  .open_to = !m->answered,
				  .answer = f->answer };

	if (!span.from)
		return;
	add_span(lane, &span);
	add_checks(lane, a, span.from, span.to);
	sort(lane->spans, lane->span_count, sizeof(*lane->spans), compare_spans);
}

static void take_writer(struct race_lane *lane, const struct report_attach *r,
			const struct moments *m)
{
	const struct finding *f = r->finding;
	const struct attach *a = f->attach;

	*lane = (struct race_lane){ .kind = RACE_WRITER };
	if (a->begun && !a->kernel) {
		lane->pid = a->begin.pid;
		lane->tgid = a->begin.tgid;
		lane->comm = a->begin.comm;
	} else if (f->stop) {
		lane->pid = f->stop->r.wpid;
		lane->tgid = f->stop->r.wtgid;
	}
	add_write(lane, f, m);
	if (f->answer < 0)
		add_mark(lane, &(struct race_mark){ .kind = RACE_REFUSED,
						    .at = m->refused,
						    .by_then = m->by_then,
						    .function = f->function,
						    .answer = f->answer });
	add_mark(lane, &(struct race_mark){
			       .kind = RACE_ANSWERED, .at = m->answered, .answer = f->answer });
}

/* ---- threads ---- */

#define WEIGHTS 4

static bool is_blocker(const struct thread_row *thread, const struct finding *f)
{
	return thread->n && task_is(f->blocker, &thread->task->r.row);
}

static int weight_of(const struct thread_row *thread, const struct finding *f)
{
	return !thread->n ? 3 : is_blocker(thread, f) ? 0 : thread->written ? 1 : 2;
}

/* Until when it is known to have been new; 0: it was not, or that is not known. */
static uint64_t new_until(const struct race_lane *lane, const struct row *row,
			  const struct report_attach *r)
{
	if (lane->proven_new && r->has_timeline)
		return later(r->timeline.refused, r->timeline.woken);
	return row->state == KERNEL_TASK_NEW ? row->t : 0;
}

static void add_life(struct race_lane *lane, const struct row *row, const struct report_attach *r,
		     const struct race *race)
{
	uint64_t until = new_until(lane, row, r), end = later(row->t, race->to),
		 from = lane->start ? lane->start : earlier(row->t, race->from);

	if (until && lane->start && until > lane->start) {
		add_span(lane,
			 &(struct race_span){
				 .kind = RACE_NEW, .from = from, .to = until, .open_to = true });
		from = until;
	}
	if (end > from)
		add_span(lane, &(struct race_span){ .kind = RACE_ALIVE,
						    .from = from,
						    .to = end,
						    .open_from = !lane->start,
						    .open_to = true });
}

static void take_thread(struct race_lane *lane, const struct thread_row *thread,
			const struct report_attach *r, const struct race *race, struct arena *arena)
{
	const struct finding *f = r->finding;
	const struct row *row = &thread->task->r.row;
	bool blocker = is_blocker(thread, f);

	*lane = (struct race_lane){
		.kind = thread->n ? RACE_THREAD : RACE_PARENT,
		.pid = row->pid,
		.tgid = row->tgid,
		.comm = row->comm,
		.start = start_of(thread->task),
		.blocker = blocker,
		.proven_new = blocker && f->proof,
		.written = thread->written,
	};
	add_life(lane, row, r, race);
	add_mark(lane, &(struct race_mark){ .kind = RACE_CREATED, .at = lane->start });
	add_mark(lane,
		 &(struct race_mark){ .kind = RACE_SEEN,
				      .at = row->t,
				      .state = phrase_state(arena, row, f->attach->log->version) });
	if (lane->proven_new && r->has_timeline)
		add_mark(lane, &(struct race_mark){ .kind = RACE_WOKEN, .at = r->timeline.woken });
}

/* Those that a reader looks for first; else in the kernel's order. */
static void add_threads(struct race *race, const struct report_attach *r, struct arena *arena)
{
	const struct thread_table *table = &r->finding->table;

	for (int weight = 0; weight < WEIGHTS; weight++)
		for (size_t i = 0; i < table->count; i++)
			if (weight_of(&table->rows[i], r->finding) == weight)
				take_thread(&race->lanes[race->lane_count++], &table->rows[i], r,
					    race, arena);
}

struct race *race_new(const struct report_attach *r, const struct tries_chain *tries,
		      struct arena *arena)
{
	const struct moments m = moments_of(r);
	struct race *race = xcalloc(1, sizeof(*race));

	race->tries = tries;
	race->lanes = xcalloc(1 + r->finding->table.count, sizeof(*race->lanes));
	find_range(race, r, &m);
	take_writer(&race->lanes[race->lane_count++], r, &m);
	add_threads(race, r, arena);
	return race;
}

void race_free(struct race *race)
{
	if (!race)
		return;
	for (size_t i = 0; i < race->lane_count; i++) {
		free(race->lanes[i].spans);
		free(race->lanes[i].marks);
	}
	free(race->lanes);
	free(race);
}
