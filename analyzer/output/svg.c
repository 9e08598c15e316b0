/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --svg: one attach as a picture for people who do not know the kernel, and to be pasted into an issue. */
#include <stdlib.h>
#include <string.h>

#include "facts/kernel.h"
#include "output/formats.h"
#include "output/svg_race.h"
#include "report/renderer.h"
#include "trace/phrases.h"

#define ULL(n) ((unsigned long long)(n))

#define WORD_MAX 140 /* characters of a name in a sentence */

struct svg_out {
	FILE *out;
	bool all_threads, no_trunc, has_one;
	const char *version;
};

static void *begin(const struct render_options *options, enum report_kind kind)
{
	struct svg_out *o = xcalloc(1, sizeof(*o));

	(void)kind;
	o->out = options->out;
	o->all_threads = options->all_threads;
	o->no_trunc = options->no_trunc;
	o->version = options->version;
	return o;
}

/* ---- in words ---- */

/* A name that may be long; its middle is left out then. */
static const char *name_of(const struct svg_out *o, struct arena *arena, const char *s)
{
	size_t len;

	s = o->no_trunc ? s : text_cut_ids(arena, s);
	len = strlen(s);
	return len <= WORD_MAX ?
		       s :
		       arena_printf(arena, "%.*s...%s", WORD_MAX / 2, s, s + len - WORD_MAX / 2);
}

static const char *cgroup_of(const struct svg_out *o, struct arena *arena, const struct attach *a)
{
	return *a->begin.dst ?
		       arena_printf(arena, "the cgroup %s", name_of(o, arena, a->begin.dst)) :
		       "a cgroup that is not recorded";
}

static const char *target_of(struct arena *arena, const struct report_attach *r)
{
	const struct record_attach *b = &r->finding->attach->begin;
	const char *what =
		b->threadgroup || !strcmp(b->file, "cgroup.procs") ? "process" : "thread";

	if (r->target)
		return arena_printf(arena, "%s %d", what, r->target);
	return r->written > 0 ? arena_printf(arena, "%s %lld", what, (long long)r->written) :
	       !r->written    ? "itself" :
				NULL;
}

static const char *deed_of(const struct svg_out *o, struct arena *arena,
			   const struct report_attach *r)
{
	const struct attach *a = r->finding->attach;
	const char *target, *cgroup;

	if (!a->begun || a->kernel)
		return a->kernel ? "The kernel moves tasks on its own account" :
				   "A process writes to a cgroup; what and where is lost";
	cgroup = cgroup_of(o, arena, a);
	target = target_of(arena, r);
	if (a->has_clone)
		return arena_printf(arena, "%s tries to start a process in %s", a->begin.comm,
				    cgroup);
	if (target)
		return arena_printf(arena, "%s tries to move %s to %s", a->begin.comm, target,
				    cgroup);
	return arena_printf(arena, "%s writes \"%s\" to %s of %s", a->begin.comm,
			    name_of(o, arena, a->begin.text), a->begin.file, cgroup);
}

static const char *sure_of(const struct finding *f)
{
	return f->confidence == CONFIDENCE_PROVEN   ? " This is proven." :
	       f->confidence == CONFIDENCE_INFERRED ? " Nothing else is left." :
						      "";
}

static const char *answer_of(struct arena *arena, const struct finding *f)
{
	const char *title = f->cause ? f->cause->title : "";

	if (f->answer >= 0)
		return "The kernel accepts it.";
	return arena_printf(arena, "The kernel refuses with %s: %s.%s",
			    phrase_errno(arena, f->answer), title, sure_of(f));
}

static void put_heading(struct svg *svg, const struct svg_out *o, const struct report_attach *r)
{
	const struct finding *f = r->finding;
	const struct svg_font large = { .size = 18, .colour = SVG_INK, .bold = true }, colour = {
		.size = 15, .colour = f->answer < 0 ? SVG_RED : SVG_GREEN, .bold = true
	};

	svg_paragraph(svg, &large, deed_of(o, svg->arena, r));
	svg->y += 4;
	svg_paragraph(svg, &colour, answer_of(svg->arena, f));
}

