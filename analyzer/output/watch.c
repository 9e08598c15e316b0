/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/screen.h"
#include "base/text.h"
#include "trace/phrases.h"

#define ULL(n) ((unsigned long long)(n))

/* Lines that are kept: more than a window has. The counts are of all. */
#define KEPT 1024

#define SECOND_NS 1000000000ull

#define HEAD_ROWS   5 /* with the empty line and the titles */
#define WHERE_LEAST 8

/* Strings are printable ASCII. */
struct watch_row {
	uint64_t first; /* the number of its first refusal */
	bool gone;	/* its refusals are of another row's incident */
	bool open;	/* its outcome is not known yet */
	const struct log *log;
	uint64_t last_id, last_ns; /* of its last refusal */
	uint64_t ns, wall_ns;	   /* of its first; wall: 0 not known */
	const struct cause *cause;
	char where[256], comm[64];
	int32_t pid, tgid;
	int64_t written; /* -1: no number */
	unsigned int tries;
	const char *outcome;
	bool reached; /* a user saw it */
};

struct watch_out {
	FILE *out;
	bool on_screen, colour, no_trunc, live;
	uint64_t began_ns;
	struct watch_row rows[KEPT];
	uint64_t added;	     /* row n is rows[n % KEPT] */
	uint64_t *incidents; /* of each cause */
	uint64_t attempts, refused, hidden, hidden_refused, lost, lost_attaches;
	struct arena arena; /* of the piece that is taken */
};

static const char *code(const struct watch_out *o, const char *escape)
{
	return o->colour ? escape : "";
}

/* ---- rows ---- */

static struct watch_row *row_at(struct watch_out *o, uint64_t n)
{
	return &o->rows[n % KEPT];
}

static uint64_t oldest(const struct watch_out *o)
{
	return o->added > KEPT ? o->added - KEPT : 0;
}

static struct watch_row *add_row(struct watch_out *o, uint64_t first, const struct log *log,
				 const struct cause *cause)
{
	struct watch_row *row = row_at(o, o->added++);

	*row = (struct watch_row){
		.first = first, .log = log, .cause = cause, .tries = 1, .open = true
	};
	row->outcome = "...";
	o->incidents[cause_index(cause)]++;
	return row;
}

static void drop_row(struct watch_out *o, struct watch_row *row)
{
	row->gone = true;
	o->incidents[cause_index(row->cause)]--;
}

static void copy(char *to, size_t room, const char *s)
{
	snprintf(to, room, "%s", s && *s ? s : "?");
}

static const char *cut(struct watch_out *o, const char *s)
{
	return o->no_trunc ? s : text_cut_ids(&o->arena, s);
}

static const char *place_words(struct watch_out *o, const struct container *c)
{
	const char *engine = c->engine ? arena_printf(&o->arena, "%s ", c->engine) : "";

	if (c->pod_name)
		return arena_printf(&o->arena, "pod %s/%s",
				    c->pod_namespace ? c->pod_namespace : "?", c->pod_name);
	if (c->id)
		return arena_printf(&o->arena, "%s%s", engine, c->id);
	if (c->pod_uid)
		return arena_printf(&o->arena, "pod %s", c->pod_uid);
	return c->unit;
}

static const char *where_of(struct watch_out *o, const struct report_attach *a)
{
	const char *dst = a->finding->attach->begin.dst;
	const char *words = a->has_container ? place_words(o, &a->container) : NULL;

	return words ? cut(o, text_safe(&o->arena, words)) : dst ? cut(o, dst) : NULL;
}

/* An open row that this refusal may be a further try of. */
static struct watch_row *find_open(struct watch_out *o, const struct report_attach *a)
{
	const struct attach *attach = a->finding->attach;

