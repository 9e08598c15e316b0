/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "base/progress.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/wrap.h"

#define FIRST_NS 1000000000ull
#define EACH_NS	 200000000ull

static struct {
	bool allowed, shown;
	const char *name; /* NULL: nothing is read */
	int fd;
	uint64_t size, bytes, next_ns; /* size 0: not known */
} now;

static uint64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void progress_allow(int allowed)
{
	now.allowed = allowed && isatty(STDERR_FILENO);
}

void progress_begin(const char *name, int fd)
{
	struct stat st;

	progress_end();
	now.name = name;
	now.fd = fd;
	now.bytes = 0;
	now.size = !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0 ? st.st_size : 0;
	now.next_ns = clock_ns() + FIRST_NS;
}

/* Of a packed file the place in it counts, not what came out. */
static int words(char *to, size_t room)
{
	off_t at = now.size ? lseek(now.fd, 0, SEEK_CUR) : 0;

	if (now.size && at >= 0)
		return snprintf(to, room, "%d %%",
				(int)((uint64_t)at >= now.size ? 100 : at * 100.0 / now.size));
	return snprintf(to, room, "%.1f MB", now.bytes / 1e6);
}

static void show(void)
{
	char line[128], far[32];
	int n, columns;

	words(far, sizeof(far));
	n = snprintf(line, sizeof(line), "\r\033[Kcganalyze: reading %.60s: %s", now.name, far);
	/* The escape sequence takes no columns. What is wider than the terminal could not be wiped away. */
	columns = wrap_terminal_columns(STDERR_FILENO);
	if (columns && n - 4 >= columns)
		n = columns + 3;
	for (int i = 4; i < n; i++)
		if ((unsigned char)line[i] < 0x20 || (unsigned char)line[i] > 0x7e)
			line[i] = '?';
	now.shown = write(STDERR_FILENO, line, n) == n;
}

void progress_read(size_t bytes)
{
	uint64_t ns;

	now.bytes += bytes;
	if (!now.allowed || !now.name || (ns = clock_ns()) < now.next_ns)
		return;
	now.next_ns = ns + EACH_NS;
	show();
}

void progress_hide(void)
{
	if (now.shown && write(STDERR_FILENO, "\r\033[K", 4) < 0)
		return;
	now.shown = false;
}

void progress_end(void)
{
	progress_hide();
	now.name = NULL;
}
