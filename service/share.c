/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/share.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* ---- a cgroup of our own ---- */

/* A line of /proc/self/cgroup is NUMBER:CONTROLLERS:PATH; NULL if it is not that controller's (NULL: v2). */
static const char *path_in(char *line, const char *controller)
{
	char *controllers = strchr(line, ':'), *path, *word, *save = NULL;

	if (!controllers || !(path = strchr(++controllers, ':')))
		return NULL;
	*path++ = 0;
	path[strcspn(path, "\n")] = 0;
	if (!controller)
		return *controllers ? NULL : path;
	for (word = strtok_r(controllers, ",", &save); word; word = strtok_r(NULL, ",", &save))
		if (!strcmp(word, controller))
			return path;
	return NULL;
}

static bool is_service(const char *path)
{
	size_t len = strlen(path);

	return len > 8 && !strcmp(path + len - 8, ".service");
}

static bool take_path(struct share *share, const char *mount, const char *path, const char *file)
{
	int n = snprintf(share->path, sizeof(share->path), "%s%s/%s", mount, path, file);

	if (n < (int)sizeof(share->path) && !access(share->path, R_OK))
		return true;
	*share->path = 0;
	return false;
}

static bool try_line(struct share *share, const char *text)
{
	char line[512];
	const char *path;

	snprintf(line, sizeof(line), "%s", text);
	path = path_in(line, NULL);
	if (path && is_service(path) &&
	    (take_path(share, "/sys/fs/cgroup", path, "cpu.stat") ||
	     take_path(share, "/sys/fs/cgroup/unified", path, "cpu.stat")))
		return true;
	snprintf(line, sizeof(line), "%s", text);
	path = path_in(line, "cpuacct");
	share->v1 = path && is_service(path) &&
		    (take_path(share, "/sys/fs/cgroup/cpu,cpuacct", path, "cpuacct.usage") ||
		     take_path(share, "/sys/fs/cgroup/cpuacct", path, "cpuacct.usage"));
	return share->v1;
}

void share_init(struct share *share, unsigned int window)
{
	char line[512];
	FILE *in = fopen("/proc/self/cgroup", "re");

	*share = (struct share){ .window = window * 1000000000ull };
	while (in && fgets(line, sizeof(line), in) && !try_line(share, line))
		;
	if (in)
		fclose(in);
}

static bool cgroup_used(const struct share *share, uint64_t *ret)
{
	FILE *in = *share->path ? fopen(share->path, "re") : NULL;
	unsigned long long n;
	bool good = in && fscanf(in, share->v1 ? "%llu" : "usage_usec %llu", &n) == 1;

	if (in)
		fclose(in);
	if (good)
		*ret = share->v1 ? n : n * 1000;
	return good;
}

/* ---- without one ---- */

static uint64_t of_rusage(int who)
{
	struct rusage u;

	if (getrusage(who, &u))
		return 0;
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000000ull +
	       (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000ull;
}

/* utime and stime are the 12th and 13th after the name, which may contain anything (proc(5)). */
static uint64_t of_process(pid_t pid)
{
	char path[64], text[1024];
	unsigned long long utime, stime;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *in = fopen(path, "re");

	if (!in)
		return 0;
	size_t len = fread(text, 1, sizeof(text) - 1, in);

	fclose(in);
	text[len] = 0;
	const char *after = strrchr(text, ')');

	if (!after || sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu",
			     &utime, &stime) != 2)
		return 0;
	return (utime + stime) * (1000000000ull / sysconf(_SC_CLK_TCK));
}

/* ---- the average ---- */

void share_sample(struct share *share, uint64_t now, const pid_t *children, int count)
{
	uint64_t used;

	if (now < share->next)
		return;
	share->next = now + share->window / SHARE_SAMPLES;
	if (!cgroup_used(share, &used)) {
		used = of_rusage(RUSAGE_SELF) + of_rusage(RUSAGE_CHILDREN);
		for (int i = 0; i < count; i++)
			used += children[i] > 0 ? of_process(children[i]) : 0;
	}
	unsigned int at = share->count++ % (SHARE_SAMPLES + 1);

	share->sample[at].at = now;
	share->sample[at].used = used;
}

double share_percent(const struct share *share)
{
	if (share->count <= SHARE_SAMPLES)
		return -1;
	unsigned int newest = (share->count - 1) % (SHARE_SAMPLES + 1),
		     oldest = share->count % (SHARE_SAMPLES + 1);
	uint64_t time = share->sample[newest].at - share->sample[oldest].at;
	uint64_t used = share->sample[newest].used, before = share->sample[oldest].used;

	/* A child that ended may be missing for a moment. */
	return time && used > before ? 100.0 * (used - before) / time : 0;
}
