/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "match/fit.h"

#include <string.h>
#include <time.h>

#include "facts/kernel.h"

#define SECOND 1000000000ll

/* ---- time ---- */

/* The line's moment as it may be meant, ns since 1970 UTC; `zone` 0: as if its clock showed UTC, 1: this machine's. */
static int64_t moment_of(const struct errline *line, int zone, int64_t near_ns)
{
	time_t seconds = line->time_ns / SECOND;
	struct tm tm, year;
	time_t near = near_ns / SECOND;

	gmtime_r(&seconds, &tm);
	gmtime_r(&near, &year);
	if (line->clock == ERRLINE_NO_YEAR) {
		tm.tm_year = year.tm_year;
		/* Around New Year the nearer one. */
		if (tm.tm_mon - year.tm_mon > 6)
			tm.tm_year--;
		else if (year.tm_mon - tm.tm_mon > 6)
			tm.tm_year++;
	}
	tm.tm_isdst = -1;
	return (int64_t)(zone ? mktime(&tm) : timegm(&tm)) * SECOND + line->time_ns % SECOND;
}

static int64_t distance(int64_t line_ns, int64_t event_ns)
{
	return line_ns > event_ns ? line_ns - event_ns : event_ns - line_ns;
}

static bool is_near(const struct errline *line, int64_t line_ns, int64_t event_ns)
{
	int64_t after = line_ns - event_ns;

	return after >= -LIKENESS_EARLIEST - line->precision_ns && after <= LIKENESS_LATEST;
}

/* 1: it fits, 0: it does not, -1: nobody can tell. `*apart` is how far they are apart, if that is known. */
static int compare_time(const struct errline *line, const struct event *e, int64_t *apart)
{
	int64_t event = line->clock == ERRLINE_MONOTONIC ? e->mono_ns : e->wall_ns;

	if (line->clock == ERRLINE_NO_TIME || !event || line->time_ns < 0 || line->time_ns > 4000000000 * SECOND)
		return -1;
	if (line->clock == ERRLINE_UTC || line->clock == ERRLINE_MONOTONIC) {
		*apart = distance(line->time_ns, event);
		return is_near(line, line->time_ns, event);
	}
	for (int zone = 0; zone < 2; zone++) {
		int64_t at = moment_of(line, zone, event), away = distance(at, event);

		*apart = away < *apart ? away : *apart;
		if (is_near(line, at, event))
			return 1;
	}
	/* A clock on a wall may be up to 14 hours ahead and 12 behind. */
	return *apart > 16 * 3600 * SECOND ? 0 : -1;
}

/* ---- one line and one refusal ---- */

/* A line's directory may be called by some of its controllers only. */
static bool is_subset(const char *some, const char *all)
{
	char name[64];

	for (const char *at = some; *at; at += *at == ',') {
		size_t len = strcspn(at, ",");

		if (len >= sizeof(name))
			return false;
		memcpy(name, at, len);
		name[len] = 0;
		if (!kernel_has_controller(all, name))
			return false;
		at += len;
	}
	return true;
}

static bool is_same_hierarchy(const struct errline *line, const struct attach *a)
{
	const struct record_attach *b = &a->begin;

	if (a->outside || !line->version)
		return true;
	if (b->v != line->version)
		return false;
	if (line->version != 1 || !line->controllers || !*b->controllers)
		return line->version != 1 || !line->controllers || !*b->name ||
		       !strcmp(line->controllers, b->name);
	return is_subset(line->controllers, b->controllers);
}

const char *likeness_path(const struct errline *line, struct arena *arena)
{
	const char *path = line->path ? line->path : line->cgroup;

	if (!path)
		return NULL;
	char *copy = arena_strdup(arena, path), *to = copy;

	for (const char *from = path; *from; from++)
		if (*from != '/' || (from[1] != '/' && (from[1] || from == path)))
			*to++ = *from;
	*to = 0;
	return copy;
}

static bool ends_with(const char *path, const char *tail)
{
	size_t len = strlen(path), n = strlen(tail);

	return n && len > n && !strcmp(path + len - n, tail) && (*tail == '/' || path[len - n - 1] == '/');
}

/*
 * MATCH_PATH or MATCH_PATH_TAIL; 0: it is another one. A tail is what a cgroup namespace shows; or where the line's
 * mount point is not known, so that nobody can tell where its path begins.
 */
static unsigned int compare_path(const struct errline *line, const char *path, const char *cgroup)
{
	/* The recorder follows 18 levels: of a deeper one it has the end, after "...". */
	if (!strncmp(cgroup, "...", 3))
		return ends_with(path, cgroup + 3) ? MATCH_PATH : 0;
	if (!strcmp(path, cgroup))
		return MATCH_PATH;
	if (!strcmp(cgroup, "/"))
		return 0;
	if (!line->path && ends_with(path, cgroup))
		return MATCH_PATH_TAIL;
	return strcmp(path, "/") && ends_with(cgroup, path) ? MATCH_PATH_TAIL : 0;
}

