/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "match/advise.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/wrap.h"
#include "facts/container.h"
#include "facts/runtimes.h"

#define SAY(...) arena_printf(arena, __VA_ARGS__)

#define ADVICE_LINES 10
#define ADVICE_LABEL 6 /* bytes around the cause's id */
#define CHECKS_MAX   6

/* ---- who speaks ---- */

struct speakers {
	const char *names[6]; /* the nearest to the reader first */
	size_t count;
};

static void add_speaker(struct speakers *s, const char *name)
{
	if (name && s->count < ARRAY_SIZE(s->names))
		s->names[s->count++] = name;
}

/* Who reads docker's messages changes what docker offers, whichever runtime it runs. */
static struct speakers speakers_of(const struct errline *line, struct arena *arena)
{
	struct speakers s = { 0 };
	struct container c = { 0 };
	const char *engine = line->engine, *runtime = line->runtime;

	if (line->path)
		container_of_path(&c, line->path, arena);
	if (line->number == EINVAL && runtimes_tries(runtime, line->runtime_version) > 1)
		add_speaker(&s, "retries");
	/* What v1 has for it does not help there. */
	if (line->version == 2)
		add_speaker(&s, "cgroup v2");
	if (c.pod_uid || (engine && !strcmp(engine, "kubelet")))
		add_speaker(&s, "kubernetes");
	if (runtime && !strcmp(runtime, "systemd"))
		add_speaker(&s, runtime);
	if (!engine)
		engine = c.engine;
	if (engine && (!strncmp(engine, "docker", 6) || !strcmp(engine, "podman")))
		add_speaker(&s, "docker");
	if (runtime)
		add_speaker(&s, runtimes_is_shell(runtime, strlen(runtime)) ? "shell" : runtime);
	return s;
}

static const char *for_speakers(const struct cause *cause, const struct speakers *s)
{
	for (size_t i = 0; i < s->count; i++) {
		const char *text = cause_advice_for(cause, s->names[i]);

		if (text)
			return text;
	}
	return NULL;
}

/* ---- advice ---- */

static size_t lines_of(const struct advices *list)
{
	size_t lines = 0;

	for (size_t i = 0; i < list->count; i++)
		lines += wrap_lines(strlen(list->items[i].cause->id) + ADVICE_LABEL,
				    list->items[i].text);
	return lines;
}

/* False if the whole would need more lines than it may have. */
static bool add_advice(struct explanation *e, const struct cause *cause, const char *form,
		       const char *text)
{
	struct advices *list = &e->advice;

	list->items = xgrow(list->items, list->count, &list->room, sizeof(*list->items));
	list->items[list->count++] = (struct advice){ cause, form, text };
	if (lines_of(list) <= ADVICE_LINES)
		return true;
	list->count--;
	return false;
}

static const char *first_advice(const struct cause *cause, const struct speakers *s,
				const struct premise *p)
{
	const char *text = for_speakers(cause, s);

	return text ? text : cause_advice(cause, p->door, 0);
}

const char *advise_fill(const char *form, const struct errline *line, const char *release,
			struct arena *arena)
{
	const struct cause_place places[] = {
		{ "<kernel>", release ? release : "its release is not known" },
		{ "<thread>", "that thread" },
		{ "<cgroup>", line->path && strcmp(line->path, "/") ? text_safe(arena, line->path) :
								      "the cgroup" },
		{ 0 },
	};

	return cause_fill(form, places, arena);
}

static void add_all_advice(struct explanation *e, const struct errline *line,
			   const struct premise *p, struct arena *arena)
{
	struct speakers s = speakers_of(line, arena);

	for (size_t i = 0; i < e->possible.count; i++) {
		const struct cause *cause = e->possible.items[i].cause;
		const char *text = first_advice(cause, &s, p);

		/* Beside others a rare one is not worth the reader's time. */
		if (i && cause_commonness(cause, p) <= COMMONNESS_RARE)
			break;
		if (!add_advice(e, cause, text, advise_fill(text, line, p->release, arena)))
			break;
	}
}

/* ---- checks ---- */

const char *advise_directory(const struct errline *line, struct arena *arena)
{
	const char *dir = line->cgroup;

	if (!dir || *dir != '/' || !strcmp(dir, "/"))
		return NULL;
	if (!line->path || strcmp(dir, line->path))
		return dir;
	/* A path without its mount point, as systemd has it. */
	if (line->version == 1)
		return line->controllers ? SAY("/sys/fs/cgroup/%s%s", line->controllers, dir) :
					   NULL;
	return SAY("/sys/fs/cgroup%s", dir);
}