	for (uint64_t n = o->added; n > oldest(o) && a->written >= 0; n--) {
		struct watch_row *row = row_at(o, n - 1);

		if (row->open && !row->gone && row->log == attach->log &&
		    row->tgid == attach->begin.tgid && row->written == a->written &&
		    a->time_ns - row->last_ns <= INCIDENT_PAUSE)
			return row;
	}
	return NULL;
}

static struct watch_row *find_first(struct watch_out *o, uint64_t first)
{
	for (uint64_t n = o->added; n > oldest(o); n--) {
		struct watch_row *row = row_at(o, n - 1);

		if (row->first == first && !row->gone)
			return row;
	}
	return NULL;
}

/* What was taken for an incident of its own, and is part of this one. */
static void drop_others(struct watch_out *o, const struct watch_row *of, const struct incident *i)
{
	size_t known = i->refused < INCIDENT_IDS ? i->refused : INCIDENT_IDS;

	for (uint64_t n = o->added; n > oldest(o); n--) {
		struct watch_row *row = row_at(o, n - 1);
		bool is_in = row->last_id == i->last_id;

		if (row == of || !row->open || row->gone || row->log != i->log)
			continue;
		for (size_t k = 0; k < known; k++)
			is_in |= row->last_id == i->ids[k];
		if (is_in)
			drop_row(o, row);
	}
}

static void fill_from_incident(struct watch_out *o, struct watch_row *row, const struct incident *i)
{
	row->ns = i->began_ns;
	row->wall_ns = log_wall_ns(i->log, i->began_ns);
	row->pid = i->writer_pid;
	row->tgid = i->writer_tgid;
	copy(row->comm, sizeof(row->comm), i->comm);
	copy(row->where, sizeof(row->where), i->cgroup ? cut(o, i->cgroup) : NULL);
}

static const char *outcome_of(const struct incident *i)
{
	switch (i->outcome) {
	case OUTCOME_SUCCEEDED:
		return incident_hides_retries(i) ? "hidden" : "succeeded";
	case OUTCOME_GAVE_UP:
		return i->tries < 2 ? "failed" : "gave up";
	default:
		return "not known";
	}
}

/* ---- lines ---- */

static const char *time_of(struct watch_out *o, const struct watch_row *row)
{
	uint64_t s = row->wall_ns / SECOND_NS;

	if (!row->wall_ns)
		return arena_printf(&o->arena, "%llu s", ULL(row->ns / SECOND_NS));
	return arena_printf(&o->arena, "%02d:%02d:%02d", (int)(s / 3600 % 24), (int)(s / 60 % 60),
			    (int)(s % 60));
}

static void print_line(struct watch_out *o, const struct watch_row *row)
{
	const char *when = row->wall_ns ? phrase_wall(&o->arena, row->wall_ns) : time_of(o, row);

	fprintf(o->out, "%s  %s  %s  %s (pid %d)  %u %s  %s\n", when, row->cause->id, row->where,
		row->comm, row->pid, row->tries, row->tries == 1 ? "try" : "tries", row->outcome);
	if (o->live)
		fflush(o->out);
}

static void settle(struct watch_out *o, struct watch_row *row)
{
	row->open = false;
	if (!o->on_screen)
		print_line(o, row);
}

/* ---- the screen ---- */

/* The most frequent first, and among equal ones the order of the causes; after `before`, cause_count none. */
static size_t next_cause(const struct watch_out *o, size_t before)
{
	size_t best = cause_count;

	for (size_t i = 0; i < cause_count; i++) {
		uint64_t n = o->incidents[i];
		uint64_t last = before < cause_count ? o->incidents[before] : UINT64_MAX;
		bool comes = n < last || (n == last && i > before);

		if (n && comes && (best == cause_count || n > o->incidents[best]))
			best = i;
	}
	return best;
}

static void put_incidents(const struct watch_out *o, FILE *out)
{
	size_t i = next_cause(o, cause_count);
	const char *before = "";

	fputs("incidents: ", out);
	if (i == cause_count)
		fputs("none", out);
	for (; i < cause_count; i = next_cause(o, i)) {
		fprintf(out, "%s%llu %s", before, ULL(o->incidents[i]), causes[i]->id);
		before = ", ";
	}
	fputc('\n', out);
}

