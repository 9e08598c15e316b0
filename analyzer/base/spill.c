/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* O_TMPFILE */
#include "base/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"

#define PAGE  (64u << 10)
#define PAGES (SPILL_MEMORY / PAGE)

/* A page of the file is in the place number % PAGES, if it is in memory. */
struct page {
	char *bytes; /* NULL: there is none */
	uint64_t number;
	bool changed;
};

struct spill {
	struct page pages[PAGES];
	uint64_t size;
	int fd; /* -1 as long as everything is in memory */
};

struct spill *spill_new(void)
{
	struct spill *spill = xcalloc(1, sizeof(*spill));

	spill->fd = -1;
	return spill;
}

void spill_free(struct spill *spill)
{
	if (!spill)
		return;
	for (size_t i = 0; i < PAGES; i++)
		free(spill->pages[i].bytes);
	if (spill->fd >= 0)
		close(spill->fd);
	free(spill);
}

uint64_t spill_size(const struct spill *spill)
{
	return spill->size;
}

static void __attribute__((noreturn)) give_up(const char *what)
{
	fprintf(stderr, "cganalyze: cannot %s a temporary file: %s\n", what, strerror(errno));
	exit(4);
}

/* Not every file system has files without a name. */
static int open_temporary(void)
{
	const char *dir = getenv("TMPDIR");
	char path[4096];
	int fd;

	dir = dir && *dir ? dir : "/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 ||
	    snprintf(path, sizeof(path), "%s/cganalyze-XXXXXX", dir) >= (int)sizeof(path))
		return fd;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static void put_away(struct spill *spill, struct page *page)
{
	size_t done = 0;

	if (spill->fd < 0 && (spill->fd = open_temporary()) < 0)
		give_up("create");
	while (page->changed && done < PAGE) {
		ssize_t n = pwrite(spill->fd, page->bytes + done, PAGE - done,
				   (off_t)(page->number * PAGE + done));

		if (n < 0 && errno != EINTR)
			give_up("write to");
		done += n > 0 ? n : 0;
	}
	page->changed = false;
}

static void fetch(struct spill *spill, struct page *page, uint64_t number)
{
	size_t done = 0;

	memset(page->bytes, 0, PAGE);
	while (spill->fd >= 0 && done < PAGE) {
		ssize_t n = pread(spill->fd, page->bytes + done, PAGE - done,
				  (off_t)(number * PAGE + done));

		if (n < 0 && errno != EINTR)
			give_up("read");
		if (!n)
			break;
		done += n > 0 ? n : 0;
	}
	page->number = number;
}

static char *page_of(struct spill *spill, uint64_t number, bool changes)
{
	struct page *page = &spill->pages[number % PAGES];

	if (!page->bytes) {
		page->bytes = xcalloc(1, PAGE);
		page->number = number;
		if (spill->fd >= 0)
			fetch(spill, page, number);
	} else if (page->number != number) {
		put_away(spill, page);
		fetch(spill, page, number);
	}
	page->changed |= changes;
	return page->bytes;
}

void spill_read(struct spill *spill, uint64_t at, void *to, size_t size)
{
	for (char *p = to; size;) {
		size_t offset = at % PAGE, n = PAGE - offset < size ? PAGE - offset : size;

		memcpy(p, page_of(spill, at / PAGE, false) + offset, n);
		p += n;
		at += n;
		size -= n;
	}
}

void spill_write(struct spill *spill, uint64_t at, const void *from, size_t size)
{
	for (const char *p = from; size;) {
		size_t offset = at % PAGE, n = PAGE - offset < size ? PAGE - offset : size;

		memcpy(page_of(spill, at / PAGE, true) + offset, p, n);
		p += n;
		at += n;
		size -= n;
	}
}

uint64_t spill_append(struct spill *spill, const void *bytes, size_t size)
{
	uint64_t at = spill->size;

	spill_write(spill, at, bytes, size);
	spill->size += size;
	return at;
}
