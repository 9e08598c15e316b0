/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "match/match.h"

#include <stdlib.h>
#include <string.h>

#include "errors/read_file.h"
#include "trace/phrases.h"

#define SAY(...) arena_printf(arena, __VA_ARGS__)

/* ---- reading ---- */

struct match_common {
	struct errline line;
	struct match_common *next;
};

/* Among so many of the newest is looked for one that a line has in common with them. */
#define COMMONS_TRIED 8

/* Do both say this, and differently? */
static bool differ(const char *a, const char *b)
{
	return a && b && strcmp(a, b);
}

static bool are_same(const char *a, const char *b)
{
	return !a == !b && !differ(a, b);
}

static bool ends_in(const char *path, const char *tail)
{
	size_t len = strlen(path), n = strlen(tail);

	return len >= n && !strcmp(path + len - n, tail);
}

/* All of the line but what struct match has itself. */
static bool is_common(const struct errline *a, const struct errline *b)
{
	return a->kind == b->kind && a->step == b->step && a->number == b->number &&
	       a->function == b->function && a->version == b->version && a->clock == b->clock &&
	       a->any_door == b->any_door && a->vague == b->vague &&
	       a->maybe_open == b->maybe_open && a->release_disputed == b->release_disputed &&
	       a->precision_ns == b->precision_ns && are_same(a->file, b->file) &&
	       are_same(a->controllers, b->controllers) && are_same(a->runtime, b->runtime) &&
	       are_same(a->runtime_version, b->runtime_version) && are_same(a->engine, b->engine);
}

static const struct match_common *keep_common(struct matches *m, const struct errline *line)
{
	struct match_common *c = m->commons;

	for (unsigned int n = 0; c && n < COMMONS_TRIED; n++, c = c->next)
		if (is_common(&c->line, line))
			return c;
	c = xcalloc(1, sizeof(*c));
	c->line = *line;
	memset(&c->line.arena, 0, sizeof(c->line.arena));
	c->line.file = pool_keep_string(m->strings, line->file);
	c->line.controllers = pool_keep_string(m->strings, line->controllers);
	c->line.runtime_version = pool_keep_string(m->strings, line->runtime_version);
	c->next = m->commons;
	m->commons = c;
	return c;
}

static void take(void *context, struct errline *line, unsigned long first, unsigned long last)
{
	struct matches *m = context;

	struct match match = {
		.common = keep_common(m, line),
		.cgroup = pool_keep_string(m->strings, line->cgroup),
		.container = pool_keep_string(m->strings, line->container),
		.unit = pool_keep_string(m->strings, line->unit),
		.pid = line->pid,
		.time_ns = line->time_ns,
		.form = line->form,
		.first = first,
		.last = last,
	};
	if (line->path && match.cgroup && ends_in(match.cgroup, line->path))
		match.path = match.cgroup + strlen(match.cgroup) - strlen(line->path);
	else
		match.path = pool_keep_string(m->strings, line->path);
	spill_append(m->items, &match, sizeof(match));
	m->count++;
}

struct match matches_get(const struct matches *m, size_t n)
{
	struct match match;

	spill_read(m->items, n * sizeof(match), &match, sizeof(match));
	return match;
}

static void set_match(const struct matches *m, size_t n, const struct match *match)
{
	spill_write(m->items, n * sizeof(*match), match, sizeof(*match));
}

struct errline match_line(const struct match *match)
{
	struct errline line = match->common->line;

	line.cgroup = match->cgroup;
	line.path = match->path;
	line.container = match->container;
	line.unit = match->unit;
	line.pid = match->pid;
	line.time_ns = match->time_ns;
	line.form = match->form;
	return line;
}

int matches_read(struct matches *m, const char *path)
{
	m->file = strcmp(path, "-") ? path : "<stdin>";
	m->strings = pool_new();
	m->items = spill_new();
	return errline_read(path, take, m, &m->lines);
}

