/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * line - what a line of somebody's log says of a cgroup: which write failed, of what, where, how. In whatever
 * form it comes: nested escapes, JSON, typographic quotes, a paste with line breaks in it, a cut one.
 *
 * Only what the line says is filled in, and nothing is guessed. The text is hostile: what comes out of it here is
 * UTF-8 of any content, to be escaped by whoever shows it.
 */
#ifndef ERRORS_LINE_H
#define ERRORS_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"
#include "facts/door.h"

enum errline_kind {
	ERRLINE_OTHER,			/* nothing of a cgroup's file was to be written */
	ERRLINE_ATTACH,			/* cgroup.procs, tasks, cgroup.threads, or "attach" in words */
	ERRLINE_ATTACH_INDIRECT,	/* cgroup.subtree_control: enabling a controller moves processes */
	ERRLINE_PROPERTY		/* another file of a cgroup */
};

/* Who said no, as far as the line tells. */
enum errline_step {
	ERRLINE_WRITE,		/* the write(2), or it is not said */
	ERRLINE_OPEN,		/* open(2) or openat2(2) of the file: nothing was written */
	ERRLINE_USER,		/* the program itself, before it asked the kernel */
	ERRLINE_MANAGER,	/* systemd was asked to, over D-Bus; who wrote, if anybody, is systemd */
	ERRLINE_CLONE		/* clone3(2) with CLONE_INTO_CGROUP: nothing was written */
};

enum errline_clock {
	ERRLINE_NO_TIME,
	ERRLINE_UTC,		/* ns since 1970 UTC */
	ERRLINE_LOCAL,		/* the same, as if the reader's clock on the wall were UTC: the zone is not said */
	ERRLINE_NO_YEAR,	/* as LOCAL, in 1972: the year is not said either */
	ERRLINE_MONOTONIC	/* ns since boot, as the kernel's log has it */
};

/* The caller's, until errline_fini(). */
struct errline {
	struct arena arena;		/* owns the strings */
	enum errline_kind kind;
	enum errline_step step;
	int number;			/* EINVAL; 0 if no errno is said */
	const char *function; /* that returned it, as a kernel trace shows; static, or NULL */
	unsigned int
		version; /* of cgroup: 1 or 2 if the path or the file's name shows it; else 0 */
	enum errline_clock clock;
	bool any_door; /* the trace does not show which way in it was: `kind` and `step` are but the likely ones */
	bool vague; /* a write failed, but of what is not said: it need not be a cgroup's file at all */
	bool maybe_open; /* step is WRITE, but the words do not tell it from an open, which also fails so */
	bool release_disputed; /* signs of its release are there, and they contradict each other */
	int64_t pid;			/* the number that was to be attached; -1 if not said */
	const char *file;		/* "cgroup.procs", "cpu.cfs_quota_us"; NULL if not said */
	const char *cgroup;		/* its directory, as the line has it: "/sys/fs/cgroup/cpu/docker/ID"; NULL */
	const char *path;		/* the same below its mount point: "/docker/ID"; NULL if that cannot be told */
	const char *controllers;	/* of the path or of the property: "cpu,cpuacct", "unified"; NULL if not said */
	const char *
		runtime; /* static; "runc", "crun", "systemd", "lxc", "criu", "bash", ...; NULL if not said */
	const char *runtime_version;	/* "1.0.0-rc5", from a Go line number or said; NULL if not known */
	const char *
		engine; /* static; who had it run: "kubelet", "docker", "containerd", ...; NULL if not said */
	const char *container;		/* a container's id or name in the text (not in the path); NULL */
	const char *unit;		/* of which systemd speaks: "a.scope"; NULL */
	uint64_t form; /* equal for two messages that differ in their numbers only */
	int64_t time_ns, precision_ns;	/* of the line; precision: 1000000000 if it shows whole seconds */
};

void errline_fini(struct errline *line);

/* "attach", "attach-indirect", "property", "other". */
const char *errline_kind_name(enum errline_kind kind);

/* At which it was refused, or at whose file it failed to open; 0 if it is about none, or never reached the kernel. */
enum door errline_door(const struct errline *line);

#endif
