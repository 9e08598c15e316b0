/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "symbols/mapped_file.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE_MIN 64 /* an ELF head */

/* What is asked of a file besides its size. */
enum time_rule { TIME_ANY, TIME_NOTED, TIME_SAME };

struct search {
	const struct sysroot *root;
	const struct mapped_file *file;
	struct arena *arena;
	struct found_file *ret;
	bool size_differs, time_differs, unreadable;	/* of files that were not taken */
};

static void take(struct search *s, int fd, const char *place)
{
	*s->ret = (struct found_file){
		.fd = fd,
		.size = s->file->size,
		.place = arena_strdup(s->arena, place),
		.path = arena_printf(s->arena, "%s%s", s->root->path ? s->root->path : "", place),
	};
}

/* Takes the file if it fits, and says so. */
static bool try_handle(struct search *s, int handle, const struct stat *st, const char *place,
		       enum time_rule rule)
{
	bool same_time = st->st_mtime == s->file->mtime;

	if ((uint64_t)st->st_size != s->file->size) {
		s->size_differs = true;
		return false;
	}
	if (rule == TIME_SAME && !same_time) {
		s->time_differs = true;
		return false;
	}
	int fd = sysroot_read(handle);

	if (fd < 0) {
		s->unreadable = true;
		return false;
	}
	take(s, fd, place);
	if (rule == TIME_NOTED && !same_time)
		s->ret->note = "the file has the recorded size, but its time differs";
	return true;
}

static bool try_place(struct search *s, const char *place, enum time_rule rule)
{
	struct stat st;
	int handle = sysroot_find(s->root, place, &st);

	if (handle < 0)
		return false;
	bool taken = try_handle(s, handle, &st, place, rule);

	close(handle);
	return taken;
}

/*
 * Programs that run from a sealed copy of themselves, so that a container cannot overwrite them: from a memfd
 * (runc: libcontainer/nsenter/cloned_binary.c, libcontainer/dmz; crun: src/libcrun/cloned_binary.c), or through an
 * overlay made for it (runc 1.2).
 */
static const struct clone {
	const char *memfd, *overlay;
	const char *places[12];
} clones[] = {
	{ "memfd:runc_cloned:", "/runc",
	  { "/usr/sbin/runc", "/usr/bin/runc", "/usr/local/sbin/runc", "/usr/local/bin/runc", "/usr/libexec/runc",
	    "/usr/lib/cri-o-runc/sbin/runc", "/usr/bin/docker-runc", "/usr/local/bin/docker-runc",
	    "/usr/libexec/docker/docker-runc-current", "/opt/bin/runc",
	    "/var/lib/rancher/k3s/data/current/bin/runc" } },
	{ "memfd:crun_cloned:", "/crun",
	  { "/usr/bin/crun", "/usr/sbin/crun", "/usr/local/bin/crun", "/usr/local/sbin/crun",
	    "/usr/libexec/crio/crun" } },
};

static bool try_clone(struct search *s, const struct clone *clone, bool is_memfd)
{
	for (size_t i = 0; i < ARRAY_SIZE(clone->places) && clone->places[i]; i++) {
		if (!try_place(s, clone->places[i], is_memfd ? TIME_ANY : TIME_SAME))
			continue;
		s->ret->note = arena_printf(s->arena, is_memfd ? "the memfd has the size of %s" :
					    "the overlay's file has the size and time of %s", clone->places[i]);
		return true;
	}
	return false;
}

static void find_memfd(struct search *s, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(clones); i++) {
		if (strncmp(name, clones[i].memfd, strlen(clones[i].memfd)))
			continue;
		if (!try_clone(s, &clones[i], true))
			s->ret->why_not = arena_printf(s->arena, "it ran from a memfd, and no %s of its size is here",
						       clones[i].overlay + 1);
		return;
	}
	s->ret->why_not = "it ran from a memfd";
}

static bool is_plain(const char *path)
{
	if (*path != '/' || strlen(path) >= PATH_MAX)
		return false;
	for (const char *p = path; (p = strchr(p, '/')); p++)
		if (!strncmp(p, "/..", 3) && (p[3] == '/' || !p[3]))
			return false;
	return true;
}

static const char *why_not(const struct search *s, bool is_overlay)
{
	if (s->root->fd < 0)
		return "the sysroot cannot be opened";
	if (is_overlay && !s->root->path)
		return "its path is inside a container's root (overlay), which --sysroot can name";
	if (s->unreadable)
		return "the file cannot be read";
	if (s->time_differs)
		return "the file there is a different one now (its time differs)";
	if (s->size_differs)
		return "the file there is a different one now (its size differs)";
	return "the file was not found";
}

static void find_path(struct search *s, const char *path)
{
	bool is_overlay = s->file->fs && !strcmp(s->file->fs, "overlay");
	enum time_rule rule = s->root->path ? TIME_NOTED : TIME_SAME;

	/* /usr may be a file system of its own. */
	if (try_place(s, path, rule) || try_place(s, arena_printf(s->arena, "/usr%s", path), rule))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(clones) && is_overlay; i++)
		if (!strcmp(path, clones[i].overlay) && try_clone(s, &clones[i], false))
			return;
	s->ret->why_not = why_not(s, is_overlay);
}

/* The kernel's d_path() adds it, and no path ends so by nature. */
static char *without_deleted(struct arena *arena, const char *path)
{
	static const char deleted[] = " (deleted)";
	char *copy = arena_strdup(arena, path);
	size_t len = strlen(copy), cut = sizeof(deleted) - 1;

	if (len > cut && !strcmp(copy + len - cut, deleted))
		copy[len - cut] = '\0';
	return copy;
}

void found_file_init(struct found_file *ret, const struct sysroot *root,
		     const struct mapped_file *file, struct arena *arena)
{
	struct search s = { .root = root, .file = file, .arena = arena, .ret = ret };
	const char *path = without_deleted(arena, file->path ? file->path : "");

	*ret = (struct found_file){ .fd = -1 };
	if (file->size < SIZE_MIN)
		ret->why_not = "no program has its size";
	else if (!strncmp(path, "memfd:", 6) || !strncmp(path, "/memfd:", 7))
		find_memfd(&s, path + (*path == '/'));
	else if (!is_plain(path))
		ret->why_not = "it has no path";
	else
		find_path(&s, path);
}

void found_file_fini(struct found_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}
