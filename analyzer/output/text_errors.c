/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text about error lines: each with its refusal, or what can be said of one without any trace. */
#include "output/text.h"

#include <string.h>

#include "base/text.h"
#include "base/wrap.h"
#include "trace/phrases.h"

/* "EINVAL, 4242 to cgroup.procs of /docker/ID (cgroup v1, cpu,cpuacct), by runc 1.0.0-rc5", with a `gap` where it may be broken. */
static const char *describe(struct text_out *o, const struct errline *line, const char *gap)
{
	const char *place = line->path ? line->path : line->cgroup;
	struct text text;

	text_begin(&text);
	fputs(line->number ? phrase_errno(&o->arena, -line->number) : "no errno", text.out);
	if (line->function)
		fprintf(text.out, " of %s()", line->function);
	if (line->pid >= 0)
		fprintf(text.out, ", %lld", (long long)line->pid);
	if (line->file || place)
		fprintf(text.out, "%s%s%s%s%s%s", line->pid >= 0 ? "" : ",", gap,
			line->pid >= 0 ? "to " : "", line->file ? text_any(o, line->file) : "",
			line->file && place ? " of " : "",
			place ? text_cut(o, text_any(o, place)) : "");
	if (line->version)
		fprintf(text.out, "%s(cgroup v%u%s%s)", gap, line->version,
			line->controllers ? ", " : "",
			line->controllers ? text_any(o, line->controllers) : "");
	if (line->runtime)
		fprintf(text.out, ",%sby %s%s%s", gap, text_any(o, line->runtime),
			line->runtime_version ? " " : "",
			line->runtime_version  ? text_any(o, line->runtime_version) :
			line->release_disputed ? ", release unknown" :
						 "");
	return text_end(&text, &o->arena);
}

static void print_possible(struct text_out *o, const struct possibilities *list)
{
	if (list->count)
		fprintf(o->out, "  possible:\n");
	for (size_t i = 0; i < list->count; i++) {
		const struct cause *cause = list->items[i].cause;

		wrap_indented(o->out, 4, 8,
			      arena_printf(&o->arena, "%s%s%s, %s: %s", text_bold(o), cause->id,
					   text_plain(o), persistence_name(cause->persistence),
					   cause->title));
		text_wrap(o, "    ", list->items[i].why);
	}
}

static void print_ruled_out(struct text_out *o, const struct possibilities *list)
{
	if (list->count)
		fprintf(o->out, "  ruled out:\n");
	for (size_t i = 0; i < list->count; i++)
		text_wrap(o, arena_printf(&o->arena, "  %s: ", list->items[i].cause->id),
			  list->items[i].why);
}

/* "kube-system/coredns-5d78c9869d-x2x4f (33be..., burstable)", or the uid alone. */
static void put_pod(struct text_out *o, FILE *out, const struct container *c)
{
	const char *uid = c->pod_uid ? text_any(o, c->pod_uid) : NULL;

	if (c->pod_name)
		fprintf(out, "pod %s/%s", text_any(o, c->pod_namespace), text_any(o, c->pod_name));
	else
		fprintf(out, "pod %s", uid);
	if ((c->pod_name && uid) || c->qos)
		fprintf(out, " (%s%s%s)", c->pod_name && uid ? uid : "",
			c->pod_name && uid && c->qos ? ", " : "", c->qos ? c->qos : "");
}

void text_container(struct text_out *o, const struct container *c)
{
	struct text text;

	text_begin(&text);
	if (c->engine)
		fputs(text_any(o, c->engine), text.out);
	if (c->id)
		fprintf(text.out, "%s%s", c->engine ? " " : "", text_any(o, c->id));
	if (c->name)
		fprintf(text.out, " (%s)", text_any(o, c->name));
	if (c->pod_uid || c->pod_name) {
		fputs(c->engine || c->id ? ", " : "", text.out);
		put_pod(o, text.out, c);
	}
	if (c->unit && !c->id)
		fprintf(text.out, "%sunit %s", c->engine || c->pod_uid ? ", " : "",
			text_any(o, c->unit));
	text_wrap(o, "container: ", text_end(&text, &o->arena));
}

