/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/spill.h"

#include <errno.h>
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
	FILE *file; /* NULL as long as everything is in memory */
};

struct spill *spill_new(void)
{
	return xcalloc(1, sizeof(struct spill));
}

void spill_free(struct spill *spill)
{
	if (!spill)
		return;
	for (size_t i = 0; i < PAGES; i++)
		free(spill->pages[i].bytes);
	if (spill->file)
		fclose(spill->file);
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

static void put_away(struct spill *spill, struct page *page)
{
	size_t done = 0;

	if (!spill->file && !(spill->file = tmpfile()))
		give_up("create");
	while (page->changed && done < PAGE) {
		ssize_t n = pwrite(fileno(spill->file), page->bytes + done, PAGE - done,
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
	while (spill->file && done < PAGE) {
		ssize_t n = pread(fileno(spill->file), page->bytes + done, PAGE - done,
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
		if (spill->file)
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
