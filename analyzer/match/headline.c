/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "match/headline.h"

#include <string.h>

#include "base/text.h"
#include "facts/kernel.h"
#include "trace/phrases.h"

#define SAY(...) arena_printf(arena, __VA_ARGS__)

/* ---- what was refused ---- */

static const char *of_write(const struct errline *line, struct arena *arena)
{
	const char *name = phrase_errno(arena, -line->number);
	bool indirect = line->kind == ERRLINE_ATTACH_INDIRECT;

	if (!line->number)
		return indirect ? "controllers could not be enabled or disabled "
				  "(cgroup.subtree_control); the line gives no errno that is known "
				  "here" :
				  "an attach failed; the line gives no errno that is known here";
	if (line->maybe_open)
		return indirect ? SAY("controllers could not be enabled or disabled "
				      "(cgroup.subtree_control): %s",
				      name) :
				  SAY("an attach failed with %s", name);
	return indirect ? SAY("the kernel refused to enable or disable a controller "
			      "(cgroup.subtree_control) with %s",
			      name) :
			  SAY("the kernel refused an attach with %s", name);
}

static const char *of_function(const struct errline *line, struct arena *arena)
{
	bool indirect = line->kind == ERRLINE_ATTACH_INDIRECT && !line->any_door;

	return SAY("%s() returned %s: %s", line->function, phrase_errno(arena, -line->number),
		   line->step == ERRLINE_CLONE ? "the kernel refused to create a process inside a "
						 "cgroup (clone3 with CLONE_INTO_CGROUP)" :
		   indirect ? "the kernel refused to enable or disable a controller "
			      "(cgroup.subtree_control)" :
			      "the kernel refused an attach");
}

static const char *subject(const struct errline *line, struct arena *arena)
{
	const char *no_event = explain_no_event(line);

	if (line->step == ERRLINE_OPEN && line->number)
		return SAY("the file could not be opened (%s), so nothing was written",
			   phrase_errno(arena, -line->number));
	if (no_event)
		return no_event;
	if (line->step == ERRLINE_CLONE && !line->function)
		return SAY("a process was to be created inside the cgroup (clone3 with "
			   "CLONE_INTO_CGROUP)%s%s",
			   line->number ? ", and that failed with " : "",
			   line->number ? phrase_errno(arena, -line->number) : "");
	if (line->step == ERRLINE_MANAGER)
		return line->runtime && !strcmp(line->runtime, "cgmanager") ?
			       "cgmanager was asked to do it: look for a write by cgmanager, if "
			       "there was one at all" :
			       "systemd was asked to do it: look for a write by systemd (pid 1), "
			       "if there was one at all";
	if (line->function)
		return of_function(line, arena);
	if (line->vague)
		return "a write failed; the line does not say to which file, so it need not be an "
		       "attach";
	return of_write(line, arena);
}

/* ---- which cause is likely ---- */

/* "4.20" for 5.0: the release before the first one of a range. */
static const char *last_before(uint32_t version, struct arena *arena)
{
	static const unsigned int last_minors[] = { [4] = 19, [5] = 20, [6] = 19, [7] = 19 };
	unsigned int major = KERNEL_MAJOR(version), minor = KERNEL_MINOR(version);

	if (minor)
		return SAY("%u.%u", major, minor - 1);
	return SAY("%u.%u", major - 1, major < ARRAY_SIZE(last_minors) ? last_minors[major] : 0);
}

/* The first of the possible causes on that kernel; NULL: none of them is possible there. */
static const struct cause *first_on(const struct explanation *e, const struct premise *premise,
				    uint32_t version)
{
	struct arena arena = { 0 };
	struct premise p = *premise;
	const struct cause *first = NULL;

	p.version = version;
	p.release = "";
	for (size_t i = 0; i < e->possible.count && !first; i++)
		if (!cause_impossible(e->possible.items[i].cause, &p, &arena))
			first = e->possible.items[i].cause;
	arena_fini(&arena);
	return first;
}

/* The kernel at which one of the possible causes begins or ends next; 0 after the last. */
static uint32_t next_limit(const struct explanation *e, uint32_t version)
{
	uint32_t next = 0;

	for (size_t i = 0; i < e->possible.count; i++)
		for (size_t n = 0; n < CAUSE_RANGES; n++) {
			const struct kernel_range *r = &e->possible.items[i].cause->kernels[n];

			if (r->since > version && (!next || r->since < next))
				next = r->since;
			if (r->before > version && (!next || r->before < next))
				next = r->before;
		}
	return next;
}

/* Kernels on which the same cause comes first. */
struct range {
	uint32_t since, before; /* since: 1, the oldest; before: 0, there is no later one */
	const struct cause *first;
};

#define RANGES 16

