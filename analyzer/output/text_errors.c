/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text about error lines: each with its refusal, or what can be said of one without any trace. */
#include "base/text.h"
#include "base/wrap.h"
#include "facts/container.h"
#include "facts/kernel.h"
#include "match/match.h"
#include "output/render.h"
#include "verdict/retries.h"

#define ULL(n) ((unsigned long long)(n))

static const char *on(const struct render_options *o)
{
	return o->colour ? "\033[1m" : "";
}

static const char *off(const struct render_options *o)
{
	return o->colour ? "\033[0m" : "";
}

/* "EINVAL, 4242 to cgroup.procs of /docker/ID (cgroup v1, cpu,cpuacct), by runc 1.0.0-rc5" */
static const char *describe(const struct errline *line, struct arena *arena)
{
	const char *name = kernel_errno_name(line->number);
	const char *place = line->path ? line->path : line->cgroup;
	struct text text;

	text_begin(&text);
	if (!line->number || name)
		fputs(name ? name : "no errno", text.out);
	else
		fprintf(text.out, "errno %d", line->number);
	if (line->pid >= 0)
		fprintf(text.out, ", %lld", (long long)line->pid);
	if (line->file || place)
		fprintf(text.out, "%s%s%s%s", line->pid >= 0 ? " to " : ", ",
			line->file ? explain_safe(arena, line->file) : "",
			line->file && place ? " of " : "", place ? explain_safe(arena, place) : "");
	if (line->version)
		fprintf(text.out, " (cgroup v%u%s%s)", line->version, line->controllers ? ", " : "",
			line->controllers ? explain_safe(arena, line->controllers) : "");
	if (line->runtime)
		fprintf(text.out, ", by %s%s%s", explain_safe(arena, line->runtime),
			line->runtime_version ? " " : "",
			line->runtime_version  ? explain_safe(arena, line->runtime_version) :
			line->release_disputed ? ", release unknown" :
						 "");
	return text_end(&text, arena);
}

static void print_possible(const struct render_options *o, const struct possibilities *list)
{
	if (list->count)
		fprintf(o->out, "  possible:\n");
	for (size_t i = 0; i < list->count; i++) {
		const struct cause *cause = list->items[i].cause;

		fprintf(o->out, "    %s%s%s, %s: %s\n", on(o), cause->id, off(o),
			persistence_name(cause->persistence), cause->title);
		wrap(o->out, "    ", list->items[i].why);
	}
}

static void print_ruled_out(const struct render_options *o, struct arena *arena,
			    const struct possibilities *list)
{
	if (list->count)
		fprintf(o->out, "  ruled out:\n");
	for (size_t i = 0; i < list->count; i++)
		wrap(o->out, arena_printf(arena, "  %s: ", list->items[i].cause->id), list->items[i].why);
}

void render_container(const struct render_options *o, const char *path, struct arena *arena)
{
	struct container c;
	struct text text;

	if (!path || !container_of_path(&c, path, arena))
		return;
	text_begin(&text);
	if (c.engine)
		fputs(text_safe(arena, c.engine), text.out);
	if (c.id)
		fprintf(text.out, "%s%s", c.engine ? " " : "", text_safe(arena, c.id));
	if (c.pod_uid)
		fprintf(text.out, "%spod %s%s%s%s", c.engine || c.id ? ", " : "",
			text_safe(arena, c.pod_uid), c.qos ? " (" : "", c.qos ? c.qos : "",
			c.qos ? ")" : "");
	if (c.unit && !c.id)
		fprintf(text.out, "%sunit %s", c.engine || c.pod_uid ? ", " : "",
			text_safe(arena, c.unit));
	wrap(o->out, "container: ", text_end(&text, arena));
}

void render_explanation(const struct render_options *o, const struct errline *line,
			const struct explanation *e, const struct explain_kernel *kernel)
{
	struct arena arena = { 0 };

	fprintf(o->out, "%s%s%s\n", on(o), e->meaning, off(o));
	if (line->kind == ERRLINE_ATTACH || line->kind == ERRLINE_ATTACH_INDIRECT) {
		wrap(o->out, "the line: ", describe(line, &arena));
		render_container(o, line->path, &arena);
		for (size_t i = 0; i < e->known.count; i++)
			wrap(o->out, "known: ", e->known.items[i]);
		if (kernel->release)
			wrap(o->out, "kernel: ", arena_printf(&arena, "%s (%s)",
							     explain_safe(&arena, kernel->release), kernel->whose));
		print_possible(o, &e->possible);
		print_ruled_out(o, &arena, &e->ruled_out);
	}
	if (e->commands.count)
		fprintf(o->out, "  to record the proof, until it has happened again:\n");
	for (size_t i = 0; i < e->commands.count; i++)
		fprintf(o->out, "    %s\n", e->commands.items[i]);
	arena_fini(&arena);
}

