/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/svg_race.h"

#include <string.h>

#include "facts/kernel.h"
#include "trace/phrases.h"

#define LEFT	  232 /* of the chart; what is before it are the names of the lanes */
#define RIGHT	  (SVG_WIDTH - SVG_MARGIN)
#define LANE	  62
#define BAR	  22
#define LANES_MAX 8
#define LABEL	  12			    /* size of the labels of moments, and of most text */
#define BASELINE  (BAR / 2.0 + LABEL / 3.0) /* of words in a bar */
#define LABELS	  8			    /* moments that have one */
#define STEPS	  8			    /* of the scale, at most */

/* What a chart draws with: moments become places. */
struct chart {
	struct svg *svg;
	const struct report_attach *r;
	const struct race *race;
	uint64_t zero; /* that the scale counts from */
	double top;    /* of the lanes */
};

static const struct svg_font small = { .size = LABEL, .colour = SVG_MUTED };

/* ---- to scale ---- */

static double place(const struct race *race, uint64_t t)
{
	double all = (double)(race->to - race->from);

	if (t <= race->from)
		return LEFT;
	if (t >= race->to)
		return RIGHT;
	return LEFT + (RIGHT - LEFT) * ((double)(t - race->from) / all);
}

static bool is_inside(const struct race *race, uint64_t t)
{
	return t >= race->from && t <= race->to;
}

static const char *from_zero(const struct chart *c, uint64_t t)
{
	struct arena *arena = c->svg->arena;

	if (t == c->zero)
		return "0";
	return t > c->zero ? arena_printf(arena, "+%s", phrase_duration(arena, t - c->zero)) :
			     arena_printf(arena, "-%s", phrase_duration(arena, c->zero - t));
}

/* 1, 2 or 5 times a power of ten. */
static uint64_t nice_step(uint64_t span)
{
	static const uint64_t factors[] = { 1, 2, 5 };

	for (uint64_t power = 1; power < UINT64_MAX / 100; power *= 10)
		for (size_t i = 0; i < ARRAY_SIZE(factors); i++)
			if (span / (factors[i] * power) < STEPS)
				return factors[i] * power;
	return span;
}

static const char *tick_text(const struct chart *c, uint64_t from_zero_ns, bool before)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = { { "s", 1000000000 }, { "ms", 1000000 }, { "us", 1000 }, { "ns", 1 } };
	size_t i = 0;

	if (!from_zero_ns)
		return "0";
	while (from_zero_ns % units[i].ns && from_zero_ns < 10 * units[i].ns)
		i++;
	while (from_zero_ns < units[i].ns)
		i++;
	return arena_printf(c->svg->arena, "%c%g %s", before ? '-' : '+',
			    (double)from_zero_ns / (double)units[i].ns, units[i].name);
}

static void draw_tick(const struct chart *c, uint64_t distance, bool before, double bottom)
{
	uint64_t t = before ? c->zero - distance : c->zero + distance;
	double x = place(c->race, t);
	const struct svg_font font = { .size = 11,
				       .colour = SVG_MUTED,
				       .anchor = x > RIGHT - 24 ? SVG_END : SVG_MIDDLE };

	svg_line(c->svg, x, c->top, x, bottom, SVG_LINE, 1, NULL);
	svg_text(c->svg, x, bottom + 16, &font, tick_text(c, distance, before));
}

static void draw_scale(const struct chart *c, double bottom)
{
	const struct race *race = c->race;
	uint64_t step = nice_step(race->to - race->from);

	for (uint64_t d = 0; c->zero >= d && c->zero - d >= race->from; d += step)
		draw_tick(c, d, true, bottom);
	for (uint64_t d = step; c->zero + d <= race->to && c->zero + d > d; d += step)
		draw_tick(c, d, false, bottom);
	svg_line(c->svg, LEFT, bottom, RIGHT, bottom, SVG_MUTED, 1, NULL);
}

