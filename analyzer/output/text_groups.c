/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Refusals that are alike, as one. */
#include "output/text.h"

#include "base/text.h"
#include "base/wrap.h"
#include "trace/phrases.h"
#include "trace/parse.h"

static void put_place(struct text_out *o, FILE *out, const struct group *g)
{
	const struct container *c = &g->container;

	if (!g->has_container && g->cgroup)
		fprintf(out, ",\nto %s", text_cut(o, g->cgroup));
	if (!g->has_container)
		return;
	if (c->id)
		fprintf(out, ",\nto container %s%s%s", c->engine ? text_any(o, c->engine) : "",
			c->engine ? " " : "", text_cut(o, text_any(o, c->id)));
	else if (c->pod_uid)
		fprintf(out, ",\nto pod %s", text_any(o, c->pod_uid));
	else
		fprintf(out, ",\nto %s", text_any(o, c->unit));
}

static void print_what(struct text_out *o, const struct group *g)
{
	struct text text;

	text_begin(&text);
	fputs(g->cause->id, text.out);
	if (g->function)
		fprintf(text.out, "\nat %s()", g->function);
	if (g->comm)
		fprintf(text.out, ",\nwritten by %s", g->comm);
	put_place(o, text.out, g);
	if (g->creator && *g->creator)
		fprintf(text.out, ",\nthread created in %s+0x%llx", g->creator,
			ULL(g->creator_offset));
	wrap_hanging(o->out, text_end(&text, &o->arena));
}

static const char *moment(struct text_out *o, uint64_t wall_ns, uint64_t ns)
{
	return wall_ns ? phrase_wall(&o->arena, wall_ns) :
			 arena_printf(&o->arena, "%llu.%09llu s", ULL(ns / 1000000000),
				      ULL(ns % 1000000000));
}

static void print_head(struct text_out *o, const struct report_group *r)
{
	const struct group *g = r->group;

	fprintf(o->out, "\n%s%llu alike%s", text_bold(o), ULL(g->count), text_plain(o));
	if (g->first_log)
		fprintf(o->out, ", from %s to %s", moment(o, r->first_wall_ns, g->first_ns),
			moment(o, r->last_wall_ns, g->last_ns));
	fputs(":\n", o->out);
	print_what(o, g);
	if (g->hidden)
		fprintf(o->out, "  retries hid %llu of them (%llu %%)\n", ULL(g->hidden),
			ULL((g->hidden * 100 + g->count / 2) / g->count));
	if (g->proven && g->proven < g->count)
		fprintf(o->out, "  %llu proven, %llu inferred\n", ULL(g->proven), ULL(g->inferred));
}

void text_group(void *state, const struct report_group *r)
{
	struct text_out *o = state;

	if (r->group->count > 1 || !r->example) {
		print_head(o, r);
		fputs(r->example ? "  for example:\n" :
				   "  (too many groups to keep an example of each)\n",
		      o->out);
	}
	if (r->example)
		text_refusal(o, r->example);
	o->follows = true;
	arena_fini(&o->arena);
}

/* Those of which the report shows nothing. */
static const char *causes_left_out(struct text_out *o, const struct report_more_groups *more)
{
	const char *before = ", among them all of ";
	struct text text;

	text_begin(&text);
	for (size_t i = 0; i < cause_count; i++) {
		if (!more->left_out[i])
			continue;
		fprintf(text.out, "%s%s", before, causes[i]->id);
		before = ", ";
	}
	return text_end(&text, &o->arena);
}

void text_more_groups(void *state, const struct report_more_groups *more)
{
	struct text_out *o = state;

	if (more->groups) {
		fputc('\n', o->out);
		wrap_indented(o->out, 0, 4,
			      arena_printf(&o->arena,
					   "... and %llu smaller group%s with %llu refusal%s%s "
					   "(--all-groups shows them, --each shows every refusal)",
					   ULL(more->groups), more->groups == 1 ? "" : "s",
					   ULL(more->refusals), more->refusals == 1 ? "" : "s",
					   causes_left_out(o, more)));
	}
	if (more->given_up)
		fprintf(o->out,
			"%s... and %llu refusals of small groups, too many to keep: the counts "
			"above "
			"may be too low by as much\n",
			more->groups ? "" : "\n", ULL(more->refusals_given_up));
	arena_fini(&o->arena);
}
