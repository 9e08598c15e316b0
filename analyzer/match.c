/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "match.h"

#include <stdlib.h>
#include <string.h>

#include "likeness.h"

#define SAY(...) arena_printf(&m->arena, __VA_ARGS__)

/* ---- reading ---- */

static void take(void *context, struct errline *line, unsigned long first, unsigned long last)
{
	struct matches *m = context;

	m->items = xgrow(m->items, m->count, &m->room, sizeof(*m->items));
	m->items[m->count++] = (struct match){ .line = *line, .first = first, .last = last };
	memset(&line->arena, 0, sizeof(line->arena));
}

int matches_read(struct matches *m, const char *path)
{
	m->file = strcmp(path, "-") ? path : "<stdin>";
	return errline_read(path, take, m, &m->lines);
}

void matches_fini(struct matches *m)
{
	for (size_t i = 0; i < m->count; i++) {
		explanation_fini(&m->items[i].explanation);
		errline_fini(&m->items[i].line);
	}
	free(m->items);
	arena_fini(&m->arena);
}

/* ---- the one that fits best ---- */

struct choice {
	struct likeness best, miss;	/* the best fit; and of what does not fit, what comes nearest */
	enum sureness sureness;
	unsigned int alike;		/* fit as well as the best */
	struct arena scratch;
};

static unsigned int weight(const struct likeness *c)
{
	unsigned int n = 0;

	for (unsigned int how = c->how & ~MATCH_ERRNO; how; how &= how - 1)
		n += 2;
	return n + likeness_has(c, MATCH_PATH | MATCH_PID) + (likeness_has(c, MATCH_ERRNO) ? 1 : 0);
}

/* Of several the line can only be about one: time tells which, if it tells them apart. */
static bool is_better(const struct likeness *c, const struct likeness *than)
{
	if (weight(c) != weight(than))
		return weight(c) > weight(than);
	return c->apart < than->apart;
}

static void consider(struct choice *choice, const struct likeness *c, const struct errline *line)
{
	enum sureness sureness = likeness_sureness(c, line);

	if (!sureness) {
		unsigned int misses = __builtin_popcount(c->misses);

		if (likeness_has(c, MATCH_PATH | MATCH_PATH_TAIL | MATCH_PID | MATCH_PID_INITIAL) &&
		    (!choice->miss.event || misses < (unsigned int)__builtin_popcount(choice->miss.misses) ||
		     (misses == (unsigned int)__builtin_popcount(choice->miss.misses) &&
		      c->apart < choice->miss.apart)))
			choice->miss = *c;
		return;
	}
	if (choice->best.event == c->event)
		return;
	if (!choice->best.event || sureness > choice->sureness ||
	    (sureness == choice->sureness && is_better(c, &choice->best))) {
		bool same = choice->best.event && sureness == choice->sureness &&
			    weight(c) == weight(&choice->best);

		choice->alike = same ? choice->alike + 1 : 0;
		choice->best = *c;
		choice->sureness = sureness;
	} else if (sureness == choice->sureness && weight(c) == weight(&choice->best)) {
		choice->alike++;
	}
}

static void consider_key(struct choice *choice, const struct events *events, uint64_t key,
			 const struct errline *line)
{
	const struct event *event;

	for (size_t n = 0; (event = events_get(events, key, n)); n++) {
		struct likeness c = likeness_of(line, event, &choice->scratch);

		consider(choice, &c, line);
	}
}

/* A line without number and place has the time alone. */
static void consider_all(struct choice *choice, const struct events *events,
			 const struct errline *line)
{
	for (size_t i = 0; i < events->count && line->clock != ERRLINE_NO_TIME; i++) {
		struct likeness c = likeness_of(line, &events->items[i], &choice->scratch);

		consider(choice, &c, line);
	}
}

/* ---- why none fits ---- */

static const char *stamp(struct matches *m, int64_t wall_ns)
{
	return wall_ns > 0 ? report_wall(&m->arena, wall_ns) : "?";
}

/* Not covered by any log, as far as that can be told. */
static const char *why_time(struct matches *m, const struct errline *line, const struct report *r)
{
	const struct log *log = r->logs;

	if (line->clock != ERRLINE_UTC || !log || !log->has_header)
		return NULL;
	for (; log; log = log->next) {
		int64_t end = log->has_trailer ? (int64_t)log_wall_ns(log, log->trailer.t) : INT64_MAX;

		if (!log->has_header || (line->time_ns >= (int64_t)log->header.wall_ns - LIKENESS_EARLIEST &&
					 line->time_ns - LIKENESS_LATEST <= end))
			return NULL;
	}
	log = r->logs;
	return SAY("the line is of %s, which the log does not cover: it begins at %s%s%s",
		   stamp(m, line->time_ns), stamp(m, log->header.wall_ns),
		   log->has_trailer ? " and ends at " : "",
		   log->has_trailer ? stamp(m, log_wall_ns(log, log->trailer.t)) : "");
}