/* ---- lanes ---- */

static double bar_top(const struct chart *c, size_t lane)
{
	return c->top + (double)lane * LANE + (LANE - BAR) / 2.0;
}

/* On a ground of its own: it may stand on anything. */
static void write_over(const struct chart *c, double x, double y, const char *colour,
		       const char *text)
{
	const struct svg_font font = { .size = LABEL, .colour = colour };

	svg_rect(c->svg, x - 3, y - LABEL, svg_text_width(text, LABEL) + 4, LABEL + 4, SVG_GROUND,
		 NULL);
	svg_text(c->svg, x, y, &font, text);
}

/* In the bar, else behind it, else before it. */
static void write_at_bar(const struct chart *c, double from, double to, double y,
			 const char *colour, const char *text)
{
	const struct svg_font inside = { .size = LABEL, .colour = SVG_GROUND, .bold = true };
	double width = svg_text_width(text, LABEL);

	if (to - from > width * 1.1 + 10)
		svg_text(c->svg, from + 6, y, &inside, text);
	else if (to + width + 12 < RIGHT)
		write_over(c, to + 8, y, colour, text);
	else if (from - width - 12 > LEFT)
		write_over(c, from - width - 8, y, colour, text);
}

static void draw_bar(const struct chart *c, size_t lane, uint64_t from, uint64_t to,
		     const char *fill, const char *title)
{
	double x = place(c->race, from), width = place(c->race, to) - x;

	if (from > c->race->to || to < c->race->from)
		return;
	svg_rect(c->svg, x, bar_top(c, lane), width < 2 ? 2 : width, BAR, fill, title);
}

static const char *words_of_new(const struct chart *c, const struct race_span *span)
{
	return arena_printf(c->svg->arena, "being created (TASK_NEW) for %s",
			    phrase_duration(c->svg->arena, span->to - span->from));
}

/* A circle right behind the bar would stand in its words. */
static double behind_seen(const struct chart *c, const struct race_lane *lane, uint64_t end)
{
	double x = place(c->race, end);

	for (size_t i = 0; i < lane->mark_count; i++) {
		double seen = place(c->race, lane->marks[i].at);

		if (lane->marks[i].kind == RACE_SEEN && seen >= x && seen < x + 250)
			return seen;
	}
	return x;
}

static void draw_thread_spans(const struct chart *c, size_t n, const struct race_lane *lane)
{
	for (size_t i = 0; i < lane->span_count; i++) {
		const struct race_span *span = &lane->spans[i];
		bool is_new = span->kind == RACE_NEW;

		draw_bar(c, n, span->from, span->to, is_new ? SVG_ORANGE : SVG_HATCH,
			 is_new ? words_of_new(c, span) :
				  "It is there; what it does is not recorded.");
	}
	for (size_t i = 0; i < lane->span_count; i++) {
		const struct race_span *span = &lane->spans[i];

		if (span->kind == RACE_NEW && is_inside(c->race, span->to))
			write_at_bar(c, place(c->race, span->from), behind_seen(c, lane, span->to),
				     bar_top(c, n) + BASELINE, SVG_ORANGE, words_of_new(c, span));
	}
}

static const char *words_of_check(const struct chart *c, const struct race_span *span)
{
	struct arena *arena = c->svg->arena;

	return arena_printf(arena, "%s() returned %s, %s", span->function,
			    span->answer < 0 ? phrase_errno(arena, span->answer) : "no error",
			    from_zero(c, span->to));
}

/* What was returned on the way stands in the bar as a line. */
static void draw_check(const struct chart *c, size_t lane, const struct race_span *span)
{
	double x = place(c->race, span->to), y = bar_top(c, lane);

	svg_rect(c->svg, x - 1, y, 2, BAR, span->answer < 0 ? SVG_RED : SVG_GROUND,
		 words_of_check(c, span));
}

