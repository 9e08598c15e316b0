/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "match/explain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/text.h"
#include "facts/container.h"
#include "facts/kernel.h"
#include "facts/runtimes.h"
#include "verdict/results.h"

#define SAY(...) arena_printf(arena, __VA_ARGS__)

/* ---- the kernel ---- */

/* y: 1, not set: 0; -1 if the file does not say. */
static void read_config(struct explain_kernel *k, struct arena *arena)
{
	char line[256];
	FILE *file = fopen(arena_printf(arena, "/boot/config-%s", k->release), "re");

	if (!file)
		return;
	k->rt_group_sched = k->sched_class_ext = 0;
	while (fgets(line, sizeof(line), file)) {
		if (!strcmp(line, "CONFIG_RT_GROUP_SCHED=y\n"))
			k->rt_group_sched = 1;
		if (!strcmp(line, "CONFIG_SCHED_CLASS_EXT=y\n"))
			k->sched_class_ext = 1;
	}
	fclose(file);
}

struct explain_kernel explain_kernel(const char *release, struct arena *arena)
{
	struct utsname here;
	struct explain_kernel k = { .whose = release ? "--kernel" : "this machine's", .rt_group_sched = -1,
				    .sched_class_ext = -1 };

	if (release)
		k.release = release;
	else if (!uname(&here))
		k.release = arena_strdup(arena, here.release);
	k.version = kernel_version(k.release);
	if (k.version && !strchr(k.release, '/'))
		read_config(&k, arena);
	k.release = k.release ? text_safe(arena, k.release) : NULL;
	return k;
}

/* ---- one cause ---- */

struct question {
	const struct errline *line;
	struct premise premise;
	struct arena *arena;
};

static enum door door_of_line(const struct errline *line)
{
	if (line->step == ERRLINE_CLONE)
		return DOOR_CLONE;
	return line->kind == ERRLINE_ATTACH_INDIRECT ? DOOR_SUBTREE_CONTROL : DOOR_WRITE;
}

static struct premise premise_of(const struct errline *line, const struct explain_kernel *k,
				 struct arena *arena)
{
	return (struct premise){
		.release = k->release,
		.version = k->version,
		.rt_group_sched = k->rt_group_sched,
		.sched_class_ext = k->sched_class_ext,
		.door = door_of_line(line),
		.cgroup = line->version,
		.controllers = line->controllers ? text_safe(arena, line->controllers) : NULL,
		.file = line->file,
		.runtime = line->runtime,
		.pid = line->pid,
	};
}

static const char *why_not(const struct question *q, const struct cause *cause)
{
	const char *why = explain_no_event(q->line);

	return why ? why : cause_impossible(cause, &q->premise, q->arena);
}

/* Of the tries that the writer makes by itself: they outlast a moment. */
static const char *about_tries(const struct question *q)
{
	struct arena *arena = q->arena;
	const char *runtime = q->line->runtime;
	unsigned int tries = runtimes_tries(runtime, q->line->runtime_version);

	if (q->line->number != EINVAL || !tries)
		return "";
	return tries == 1 ? SAY("; this %s does not try again, so a short moment is enough", runtime) :
	       SAY("; %s had tried %u times when it gave up, so it must have lasted or come again and again",
		   runtime, tries);
}

static const char *why_possible(const struct question *q, const struct cause *cause)
{
	struct arena *arena = q->arena;

	return SAY("%s%s", cause_possible(cause, &q->premise, arena),
		   cause->persistence == PERSISTENCE_TRANSIENT ? about_tries(q) : "");
}

/* ---- the line ---- */

const char *explain_no_event(const struct errline *line)
{
	switch (line->step) {
	case ERRLINE_OPEN:
		return "the file could not be opened, so nothing was written";
	case ERRLINE_USER:
		return "the program refused it by itself, and never asked the kernel";
	default:
		return NULL;
	}
}

const char *explain_safe(struct arena *arena, const char *text)
{
	return text ? text_safe(arena, text) : "?";
}

/* "ENOSPC: ...": what it means at this door. */
static const char *errno_in_words(const struct errline *line, struct arena *arena)
{
	int number = line->number;
	enum door door = door_of_line(line);
	const char *name = kernel_errno_name(number), *before = ": ";
	struct text text;

	text_begin(&text);
	fputs(name ? name : SAY("errno %d", number), text.out);
	for (size_t i = 0; i + 1 < cause_count; i++) {
		if (!causes[i]->errnos[0] || !(causes[i]->doors & door) ||
		    !cause_answers(causes[i], -number, door))
			continue;
		fprintf(text.out, "%s%s", before, causes[i]->title);
		before = "; or ";
	}
	if (*before == ':')
		fputs(door == DOOR_CLONE ?
			      ": clone3() fails so for reasons that have nothing to do with the "
			      "cgroup" :
		      number == ENXIO || number == ENOENT ?
			      ": not an answer of the cgroup code to a write" :
			      ": no known answer of the cgroup code",
		      text.out);
	return text_end(&text, arena);
}

