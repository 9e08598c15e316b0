/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* faccessat */
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
	int dir;
	char temporary[64];	/* without .prom at its end */
	FILE *out;
	bool failed;
};

static void fail(struct textfile *f, const char *what)
{
	if (!f->failed)
		error("%s/%s: cannot %s: %s", f->directory, NAME, what, strerror(errno));
	f->failed = true;
}

struct textfile *textfile_open(const char *directory)
{
	int dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0) {
		error("--textfile '%s': %s", directory, strerror(errno));
		return NULL;
	}
	if (faccessat(dir, ".", W_OK, 0)) {
		error("--textfile '%s': %s", directory, strerror(errno));
		close(dir);
		return NULL;
	}
	struct textfile *f = xcalloc(1, sizeof(*f));

	f->directory = xstrdup(directory);
	f->dir = dir;
	snprintf(f->temporary, sizeof(f->temporary), "." NAME ".%ld", (long)getpid());
	return f;
}

void textfile_free(struct textfile *f)
{
	if (!f)
		return;
	close(f->dir);
	free(f->directory);
	free(f);
}

/* Whatever has that name is of a process that had our number; in a directory of others it may be a link. */
FILE *textfile_begin(struct textfile *f)
{
	int fd;

	unlinkat(f->dir, f->temporary, 0);
	fd = openat(f->dir, f->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	f->out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f->out)
		fail(f, "be made");
	if (!f->out && fd >= 0)
		close(fd);
	return f->out;
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
		return;
	}
	fail(f, "be written");
	unlinkat(f->dir, f->temporary, 0);
}

bool textfile_failed(const struct textfile *f)
{
	return f->failed;
}