void matches_fini(struct matches *m)
{
	spill_free(m->items);
	candidates_fini(&m->candidates);
	for (struct match_common *next; m->commons; m->commons = next) {
		next = m->commons->next;
		free(m->commons);
	}
	pool_free(m->strings);
}

/* ---- the one that fits best ---- */

/* Of so many that a line may be about it can tell none; the rest is not looked at. */
#define ALIKE_MAX 1000

struct choice {
	const struct errline *line;
	const char *path;		/* of the line, see fit_path() */
	uint32_t number;		/* of the line, not 0 */
	struct fit best, miss; /* the best fit; and of what does not fit, what comes nearest */
	enum sureness sureness;
	unsigned int looked_at;
	unsigned int alike;		/* fit as well as the best */
};

static unsigned int weight(const struct fit *c)
{
	unsigned int n = 0;

	for (unsigned int how = c->how & ~FIT_ERRNO; how; how &= how - 1)
		n += 2;
	return n + fit_has(c, FIT_PATH | FIT_PID) + (fit_has(c, FIT_ERRNO) ? 1 : 0);
}

/* Of several the line can only be about one: time tells which, if it tells them apart. */
static bool is_better(const struct fit *c, const struct fit *than)
{
	if (weight(c) != weight(than))
		return weight(c) > weight(than);
	return c->apart < than->apart;
}

/* Does less speak against it? */
static bool is_nearer_miss(const struct fit *c, const struct fit *than)
{
	int misses = __builtin_popcount(c->misses), more = __builtin_popcount(than->misses);

	if (!fit_has(c, FIT_PATH | FIT_PATH_TAIL | FIT_PID | FIT_PID_INITIAL))
		return false;
	return !than->candidate || misses < more || (misses == more && c->apart < than->apart);
}

static void consider(struct choice *choice, struct candidate *candidate)
{
	struct fit c;
	enum sureness sureness;

	/* It may have come by another key. */
	if (candidate->seen == choice->number)
		return;
	candidate->seen = choice->number;
	choice->looked_at++;
	c = fit_of(choice->line, choice->path, candidate);
	sureness = fit_sureness(&c, choice->line);
	if (!sureness) {
		if (is_nearer_miss(&c, &choice->miss))
			choice->miss = c;
		return;
	}
	bool same = choice->best.candidate && sureness == choice->sureness &&
		    weight(&c) == weight(&choice->best);

	if (!choice->best.candidate || sureness > choice->sureness ||
	    (sureness == choice->sureness && is_better(&c, &choice->best))) {
		choice->alike = same ? choice->alike + 1 : 0;
		choice->best = c;
		choice->sureness = sureness;
	} else if (same) {
		choice->alike++;
	}
}

/* Those of the key from the place on, up to the first that is later than `until`. */
static void consider_from(struct choice *choice, const struct candidates *candidates, uint32_t key,
			  size_t place, int64_t until)
{
	struct candidate *candidate;

	while (choice->looked_at < ALIKE_MAX &&
	       (candidate = candidates_at(candidates, key, place++))) {
		consider(choice, candidate);
		if (candidate->wall_ns > until)
			return;
	}
}

/* A line with its time is about what was not long before, or nothing: then its neighbours say why not. */
static void consider_key(struct choice *choice, const struct candidates *candidates, uint32_t key)
{
	const struct errline *line = choice->line;

	if (line->clock != ERRLINE_UTC) {
		consider_from(choice, candidates, key, candidates_find(candidates, key, INT64_MIN),
			      INT64_MAX);
		return;
	}
	size_t place = candidates_find(candidates, key, line->time_ns - FIT_LATEST);

	/* Of what has no time there is nothing to look for. */
	consider_from(choice, candidates, key, candidates_find(candidates, key, INT64_MIN), 0);
	consider_from(choice, candidates, key, place,
		      line->time_ns + FIT_EARLIEST + line->precision_ns);
	if (place && candidates_at(candidates, key, place - 1))
		consider(choice, candidates_at(candidates, key, place - 1));
}