static const char *meaning(const struct errline *line, struct arena *arena)
{
	const char *file = explain_safe(arena, line->file), *no_event = explain_no_event(line);

	if (line->kind == ERRLINE_OTHER)
		return "nothing in this line speaks of an attach to a cgroup";
	if (line->kind == ERRLINE_PROPERTY)
		return SAY("a property write, not an attach: %s of a cgroup was not taken", file);
	if (no_event)
		return no_event;
	if (line->step == ERRLINE_CLONE)
		return SAY("a process was to be created inside the cgroup (clone3 with "
			   "CLONE_INTO_CGROUP)%s%s",
			   line->number ? ", and the kernel refused with " : "",
			   line->number ? errno_in_words(line, arena) : "");
	if (line->step == ERRLINE_MANAGER)
		return "systemd was asked to do it: the writer to look for is systemd (pid 1), if it came to a "
		       "write at all";
	if (line->vague)
		return "a write failed; the line does not say to which file, so it need not be an attach";
	if (line->kind == ERRLINE_ATTACH_INDIRECT)
		return "no attach by itself: enabling or disabling a controller moves the "
		       "processes below, which a rule of cgroup v2 or a controller may refuse";
	if (!line->number)
		return "an attach failed, and the line does not say with which errno";
	return line->number == EINVAL ?
		       "the kernel refused an attach with EINVAL" :
		       SAY("the kernel refused an attach with %s", errno_in_words(line, arena));
}

static void put(struct possibilities *list, const struct cause *cause, const char *why)
{
	list->items = xgrow(list->items, list->count, &list->room, sizeof(*list->items));
	list->items[list->count++] = (struct possibility){ cause, why };
}

static void weigh(struct explanation *e, const struct question *q)
{
	for (size_t i = 0; i + 1 < cause_count && q->line->number; i++) {
		if (!cause_is_told(causes[i], &q->premise, -q->line->number))
			continue;
		const char *why = why_not(q, causes[i]);

		if (why)
			put(&e->ruled_out, causes[i], why);
		else
			put(&e->possible, causes[i], why_possible(q, causes[i]));
	}
}

static void know(struct explanation *e, const struct question *q)
{
	const struct errline *line = q->line;
	struct arena *arena = q->arena;
	unsigned int tries = runtimes_tries(line->runtime, line->runtime_version);

	if (line->kind == ERRLINE_ATTACH_INDIRECT && (line->number == EINVAL || line->number == ENOENT))
		strings_add(&e->known,
			    line->number == EINVAL ?
				    "the write itself may be wrong: a controller's name that the "
				    "kernel does not know" :
				    "the controller may not be available there: it has to be in "
				    "cgroup.controllers");
	if (line->number && line->number != EINVAL && !explain_no_event(line))
		strings_add(&e->known,
			    line->step == ERRLINE_CLONE ?
				    "a seccomp filter or a tracer can answer with any errno" :
				    "a seccomp filter, a tracer or a file system in between "
				    "(lxcfs) can answer with any errno");
	if (line->runtime && line->runtime_version)
		strings_add(&e->known, SAY("the program is %s %s, or what was built near it",
					   explain_safe(arena, line->runtime),
					   explain_safe(arena, line->runtime_version)));
	if (tries > 1 && line->number == EINVAL)
		strings_add(&e->known,
			    SAY("%s tries an EINVAL %u times, 30 ms apart, before it says so",
				line->runtime, tries));
	else if (tries == 1 && line->number == EINVAL)
		strings_add(&e->known, SAY("this %s does not try again", line->runtime));
	if (line->step == ERRLINE_CLONE)
		strings_add(&e->known, "clone3() can fail for reasons that have nothing to do with "
				       "the cgroup as well");
	if (line->pid >= 0)
		strings_add(&e->known,
			    SAY("%lld is a number of the pid namespace in which the writer lives",
				(long long)line->pid));
}

/* EINVAL says nothing by itself: what is left of it does. */
static void sum_up(struct explanation *e, const struct question *q)
{
	struct text text;

	if (q->line->number != EINVAL || explain_no_event(q->line) || q->line->step != ERRLINE_WRITE)
		return;
	text_begin(&text);
	fprintf(text.out, "%s: ", e->meaning);
	for (size_t i = 0; i < e->possible.count; i++)
		fprintf(text.out, "%s%s",
			!i			  ? "" :
			i + 1 < e->possible.count ? ", " :
						    " or ",
			e->possible.items[i].cause->id);
	fprintf(text.out, "%s (of %zu causes that are known)",
		e->possible.count ? "" : "nothing that is known",
		e->possible.count + e->ruled_out.count);
	e->meaning = text_end(&text, q->arena);
}

/* How to start the recorder; a path that is no plain word would need quoting, and helps little. */
static const char *recorder(const struct errline *line, struct arena *arena)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	size_t len = line->path && *line->path == '/' ? 1 + strspn(line->path + 1, plain) : 0;

	if (len > 1 && (line->path[len] == '/' || !line->path[len]))
		return SAY("sudo stap stap/cgattach.stp %.*s > trace.log", (int)len, line->path);
	return "sudo stap stap/cgattach.stp > trace.log";
}

void explain(struct explanation *e, const struct errline *line, const struct explain_kernel *kernel,
	     struct arena *arena)
{
	struct question q = { line, premise_of(line, kernel, arena), arena };

	memset(e, 0, sizeof(*e));
	e->meaning = meaning(line, arena);
	if (line->kind == ERRLINE_OTHER || line->kind == ERRLINE_PROPERTY)
		return;
	e->door = q.premise.door;
	weigh(e, &q);
	know(e, &q);
	sum_up(e, &q);
	if (explain_no_event(line))
		return;
	strings_add(&e->commands, recorder(line, arena));
	strings_add(&e->commands, "cganalyze trace.log --errors FILE");
}

void explanation_fini(struct explanation *e)
{
	free(e->possible.items);
	free(e->ruled_out.items);
	strings_fini(&e->known);
	strings_fini(&e->commands);
}
