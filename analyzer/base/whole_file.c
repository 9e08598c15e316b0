/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* mkostemp */
#include "base/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"

struct whole_file {
	const char *path;
	char *temporary; /* NULL: standard output */
	FILE *out;
};

/* The program may end anywhere, when it is out of memory or of temporary space. One file is enough. */
static char *to_unlink;

static void unlink_at_exit(void)
{
	if (to_unlink)
		unlink(to_unlink);
}

static void clean_up_at_exit(char *temporary)
{
	static bool is_asked;

	to_unlink = temporary;
	if (!is_asked && atexit(unlink_at_exit))
		out_of_memory();
	is_asked = true;
}

static int failed(const char *path, const char *what)
{
	return error_at(&(struct pos){ path, 0 }, "%s: %s", what,
			errno ? strerror(errno) : "output error");
}

static mode_t usual_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* A file that is no regular one (/dev/null, a pipe) cannot be replaced, and is written as it is. */
static bool is_special(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode);
}

static FILE *open_beside(struct whole_file *file)
{
	size_t room = strlen(file->path) + sizeof(".XXXXXX");

	file->temporary = xcalloc(room, 1);
	snprintf(file->temporary, room, "%s.XXXXXX", file->path);
	int fd = mkostemp(file->temporary, O_CLOEXEC);

	if (fd < 0) {
		free(file->temporary);
		file->temporary = NULL;
		return NULL;
	}
	clean_up_at_exit(file->temporary);
	if (fchmod(fd, usual_mode()))
		error_at(&(struct pos){ file->temporary, 0 }, "%s", strerror(errno));
	FILE *out = fdopen(fd, "w");

	if (!out)
		close(fd);
	return out;
}

struct whole_file *whole_file_open(const char *path)
{
	struct whole_file *file = xcalloc(1, sizeof(*file));

	file->path = path;
	errno = 0;
	if (!strcmp(path, "-"))
		file->out = stdout;
	else
		file->out = is_special(path) ? fopen(path, "we") : open_beside(file);
	if (file->out)
		return file;
	failed(path, "cannot be written");
	whole_file_free(file);
	return NULL;
}

FILE *whole_file_stream(const struct whole_file *file)
{
	return file->out;
}

/* Its bytes are on the disk before its name is. */
static bool close_written(struct whole_file *file)
{
	if (file->out == stdout)
		return true;
	bool good = !fflush(file->out) && !ferror(file->out);

	good = good && (!file->temporary || !fsync(fileno(file->out)));
	good = !fclose(file->out) && good;
	file->out = NULL;
	return good && (!file->temporary || !rename(file->temporary, file->path));
}

int whole_file_finish(struct whole_file *file)
{
	const char *path = file->path;

	errno = 0;
	bool good = close_written(file);
	int ret = good ? 0 : failed(path, "not written");

	if (good) {
		to_unlink = NULL;
		free(file->temporary);
		file->temporary = NULL;
	}
	whole_file_free(file);
	return ret;
}

void whole_file_free(struct whole_file *file)
{
	if (!file)
		return;
	if (file->out && file->out != stdout)
		fclose(file->out);
	if (file->temporary)
		unlink(file->temporary);
	if (to_unlink == file->temporary)
		to_unlink = NULL;
	free(file->temporary);
	free(file);
}