static const char *why_miss(struct matches *m, const struct errline *line, const struct likeness *miss)
{
	unsigned long long id = miss->event->incident->ids[0];
	const char *comm = miss->event->incident->comm;

	if (miss->misses & MATCH_ERRNO)
		return SAY("the refusal at that place (#%llu) was %s, not %s", id,
			   report_errno(&m->arena, miss->event->incident->answer),
			   report_errno(&m->arena, -line->number));
	if (miss->misses == MATCH_PID)
		return SAY("the refusal at that place (#%llu, by %s) was of %lld: %lld is a number of another pid "
			   "namespace, a guest's or a container's, or of another moment", id, comm,
			   (long long)miss->event->pid, (long long)line->pid);
	if (miss->misses & MATCH_PATH)
		return SAY("a refused attach of %lld is there (#%llu), but to %s of %s%s%s", (long long)line->pid,
			   id, miss->event->incident->file, miss->event->incident->cgroup,
			   *miss->event->finding->attach->begin.controllers ? ", " : "",
			   miss->event->finding->attach->begin.controllers);
	if (miss->misses & MATCH_TIME)
		return SAY("the refusal that is like it (#%llu) was at %s, not at the line's time", id,
			   stamp(m, miss->event->wall_ns));
	return miss->hidden ? SAY("a retry hid the refusal that is like it (#%llu), so it made no error line", id) :
	       NULL;
}

static const char *why_none(struct matches *m, const struct errline *line, const struct choice *choice,
			    const struct report *r)
{
	const char *why = explain_no_event(line), *lost = "";

	if (why)
		return why;
	if (line->step == ERRLINE_MANAGER)
		lost = "; the writer would be systemd";
	if (!r->summary.whole)
		lost = SAY("%s; records are missing from the log, and it may be among them", lost);
	why = why_time(m, line, r);
	if (!why && choice->miss.event)
		why = why_miss(m, line, &choice->miss);
	for (const struct log *log = r->logs; log && !why; log = log->next)
		if (log->has_header && *log->header.prefix)
			why = SAY("nothing refused in the log fits; it has only destinations that begin with "
				  "\"%s\"", log->header.prefix);
	if (!why && !line->cgroup && !line->path && line->pid < 0)
		why = line->clock == ERRLINE_NO_TIME ? "the line has no path, no number and no time to find it by" :
		      "nothing was refused at that time";
	return SAY("%s%s", why ? why : r->summary.refused ? "nothing that was refused fits" :
		   "nothing was refused while the log was recorded", lost);
}

/* ---- all lines ---- */

static void settle(struct matches *m, struct match *match, const struct choice *choice, const struct report *r)
{
	const struct likeness *best = &choice->best;
	/* Only time told them apart; without it there is nothing to choose by. */
	bool ambiguous = choice->alike && !likeness_has(best, MATCH_TIME);

	if (!best->event) {
		match->why_not = why_none(m, &match->line, choice, r);
		return;
	}
	if (ambiguous) {
		match->why_not = SAY("%u refusals fit alike (#%llu is one), and the line does not say more",
				     choice->alike + 1, (unsigned long long)best->event->incident->ids[0]);
		return;
	}
	match->incident = best->event->incident;
	match->finding = best->event->finding;
	match->how = best->how;
	match->sureness = choice->sureness;
	if (choice->alike && match->sureness == SURENESS_PROBABLE)
		match->sureness = SURENESS_POSSIBLE;
	else if (choice->alike && match->sureness == SURENESS_CERTAIN)
		match->sureness = SURENESS_PROBABLE;
	match->duplicate_of = match->incident->error_line;
	if (!match->incident->error_line)
		match->incident->error_line = match->first;
}

static void find(struct matches *m, struct match *match, const struct events *events, const struct report *r)
{
	const struct errline *line = &match->line;
	struct choice choice = { 0 };

	if (line->kind == ERRLINE_PROPERTY || explain_no_event(line)) {
		match->why_not = line->kind == ERRLINE_PROPERTY ? match->explanation.meaning :
				 explain_no_event(line);
		return;
	}
	if (line->pid >= 0)
		consider_key(&choice, events, events_pid_key(line->pid), line);
	if (line->path || line->cgroup)
		consider_key(&choice, events, events_path_key(line->path ? line->path : line->cgroup), line);
	if (line->pid < 0 && !line->path && !line->cgroup)
		consider_all(&choice, events, line);
	settle(m, match, &choice, r);
	arena_fini(&choice.scratch);
}

void matches_find(struct matches *m, const struct report *r, const struct explain_kernel *kernel)
{
	struct events events;
	size_t kept = 0;

	events_init(&events, r, &m->arena);
	for (size_t i = 0; i < m->count; i++) {
		struct match *match = &m->items[i];

		explain(&match->explanation, &match->line, kernel, &m->arena);
		find(m, match, &events, r);
		if (match->line.vague && !match->incident) {
			explanation_fini(&match->explanation);
			errline_fini(&match->line);
			continue;
		}
		m->items[kept++] = *match;
	}
	m->count = kept;
	events_fini(&events);
}

const char *match_how_name(unsigned int how, unsigned int n)
{
	static const char *const names[] = { "path", "end of path", "pid", "pid in the initial namespace",
					     "errno", "time", "writer" };

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		if (how & 1u << i && !n--)
			return names[i];
	return NULL;
}

const char *sureness_name(enum sureness sureness)
{
	static const char *const names[] = { NULL, "possible", "probable", "certain" };

	return names[sureness];
}