static void put_details(struct svg *svg, const struct report_attach *r)
{
	const struct svg_font font = { .size = 13, .colour = SVG_INK };
	const struct cause *cause = r->finding->answer < 0 ? r->finding->cause : NULL;

	if (cause && cause->lasts)
		svg_paragraph(svg, &font,
			      arena_printf(svg->arena, "%s: %s",
					   persistence_name(cause->persistence), cause->lasts));
	if (r->has_creator && r->creator.words)
		svg_paragraph(svg, &font,
			      arena_printf(svg->arena, "thread created by: %s", r->creator.words));
	if (r->retries)
		svg_paragraph(svg, &font, arena_printf(svg->arena, "retried: %s", r->retries));
}

static void put_footer(struct svg *svg, const struct svg_out *o, const struct report_attach *r)
{
	const struct svg_font font = { .size = 11, .colour = SVG_MUTED };
	const struct attach *a = r->finding->attach;
	struct text text;

	text_begin(&text);
	fprintf(text.out, "attach %llu", ULL(a->id));
	if (r->wall_ns && r->time_ns)
		fprintf(text.out, ", %s", phrase_wall(svg->arena, r->wall_ns));
	if (a->log->has_header)
		fprintf(text.out, ", Linux %s", a->log->header.release);
	if (a->begin.v)
		fprintf(text.out, ", cgroup v%u%s%s", a->begin.v, *r->controllers ? " " : "",
			r->controllers);
	fprintf(text.out, "; %sdrawn by cganalyze %s",
		r->race->from < r->race->to ? "to scale, " : "", o->version);
	svg->y += 10;
	svg_paragraph(svg, &font, text_end(&text, svg->arena));
}

/* ---- the document ---- */

static void put_hatching(FILE *out)
{
	fputs("<defs><pattern id=\"cgattach-hatch\" width=\"7\" height=\"7\" "
	      "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
	      "<rect width=\"7\" height=\"7\" fill=\"#eff1f3\"/>"
	      "<rect width=\"2\" height=\"7\" fill=\"#afb8c1\"/></pattern></defs>\n",
	      out);
}

static void put_document(const struct svg_out *o, const struct svg *svg,
			 const struct report_attach *r, const char *body)
{
	double height = svg->y + SVG_MARGIN;

	fprintf(o->out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%d\" "
		"height=\"%.0f\" viewBox=\"0 0 %d %.0f\" role=\"img\" "
		"font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, "
		"sans-serif\">\n<title>",
		SVG_WIDTH, height, SVG_WIDTH, height);
	svg_put(o->out, deed_of(o, svg->arena, r));
	fputs(". ", o->out);
	svg_put(o->out, answer_of(svg->arena, r->finding));
	fputs("</title>\n", o->out);
	put_hatching(o->out);
	fprintf(o->out,
		"<rect x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%.0f\" rx=\"8\" fill=\"%s\" "
		"stroke=\"%s\"/>\n%s</svg>\n",
		SVG_WIDTH - 1, height - 1, SVG_GROUND, SVG_LINE, body);
}

static void take_attach(void *state, const struct report_attach *r)
{
	struct svg_out *o = state;
	struct arena arena = { 0 };
	struct svg svg = { .arena = &arena, .y = 12 };
	struct text text;

	if (o->has_one || !r->race)
		return;
	o->has_one = true;
	text_begin(&text);
	svg.out = text.out;
	put_heading(&svg, o, r);
	svg.y += 4;
	put_details(&svg, r);
	svg_race(&svg, r, o->all_threads);
	svg_tries(&svg, r->race->tries, r->finding->attach->id);
	put_footer(&svg, o, r);
	put_document(o, &svg, r, text_end(&text, &arena));
	arena_fini(&arena);
}

static void end(void *state)
{
	free(state);
}

const struct renderer render_svg = { .begin = begin, .attach = take_attach, .end = end };