static void draw_write(const struct chart *c, size_t lane, const struct race_span *span)
{
	struct arena *arena = c->svg->arena;
	uint64_t ns = span->to - span->from;
	double y = bar_top(c, lane) + BASELINE, from = place(c->race, span->from);
	const char *call = c->r->finding->attach->has_clone ? "in clone3()" : "in the write";
	const char *words = ns ? arena_printf(arena, "%s, %s%s", call,
					      span->open_from || span->open_to ? "at least " : "",
					      phrase_duration(arena, ns)) :
				 call;

	if (span->open_from)
		draw_bar(c, lane, c->race->from, span->from, SVG_HATCH,
			 "When it began is not recorded.");
	if (span->open_to)
		draw_bar(c, lane, span->to, c->race->to, SVG_HATCH,
			 "When it ended is not recorded.");
	draw_bar(c, lane, span->from, span->to, SVG_BLUE, words);
	write_at_bar(c, from, place(c->race, span->to), y, SVG_BLUE, words);
}

/* The writer's: the write, and what is in it over it. */
static void draw_writer_spans(const struct chart *c, const struct race_lane *lane)
{
	for (size_t i = 0; i < lane->span_count; i++)
		if (lane->spans[i].kind == RACE_WRITE)
			draw_write(c, 0, &lane->spans[i]);
	for (size_t i = 0; i < lane->span_count; i++)
		if (lane->spans[i].kind == RACE_CHECK)
			draw_check(c, 0, &lane->spans[i]);
}

static void draw_seen(const struct chart *c, size_t n, const struct race_lane *lane)
{
	double y = bar_top(c, n) + BAR / 2.0;

	for (size_t i = 0; i < lane->mark_count; i++) {
		const struct race_mark *mark = &lane->marks[i];
		struct arena *arena = c->svg->arena;

		if (mark->kind == RACE_SEEN && is_inside(c->race, mark->at))
			svg_circle(c->svg, place(c->race, mark->at), y, 5, SVG_GROUND, SVG_INK,
				   arena_printf(arena, "%s: the recorder read its state, %s",
						from_zero(c, mark->at), mark->state));
	}
	if (lane->start && lane->start < c->race->from)
		svg_arrow(c->svg, LEFT - 2, y, true,
			  arena_printf(c->svg->arena, "It was created earlier: %s",
				       from_zero(c, lane->start)));
}

static const char *role_of(const struct chart *c, const struct race_lane *lane)
{
	const struct attach *a = c->r->finding->attach;

	if (lane->kind == RACE_WRITER)
		return a->kernel    ? "moved by the kernel" :
		       a->has_clone ? "the caller" :
				      "the writer";
	if (lane->kind == RACE_PARENT)
		return "its parent";
	if (lane->blocker)
		return lane->proven_new ? "new thread: in the way" : "in the way";
	return lane->written ? "to be moved" : "same process";
}

static const char *who_of(const struct chart *c, const struct race_lane *lane)
{
	return lane->comm ? arena_printf(c->svg->arena, "%s %d", lane->comm, lane->pid) :
	       lane->pid  ? arena_printf(c->svg->arena, "thread %d", lane->pid) :
			    "not recorded";
}

static const char *state_of(const struct chart *c, const struct race_lane *lane)
{
	for (size_t i = 0; i < lane->mark_count; i++)
		if (lane->marks[i].kind == RACE_SEEN)
			return arena_printf(c->svg->arena, "seen %s", lane->marks[i].state);
	return lane->tgid && lane->tgid != lane->pid ?
		       arena_printf(c->svg->arena, "thread of process %d", lane->tgid) :
		       "";
}

