/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "match/explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/kernel_path.h"
#include "facts/runtimes.h"
#include "match/advise.h"
#include "match/headline.h"

#define SAY(...) arena_printf(arena, __VA_ARGS__)

/* ---- one cause ---- */

struct question {
	const struct errline *line;
	struct premise premise;
	struct arena *arena;
};

static unsigned int calls_of_line(const struct errline *line)
{
	if (line->step == ERRLINE_OPEN)
		return CALL_OPEN;
	/* The manager's answer does not tell what failed there. */
	return line->maybe_open || line->vague || line->step == ERRLINE_MANAGER ?
		       CALL_WRITE | CALL_OPEN :
		       CALL_WRITE;
}

static struct premise premise_of(const struct errline *line, const struct explain_kernel *k,
				 struct arena *arena)
{
	return (struct premise){
		.release = k->release,
		.version = k->version,
		.rt_group_sched = k->rt_group_sched,
		.sched_class_ext = k->sched_class_ext,
		.door = errline_door(line),
		.calls = calls_of_line(line),
		.cgroup = line->version,
		.controllers = line->controllers ? text_safe(arena, line->controllers) : NULL,
		.file = line->file,
		.root = line->path && !strcmp(line->path, "/"),
		.runtime = line->runtime,
		.pid = line->pid,
		.function = line->function,
		.returned = -line->number,
	};
}

static const char *why_not(const struct question *q, const struct cause *cause)
{
	if (q->line->step == ERRLINE_USER)
		return explain_no_event(q->line);
	return cause_impossible(cause, &q->premise, q->arena);
}

/* Of the tries that the writer makes by itself: they outlast a moment. */
static const char *about_tries(const struct question *q)
{
	struct arena *arena = q->arena;
	const char *runtime = q->line->runtime;
	unsigned int tries = runtimes_tries(runtime, q->line->runtime_version);

	if (q->line->number != EINVAL || !tries)
		return "";
	return tries == 1 ? SAY("; this %s does not retry, so a short moment is enough", runtime) :
			    SAY("; %s had tried %u times when it gave up, so the condition "
				"lasted, or came back each time",
				runtime, tries);
}

static const char *why_possible(const struct question *q, const struct cause *cause)
{
	struct arena *arena = q->arena;

	return SAY("%s%s", cause_possible(cause, &q->premise, arena),
		   cause->persistence == PERSISTENCE_TRANSIENT ? about_tries(q) : "");
}

/* ---- all of it ---- */

static void put(struct possibilities *list, const struct cause *cause, const char *why)
{
	list->items = xgrow(list->items, list->count, &list->room, sizeof(*list->items));
	list->items[list->count++] = (struct possibility){ cause, why };
}

/* Before those that are met less often, behind all others. */
static void put_by_commonness(struct possibilities *list, const struct cause *cause,
			      const char *why, const struct premise *p)
{
	enum commonness commonness = cause_commonness(cause, p);
	size_t i;

	put(list, cause, why);
	for (i = list->count - 1; i && cause_commonness(list->items[i - 1].cause, p) < commonness;
	     i--)
		list->items[i] = list->items[i - 1];
	list->items[i] = (struct possibility){ cause, why };
}

static void weigh(struct explanation *e, const struct question *q)
{
	for (size_t i = 0; i + 1 < cause_count && q->line->number; i++) {
		if (!cause_is_reported(causes[i], &q->premise, -q->line->number))
			continue;
		const char *why = why_not(q, causes[i]);

		if (why)
			put(&e->ruled_out, causes[i], why);
		else
			put_by_commonness(&e->possible, causes[i], why_possible(q, causes[i]),
					  &q->premise);
	}
}

