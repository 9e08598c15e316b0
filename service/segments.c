/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "service/segments.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"
#include "service/say.h"

/* So many files make up the whole: the oldest goes at once, and with it this part of what is kept. */
#define PARTS	 16
#define EACH_MIN 4096

/* ---- the files that are there ---- */

static int is_segment(const struct dirent *entry)
{
	return !fnmatch("cgattach-*-[0-9][0-9][0-9][0-9][0-9][0-9].log", entry->d_name, 0) &&
	       strlen(entry->d_name) < SEGMENTS_NAME_MAX;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Oldest first: their names begin with the time. */
static int list(const struct segments *s, struct dirent ***ret)
{
	int count = scandirat(s->dir, ".", ret, is_segment, by_name);

	return count < 0 ? 0 : count;
}

static void free_list(struct dirent **files, int count)
{
	for (int i = 0; i < count; i++)
		free(files[i]);
	if (count)
		free(files);
}

static uint64_t size_of(const struct segments *s, const char *name)
{
	struct stat st;

	if (fstatat(s->dir, name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode))
		return 0;
	return st.st_size;
}

static void remove_file(struct segments *s, const char *name)
{
	if (unlinkat(s->dir, name, 0))
		return;
	s->removed++;
	say(SAY_INFO, "removed the oldest log, %s/%s: the limit is %llu bytes in all", s->path,
	    name, (unsigned long long)s->max_all);
}

/* make_room: so that another file of the full size fits. Counts what stays. */
static void make_room(struct segments *s)
{
	struct dirent **files;
	int count = list(s, &files);
	uint64_t all = 0;

	for (int i = 0; i < count; i++)
		all += size_of(s, files[i]->d_name);
	s->kept = 0;
	s->kept_bytes = all;
	for (int i = 0; i < count; i++) {
		if (s->kept_bytes + SEGMENTS_OVER * s->max_each <= s->max_all) {
			s->kept = count - i;
			break;
		}
		s->kept_bytes -= size_of(s, files[i]->d_name);
		remove_file(s, files[i]->d_name);
	}
	free_list(files, count);
}

/* ---- what the recording before left ---- */

static bool ends_with_trailer(int fd)
{
	char tail[1024];
	off_t size = lseek(fd, 0, SEEK_END);
	ssize_t n = pread(fd, tail, sizeof(tail) - 1, size > 1000 ? size - 1000 : 0);

	if (n < 0)
		return false;
	tail[n] = 0;
	return strstr(tail, "\ntrailer ") != NULL;
}

bool segments_former(const struct segments *s, struct former *ret)
{
	struct dirent **files;
	int count = list(s, &files), fd = -1;
	struct stat st;

	if (count) {
		snprintf(ret->name, sizeof(ret->name), "%s", files[count - 1]->d_name);
		fd = openat(s->dir, ret->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	}
	free_list(files, count);
	if (fd < 0)
		return false;
	ret->changed = fstat(fd, &st) ? 0 : st.st_mtime;
	ret->has_trailer = ends_with_trailer(fd);
	close(fd);
	return true;
}

/* ---- the one being written ---- */

int segments_open(struct segments *s, const char *path, uint64_t max_all)
{
	time_t now = time(NULL);
	struct tm tm;

	*s = (struct segments){ .path = path, .dir = -1, .fd = -1, .max_all = max_all };
	s->max_each = max_all / PARTS > EACH_MIN ? max_all / PARTS : EACH_MIN;
	gmtime_r(&now, &tm);
	strftime(s->stamp, sizeof(s->stamp), "%Y%m%dT%H%M%SZ", &tm);
	if (mkdir(path, 0750) && errno != EEXIST)
		say(SAY_WARNING, "%s: %s", path, strerror(errno));
	s->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir >= 0)
		return 0;
	say(SAY_ERROR, "the directory for logs, %s: %s", path, strerror(errno));
	return -1;
}

static int drop_file(struct segments *s)
{
	int error = errno;

	close(s->fd);
	s->fd = -1;
	unlinkat(s->dir, s->name, 0);
	*s->name = 0;
	errno = error;
	return -1;
}

int segments_begin(struct segments *s, const char *text, size_t len)
{
	s->n++;
	make_room(s);
	snprintf(s->name, sizeof(s->name), "cgattach-%s-%06llu.log", s->stamp,
		 (unsigned long long)s->n % 1000000);
	s->bytes = 0;
	s->fd = openat(s->dir, s->name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0640);
	if (s->fd < 0) {
		*s->name = 0;
		return -1;
	}
	return segments_write(s, text, len) == len ? 0 : drop_file(s);
}

/* The end of the last whole line of text[0..len). */
static size_t whole_lines(const char *text, size_t len)
{
	const char *newline = len ? memrchr(text, '\n', len) : NULL;

	return newline ? newline + 1 - text : 0;
}

size_t segments_write(struct segments *s, const char *text, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(s->fd, text + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += n;
	}
	if (done < len) {
		int error = errno;

		done = whole_lines(text, done);
		/* What is torn would be reported as damaged. */
		if (ftruncate(s->fd, s->bytes + done))
			say(SAY_WARNING, "%s ends in a torn line", s->name);
		errno = error;
	}
	s->bytes += done;
	return done;
}

void segments_end(struct segments *s)
{
	if (s->fd < 0)
		return;
	/* Some file systems say only now that there was no room. */
	if (fdatasync(s->fd) || close(s->fd)) {
		say(SAY_WARNING, "%s/%s may be incomplete: %s", s->path, s->name, strerror(errno));
		s->sync_failed = true;
	}
	s->fd = -1;
}

uint64_t segments_bytes(const struct segments *s)
{
	return s->kept_bytes + s->bytes;
}