static void draw_names(const struct chart *c, size_t n, const struct race_lane *lane)
{
	const struct svg_font bold = { .size = 13,
				       .colour = lane->blocker ? SVG_ORANGE : SVG_INK,
				       .bold = true },
			      plain = { .size = LABEL, .colour = SVG_INK };
	double y = c->top + (double)n * LANE + 20, width = LEFT - SVG_MARGIN - 16;
	const struct svg *svg = c->svg;

	svg_text(svg, SVG_MARGIN, y, &bold, role_of(c, lane));
	svg_text(svg, SVG_MARGIN, y + 16, &plain, svg_fit(svg, who_of(c, lane), LABEL, width));
	svg_text(svg, SVG_MARGIN, y + 31, &small, svg_fit(svg, state_of(c, lane), LABEL, width));
}

static void draw_lane(const struct chart *c, size_t n)
{
	const struct race_lane *lane = &c->race->lanes[n];

	if (n)
		svg_line(c->svg, SVG_MARGIN, c->top + (double)n * LANE, RIGHT,
			 c->top + (double)n * LANE, SVG_LINE, 1, NULL);
	draw_names(c, n, lane);
	if (lane->kind == RACE_WRITER)
		draw_writer_spans(c, lane);
	else
		draw_thread_spans(c, n, lane);
	draw_seen(c, n, lane);
}

/* ---- moments ---- */

struct label {
	double x, left;
	int row;
	const char *text, *colour;
	size_t lane; /* down to which its line goes */
};

/* "7.0 ms earlier" */
static const char *distance_of(const struct chart *c, uint64_t t)
{
	struct arena *arena = c->svg->arena;
	uint64_t ns = t > c->zero ? t - c->zero : c->zero - t;

	return ns ? arena_printf(arena, " %s %s", phrase_duration(arena, ns),
				 t > c->zero ? "later" : "earlier") :
		    "";
}

static const char *label_of(const struct chart *c, const struct race_mark *mark)
{
	struct arena *arena = c->svg->arena;
	const char *call = c->r->finding->attach->has_clone ? "clone3()" : "the write",
		   *distance = distance_of(c, mark->at);

	switch (mark->kind) {
	case RACE_CREATED:
		return arena_printf(arena, "created%s", distance);
	case RACE_WOKEN:
		return arena_printf(arena, "first woken%s", distance);
	case RACE_REFUSED:
		return arena_printf(arena, "%srefused%s%.60s%s", mark->by_then ? "by now " : "",
				    mark->function ? " by " : "",
				    mark->function ? mark->function : "",
				    mark->function ? "()" : "");
	case RACE_ANSWERED:
		return arena_printf(arena, "%s returns %s%s", call,
				    mark->answer < 0 ? phrase_errno(arena, mark->answer) : "ok",
				    distance);
	default:
		return NULL;
	}
}

static const char *colour_of(const struct race_mark *mark)
{
	return mark->kind == RACE_REFUSED ? SVG_RED :
	       mark->kind == RACE_CREATED ? SVG_ORANGE :
	       mark->kind == RACE_WOKEN	  ? SVG_GREEN :
	       mark->answer < 0		  ? SVG_RED :
					    SVG_GREEN;
}

static bool has_label(const struct chart *c, const struct race_lane *lane,
		      const struct race_mark *mark)
{
	return is_inside(c->race, mark->at) && mark->kind != RACE_SEEN &&
	       (lane->kind == RACE_WRITER || lane->blocker);
}

static size_t collect_labels(const struct chart *c, size_t lanes, struct label *labels)
{
	size_t n = 0;

	for (size_t k = 0; k < lanes; k++)
		for (size_t i = 0; i < c->race->lanes[k].mark_count && n < LABELS; i++) {
			const struct race_mark *mark = &c->race->lanes[k].marks[i];

			if (has_label(c, &c->race->lanes[k], mark))
				labels[n++] = (struct label){
					.x = place(c->race, mark->at),
					.text = label_of(c, mark),
					.colour = colour_of(mark),
					.lane = mark->kind == RACE_REFUSED ? lanes - 1 : k,
				};
		}
	return n;
}