static void compare_pid(struct likeness *c, const struct errline *line)
{
	if (line->pid < 0)
		return;
	if (line->pid == c->event->pid)
		c->how |= MATCH_PID;
	else if (line->pid && line->pid == finding_target(c->event->finding))
		c->how |= MATCH_PID_INITIAL;
	else if (c->event->pid >= 0)
		c->misses |= MATCH_PID;
}

static void compare_writer(struct likeness *c, const struct errline *line)
{
	const char *comm = c->event->incident->comm;
	size_t len = line->runtime ? strlen(line->runtime) : 0;

	if (len && !strncmp(comm, line->runtime, len) && !(comm[len] && strchr("abcdefghijklmnopqrstuvwxyz", comm[len])))
		c->how |= MATCH_WRITER;
}

struct likeness likeness_of(const struct errline *line, const char *path, struct event *e)
{
	const struct attach *a = e->finding->attach;
	struct likeness c = {
		.event = e, .apart = INT64_MAX,
		.hidden = incident_is_masked(e->incident) && incident_is_silent(e->incident),
	};
	int time = compare_time(line, e, &c.apart);
	bool subtree = !strcmp(e->incident->file, "cgroup.subtree_control");

	if (line->number && line->number != -e->incident->answer)
		c.misses |= MATCH_ERRNO;
	else if (line->number)
		c.how |= MATCH_ERRNO;
	if ((line->file && strcmp(line->file, e->incident->file)) ||
	    (!line->vague && (line->kind == ERRLINE_ATTACH_INDIRECT) != subtree) ||
	    !is_same_hierarchy(line, a))
		c.misses |= MATCH_PATH;
	if (path) {
		unsigned int same = compare_path(line, path, e->cgroup);

		if (!same && e->first_cgroup && compare_path(line, path, e->first_cgroup))
			same = MATCH_PATH_TAIL;
		c.how |= same;
		c.misses |= same ? 0 : MATCH_PATH;
	}
	compare_pid(&c, line);
	compare_writer(&c, line);
	if (time == 1)
		c.how |= MATCH_TIME;
	c.misses |= time ? 0 : MATCH_TIME;
	return c;
}

bool likeness_has(const struct likeness *c, unsigned int how)
{
	return (c->how & how) != 0;
}

/* A name that was made for this one cgroup, such as a container's id: 12 hexadecimal digits or more. */
static bool is_unique(const char *path)
{
	size_t run = 0;

	for (; path && *path && run < 12; path++)
		run = strchr("0123456789abcdef", *path) ? run + 1 : 0;
	return run >= 12;
}

/* "runc" in the line and a shell that wrote, or the other way round. */
static bool is_other_writer(const struct likeness *c, const struct errline *line)
{
	static const char *const names[] = { "runc", "crun", "youki", "bash", "sh", "dash", "zsh", "ash", "systemd" };
	bool line_has = false, writer_has = false;

	for (size_t i = 0; line->runtime && i < ARRAY_SIZE(names); i++) {
		line_has |= !strcmp(line->runtime, names[i]);
		writer_has |= !strcmp(c->event->incident->comm, names[i]);
	}
	return line_has && writer_has && !likeness_has(c, MATCH_WRITER);
}

static enum sureness by_what_agrees(const struct likeness *c, const struct errline *line)
{
	bool path = likeness_has(c, MATCH_PATH | MATCH_PATH_TAIL);
	bool pid = likeness_has(c, MATCH_PID | MATCH_PID_INITIAL), time = likeness_has(c, MATCH_TIME);

	if (line->vague)
		return time && likeness_has(c, MATCH_WRITER) && likeness_has(c, MATCH_ERRNO) ? SURENESS_POSSIBLE :
		       SURENESS_NONE;
	if (likeness_has(c, MATCH_PATH) && likeness_has(c, MATCH_PID) && line->pid > 0 &&
	    (time || (line->clock == ERRLINE_NO_TIME && is_unique(line->path))))
		return SURENESS_CERTAIN;
	if (path || pid)
		return likeness_has(c, MATCH_ERRNO) || time ? SURENESS_PROBABLE : SURENESS_POSSIBLE;
	return time && likeness_has(c, MATCH_ERRNO) ? SURENESS_POSSIBLE : SURENESS_NONE;
}

enum sureness likeness_sureness(const struct likeness *c, const struct errline *line)
{
	if (c->misses || c->hidden)
		return SURENESS_NONE;
	enum sureness sureness = by_what_agrees(c, line);

	return sureness > SURENESS_POSSIBLE && is_other_writer(c, line) ? sureness - 1 : sureness;
}
