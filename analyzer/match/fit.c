/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "match/fit.h"

#include <string.h>
#include <time.h>

#include "base/list.h"
#include "facts/kernel_path.h"
#include "facts/runtimes.h"

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

	return after >= -FIT_EARLIEST - line->precision_ns && after <= FIT_LATEST;
}

/* 1: it fits, 0: it does not, -1: unknown. `*apart` is how far they are apart, if that is known. */
static int compare_time(const struct errline *line, const struct candidate *e, int64_t *apart)
{
	int64_t ended = line->clock == ERRLINE_MONOTONIC ? e->mono_ns : e->wall_ns;

	if (line->clock == ERRLINE_NO_TIME || !ended || line->time_ns < 0 ||
	    line->time_ns > 4000000000 * SECOND)
		return -1;
	if (line->clock == ERRLINE_UTC || line->clock == ERRLINE_MONOTONIC) {
		*apart = distance(line->time_ns, ended);
		return is_near(line, line->time_ns, ended);
	}
	for (int zone = 0; zone < 2; zone++) {
		int64_t at = moment_of(line, zone, ended), away = distance(at, ended);

		*apart = away < *apart ? away : *apart;
		if (is_near(line, at, ended))
			return 1;
	}
	/* A clock on a wall may be up to 14 hours ahead and 12 behind. */
	return *apart > 16 * 3600 * SECOND ? 0 : -1;
}

/* ---- one line and one refusal ---- */

static bool is_same_hierarchy(const struct errline *line, const struct refusal_form *b)
{
	if (b->outside || !line->version || (b->has_clone && !b->v))
		return true;
	if (b->v != line->version)
		return false;
	if (line->version != 1 || !line->controllers || !*b->controllers)
		return line->version != 1 || !line->controllers || !*b->name ||
		       !strcmp(line->controllers, b->name);
	/* A line's directory may be called by some of its controllers only. */
	return list_has_all(b->controllers, line->controllers);
}

const char *fit_path(const struct errline *line, struct arena *arena)
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
 * FIT_PATH or FIT_PATH_TAIL; 0: it is another one. A tail is what a cgroup namespace shows; or where the line's
 * mount point is not known, so that it is unknown where its path begins.
 */
static unsigned int compare_path(const struct errline *line, const char *path, const char *cgroup)
{
	/* The recorder follows 18 levels: of a deeper one it has the end, after "...". */
	if (!strncmp(cgroup, "...", 3))
		return ends_with(path, cgroup + 3) ? FIT_PATH : 0;
	if (!strcmp(path, cgroup))
		return FIT_PATH;
	if (!strcmp(cgroup, "/"))
		return 0;
	if (!line->path && ends_with(path, cgroup))
		return FIT_PATH_TAIL;
	return strcmp(path, "/") && ends_with(cgroup, path) ? FIT_PATH_TAIL : 0;
}

static void compare_pid(struct fit *c, const struct errline *line)
{
	if (line->pid < 0)
		return;
	if (line->pid == c->candidate->pid)
		c->how |= FIT_PID;
	else if (line->pid && line->pid == c->candidate->target)
		c->how |= FIT_PID_INITIAL;
	else if (c->candidate->pid >= 0)
		c->misses |= FIT_PID;
}

static void compare_writer(struct fit *c, const struct errline *line)
{
	const char *comm = c->candidate->comm;
	size_t len = line->runtime ? strlen(line->runtime) : 0;

	if (len && !strncmp(comm, line->runtime, len) && !(comm[len] && strchr("abcdefghijklmnopqrstuvwxyz", comm[len])))
		c->how |= FIT_WRITER;
}

static bool knows_no_door(const struct errline *line)
{
	return line->vague || line->any_door;
}

/* A trace names a function, and this was refused by none that it calls. */
static bool is_other_function(const struct errline *line, const struct refusal_form *f)
{
	return line->function && f->function && !kernel_path_calls(line->function, f->function) &&
	       !kernel_path_calls(f->function, line->function);
}