static void put_status(const struct watch_out *o, FILE *out)
{
	fprintf(out, "%scgattach: %llu %s, %llu refused%s, %llu s; ", code(o, "\033[1m"),
		ULL(o->attempts), phrase_plural(o->attempts, "attach", "attaches"), ULL(o->refused),
		code(o, "\033[0m"), ULL((clock_now() - o->began_ns) / SECOND_NS));
	fputs(screen_is_interrupted() ? "ending; q does not wait for it\n" : "q ends it\n", out);
	put_incidents(o, out);
	fprintf(out, "hidden by retries: %llu %s of %llu %s; ", ULL(o->hidden_refused),
		phrase_plural(o->hidden_refused, "refusal", "refusals"), ULL(o->hidden),
		phrase_plural(o->hidden, "incident", "incidents"));
	if (!o->lost && !o->lost_attaches)
		fputs("lost: nothing\n\n", out);
	else
		fprintf(out, "lost: %s%llu %s, %llu whole %s%s\n\n", code(o, "\033[1;31m"),
			ULL(o->lost), phrase_plural(o->lost, "record", "records"),
			ULL(o->lost_attaches),
			phrase_plural(o->lost_attaches, "attach", "attaches"), code(o, "\033[0m"));
}

/* Those that fit: the index of the first one. */
static uint64_t first_shown(struct watch_out *o, size_t room)
{
	uint64_t n = o->added;

	while (n > oldest(o) && room) {
		n--;
		room -= !row_at(o, n)->gone;
	}
	return n;
}

struct widths {
	int when, cause, where, comm, pid;
};

static int wider(int width, const char *s, int most)
{
	int len = (int)strlen(s);

	return len <= width ? width : len < most ? len : most;
}

/* Where it is takes what the others leave. */
static struct widths measure(struct watch_out *o, uint64_t first, int columns)
{
	struct widths w = { .when = 3, .cause = 5, .where = 6, .comm = 7, .pid = 3 };

	for (uint64_t n = first; n < o->added; n++) {
		const struct watch_row *row = row_at(o, n);

		if (row->gone)
			continue;
		w.when = wider(w.when, time_of(o, row), columns);
		w.cause = wider(w.cause, row->cause->id, columns / 5);
		w.where = wider(w.where, row->where, columns);
		w.comm = wider(w.comm, row->comm, columns / 6);
		w.pid = wider(w.pid, arena_printf(&o->arena, "%d", row->pid), columns);
	}
	int left = columns - (w.when + w.cause + w.comm + w.pid) - 5 - 9 - 6 * 2;

	left = left < WHERE_LEAST ? WHERE_LEAST : left;
	w.where = w.where < left ? w.where : left;
	return w;
}

/* With a "+" where something was cut off. */
static void put_cell(FILE *out, const char *s, int width)
{
	bool fits = (int)strlen(s) <= width;

	fprintf(out, "%-*.*s%s  ", fits ? width : width - 1, fits ? width : width - 1, s,
		fits ? "" : "+");
}

static void put_row(struct watch_out *o, FILE *out, const struct watch_row *row,
		    const struct widths *w)
{
	put_cell(out, time_of(o, row), w->when);
	put_cell(out, row->cause->id, w->cause);
	put_cell(out, row->where, w->where);
	put_cell(out, row->comm, w->comm);
	fprintf(out, "%*d  %5u  %s%s%s\n", w->pid, row->pid, row->tries,
		row->reached ? code(o, "\033[1;31m") : "", row->outcome,
		row->reached ? code(o, "\033[0m") : "");
}