/* ---- why none fits ---- */

static const char *stamp(struct arena *arena, int64_t wall_ns)
{
	return phrase_wall(arena, wall_ns);
}

static bool is_sane(uint64_t ns)
{
	return ns && ns < 4000000000000000000ull;
}

/* Does the log cover the line's time, or is that time unknown? */
static bool covers(const struct log *log, const struct errline *line)
{
	uint64_t begin = log->header.wall_ns, end = log->has_trailer ? log_wall_ns(log, log->trailer.t) : 0;

	if (!log->has_header || !is_sane(begin) || (log->has_trailer && !is_sane(end)))
		return true;
	return line->time_ns >= (int64_t)begin - FIT_EARLIEST &&
	       (!log->has_trailer || line->time_ns <= (int64_t)end + FIT_LATEST);
}

static const char *why_time(struct arena *arena, const struct errline *line,
			    const struct results *r)
{
	const struct log *first = r->logs;

	if (line->clock != ERRLINE_UTC || !first)
		return NULL;
	for (const struct log *log = first; log; log = log->next)
		if (covers(log, line))
			return NULL;
	if (first->next)
		return SAY("the line is from %s, which none of the logs covers",
			   stamp(arena, line->time_ns));
	return SAY("the line is from %s, which the log does not cover: it begins at %s%s%s",
		   stamp(arena, line->time_ns), stamp(arena, first->header.wall_ns),
		   first->has_trailer ? " and ends at " : "",
		   first->has_trailer ? stamp(arena, log_wall_ns(first, first->trailer.t)) : "");
}

/* Is the line of before the recorder was armed, in a log that covers it? */
static bool is_before_armed(const struct log *log, const struct errline *line)
{
	uint64_t armed =
		line->clock == ERRLINE_MONOTONIC ? log->armed_ns : log_wall_ns(log, log->armed_ns);

	if (!log_is_afterwards(log) || !log->has_header || !log->armed_ns || !is_sane(armed))
		return false;
	if (line->clock == ERRLINE_MONOTONIC)
		return line->time_ns >= (int64_t)log->header.mono_ns &&
		       line->time_ns < (int64_t)armed;
	return line->clock == ERRLINE_UTC && covers(log, line) &&
	       line->time_ns + line->precision_ns < (int64_t)armed;
}

/* Did a recorder begin that never came to record? */
static bool is_never_armed(const struct log *log)
{
	return log_is_afterwards(log) && log->has_header && !log->armed_ns && !log->attaches &&
	       !log->totals_ns;
}

static const char *why_armed(struct arena *arena, const struct errline *line,
			     const struct results *r)
{
	for (const struct log *log = r->logs; log; log = log->next) {
		if (is_before_armed(log, line))
			return SAY("the recorder was not armed yet: its log begins at %s, and "
				   "refusals are recorded from %s on",
				   stamp(arena, log->header.wall_ns),
				   stamp(arena, log_wall_ns(log, log->armed_ns)));
		if (is_never_armed(log) && (line->clock != ERRLINE_UTC || covers(log, line)))
			return "the recorder was not armed yet when its log ended: nothing was "
			       "recorded";
	}
	return NULL;
}

static const char *why_place(struct arena *arena, const struct errline *line,
			     const struct candidate *e)
{
	const struct refusal_form *b = e->form;
	const char *whose = line->pid >= 0 ? SAY(" of %lld", (long long)line->pid) : "";

	if (b->has_clone)
		return SAY("the log has a refused clone3() (#%llu), but into %s",
			   (unsigned long long)e->last_id, explain_safe(arena, e->cgroup));
	return SAY("the log has a refused attach%s (#%llu), but to %s of %s (cgroup v%u%s%s)",
		   whose, (unsigned long long)e->last_id, e->file, explain_safe(arena, e->cgroup),
		   b->v, *b->controllers ? ", " : "", b->controllers);
}

