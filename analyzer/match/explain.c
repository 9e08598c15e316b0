/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "match/explain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/list.h"
#include "base/text.h"
#include "facts/container.h"
#include "facts/kernel.h"
#include "facts/runtimes.h"
#include "verdict/results.h"

#define SAY(...) arena_printf(arena, __VA_ARGS__)

static bool is(const struct cause *cause, const char *id)
{
	return !strcmp(cause->id, id);
}

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
	const struct explain_kernel *kernel;
	struct arena *arena;
};

static const char *by_kernel(const struct question *q, const struct cause *cause)
{
	const struct explain_kernel *k = q->kernel;
	struct arena *arena = q->arena;

	if (cause->since && k->version && k->version < cause->since)
		return SAY("kernel %s has not this test yet (%s)", k->release, cause->kernels);
	if (cause->before && k->version && k->version >= cause->before)
		return SAY("kernel %s no longer has this test (%s)", k->release, cause->kernels);
	/* The flag is no longer set from 6.3 on (a5fc1441af77, 01e68ce08a30). */
	if (is(cause, "cpuset_no_setaffinity") && k->version >= KERNEL_VERSION(6, 3))
		return SAY("kernel %s keeps no io_uring worker on its CPUs (%s)", k->release, cause->kernels);
	if (is(cause, "rt_group") && !k->rt_group_sched)
		return SAY("RT_GROUP_SCHED is not configured in kernel %s", k->release);
	if (is(cause, "non_fair_class") && k->rt_group_sched == 1)
		return SAY("with RT_GROUP_SCHED, as in kernel %s, the class is not asked for", k->release);
	if (is(cause, "sched_ext") && !k->sched_class_ext)
		return SAY("SCHED_CLASS_EXT is not configured in kernel %s", k->release);
	return NULL;
}

static const char *by_controller(const struct question *q, const struct cause *cause)
{
	struct arena *arena = q->arena;
	const char *name = kernel_controller_of(cause->functions[0], 1);

	if (!name || q->line->version != 1 || !q->line->controllers ||
	    list_has(q->line->controllers, name))
		return NULL;
	return SAY("the path is of the v1 hierarchy %s, where the %s controller is not asked",
		   explain_safe(arena, q->line->controllers), name);
}

/* 4.8 and 4.9 ask v2's writers for the owner as well (__cgroup_procs_write in kernel/cgroup.c). */
static bool is_of_v1(const struct cause *cause, uint32_t version)
{
	return (is(cause, "not_owner") && version >= KERNEL_VERSION(4, 10)) || is(cause, "memory_charge");
}

static bool is_of_v2(const struct cause *cause)
{
	return is(cause, "no_write_permission") || is(cause, "outside_cgroup_namespace") ||
	       is(cause, "ns_delegate_file") || is(cause, "domain_invalid") || is(cause, "other_domain") ||
	       is(cause, "internal_process");
}

static const char *by_version(const struct question *q, const struct cause *cause)
{
	const struct errline *line = q->line;

	if (line->version == 1 && is_of_v2(cause))
		return "the path is of cgroup v1, which has no such rule";
	if (line->version == 2 && is_of_v1(cause, q->kernel->version))
		return "the path is of cgroup v2, which has no such rule";
	if (is(cause, "cpuset_empty") && line->version == 2 && q->kernel->version &&
	    q->kernel->version < KERNEL_VERSION(6, 1))
		return "before 6.1 this is cgroup v1's alone, and the path is of v2";
	if (is(cause, "other_domain") && line->step != ERRLINE_CLONE && line->file &&
	    strcmp(line->file, "cgroup.threads"))
		return "a whole process was to be moved, not a thread";
	return NULL;
}

static bool is_of_door(const struct errline *line, const struct cause *cause)
{
	return line->step == ERRLINE_CLONE ? cause_is_of_clone(cause) : cause_is_of_write(cause);
}

static const char *by_writer(const struct question *q, const struct cause *cause)
{
	const struct errline *line = q->line;
	struct arena *arena = q->arena;

	if (line->kind == ERRLINE_ATTACH_INDIRECT && cause->stage == STAGE_LOOKUP)
		return "no number is written to cgroup.subtree_control";
	if (line->kind == ERRLINE_ATTACH_INDIRECT && cause->stage == STAGE_PERMISSION)
		return "cgroup.subtree_control asks for none of this";
	if (is(cause, "bad_pid_text") && line->pid >= 0)
		return SAY("the line gives the number, %lld: it is a good one", (long long)line->pid);
	if (!line->runtime || !runtimes_makes_containers(line->runtime))
		return NULL;
	if (is(cause, "no_setaffinity") || is(cause, "kthreadd"))
		return SAY("%s attaches a process that it has just made, which is no kernel thread",
			   line->runtime);
	if (is(cause, "bad_pid_text") || is(cause, "vfs") || is(cause, "write_too_long") ||
	    is(cause, "bad_buffer"))
		return SAY("%s writes one decimal number, with write(2)", line->runtime);
	return NULL;
}

static const char *why_not(const struct question *q, const struct cause *cause)
{
	const char *why = explain_no_event(q->line);

	why = why ? why : by_kernel(q, cause);
	why = why ? why : by_controller(q, cause);
	why = why ? why : by_version(q, cause);
	return why ? why : by_writer(q, cause);
}