static void draw(struct watch_out *o)
{
	size_t rows = screen_rows();
	uint64_t first = first_shown(o, rows > HEAD_ROWS ? rows - HEAD_ROWS : 0);
	struct widths w = measure(o, first, (int)screen_columns());
	struct text text;

	text_begin(&text);
	put_status(o, text.out);
	fputs(code(o, "\033[1m"), text.out);
	put_cell(text.out, "UTC", w.when);
	put_cell(text.out, "CAUSE", w.cause);
	put_cell(text.out, "CGROUP", w.where);
	put_cell(text.out, "PROGRAM", w.comm);
	fprintf(text.out, "%*s  TRIES  OUTCOME\n", w.pid, "PID");
	for (uint64_t n = first; n < o->added; n++)
		if (!row_at(o, n)->gone)
			put_row(o, text.out, row_at(o, n), &w);
	screen_draw(text_end(&text, &o->arena));
}

/* ---- the renderer ---- */

static void *begin(const struct render_options *options, enum report_kind kind)
{
	struct watch_out *o = xcalloc(1, sizeof(*o));

	(void)kind;
	o->out = options->out;
	o->on_screen = screen_fd() >= 0;
	o->colour = options->colour;
	o->no_trunc = options->no_trunc;
	o->live = options->live;
	o->began_ns = clock_now();
	o->incidents = xcalloc(cause_count, sizeof(*o->incidents));
	return o;
}

static void take_attach(void *state, const struct report_attach *a)
{
	struct watch_out *o = state;
	const struct finding *f = a->finding;
	const struct attach *attach = f->attach;
	struct watch_row *row = attach->begun ? find_open(o, a) : NULL;

	if (row) {
		row->tries++;
	} else {
		row = add_row(o, f->number, attach->log, f->cause);
		row->ns = a->time_ns;
		row->wall_ns = a->wall_ns;
		row->pid = attach->begun || !f->stop ? attach->begin.pid : f->stop->r.wpid;
		row->tgid = attach->begin.tgid;
		row->written = a->written;
		copy(row->comm, sizeof(row->comm), attach->begin.comm);
		copy(row->where, sizeof(row->where), where_of(o, a));
	}
	row->last_id = attach->id;
	row->last_ns = a->time_ns;
	/* In no incident: nothing is known of what its writer did before and after. */
	if (!attach->begun) {
		row->outcome = "not known";
		settle(o, row);
	}
	arena_fini(&o->arena);
}

static void take_incident(void *state, const struct incident *i)
{
	struct watch_out *o = state;
	struct watch_row *row = find_first(o, i->first);

	if (!row) {
		row = add_row(o, i->first, i->log, i->cause);
		fill_from_incident(o, row, i);
	}
	drop_others(o, row, i);
	row->tries = i->tries;
	row->outcome = outcome_of(i);
	row->reached = i->outcome == OUTCOME_GAVE_UP;
	if (incident_is_hidden(i)) {
		o->hidden++;
		o->hidden_refused += i->refused;
	}
	settle(o, row);
	arena_fini(&o->arena);
}

static void take_now(void *state, const struct report_now *now)
{
	struct watch_out *o = state;
	uint64_t attempts = 0, refused = 0, lost = 0, lost_attaches = 0;

	for (const struct log *log = now->logs; log; log = log->next) {
		attempts += log_attempts(log);
		refused += log_refused(log);
		lost += log_lost(log);
		lost_attaches += log_lost_attaches(log);
	}
	/* What counts on the way may fall when a late record comes. */
	raise_to(&o->attempts, attempts);
	raise_to(&o->refused, refused);
	o->lost = lost;
	o->lost_attaches = lost_attaches;
	if (o->on_screen)
		draw(o);
	arena_fini(&o->arena);
}

static void end(void *state)
{
	struct watch_out *o = state;

	arena_fini(&o->arena);
	free(o->incidents);
	free(o);
}

const struct renderer render_watch = {
	.streams = true,
	.begin = begin,
	.attach = take_attach,
	.incident = take_incident,
	.now = take_now,
	.end = end,
};