static size_t ranges_of(const struct explanation *e, const struct premise *p,
			struct range ranges[RANGES])
{
	size_t n = 0;

	ranges[0] = (struct range){ 1, 0, first_on(e, p, 1) };
	for (uint32_t limit = next_limit(e, 1); limit && n + 1 < RANGES;
	     limit = next_limit(e, limit)) {
		const struct cause *first = first_on(e, p, limit);

		if (first == ranges[n].first)
			continue;
		ranges[n++].before = limit;
		ranges[n] = (struct range){ limit, 0, first };
	}
	return n + 1;
}

static const char *id_of(const struct cause *cause)
{
	return cause ? cause->id : "no known cause";
}

static const char *release(uint32_t version, struct arena *arena)
{
	return SAY("%u.%u", KERNEL_MAJOR(version), KERNEL_MINOR(version));
}

static const char *range_words(const struct range *r, struct arena *arena)
{
	if (r->since <= 1)
		return SAY("on Linux up to %s: %s", last_before(r->before, arena), id_of(r->first));
	if (r->before)
		return SAY("on %s to %s: %s", release(r->since, arena),
			   last_before(r->before, arena), id_of(r->first));
	return SAY("later: %s", id_of(r->first));
}

/* "on Linux 4.8 to 6.0: task_new; otherwise: rt_group"; NULL if all kernels have the same. */
static const char *by_ranges(const struct explanation *e, const struct premise *p,
			     struct arena *arena)
{
	struct range ranges[RANGES];
	size_t count = ranges_of(e, p, ranges);
	const char *words = "";

	if (count == 1)
		return NULL;
	if (count == 3 && ranges[0].first == ranges[2].first)
		return SAY("on Linux %s to %s: %s; otherwise: %s", release(ranges[1].since, arena),
			   last_before(ranges[1].before, arena), id_of(ranges[1].first),
			   id_of(ranges[0].first));
	for (size_t i = 0; i < count; i++)
		words = SAY("%s%s%s", words, i ? "; " : "", range_words(&ranges[i], arena));
	return words;
}

static const char *none_left(const struct explanation *e, const struct errline *line,
			     struct arena *arena)
{
	if (e->ruled_out.count)
		return e->ruled_out.count == 1 ?
			       "; the only known cause of that errno is not possible here" :
			       SAY("; none of the %zu known causes of that errno is possible here",
				   e->ruled_out.count);
	if (line->function)
		return SAY("; no known cause of %s() has that errno", line->function);
	return line->step == ERRLINE_CLONE ?
		       ": clone3() returns it for reasons that have nothing to do with the cgroup" :
	       line->step == ERRLINE_MANAGER ? "" :
					       "; the cgroup code is not known to return it";
}

/* Beyond so many a list says less than a number. */
#define OTHERS_MAX 4

static void print_others(FILE *out, const struct explanation *e)
{
	if (e->possible.count > OTHERS_MAX + 1) {
		fprintf(out, "; %zu others are possible", e->possible.count - 1);
		return;
	}
	for (size_t i = 1; i < e->possible.count; i++)
		fprintf(out, "%s%s", i == 1 ? "; also possible: " : ", ",
			e->possible.items[i].cause->id);
}

static const char *likely(const struct explanation *e, const struct errline *line,
			  const struct premise *p, struct arena *arena)
{
	const struct cause *first = e->possible.items[0].cause;
	const char *ranges = p->version ? NULL : by_ranges(e, p, arena);
	const char *condition = line->vague		      ? "; if it is one, " :
				line->step == ERRLINE_MANAGER ? "; if so, " :
								"; ";
	struct text text;

	text_begin(&text);
	if (ranges && e->possible.count > 1)
		fprintf(text.out, "%smost likely, %s; %zu causes are possible", condition, ranges,
			e->possible.count);
	else if (e->possible.count == 1)
		fprintf(text.out, "%sthe only known cause left is %s: %s", condition, first->id,
			first->title);
	else {
		fprintf(text.out, "%smost likely %s: %s", condition, first->id, first->title);
		print_others(text.out, e);
	}
	return text_end(&text, arena);
}

const char *headline(const struct explanation *e, const struct errline *line,
		     const struct premise *premise, struct arena *arena)
{
	const char *what;

	if (line->kind == ERRLINE_OTHER)
		return "nothing in this line is about an attach to a cgroup";
	if (line->kind == ERRLINE_PROPERTY)
		return SAY("a property write, not an attach: %s of a cgroup was not accepted",
			   explain_safe(arena, line->file));
	what = subject(line, arena);
	if (!line->number || line->step == ERRLINE_USER)
		return what;
	return SAY("%s%s", what,
		   e->possible.count ? likely(e, line, premise, arena) : none_left(e, line, arena));
}