static const char *why_miss(struct arena *arena, const struct errline *line,
			    const struct match *match)
{
	const struct candidate *e = match->nearest;
	unsigned long long id = e->last_id;

	if (match->misses & FIT_PATH)
		return why_place(arena, line, e);
	if (match->misses & FIT_ERRNO)
		return SAY("the refusal at that place (#%llu) was %s, not %s", id,
			   phrase_errno(arena, e->answer), phrase_errno(arena, -line->number));
	if (match->misses & FIT_PID)
		return SAY("the refusal at that place (#%llu, by %s) was of %lld; %lld is a number "
			   "from another pid namespace (a guest's or a container's) or from "
			   "another time",
			   id, e->comm, (long long)e->pid, (long long)line->pid);
	if (match->misses & FIT_TIME)
		return e->wall_ns ? SAY("the most similar refusal (#%llu) was at %s, not at the "
					"line's time",
					id, stamp(arena, e->wall_ns)) :
				    SAY("the most similar refusal (#%llu) was at another time", id);
	return match->is_hidden ?
		       SAY("%s's retry hid the most similar refusal (#%llu), so it caused "
			   "no error line",
			   e->comm, id) :
		       NULL;
}

static const char *why_none(struct arena *arena, const struct errline *line,
			    const struct match *match, const struct results *r)
{
	const char *why = why_time(arena, line, r), *lost = "";

	if (line->step == ERRLINE_MANAGER)
		lost = "; the writer would be systemd";
	if (!r->summary.whole)
		lost = SAY("%s; records are missing from the log, and it may be among them", lost);
	why = why ? why : why_armed(arena, line, r);
	if (!why && match->nearest)
		why = why_miss(arena, line, match);
	for (const struct log *log = r->logs; log && !why; log = log->next)
		if (log->has_header && *log->header.prefix)
			why = SAY("no refusal in the log fits; it has only destinations that begin "
				  "with \"%s\"",
				  log->header.prefix);
	if (!why && !line->path && !line->cgroup && line->pid < 0)
		why = line->clock == ERRLINE_NO_TIME ? "the line has no path, number or time to "
						       "match by" :
						       "nothing was refused at that time";
	if (!why)
		why = r->summary.refused ? "no refusal fits" :
					   "nothing was refused while the log was recorded";
	return *lost ? SAY("%s%s", why, lost) : why;
}

/* What is said of a line on its own, whatever the log has. */
static const char *why_never(const struct errline *line)
{
	return line->kind == ERRLINE_PROPERTY ? "a property write, not an attach" :
						explain_no_event(line);
}

const char *match_why_not(const struct match *match, const struct errline *line,
			  const struct results *results, struct arena *arena)
{
	if (match->candidate)
		return NULL;
	const char *why = why_never(line);

	if (why)
		return why;
	if (!match->alike)
		return why_none(arena, line, match, results);
	return SAY("%u%s refusals fit equally well (#%llu is one), and nothing in the line "
		   "tells them apart",
		   match->alike, match->are_more ? " or more" : "",
		   (unsigned long long)match->nearest->last_id);
}

/* ---- all lines ---- */

/* A line repeats another only if both are about this refusal, and no other fits as well. */
static void mark(struct match *match)
{
	struct candidate *i = match->candidate;

	if (i->error_line && i->error_sureness >= SURENESS_PROBABLE && match->sureness >= SURENESS_PROBABLE)
		match->duplicate_of = i->error_line;
	if (!i->error_line || (int)match->sureness > i->error_sureness) {
		i->error_line = match->duplicate_of ? i->error_line : match->first;
		i->error_sureness = (uint8_t)match->sureness;
	}
}