static const char *doors_left(const char *function, struct arena *arena)
{
	static const struct {
		const char *outermost, *words;
	} doors[] = {
		{ "cgroup_subtree_control_write", "; one to cgroup.subtree_control" },
		{ "cgroup_can_fork", "; clone3() with CLONE_INTO_CGROUP" },
		{ "cgroup_attach_task_all", "; the kernel's own move" },
	};
	struct text text;

	text_begin(&text);
	fputs("the trace does not show which way in it was: a write to cgroup.procs, tasks or "
	      "cgroup.threads",
	      text.out);
	for (size_t i = 0; i < ARRAY_SIZE(doors); i++)
		if (kernel_path_calls(doors[i].outermost, function))
			fputs(doors[i].words, text.out);
	return text_end(&text, arena);
}

/* What the trace shows, and what it leaves open. */
static void know_trace(struct explanation *e, const struct question *q)
{
	const struct errline *line = q->line;
	struct arena *arena = q->arena;
	size_t inner = kernel_path_below(line->function);

	strings_add(&e->known,
		    SAY("the trace shows that %s() returned -%d", line->function, line->number));
	if (inner)
		strings_add(
			&e->known,
			SAY("%s() passes on what the functions that it calls return: whether it "
			    "refused itself, or which of those, stays open",
			    line->function));
	if (e->possible.count > 1)
		strings_add(&e->known, SAY("for which of its %zu reasons is not in the trace",
					   e->possible.count));
	if (line->any_door)
		strings_add(&e->known, doors_left(line->function, arena));
}

static const char *others_words(const struct question *q)
{
	bool clone = q->line->step == ERRLINE_CLONE;

	/* With a known kernel it is among the causes. */
	if (!q->premise.version)
		return clone ? "a seccomp filter, a tracer or, from Linux 6.12 on, a sched_ext "
			       "scheduler" :
			       "a seccomp filter, a tracer, a file system in between (lxcfs) or, "
			       "from Linux 6.12 on, a sched_ext scheduler";
	return clone ? "a seccomp filter or a tracer" :
		       "a seccomp filter, a tracer or a file system in between (lxcfs)";
}

static void know(struct explanation *e, const struct question *q)
{
	const struct errline *line = q->line;
	struct arena *arena = q->arena;
	unsigned int tries = runtimes_tries(line->runtime, line->runtime_version);

	if (line->function)
		know_trace(e, q);
	else if (line->number && line->number != EINVAL && !explain_no_event(line))
		strings_add(&e->known, SAY("%s can return any errno", others_words(q)));
	if (line->runtime && line->runtime_version)
		strings_add(&e->known, SAY("the program is %s %s, or a build close to that release",
					   explain_safe(arena, line->runtime),
					   explain_safe(arena, line->runtime_version)));
	if (tries > 1 && line->number == EINVAL)
		strings_add(
			&e->known,
			SAY("on EINVAL %s tries %u times, 30 ms apart, before it reports the error",
			    line->runtime, tries));
	else if (tries == 1 && line->number == EINVAL)
		strings_add(&e->known, SAY("this %s does not retry", line->runtime));
	if (line->step == ERRLINE_WRITE && line->maybe_open)
		strings_add(&e->known,
			    "the message does not show whether the open or the write failed");
	if (line->step == ERRLINE_CLONE)
		strings_add(&e->known, "clone3() can fail for reasons that have nothing to do with "
				       "the cgroup as well");
	if (line->pid >= 0)
		strings_add(&e->known, SAY("%lld is a pid in the writer's pid namespace",
					   (long long)line->pid));
}

void explain(struct explanation *e, const struct errline *line, const struct explain_kernel *kernel,
	     struct arena *arena)
{
	struct question q = { line, premise_of(line, kernel, arena), arena };

	memset(e, 0, sizeof(*e));
	if (line->kind == ERRLINE_ATTACH || line->kind == ERRLINE_ATTACH_INDIRECT) {
		e->door = line->any_door ? 0 : q.premise.door;
		weigh(e, &q);
		know(e, &q);
		advise(e, line, &q.premise, arena);
	}
	e->meaning = headline(e, line, &q.premise, arena);
}
