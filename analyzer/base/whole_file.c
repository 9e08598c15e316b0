/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* mkostemp */
#include "base/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"

struct whole_file {
	struct whole_file *next; /* of open_files */
	const char *path;
	char *temporary; /* NULL: standard output */
	FILE *out;
};

/* The program may end anywhere, when it is out of memory or of temporary space. */
static struct whole_file *open_files;

static void unlink_at_exit(void)
{
	for (const struct whole_file *file = open_files; file; file = file->next)
		if (file->temporary)
			unlink(file->temporary);
}

static void end_by(int signo)
{
	unlink_at_exit();
	signal(signo, SIG_DFL);
	raise(signo);
}

/* Who has a way of its own with a signal keeps it. */
static void clean_up_at_signals(void)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGINT };
	struct sigaction now, ours = { .sa_handler = end_by };

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		if (!sigaction(signals[i], NULL, &now) && now.sa_handler == SIG_DFL)
			sigaction(signals[i], &ours, NULL);
}

static void clean_up_at_exit(struct whole_file *file)
{
	static bool is_asked;

	file->next = open_files;
	open_files = file;
	if (is_asked)
		return;
	if (atexit(unlink_at_exit))
		out_of_memory();
	clean_up_at_signals();
	is_asked = true;
}

static void forget(const struct whole_file *file)
{
	for (struct whole_file **at = &open_files; *at; at = &(*at)->next)
		if (*at == file) {
			*at = file->next;
			return;
		}
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
	clean_up_at_exit(file);
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
	forget(file);
	if (file->out && file->out != stdout)
		fclose(file->out);
	if (file->temporary)
		unlink(file->temporary);
	free(file->temporary);
	free(file);
}