static void print_what_is_known(struct text_out *o, const struct report_line *l)
{
	const struct explanation *e = &l->explanation;

	text_wrap(o, "the line: ", describe(o, l->line, " "));
	if (l->has_container)
		text_container(o, &l->container);
	for (size_t i = 0; i < e->known.count; i++)
		text_wrap(o, "known: ", e->known.items[i]);
	text_wrap(o, "kernel: ",
		  l->kernel->release ?
			  arena_printf(&o->arena, "%s (%s)", text_any(o, l->kernel->release),
				       l->kernel->whose) :
			  "unknown: give --kernel RELEASE, or --kernel here");
	for (size_t i = 0; i < l->found.count; i++)
		text_wrap(o, "here: ", l->found.items[i]);
	print_possible(o, &e->possible);
	print_ruled_out(o, &e->ruled_out);
}

static void print_advice(struct text_out *o, const char *indent, const struct advices *list)
{
	if (list->count)
		fprintf(o->out, "  %swhat to do:\n", indent);
	for (size_t i = 0; i < list->count; i++)
		wrap(o->out, arena_printf(&o->arena, "%s  %s: ", indent, list->items[i].cause->id),
		     list->items[i].text);
}

/* The commands are not broken: they are to be pasted. */
static void print_checks(struct text_out *o, const char *indent, const struct checks *list,
			 size_t possible)
{
	if (list->count)
		fprintf(o->out, "  %sto %s without recording (these commands change nothing):\n",
			indent, possible > 1 ? "tell them apart" : "check this");
	for (size_t i = 0; i < list->count; i++) {
		fprintf(o->out, "  %s  %s\n", indent, list->items[i].command);
		wrap(o->out, arena_printf(&o->arena, "%s      ", indent), list->items[i].tells);
	}
}

void text_line(void *state, const struct report_line *l)
{
	struct text_out *o = state;
	const struct explanation *e = &l->explanation;

	wrap_indented(o->out, 0, 4,
		      arena_printf(&o->arena, "%s%s%s", text_bold(o), e->meaning, text_plain(o)));
	if (l->line->kind == ERRLINE_ATTACH || l->line->kind == ERRLINE_ATTACH_INDIRECT)
		print_what_is_known(o, l);
	print_advice(o, "", &e->advice);
	print_checks(o, "", &e->checks, e->possible.count);
	if (e->commands.count)
		fprintf(o->out, "  to record the proof (until the error has happened again):\n");
	for (size_t i = 0; i < e->commands.count; i++)
		fprintf(o->out, "    %s\n", e->commands.items[i]);
	arena_fini(&o->arena);
}

/* "path, pid and errno agree" */
static const char *how_words(struct text_out *o, const struct strings *how)
{
	struct text text;

	text_begin(&text);
	for (size_t i = 0; i < how->count; i++)
		fprintf(text.out, "%s%s",
			!i		   ? "" :
			i + 1 < how->count ? ", " :
					     " and ",
			how->items[i]);
	fputs(how->count > 1 ? " agree" : " agrees", text.out);
	return text_end(&text, &o->arena);
}

static void print_event(struct text_out *o, const struct report_error *e)
{
	const struct refusal *f = &e->refusal;
	const char *confidence = confidence_name(f->confidence);
	struct arena *arena = &o->arena;

	text_wrap(o, "  ",
		  arena_printf(arena, "#%llu, %s: %s", ULL(f->id),
			       sureness_name(e->match->sureness), how_words(o, &e->how)));
	text_wrap(o, "  ",
		  arena_printf(arena, "cause: %s%s%s: %s", f->cause->id, confidence ? ", " : "",
			       confidence ? confidence : "", f->cause->title));
	if (f->is_nested)
		text_wrap(o, "  ",
			  arena_printf(
				  arena,
				  "pids are numbers of the writer's pid namespace, %llu (level %u)",
				  ULL(f->ns), f->level));
	if (e->retries)
		text_wrap(o, "  ", e->retries);
}