/* Beside its line, on the side where there is room. */
static void set_left(struct label *label)
{
	double width = svg_text_width(label->text, LABEL);

	label->left = label->x + width < RIGHT ? label->x + 4 : label->x - width - 4;
	if (label->left < SVG_MARGIN)
		label->left = SVG_MARGIN;
}

static bool is_in_the_way(const struct label *a, const struct label *b)
{
	double a_end = a->left + svg_text_width(a->text, LABEL) + 8,
	       b_end = b->left + svg_text_width(b->text, LABEL) + 8;

	return a->row == b->row && a->left < b_end && b->left < a_end;
}

/* Each in the lowest row in which no other is in its way; returns the number of rows. */
static int set_rows(struct label *labels, size_t count)
{
	int rows = 0;

	for (size_t i = 0; i < count; i++) {
		set_left(&labels[i]);
		for (size_t k = 0; k < i; k++)
			if (is_in_the_way(&labels[k], &labels[i])) {
				labels[i].row++;
				k = (size_t)-1;
			}
		rows = labels[i].row >= rows ? labels[i].row + 1 : rows;
	}
	return rows;
}

static double label_y(const struct chart *c, const struct label *label)
{
	return c->top - 8 - label->row * (LABEL + 5);
}

static void draw_label(const struct chart *c, const struct label *label)
{
	const struct svg_font font = { .size = LABEL, .colour = label->colour, .bold = true };
	double bottom = bar_top(c, label->lane) + BAR;

	svg_line(c->svg, label->x, label_y(c, label) - LABEL + 2, label->x, bottom, label->colour,
		 1.5, "4 3");
	svg_rect(c->svg, label->left - 1, label_y(c, label) - LABEL,
		 svg_text_width(label->text, LABEL), LABEL + 3, SVG_GROUND, NULL);
	svg_text(c->svg, label->left, label_y(c, label), &font, label->text);
}

/* ---- all ---- */

static void draw_key(const struct chart *c, double x, const char *fill, const char *text)
{
	svg_rect(c->svg, x, c->svg->y - 10, 22, 12, fill, NULL);
	svg_text(c->svg, x + 28, c->svg->y, &small, text);
}

static void draw_legend(const struct chart *c)
{
	c->svg->y += 24;
	draw_key(c, LEFT, SVG_BLUE, "recorded");
	draw_key(c, LEFT + 120, SVG_ORANGE, "being created, cannot run yet");
	draw_key(c, LEFT + 356, SVG_HATCH, "there, but not recorded");
	svg_circle(c->svg, LEFT + 558, c->svg->y - 4, 5, SVG_GROUND, SVG_INK, NULL);
	svg_text(c->svg, LEFT + 570, c->svg->y, &small, "looked at");
}

static uint64_t zero_of(const struct race *race)
{
	const struct race_lane *writer = &race->lanes[0];

	for (size_t i = 0; i < writer->mark_count; i++)
		if (is_inside(race, writer->marks[i].at))
			return writer->marks[i].at;
	return race->to;
}

void svg_race(struct svg *svg, const struct report_attach *r, bool all)
{
	struct chart c = { .svg = svg, .r = r, .race = r->race };
	size_t lanes = r->race->lane_count;
	struct label labels[LABELS];

	if (r->race->from == r->race->to) {
		svg_paragraph(svg, &small,
			      r->race->to ? "Only the moment of the answer is recorded: there is "
					    "nothing to draw to scale." :
					    "No time of it is recorded: there is nothing to draw.");
		return;
	}
	lanes = all || lanes <= LANES_MAX ? lanes : LANES_MAX;
	c.zero = zero_of(c.race);
	size_t count = collect_labels(&c, lanes, labels);
	int rows = set_rows(labels, count);

	c.top = svg->y + 20 + rows * (LABEL + 5);
	svg->y = c.top + (double)lanes * LANE;
	draw_scale(&c, svg->y);
	for (size_t n = 0; n < lanes; n++)
		draw_lane(&c, n);
	for (size_t i = count; i; i--)
		draw_label(&c, &labels[i - 1]);
	svg->y += 20;
	draw_legend(&c);
	if (lanes < r->race->lane_count)
		svg_paragraph(svg, &small,
			      arena_printf(svg->arena, "and %zu more threads (--all-threads)",
					   r->race->lane_count - lanes));
}

