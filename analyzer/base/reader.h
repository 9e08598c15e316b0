/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reader - the bytes of a file or a pipe, in numbered lines. Knows no format. What gzip, xz or zstd has packed is unpacked.
 *
 * A line is handed over as soon as its newline has been read: nothing waits for a full buffer. Lines
 * have no length limit in the file; what is longer than READER_LINE_MAX is skipped to its newline.
 */
#ifndef BASE_READER_H
#define BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/diag.h"

#define READER_LINE_MAX (64u * 1024)

struct line {
	char *text;	/* without its newline; writable, text[len] is 0; NUL bytes may be inside;
			   the reader's, until the next reader_line() */
	size_t len;
	struct pos pos;
	bool ended;	/* by a newline, not by the end of the file */
	bool too_long;	/* `text` is only the beginning */
};

/* Opens `path`, or stdin if it is "-". NULL if that failed, which it has reported. */
struct reader *reader_open(const char *path);
void reader_close(struct reader *reader);

/* Which file it is, as stat(2) has it. */
void reader_file(const struct reader *reader, dev_t *dev, ino_t *ino);

/* Calls `idle` whenever there was nothing to read for `ms`, and goes on waiting. */
void reader_on_idle(struct reader *reader, int ms, void (*idle)(void *context), void *context);

/*
 * Calls `wake` before anything is read, and whenever `fd` is readable while there is nothing to read. If it returns false,
 * the end is here: no more is read.
 */
void reader_on_wake(struct reader *reader, int fd, bool (*wake)(void *context), void *context);

/* How many bytes there were so far, unpacked; and no more than so many are read. */
uint64_t reader_bytes(const struct reader *reader);
void reader_limit(struct reader *reader, uint64_t bytes);

/* 1: `*line` is the next line; 0: the end; -1: could not be read, which it has reported. */
int reader_line(struct reader *reader, struct line *line);

#endif
