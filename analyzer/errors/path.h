/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * path - files of cgroups that a text names, and what their paths tell: controllers, version, mount point.
 */
#ifndef ERRORS_PATH_H
#define ERRORS_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "errors/line.h"

/* A word of the text whose last component is a file of cgroups. */
struct errpath {
	size_t begin, end;		/* in the text, without the marks around it */
	size_t file;			/* where the last component begins; == begin if there is no directory */
	enum errline_kind kind;		/* what a write to the file is; OTHER if it is no file of a cgroup */
	bool is_mounted;		/* below a known mount point of cgroups, or a list of controllers */
};

/*
 * The next word from `*at` on that holds a slash or is the name of such a file; `*at` is then behind it. False if
 * there is none. Text as unquote() leaves it, without newlines.
 */
bool errpath_next(const char *text, size_t len, size_t *at, struct errpath *ret);

/* The same of the word at `begin` alone; `*next` is behind it. */
bool errpath_at(const char *text, size_t len, size_t begin, size_t *next, struct errpath *ret);

/*
 * The word at `at` as the name of a cgroup; its end, `at` if there is none. A name that the text ends with
 * is none either: it may be cut.
 */
size_t errpath_name(const char *text, size_t len, size_t at);

/*
 * Fills in path, controllers and version from cgroup and file, any of which may be NULL. `is_old` says that the
 * writer is older than cgroup v2: a path without controllers then proves nothing.
 */
void errpath_place(struct errline *line, bool is_old);

/* Is "cpu,cpuacct" or "systemd" at `at`, of `len` bytes? */
bool errpath_is_controllers(const char *at, size_t len);

#endif
