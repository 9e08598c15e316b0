/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"

#define NAME "cgattach.prom"

struct textfile {
	char *directory;
	int dir;	    /* while it is written; -1 otherwise */
	char temporary[64]; /* without .prom at its end */
	FILE *out;
	bool failed;
};

static void fail(struct textfile *f, const char *what)
{
	if (!f->failed)
		error("%s/%s: cannot %s: %s", f->directory, NAME, what, strerror(errno));
	f->failed = true;
}

/* Each time anew: it may be made, or replaced, while a log is recorded. */
static bool open_directory(struct textfile *f)
{
	f->dir = open(f->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dir < 0)
		fail(f, "be made");
	return f->dir >= 0;
}

static void close_directory(struct textfile *f)
{
	close(f->dir);
	f->dir = -1;
}

struct textfile *textfile_new(const char *directory)
{
	struct textfile *f = xcalloc(1, sizeof(*f));

	f->directory = xstrdup(directory);
	f->dir = -1;
	snprintf(f->temporary, sizeof(f->temporary), "." NAME ".%ld", (long)getpid());
	if (open_directory(f) && access(directory, W_OK))
		fail(f, "be made");
	if (f->dir >= 0)
		close_directory(f);
	return f;
}

void textfile_free(struct textfile *f)
{
	if (!f)
		return;
	free(f->directory);
	free(f);
}

/* Whatever has that name is of a process that had our number; in a directory of others it may be a link. */
FILE *textfile_begin(struct textfile *f)
{
	int fd;

	if (!open_directory(f))
		return NULL;
	unlinkat(f->dir, f->temporary, 0);
	fd = openat(f->dir, f->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0644);
	f->out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f->out)
		fail(f, "be made");
	if (f->out)
		return f->out;
	if (fd >= 0) {
		close(fd);
		unlinkat(f->dir, f->temporary, 0);
	}
	close_directory(f);
	return NULL;
}

static bool finish(struct textfile *f)
{
	bool good = !fflush(f->out) && !ferror(f->out) && !fchmod(fileno(f->out), 0644) &&
		    !fsync(fileno(f->out));
	int kept = errno;

	good &= !fclose(f->out);
	f->out = NULL;
	if (good && !renameat(f->dir, f->temporary, f->dir, NAME))
		return true;
	errno = good ? errno : kept;
	return false;
}

void textfile_end(struct textfile *f)
{
	if (!f->out)
		return;
	if (finish(f)) {
		f->failed = false;
	} else {
		fail(f, "be written");
		unlinkat(f->dir, f->temporary, 0);
	}
	close_directory(f);
}

bool textfile_failed(const struct textfile *f)
{
	return f->failed;
}