struct fit fit_of(const struct errline *line, const char *path, struct candidate *e)
{
	const struct refusal_form *form = e->form;
	struct fit c = {
		.candidate = e,
		.apart = INT64_MAX,
		/* A trace shows also what no program reports. */
		.hidden = !line->function && e->is_hidden,
	};
	int time = compare_time(line, e, &c.apart);
	bool subtree = !strcmp(e->file, "cgroup.subtree_control");

	if (line->number && -(int64_t)line->number != e->answer)
		c.misses |= FIT_ERRNO;
	else if (line->number)
		c.how |= FIT_ERRNO;
	if ((line->file && strcmp(line->file, e->file)) ||
	    (!knows_no_door(line) && (line->step == ERRLINE_CLONE) != form->has_clone) ||
	    (!knows_no_door(line) && (line->kind == ERRLINE_ATTACH_INDIRECT) != subtree) ||
	    is_other_function(line, form) || !is_same_hierarchy(line, form))
		c.misses |= FIT_PATH;
	if (path) {
		unsigned int same = compare_path(line, path, e->cgroup);

		if (!same && e->first_cgroup && compare_path(line, path, e->first_cgroup))
			same = FIT_PATH_TAIL;
		c.how |= same;
		c.misses |= same ? 0 : FIT_PATH;
	}
	compare_pid(&c, line);
	compare_writer(&c, line);
	if (time == 1)
		c.how |= FIT_TIME;
	c.misses |= time ? 0 : FIT_TIME;
	return c;
}

bool fit_has(const struct fit *c, unsigned int how)
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

static bool is_known_writer(const char *name)
{
	return runtimes_makes_containers(name) || runtimes_is_shell(name, strlen(name)) ||
	       !strcmp(name, "systemd");
}

/* "runc" in the line and a shell that wrote, or the other way round. */
static bool is_other_writer(const struct fit *c, const struct errline *line)
{
	return line->runtime && is_known_writer(line->runtime) &&
	       is_known_writer(c->candidate->comm) && !fit_has(c, FIT_WRITER);
}

static enum sureness by_what_agrees(const struct fit *c, const struct errline *line)
{
	bool path = fit_has(c, FIT_PATH | FIT_PATH_TAIL);
	bool pid = fit_has(c, FIT_PID | FIT_PID_INITIAL), time = fit_has(c, FIT_TIME);

	if (line->vague)
		return time && fit_has(c, FIT_WRITER) && fit_has(c, FIT_ERRNO) ? SURENESS_POSSIBLE :
										 SURENESS_NONE;
	if (fit_has(c, FIT_PATH) && fit_has(c, FIT_PID) && line->pid > 0 &&
	    (time || (line->clock == ERRLINE_NO_TIME && is_unique(line->path))))
		return SURENESS_CERTAIN;
	if (path || pid)
		return fit_has(c, FIT_ERRNO) || time ? SURENESS_PROBABLE : SURENESS_POSSIBLE;
	return time && fit_has(c, FIT_ERRNO) ? SURENESS_POSSIBLE : SURENESS_NONE;
}

enum sureness fit_sureness(const struct fit *c, const struct errline *line)
{
	if (c->misses || c->hidden)
		return SURENESS_NONE;
	enum sureness sureness = by_what_agrees(c, line);

	return sureness > SURENESS_POSSIBLE && is_other_writer(c, line) ? sureness - 1 : sureness;
}

const char *fit_how_name(unsigned int how, unsigned int n)
{
	static const char *const names[] = { "path",  "end of path",
					     "pid",   "pid in the initial namespace",
					     "errno", "time",
					     "writer" };

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		if (how & 1u << i && !n--)
			return names[i];
	return NULL;
}

const char *sureness_name(enum sureness sureness)
{
	static const char *const names[] = { NULL, "possible", "probable", "certain" };

	return names[sureness];
}