/* ---- tries ---- */

/* Their labels are wider than they are. */
#define INSET 34

static double try_place(const struct race *scale, uint64_t t)
{
	double part = (place(scale, t) - LEFT) / (RIGHT - LEFT);

	return LEFT + INSET + part * (RIGHT - LEFT - 2 * INSET);
}

static void draw_try(const struct svg *svg, const struct race *scale, const struct tries_one *one,
		     uint64_t number, bool is_this)
{
	const char *colour = one->answer < 0 ? SVG_RED : SVG_GREEN;
	const struct svg_font font = {
		.size = LABEL, .colour = SVG_GROUND, .bold = true, .anchor = SVG_MIDDLE
	};
	double x = try_place(scale, one->time_ns);

	svg_circle(svg, x, svg->y, 10, colour, is_this ? SVG_INK : colour,
		   arena_printf(svg->arena, "+%s: try %llu: %s",
				phrase_duration(svg->arena, one->time_ns - scale->from),
				(unsigned long long)number,
				one->answer < 0 ? phrase_errno(svg->arena, one->answer) : "ok"));
	svg_text(svg, x, svg->y + 4, &font,
		 one->answer < 0 ? arena_printf(svg->arena, "%llu", (unsigned long long)number) :
				   "ok");
}

/* Where there is room: not all moments have theirs. */
static void write_moments(const struct svg *svg, const struct race *scale,
			  const struct tries_chain *tries)
{
	double end = 0;

	for (size_t i = 0; i < tries->kept; i++) {
		const struct svg_font font = { .size = 11,
					       .colour = SVG_MUTED,
					       .anchor = SVG_MIDDLE };
		uint64_t t = tries->one[i].time_ns;
		double x = try_place(scale, t);

		if (x - 30 < end || t < scale->from)
			continue;
		svg_text(svg, x, svg->y + 26, &font,
			 t == scale->from ?
				 "0" :
				 arena_printf(svg->arena, "+%s",
					      phrase_duration(svg->arena, t - scale->from)));
		end = x + 30;
	}
}

static bool find_scale(struct race *scale, const struct tries_chain *tries)
{
	for (size_t i = 0; i < tries->kept; i++) {
		uint64_t t = tries->one[i].time_ns;

		scale->from = !i || t < scale->from ? t : scale->from;
		scale->to = t > scale->to ? t : scale->to;
	}
	return scale->from && scale->from < scale->to;
}

void svg_tries(struct svg *svg, const struct tries_chain *tries, uint64_t id)
{
	const struct svg_font font = { .size = 13, .colour = SVG_INK, .bold = true };
	struct race scale = { 0 };

	if (!tries || tries->count < 2 || !find_scale(&scale, tries))
		return;
	svg->y += 40;
	svg_text(svg, SVG_MARGIN, svg->y, &font, "all tries of it");
	svg_text(svg, SVG_MARGIN, svg->y + 16, &small,
		 arena_printf(svg->arena, "%llu in %s", (unsigned long long)tries->count,
			      phrase_duration(svg->arena, scale.to - scale.from)));
	svg_line(svg, LEFT + INSET, svg->y, RIGHT - INSET, svg->y, SVG_LINE, 2, NULL);
	for (size_t i = 0; i < tries->kept; i++)
		draw_try(svg, &scale, &tries->one[i], i + 1 == tries->kept ? tries->count : i + 1,
			 tries->one[i].id == id);
	write_moments(svg, &scale, tries);
	svg->y += 26;
}