static const char *how_words(const struct match *m, struct arena *arena)
{
	const char *name;
	struct text text;

	text_begin(&text);
	for (unsigned int n = 0; (name = fit_how_name(m->how, n)); n++)
		fprintf(text.out, "%s%s",
			!n			    ? "" :
			fit_how_name(m->how, n + 1) ? ", " :
						      " and ",
			name);
	return text_end(&text, arena);
}

static void print_event(const struct render_options *o, struct results *r, const struct match *m)
{
	const struct record_attach *b = &m->finding->attach->begin;
	const char *confidence = confidence_name(m->finding->confidence);
	const char *tries = retries_phrase(&r->arena, r->incidents, m->finding);

	wrap(o->out, "  ",
	     arena_printf(&r->arena, "#%llu, %s: %s agree%s", ULL(m->finding->attach->id),
			  sureness_name(m->sureness), how_words(m, &r->arena),
			  fit_how_name(m->how, 1) ? "" : "s"));
	wrap(o->out, "  ", arena_printf(&r->arena, "cause: %s%s%s: %s", m->finding->cause->id,
					confidence ? ", " : "", confidence ? confidence : "",
					m->finding->cause->title));
	if (attach_is_nested(m->finding->attach))
		wrap(o->out, "  ", arena_printf(&r->arena, "numbers are of the writer's pid namespace, %llu "
						"(level %u)", ULL(b->ns), b->level));
	if (tries)
		wrap(o->out, "  ", tries);
}

/* What can be said of a line without its refusal. */
static void print_left(const struct render_options *o, struct results *r,
		       const struct matches *matches, const struct match *m)
{
	struct explanation e;
	struct text text;

	explain(&e, &m->line, &matches->kernel, &r->arena);
	text_begin(&text);
	fputs("what the line alone leaves possible: ", text.out);
	for (size_t i = 0; i < e.possible.count; i++)
		fprintf(text.out, "%s%s", i ? ", " : "", e.possible.items[i].cause->id);
	if (!e.possible.count)
		fputs("no cause that is known", text.out);
	wrap(o->out, "  ", text_end(&text, &r->arena));
	explanation_fini(&e);
}

/* systemd's second record has the kernel's errno, the first one that of a D-Bus answer. */
static const char *own_errno(struct results *r, const struct matches *matches,
			     const struct match *m)
{
	const char *name = kernel_errno_name(m->line.number);

	for (size_t i = 0; i < matches->count; i++)
		if (matches->items[i].first == m->duplicate_of && name &&
		    matches->items[i].line.number &&
		    matches->items[i].line.number != m->line.number)
			return arena_printf(&r->arena, ", with %s", name);
	return "";
}

static void print_match(const struct render_options *o, struct results *r,
			const struct matches *matches, const struct match *m)
{
	const char *where =
		m->last > m->first ?
			arena_printf(&r->arena, "%s:%lu-%lu: ", text_safe(&r->arena, matches->file),
				     m->first, m->last) :
			arena_printf(&r->arena, "%s:%lu: ", text_safe(&r->arena, matches->file),
				     m->first);

	if (m->duplicate_of && !m->incident) {
		fprintf(o->out, "  %sthe failure of line %lu again%s\n", where, m->duplicate_of,
			own_errno(r, matches, m));
		return;
	}
	if (m->duplicate_of) {
		fprintf(o->out, "  %sthe refusal of line %lu again (#%llu, %s)\n", where, m->duplicate_of,
			ULL(m->finding->attach->id), sureness_name(m->sureness));
		return;
	}
	fprintf(o->out, "  %s%s\n", where, describe(&m->line, &r->arena));
	if (m->incident) {
		print_event(o, r, m);
		return;
	}
	wrap(o->out, "  ", arena_printf(&r->arena, m->line.kind == ERRLINE_PROPERTY ? "%s" : "no event: %s",
					m->why_not));
	if (m->line.number && m->line.kind != ERRLINE_PROPERTY && !explain_no_event(&m->line))
		print_left(o, r, matches, m);
}

void render_errors(const struct render_options *o, struct results *r)
{
	const struct matches *m = o->matches;
	size_t found = 0, same = 0, again = 0;

	if (!m)
		return;
	for (size_t i = 0; i < m->count; i++) {
		found += m->items[i].incident && !m->items[i].duplicate_of;
		same += m->items[i].incident && m->items[i].duplicate_of;
		again += !m->items[i].incident && m->items[i].duplicate_of;
	}
	fprintf(o->out, "%serror lines: %zu of the %lu in %s %s about a cgroup: %zu matched", on(o),
		m->count, m->lines, text_safe(&r->arena, m->file), m->count == 1 ? "is" : "are",
		found);
	if (same)
		fprintf(o->out, ", %zu of the same refusals again", same);
	if (m->count - found - same - again)
		fprintf(o->out, ", %zu not", m->count - found - same - again);
	if (again)
		fprintf(o->out, ", %zu of the same failures again", again);
	fprintf(o->out, "%s\n", off(o));
	for (size_t i = 0; i < m->count; i++) {
		print_match(o, r, m, &m->items[i]);
		arena_fini(&r->arena);
	}
	fputc('\n', o->out);
}
