/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* O_PATH */
#include "symbols/sysroot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/util.h"

/* The kernel's headers have it before glibc 2.33 does. */
#ifndef SYS_openat2
#define SYS_openat2 __NR_openat2
#endif

#define LINKS_MAX 40 /* as the kernel */
#define DEPTH_MAX 128

void sysroot_init(struct sysroot *root, const char *path)
{
	root->path = path ? realpath(path, NULL) : NULL;
	if (path && !root->path && errno == ENOMEM)
		out_of_memory();
	root->fd = path && !root->path ?
			   -1 :
			   open(root->path ? root->path : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (path && !root->path)
		root->path = xstrdup(path);
}

void sysroot_fini(struct sysroot *root)
{
	if (root->fd >= 0)
		close(root->fd);
	free(root->path);
}

/* ---- without openat2(2): before Linux 5.6, or by a seccomp filter ---- */

/* The directories from the root down to where the walk is. */
struct walk {
	int fds[DEPTH_MAX];
	size_t depth;
	unsigned int links;
	char rest[2 * PATH_MAX]; /* of the path */
};

static int fail(int error)
{
	errno = error;
	return -1;
}

static void walk_up(struct walk *w, size_t depth)
{
	while (w->depth > depth)
		close(w->fds[--w->depth]);
}

/* Takes the next component off the rest; false if there is none. */
static bool next_component(struct walk *w, char name[static NAME_MAX + 1])
{
	char *from = w->rest + strspn(w->rest, "/");
	size_t len = strcspn(from, "/");

	if (!len || len > NAME_MAX)
		return false;
	memcpy(name, from, len);
	name[len] = '\0';
	memmove(w->rest, from + len, strlen(from + len) + 1);
	return true;
}

/* Puts the link's text before the rest. */
static int follow(struct walk *w, int link)
{
	char text[PATH_MAX];
	ssize_t len = readlinkat(link, "", text, sizeof(text) - 1);
	size_t rest = strlen(w->rest);

	if (len < 0)
		return -1;
	if (++w->links > LINKS_MAX)
		return fail(ELOOP);
	if (len + 1 + rest >= sizeof(w->rest))
		return fail(ENAMETOOLONG);
	memmove(w->rest + len + 1, w->rest, rest + 1);
	memcpy(w->rest, text, len);
	w->rest[len] = '/';
	if (*text == '/')
		walk_up(w, 1);
	return 0;
}

/* Of the component; it becomes the last of the walk, unless it is a link. */
static int step(struct walk *w, const char *name)
{
	struct stat st;

	if (!strcmp(name, "."))
		return 0;
	if (!strcmp(name, "..")) {
		walk_up(w, w->depth > 1 ? w->depth - 1 : 1);
		return 0;
	}
	if (w->depth == DEPTH_MAX)
		return fail(ENAMETOOLONG);
	int fd = openat(w->fds[w->depth - 1], name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st))
		return -1;
	if (!S_ISLNK(st.st_mode)) {
		w->fds[w->depth++] = fd;
		return 0;
	}
	int ret = follow(w, fd);

	close(fd);
	return ret;
}

static int walk_to(const struct sysroot *root, const char *place)
{
	struct walk w = { .depth = 1 };
	char name[NAME_MAX + 1];
	int ret = -1;

	if (strlen(place) >= PATH_MAX)
		return fail(ENAMETOOLONG);
	memcpy(w.rest, place, strlen(place) + 1);
	w.fds[0] = fcntl(root->fd, F_DUPFD_CLOEXEC, 0);
	if (w.fds[0] < 0)
		return -1;
	while (next_component(&w, name))
		if (step(&w, name))
			goto out;
	if (w.rest[strspn(w.rest, "/")])
		errno = ENAMETOOLONG; /* of a component */
	else
		ret = w.fds[--w.depth];
out:
	walk_up(&w, 0);
	return ret;
}

/* ---- */

static int find_any(const struct sysroot *root, const char *place)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	if (root->fd < 0)
		return fail(ENOENT);
	int fd = syscall(SYS_openat2, root->fd, place, &how, sizeof(how));

	return fd < 0 && (errno == ENOSYS || errno == EPERM) ? walk_to(root, place) : fd;
}

static int only_regular(int fd, struct stat *st)
{
	if (fd < 0 || (!fstat(fd, st) && S_ISREG(st->st_mode)))
		return fd;
	close(fd);
	return fail(ENOTSUP);
}

int sysroot_find(const struct sysroot *root, const char *place, struct stat *st)
{
	return only_regular(find_any(root, place), st);
}

int sysroot_read(int handle)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", handle);
	return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static int read_and_close(int handle)
{
	int fd = handle < 0 ? -1 : sysroot_read(handle), error = errno;

	if (handle >= 0)
		close(handle);
	errno = error;
	return fd;
}

int sysroot_open(const struct sysroot *root, const char *place, struct stat *st)
{
	return read_and_close(sysroot_find(root, place, st));
}

int sysroot_open_directory(const struct sysroot *root, const char *place)
{
	struct stat st;
	int fd = find_any(root, place);

	if (fd < 0 || (!fstat(fd, &st) && S_ISDIR(st.st_mode)))
		return read_and_close(fd);
	close(fd);
	return fail(ENOTDIR);
}

int sysroot_open_named(const char *path, struct stat *st)
{
	return read_and_close(only_regular(open(path, O_PATH | O_CLOEXEC), st));
}