/* The line for which the same advice was printed before; 0: it is new, and is now noted for this line. */
static unsigned long advised_before(struct text_out *o, const struct explanation *e,
				    unsigned long line)
{
	struct text text;

	text_begin(&text);
	for (size_t i = 0; i < e->advice.count; i++)
		fprintf(text.out, "%s\n", e->advice.items[i].form);
	const char *what = text_end(&text, &o->arena);

	for (size_t i = 0; i < o->advised_count; i++)
		if (!strcmp(o->advised[i].what, what))
			return o->advised[i].line;
	o->advised = xgrow(o->advised, o->advised_count, &o->advised_room, sizeof(*o->advised));
	o->advised[o->advised_count].what = arena_strdup(&o->kept, what);
	o->advised[o->advised_count++].line = line;
	return 0;
}

/* What can be said of a line without its refusal. */
static void print_left(struct text_out *o, const struct explanation *e, unsigned long first)
{
	const struct possibilities *possible = &e->possible;
	struct text text;

	text_begin(&text);
	fputs("the line alone leaves possible: ", text.out);
	for (size_t i = 0; i < possible->count; i++)
		fprintf(text.out, "%s%s", i ? ", " : "", possible->items[i].cause->id);
	if (!possible->count)
		fputs("no known cause", text.out);
	text_wrap(o, "  ", text_end(&text, &o->arena));
	unsigned long before = e->advice.count ? advised_before(o, e, first) : 0;

	if (before) {
		text_wrap(o, "  ",
			  arena_printf(&o->arena, "what to do: same as for line %lu", before));
		return;
	}
	print_advice(o, "  ", &e->advice);
	print_checks(o, "  ", &e->checks, possible->count);
}

static const char *place(struct text_out *o, const struct match *m)
{
	const char *to = m->last > m->first ? arena_printf(&o->arena, "-%lu", m->last) : "";

	return arena_printf(&o->arena, "%s:%lu%s", o->errors_file, m->first, to);
}

static void print_why_not(struct text_out *o, const struct report_error *e)
{
	bool property = e->line.line->kind == ERRLINE_PROPERTY;

	text_wrap(o, "  ",
		  arena_printf(&o->arena, "%s%s", property ? "" : "no match: ", e->why_not));
}

void text_error(void *state, const struct report_error *e)
{
	struct text_out *o = state;
	const struct match *m = e->match;

	if (m->duplicate_of && !m->candidate) {
		fprintf(o->out, "  %s: the failure of line %lu again%s%s\n", place(o, m),
			m->duplicate_of, e->own_errno ? ", with " : "",
			e->own_errno ? e->own_errno : "");
	} else if (m->duplicate_of) {
		fprintf(o->out, "  %s: the refusal of line %lu again (#%llu, %s)\n", place(o, m),
			m->duplicate_of, ULL(e->refusal.id), sureness_name(m->sureness));
	} else {
		wrap_hanging(o->out, arena_printf(&o->arena, "%s: %s", place(o, m),
						  describe(o, e->line.line, "\n")));
		if (m->candidate)
			print_event(o, e);
		else
			print_why_not(o, e);
		if (e->is_open || (!m->candidate && e->line.explanation.advice.count))
			print_left(o, &e->line.explanation, m->first);
	}
	arena_fini(&o->arena);
}

void text_errors(void *state, const struct report_errors *e)
{
	struct text_out *o = state;
	size_t not_matched = e->count - e->matched - e->repeated - e->failures_repeated;

	o->errors_file = text_safe(&o->kept, e->file);
	o->follows = true;
	fprintf(o->out, "%serror lines: %zu of the %lu in %s %s about a cgroup: %zu matched",
		text_bold(o), e->count, e->lines, o->errors_file, e->count == 1 ? "is" : "are",
		e->matched);
	if (e->repeated)
		fprintf(o->out, ", %zu repeat the same refusals", e->repeated);
	if (not_matched)
		fprintf(o->out, ", %zu did not match", not_matched);
	if (e->failures_repeated)
		fprintf(o->out, ", %zu repeat the same failures", e->failures_repeated);
	fprintf(o->out, "%s\n", text_plain(o));
	if (e->matched)
		fputs("  (--attach ID shows the refusal #ID in full)\n", o->out);
}