/* Of the tries that the writer makes by itself. */
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
	const struct explain_kernel *k = q->kernel;
	const char *where = q->line->version == 1 ? "" : kernel_controller_of(cause->functions[0], 2) ?
			    SAY(", if the %s controller is on there",
				kernel_controller_of(cause->functions[0], 2)) : "";

	if (is(cause, "rt_group") && k->rt_group_sched < 0)
		return SAY("if the kernel is configured with RT_GROUP_SCHED%s", where);
	if (is(cause, "sched_ext") && k->sched_class_ext < 0)
		return SAY("if the kernel is configured with SCHED_CLASS_EXT and such a scheduler is loaded%s",
			   where);
	if (is(cause, "cpuset_no_setaffinity"))
		return SAY("on %s%s", cause->kernels, where);
	if (is(cause, "task_new"))
		return SAY("%s%s%s", k->version ? SAY("kernel %s has the test", k->release) :
			   "on kernels 4.8 to 6.0", where, about_tries(q));
	if (is(cause, "not_kernel"))
		return "if lxcfs, gVisor, a seccomp filter or a tracer stands in between";
	return SAY("nothing in the line speaks against it%s", where);
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

const char *explain_errno(const struct errline *line, struct arena *arena)
{
	int number = line->number;
	bool clone = line->step == ERRLINE_CLONE;
	const char *name = kernel_errno_name(number), *before = ": ";
	struct text text;

	if (!number)
		return NULL;
	text_begin(&text);
	fputs(name ? name : SAY("errno %d", number), text.out);
	for (size_t i = 0; i + 1 < cause_count; i++) {
		if (!causes[i].errnos[0] || !is_of_door(line, &causes[i]) ||
		    !cause_answers(&causes[i], -number, clone))
			continue;
		fprintf(text.out, "%s%s", before, causes[i].title);
		before = "; or ";
	}
	if (*before == ':')
		fputs(clone ? ": clone3() fails so for reasons that have nothing to do with the "
			      "cgroup" :
		      number == ENXIO || number == ENOENT ?
			      ": not an answer of the cgroup code to a write" :
			      ": no known answer of the cgroup code",
		      text.out);
	return text_end(&text, arena);
}

/* Where the words do not tell an open from a write: which of them is likely. */
static const char *open_or_write(const struct errline *line, struct arena *arena)
{
	const char *name = kernel_errno_name(line->number);

	if (line->number == ENOENT || line->number == ENOTDIR)
		return SAY("%s: most likely there is no such cgroup, so that its file could not be "
			   "opened; the words do not "
			   "tell that from a refused write",
			   name);
	return SAY("%s: the file may not have been opened at all, by its owner and mode; the words "
		   "do not tell that from "
		   "a refused write",
		   name);
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
			   line->number ? explain_errno(line, arena) : "");
	if (line->step == ERRLINE_MANAGER)
		return line->runtime && !strcmp(line->runtime, "cgmanager") ?
			       "cgmanager was asked to do it: the writer to look for is cgmanager, "
			       "if it came to a "
			       "write at all" :
			       "systemd was asked to do it: the writer to look for is systemd (pid "
			       "1), if it came to a "
			       "write at all";
	if (line->vague)
		return "a write failed; the line does not say to which file, so it need not be an attach";
	if (line->kind == ERRLINE_ATTACH_INDIRECT)
		return "no attach by itself: to enable or disable a controller moves the processes below, and a "
		       "controller may refuse that";
	if (line->maybe_open)
		return open_or_write(line, arena);
	if (!line->number)
		return "an attach failed, and the line does not say with which errno";
	return line->number == EINVAL ?
		       "the kernel refused an attach with EINVAL" :
		       SAY("the kernel refused an attach with %s", explain_errno(line, arena));
}

static void put(struct possibilities *list, const struct cause *cause, const char *why)
{
	list->items = xgrow(list->items, list->count, &list->room, sizeof(*list->items));
	list->items[list->count++] = (struct possibility){ cause, why };
}

static void weigh(struct explanation *e, const struct question *q)
{
	for (size_t i = 0; i + 1 < cause_count; i++) {
		const struct cause *cause = &causes[i];

		if (!is_of_door(q->line, cause) || !q->line->number ||
		    !cause_answers(cause, -q->line->number, q->line->step == ERRLINE_CLONE))
			continue;
		/* A scheduler may answer with anything, where there can be one. */
		if (!cause->errnos[0] && q->line->number != EINVAL &&
		    (q->kernel->version < cause->since || !q->kernel->sched_class_ext))
			continue;
		const char *why = why_not(q, cause);

		if (why)
			put(&e->ruled_out, cause, why);
		else
			put(&e->possible, cause, why_possible(q, cause));
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

/* What to begin the recorder with; a prefix that is no plain word would need quoting, and helps little. */
static const char *recorder(const struct errline *line, struct arena *arena)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	size_t len = line->path && *line->path == '/' ? 1 + strspn(line->path + 1, plain) : 0;

	if (len > 1 && (line->path[len] == '/' || !line->path[len]))
		return SAY("sudo stap stap/cgattach.stp -G prefix=%.*s > trace.log", (int)len, line->path);
	return "sudo stap stap/cgattach.stp > trace.log";
}

void explain(struct explanation *e, const struct errline *line, const struct explain_kernel *kernel,
	     struct arena *arena)
{
	struct question q = { line, kernel, arena };

	memset(e, 0, sizeof(*e));
	e->meaning = meaning(line, arena);
	if (line->kind == ERRLINE_OTHER || line->kind == ERRLINE_PROPERTY)
		return;
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
