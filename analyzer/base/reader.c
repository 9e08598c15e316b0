/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/progress.h"
#include "base/unpacker.h"
#include "base/util.h"

#define BUFFER (4u * READER_LINE_MAX)

struct reader {
	struct pos pos;
	struct unpacker *unpacker;	/* NULL: it is not */
	dev_t dev;
	ino_t ino;
	uint64_t bytes, limit;	     /* read, unpacked */
	void (*idle)(void *context); /* NULL: it is not waited for anything */
	void *idle_context;
	bool (*wake)(void *context); /* NULL: nothing else is waited for */
	void *wake_context;
	int fd, wake_fd;
	int idle_ms;
	bool has_begun;			/* it is known whether it is packed */
	bool skipping;			/* in the rest of a line that was too long */
	size_t begin, scanned, end;	/* begin <= scanned <= end; none of begin..scanned is a newline */
	char buffer[BUFFER + 1];	/* one more for the 0 of an unended last line */
};

struct reader *reader_open(const char *path)
{
	bool is_stdin = !strcmp(path, "-");
	struct pos pos = { .file = is_stdin ? "<stdin>" : path };
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st)) {
		error_at(&pos, "cannot open: %s", strerror(errno));
		return NULL;
	}
	struct reader *reader = xcalloc(1, sizeof(*reader));

	reader->fd = fd;
	reader->pos = pos;
	reader->dev = st.st_dev;
	reader->ino = st.st_ino;
	reader->limit = UINT64_MAX;
	progress_begin(pos.file, fd);
	return reader;
}

void reader_close(struct reader *reader)
{
	if (!reader)
		return;
	progress_end();
	unpacker_free(reader->unpacker);
	if (reader->fd != STDIN_FILENO)
		close(reader->fd);
	free(reader);
}

void reader_on_idle(struct reader *reader, int ms, void (*idle)(void *context), void *context)
{
	reader->idle_ms = ms;
	reader->idle = idle;
	reader->idle_context = context;
}

void reader_on_wake(struct reader *reader, int fd, bool (*wake)(void *context), void *context)
{
	reader->wake_fd = fd;
	reader->wake = wake;
	reader->wake_context = context;
}

/* False: no more is to be read. */
static bool wait_for_bytes(struct reader *reader)
{
	struct pollfd fds[] = { { .fd = reader->fd, .events = POLLIN },
				{ .fd = reader->wake ? reader->wake_fd : -1, .events = POLLIN } };

	for (;;) {
		if (reader->wake && !reader->wake(reader->wake_context))
			return false;
		if (!reader->idle)
			return true;
		int ready = poll(fds, ARRAY_SIZE(fds), reader->idle_ms);

		if (ready < 0 ? errno != EINTR : fds[0].revents != 0)
			return true;
		if (!ready)
			reader->idle(reader->idle_context);
	}
}

static ssize_t read_bytes(struct reader *reader, char *to, size_t room)
{
	ssize_t n;

	if (reader->unpacker) {
		n = unpacker_read(reader->unpacker, to, room);
		progress_read(n > 0 ? n : 0);
		return n;
	}
	if (!wait_for_bytes(reader))
		return 0;
	do
		n = read(reader->fd, to, room);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_at(&(struct pos){ .file = reader->pos.file }, "cannot read: %s",
				strerror(errno));
	progress_read(n);
	return n;
}

/* Reads as much of an empty buffer as it takes to see whether the file is packed: one byte of most. */
static ssize_t begin(struct reader *reader)
{
	bool is_packed = false;

	reader->has_begun = true;
	while (reader->end < UNPACKER_MARK) {
		ssize_t n = read_bytes(reader, reader->buffer + reader->end,
				       UNPACKER_FIRST - reader->end);

		if (n < 0)
			return -1;
		reader->end += n;
		if (!n || !unpacker_knows(reader->buffer, reader->end, &is_packed) || is_packed)
			break;
	}
	if (!unpacker_knows(reader->buffer, reader->end, &is_packed) || !is_packed)
		return reader->end;
	reader->unpacker = unpacker_new(reader->fd, reader->buffer, reader->end, reader->pos.file);
	reader->end = 0;
	ssize_t n = read_bytes(reader, reader->buffer, BUFFER);

	reader->end = n > 0 ? n : 0;
	return n;
}

void reader_file(const struct reader *reader, dev_t *dev, ino_t *ino)
{
	*dev = reader->dev;
	*ino = reader->ino;
}

uint64_t reader_bytes(const struct reader *reader)
{
	return reader->bytes;
}

void reader_limit(struct reader *reader, uint64_t bytes)
{
	reader->limit = bytes;
}

/* What is beyond the limit is as if it were not there. */
static ssize_t count(struct reader *reader, ssize_t n)
{
	uint64_t left = reader->limit - reader->bytes;

	if (n > 0 && (uint64_t)n > left) {
		reader->end -= n - left;
		n = left;
	}
	reader->bytes += n > 0 ? n : 0;
	return n;
}

static ssize_t fill(struct reader *reader)
{
	if (!reader->has_begun)
		return count(reader, begin(reader));
	if (reader->begin) {
		memmove(reader->buffer, reader->buffer + reader->begin,
			reader->end - reader->begin);
		reader->scanned -= reader->begin;
		reader->end -= reader->begin;
		reader->begin = 0;
	}
	ssize_t n = read_bytes(reader, reader->buffer + reader->end, BUFFER - reader->end);

	if (n > 0)
		reader->end += n;
	return count(reader, n);
}

/* Drops the rest of a line whose beginning was handed over as too long. */
static int skip_rest(struct reader *reader)
{
	while (reader->skipping) {
		char *from = reader->buffer + reader->begin;
		char *newline = memchr(from, '\n', reader->end - reader->begin);

		reader->skipping = !newline;
		reader->begin = newline ? (size_t)(newline + 1 - reader->buffer) : reader->end;
		reader->scanned = reader->begin;
		if (newline)
			break;
		ssize_t n = fill(reader);

		if (n <= 0)
			return n;
	}
	return 1;
}

static int hand_over(struct reader *reader, struct line *line, size_t len, bool ended)
{
	line->text = reader->buffer + reader->begin;
	line->len = len;
	line->text[len] = 0;
	line->ended = ended;
	line->too_long = len > READER_LINE_MAX;
	line->pos = reader->pos;
	reader->begin += len + ended;
	reader->scanned = reader->begin;
	return 1;
}

int reader_line(struct reader *reader, struct line *line)
{
	int more = skip_rest(reader);

	if (more <= 0)
		return more;
	reader->pos.line++;
	for (;;) {
		char *from = reader->buffer + reader->scanned;
		char *newline = memchr(from, '\n', reader->end - reader->scanned);
		size_t len = reader->end - reader->begin;

		if (newline)
			return hand_over(reader, line, newline - reader->buffer - reader->begin, true);
		reader->scanned = reader->end;
		if (len > READER_LINE_MAX) {
			/* The byte that becomes 0 belongs to the rest, which is dropped. */
			reader->skipping = true;
			return hand_over(reader, line, READER_LINE_MAX + 1, false);
		}
		ssize_t n = fill(reader);

		if (n < 0)
			return -1;
		if (n == 0)
			return len ? hand_over(reader, line, len, false) : 0;
	}
}