/* A word for a shell, or `otherwise` if that could not be pasted safely. */
static const char *quoted(const char *text, const char *otherwise, struct arena *arena)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "/._:@+-";
	bool is_plain = true;

	if (!text || !*text)
		return otherwise;
	for (const char *c = text; *c; c++) {
		if (*c < ' ' || *c > '~' || *c == '\'')
			return otherwise;
		is_plain &= strchr(plain, *c) != NULL;
	}
	return is_plain ? text : SAY("'%s'", text);
}

static struct check *find_check(const struct checks *list, const char *command)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->items[i].command, command))
			return &list->items[i];
	return NULL;
}

/* One command may tell something about each of several causes. */
static void add_check(struct explanation *e, const char *command, const char *tells,
		      struct arena *arena)
{
	struct checks *list = &e->checks;
	struct check *same = find_check(list, command);

	if (same && !strstr(same->tells, tells))
		same->tells = SAY("%s; %s", same->tells, tells);
	if (same || list->count == CHECKS_MAX)
		return;
	list->items = xgrow(list->items, list->count, &list->room, sizeof(*list->items));
	list->items[list->count++] = (struct check){ command, tells };
}

static void add_checks(struct explanation *e, const struct errline *line, const struct premise *p,
		       struct arena *arena)
{
	const struct cause_place places[] = {
		{ "<dir>", quoted(advise_directory(line, arena), "CGROUP", arena) },
		{ "<file>", quoted(line->file, "cgroup.procs", arena) },
		{ "<pid>", line->pid > 0 ? SAY("%lld", (long long)line->pid) : "PID" },
		{ 0 },
	};

	for (size_t i = 0; i < e->possible.count; i++) {
		const struct cause_check *checks = e->possible.items[i].cause->checks;

		for (size_t n = 0; n < CAUSE_CHECKS && checks[n].command; n++) {
			if (checks[n].cgroup && p->cgroup && checks[n].cgroup != p->cgroup)
				continue;
			/* Once the kernel is known its release tells nothing more. */
			if (p->version && !strcmp(checks[n].command, "uname -r"))
				continue;
			add_check(e, cause_fill(checks[n].command, places, arena), checks[n].tells,
				  arena);
		}
	}
}

/* ---- recording ---- */

/* Why SystemTap cannot run where the line was written; NULL if it may. */
static const char *no_systemtap(const struct errline *line, const struct premise *p)
{
	static const char *const android[] = { "/acct/", "/dev/cpuset", "/dev/cpuctl", "/dev/stune",
					       "/dev/blkio/" };

	if (p->release && (strstr(p->release, "microsoft") || strstr(p->release, "Microsoft") ||
			   strstr(p->release, "WSL")))
		return "nothing can be recorded: SystemTap does not run on WSL's kernel";
	bool is_android = (p->release && strstr(p->release, "android")) ||
			  (line->runtime && !strcmp(line->runtime, "libprocessgroup"));

	for (size_t i = 0; i < ARRAY_SIZE(android); i++)
		is_android |= text_begins(line->cgroup, android[i]);
	return is_android ? "nothing can be recorded: SystemTap does not run on Android" : NULL;
}

/* Can a log prove one of them that is worth the trouble, and does it matter which? */
static bool is_to_prove(const struct explanation *e, const struct premise *p)
{
	if (!e->possible.count)
		return true;
	for (size_t i = 0; i < e->possible.count && e->possible.count > 1; i++) {
		const struct cause *cause = e->possible.items[i].cause;

		if (cause_commonness(cause, p) <= COMMONNESS_RARE)
			continue;
		if (p->door == DOOR_CLONE ? cause->rules.clone != NULL :
					    cause->rules.afterwards != NULL)
			return true;
	}
	return false;
}

/* How to start the recorder; a path that is no plain word would need quoting, and helps little. */
static const char *recorder(const struct errline *line, struct arena *arena)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
	size_t len = line->path && *line->path == '/' ? 1 + strspn(line->path + 1, plain) : 0;

	if (len > 1 && (line->path[len] == '/' || !line->path[len]))
		return SAY("sudo cgattach record --prefix %.*s -o trace.log", (int)len, line->path);
	return "sudo cgattach record -o trace.log";
}

void advise(struct explanation *e, const struct errline *line, const struct premise *p,
	    struct arena *arena)
{
	const char *why_not;

	add_all_advice(e, line, p, arena);
	add_checks(e, line, p, arena);
	if (explain_no_event(line) || !is_to_prove(e, p))
		return;
	why_not = no_systemtap(line, p);
	if (why_not) {
		strings_add(&e->known, why_not);
		return;
	}
	strings_add(&e->commands, recorder(line, arena));
	strings_add(&e->commands, "cganalyze trace.log --errors FILE");
}