static void settle(struct match *match, const struct choice *choice)
{
	const struct fit *best = &choice->best;
	bool many = choice->looked_at >= ALIKE_MAX;
	/* Only the time distinguished them; without it there is nothing to choose by. */
	bool ambiguous = (choice->alike || many) && !fit_has(best, FIT_TIME);

	if (!best->candidate) {
		match->nearest = choice->miss.candidate;
		match->misses = (uint8_t)choice->miss.misses;
		match->is_hidden = choice->miss.hidden;
		return;
	}
	if (ambiguous) {
		match->nearest = best->candidate;
		match->alike = choice->alike + 1;
		match->are_more = many;
		return;
	}
	match->candidate = best->candidate;
	match->how = best->how;
	match->sureness = choice->sureness;
	if (choice->alike && match->sureness > SURENESS_POSSIBLE)
		match->sureness--;
	mark(match);
}

/* Is all that a refusal is found by the same in both? */
static bool says_the_same(const struct errline *a, const struct errline *b)
{
	return a->kind == b->kind && a->step == b->step && a->number == b->number &&
	       a->version == b->version && a->vague == b->vague && a->pid == b->pid &&
	       a->clock == b->clock && a->time_ns == b->time_ns &&
	       a->precision_ns == b->precision_ns && are_same(a->file, b->file) &&
	       are_same(a->cgroup, b->cgroup) && are_same(a->path, b->path) &&
	       are_same(a->controllers, b->controllers) && are_same(a->runtime, b->runtime);
}

static void choose(struct choice *choice, const struct candidates *candidates)
{
	const struct errline *line = choice->line;

	if (line->pid >= 0)
		consider_key(choice, candidates, candidates_pid_key(line->pid));
	if (choice->path)
		consider_key(choice, candidates, candidates_path_key(choice->path));
	if (line->pid < 0 && !choice->path && line->clock != ERRLINE_NO_TIME)
		consider_key(choice, candidates, CANDIDATES_ALL);
}

/* What was found for the line before, which may be the same once more. */
struct last {
	struct errline line;
	struct choice choice;
	bool is_set;
};

static void find(struct match *match, const struct candidates *candidates, uint32_t number,
		 struct last *last)
{
	struct errline line = match_line(match);

	if (why_never(&line))
		return;
	if (!last->is_set || !says_the_same(&line, &last->line)) {
		struct arena scratch = { 0 };
		struct choice choice = { .line = &line,
					 .path = fit_path(&line, &scratch),
					 .number = number };

		choose(&choice, candidates);
		*last = (struct last){ line, choice, true };
		last->choice.line = &last->line;
		last->choice.path = NULL;
		arena_fini(&scratch);
	}
	settle(match, &last->choice);
}

/* ---- several records of one failure ---- */

/* So many lines, or so long, after the first record of a failure its last one may stand. */
#define RECORDS_LINES		3
#define RECORDS_LINES_WITH_TIME 60
#define RECORDS_NS		2000000000ll
#define RECORDS_MATCHES		12

