/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* O_PATH */
#include "report/here.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/text.h"
#include "match/advise.h"
#include "report/redact_names.h"

#define SAY(...) arena_printf(arena, __VA_ARGS__)

/*
 * The file's text on one line, safe; NULL if it cannot be read. The directory is known to be a cgroup's, or /proc's:
 * nothing blocks there, and no read changes anything.
 */
static const char *read_file(int dir, const char *name, struct arena *arena)
{
	char text[1024];
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return NULL;
	while (n && text[n - 1] == '\n')
		n--;
	text[n] = 0;
	for (char *c = text; *c; c++)
		*c = *c == '\n' ? ' ' : *c;
	return text_safe(arena, text);
}

/* ---- the cgroup ---- */

/* Those of one version are not in the other's directories. */
static const char *const files[] = {
	"cgroup.type", "cgroup.controllers",	"cgroup.subtree_control",
	"pids.max",    "pids.current",		"cpuset.cpus",
	"cpuset.mems", "cpuset.cpus.effective", "cpu.rt_runtime_us",
};

static void tell_files(struct strings *ret, int dir, struct arena *arena)
{
	const char *before = "";
	struct text text;

	text_begin(&text);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		const char *value = read_file(dir, files[i], arena);

		if (!value)
			continue;
		fprintf(text.out, "%s%s is %s%s%s", before, files[i], *value ? "'" : "empty", value,
			*value ? "'" : "");
		before = ", ";
	}
	const char *list = text_end(&text, arena);

	if (*list)
		strings_add(ret, list);
	const char *procs = read_file(dir, "cgroup.procs", arena);

	if (procs)
		strings_add(ret, *procs ? "it has processes of its own" :
					  "it has no processes of its own");
}

static void look_at_cgroup(struct strings *ret, const char *path, struct aliases *aliases,
			   struct arena *arena)
{
	const char *safe = text_safe(arena, aliases ? redact_cgroup(aliases, path, arena) : path);
	struct statfs fs;
	int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0) {
		strings_add(ret, errno == ENOENT || errno == ENOTDIR ?
					 SAY("%s does not exist on this machine", safe) :
					 SAY("%s could not be opened: %s", safe, strerror(errno)));
		return;
	}
	if (fstatfs(dir, &fs) ||
	    (fs.f_type != CGROUP_SUPER_MAGIC && fs.f_type != CGROUP2_SUPER_MAGIC)) {
		strings_add(ret,
			    SAY("%s exists, but is no cgroup of the kernel's (file system 0x%lx)",
				safe, (unsigned long)fs.f_type));
	} else {
		strings_add(ret, SAY("%s exists, on cgroup v%d", safe,
				     fs.f_type == CGROUP2_SUPER_MAGIC ? 2 : 1));
		tell_files(ret, dir, arena);
	}
	close(dir);
}

/* ---- the process ---- */

/* Of a process that is none of the line's, perhaps: with aliases its cgroups are not shown. */
static void look_at_process(struct strings *ret, long long pid, struct aliases *aliases,
			    struct arena *arena)
{
	int dir = open(SAY("/proc/%lld", pid), O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0) {
		strings_add(ret, SAY("there is no process %lld in this pid namespace", pid));
		return;
	}
	const char *comm = read_file(dir, "comm", arena),
		   *cgroup = aliases ? NULL : read_file(dir, "cgroup", arena);

	if (aliases)
		comm = redact_program(aliases, comm, arena);
	strings_add(ret,
		    SAY("%lld is %s%s%s; whether it was so when the line was written is not known",
			pid, comm ? comm : "a process", cgroup ? ", in " : "",
			cgroup ? cgroup : ""));
	close(dir);
}

void here_look(struct strings *ret, const struct errline *line, struct aliases *aliases,
	       struct arena *arena)
{
	const char *dir = advise_directory(line, arena);

	if (dir)
		look_at_cgroup(ret, dir, aliases, arena);
	if (line->pid > 0)
		look_at_process(ret, line->pid, aliases, arena);
	if (!dir && line->pid <= 0)
		strings_add(ret, "the line names no cgroup and no process to look for");
}
