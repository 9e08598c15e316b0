/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/text.h"

#include <stdlib.h>

#include "base/text.h"
#include "base/wrap.h"
#include "trace/phrases.h"

static const char *code(const struct text_out *o, const char *escape)
{
	return o->colour ? escape : "";
}

const char *text_bold(const struct text_out *o)
{
	return code(o, "\033[1m");
}

const char *text_red(const struct text_out *o)
{
	return code(o, "\033[1;31m");
}

const char *text_plain(const struct text_out *o)
{
	return code(o, "\033[0m");
}

const char *text_any(struct text_out *o, const char *s)
{
	return s ? text_safe(&o->arena, s) : "?";
}

const char *text_cut(struct text_out *o, const char *s)
{
	return o->no_trunc ? s : text_cut_ids(&o->arena, s);
}

void text_wrap(struct text_out *o, const char *label, const char *s)
{
	wrap(o->out, label, text_cut(o, s));
}

static void *begin(const struct render_options *options, enum report_kind kind)
{
	struct text_out *o = xcalloc(1, sizeof(*o));

	o->out = options->out;
	o->colour = options->colour;
	o->all_threads = options->all_threads;
	o->no_trunc = options->no_trunc;
	o->kind = kind;
	return o;
}

static void end(void *state)
{
	struct text_out *o = state;

	text_refusal_fini(o);
	free(o->advised);
	arena_fini(&o->arena);
	arena_fini(&o->kept);
	free(o);
}

static void print_accepted(struct text_out *o, const struct report_attach *a)
{
	const struct attach *attach = a->finding->attach;

	text_title(o, a);
	text_write(o, a);
	if (!attach->complete)
		fprintf(o->out, "  some records of this attach are lost\n");
	if (a->no_effect)
		fprintf(o->out, "  moved nothing: %d %s\n", attach->begin.tpid,
			no_effect_phrase(a->no_effect));
	if (a->finding->table.count)
		text_threads(o, a->finding);
	else
		fprintf(o->out, "  none of its threads was recorded\n");
}

static void print_attach(void *state, const struct report_attach *a)
{
	struct text_out *o = state;

	if (a->finding->answer < 0)
		text_refusal(o, a);
	else
		print_accepted(o, a);
	arena_fini(&o->arena);
}

static void print_unarmed(struct text_out *o, const struct report_moment *m)
{
	fputs("the recorder was not armed yet", o->out);
	if (m->log->armed_ns && m->wall_ns)
		fprintf(o->out, ": refusals are recorded from %s on",
			phrase_wall(&o->arena, log_wall_ns(m->log, m->log->armed_ns)));
	fputs("\n\n", o->out);
}

static void print_moment(void *state, const struct report_moment *m)
{
	struct text_out *o = state;

	fprintf(o->out, "%s: as last seen by %llu.%09llu s on the monotonic clock",
		text_any(o, m->log->file), ULL(m->time_ns / 1000000000),
		ULL(m->time_ns % 1000000000));
	if (m->wall_ns)
		fprintf(o->out, ", %s", phrase_wall(&o->arena, m->wall_ns));
	fputs("\n\n", o->out);
	if (!m->armed)
		print_unarmed(o, m);
	text_sightings(o, m);
	arena_fini(&o->arena);
}

const struct renderer render_text = {
	.begin = begin,
	.errors = text_errors,
	.error = text_error,
	.summary = text_summary,
	.attach = print_attach,
	.group = text_group,
	.more_groups = text_more_groups,
	.moment = print_moment,
	.cause = text_cause,
	.line = text_line,
	.end = end,
};