static bool are_equal(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

static bool are_near(const struct match *a, const struct match *b)
{
	enum errline_clock clock = a->common->line.clock;

	if (clock == ERRLINE_NO_TIME || clock != b->common->line.clock)
		return b->first - a->last <= RECORDS_LINES;
	int64_t apart = b->time_ns > a->time_ns ? b->time_ns - a->time_ns : a->time_ns - b->time_ns;

	return b->first - a->last <= RECORDS_LINES_WITH_TIME && apart <= RECORDS_NS;
}

/* systemd's "Couldn't move ... (directly or via the system bus): E" and "Failed to add PIDs ...: F" are of one write. */
static bool is_answer_of_bus(const struct errline *a, const struct errline *b)
{
	return are_equal(a->runtime, "systemd") && are_equal(a->unit, b->unit) &&
	       (a->step == ERRLINE_MANAGER) != (b->step == ERRLINE_MANAGER);
}

static bool contradict(const struct errline *a, const struct errline *b)
{
	if (errline_door(a) != errline_door(b) || differ(a->file, b->file) ||
	    differ(a->runtime, b->runtime) || differ(a->unit, b->unit) ||
	    differ(a->controllers, b->controllers))
		return true;
	if ((a->pid >= 0 && b->pid >= 0 && a->pid != b->pid) ||
	    (a->version && b->version && a->version != b->version))
		return true;
	if (a->number && b->number && a->number != b->number && !is_answer_of_bus(a, b))
		return true;
	return a->cgroup && b->cgroup && !ends_in(a->cgroup, b->cgroup) &&
	       !ends_in(b->cgroup, a->cgroup);
}

/*
 * Is `b` the same failure once more, told by the next one who hears of it? Something must agree that is not the same
 * in every failure; and what comes twice in the same form has failed twice.
 */
static bool is_same_failure(const struct match *a, const struct match *b)
{
	if (a->form == b->form || !are_near(a, b))
		return false;
	struct errline from = match_line(a), to = match_line(b), *p = &from, *q = &to;

	if (p->vague || q->vague || p->kind == ERRLINE_PROPERTY || p->kind != q->kind ||
	    contradict(p, q))
		return false;
	if (p->pid >= 0 && p->pid == q->pid)
		return true;
	if (p->number && p->number == q->number && are_equal(p->cgroup, q->cgroup))
		return true;
	if (are_equal(p->unit, q->unit) && are_equal(p->runtime, q->runtime))
		return true;
	/* "cgroup change of group failed": right behind it, and nothing of its own. */
	if (q->pid < 0 && !q->cgroup && !q->file && !q->number && b->first == a->last + 1)
		return true;
	/* "Failed to add task into cgroup": the program's own next line, which leaves out what the first had. */
	return are_equal(p->runtime, q->runtime) && (!p->cgroup || !q->cgroup) &&
	       (!p->number || !q->number || (q->pid < 0 && !q->file));
}

static unsigned long root_of(const struct match *m)
{
	return m->duplicate_of ? m->duplicate_of : m->first;
}

/* Does one of the records of this failure speak against `b`, or is it the same record over again? */
static bool is_against(const struct match *a, const struct match *b)
{
	struct errline p = match_line(a), q = match_line(b);

	return contradict(&p, &q) || p.form == q.form;
}

static void join_record(struct matches *m, size_t i)
{
	struct match near[RECORDS_MATCHES + 1], *b = near; /* the newest first */
	size_t most = i < RECORDS_MATCHES ? i : RECORDS_MATCHES;

	*b = matches_get(m, i);
	if (b->candidate)
		return;
	for (size_t back = 1; back <= most; back++)
		near[back] = matches_get(m, i - back);
	for (size_t back = 1; back <= most && !b->duplicate_of; back++) {
		const struct match *a = &near[back];
		bool against = false;

		/* What is matched stands for itself; what names its process or its place, and is not, is another one. */
		if (!is_same_failure(a, b) || (a->candidate && (b->pid >= 0 || b->cgroup)))
			continue;
		for (size_t k = 1; k <= most && !against; k++)
			against = root_of(&near[k]) == root_of(a) && is_against(&near[k], b);
		if (!against)
			b->duplicate_of = root_of(a);
	}
	if (b->duplicate_of)
		set_match(m, i, b);
}

void matches_find(struct matches *m, const struct results *r, const struct refusals *refusals,
		  const struct explain_kernel *kernel)
{
	struct last last = { .is_set = false };
	size_t kept = 0;

	m->kernel = *kernel;
	m->refusals = refusals;
	candidates_init(&m->candidates, r, refusals);
	for (size_t i = 0; i < m->count; i++) {
		struct match match = matches_get(m, i);

		find(&match, &m->candidates, (uint32_t)i + 1, &last);
		if (match.common->line.vague && !match.candidate)
			continue;
		set_match(m, kept++, &match);
	}
	m->count = kept;
	for (size_t i = 1; i < m->count; i++)
		join_record(m, i);
	for (size_t i = 0; i < m->candidates.count; i++) {
		const struct candidate *c = &m->candidates.items[i];

		if (c->error_line)
			incidents_set_error(r->incidents, c->incident, c->error_line,
					    c->error_sureness);
	}
}
