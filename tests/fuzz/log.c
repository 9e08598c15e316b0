/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A log, as every format prints it. The first byte says how: the format, and what is behind a byte 0x1e, another
 * log or error lines.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"

#define BEHIND	 0x1e
#define PIPE_MAX (256 << 10)

static const struct way {
	enum fuzz_format format;
	const char *options[4];
} ways[] = {
	{ FUZZ_TEXT, { 0 } },
	{ FUZZ_TEXT, { "--each" } },
	{ FUZZ_JSON, { 0 } },
	{ FUZZ_NDJSON, { 0 } },
	{ FUZZ_TEXT, { "--all-groups", "--all-threads", "--no-trunc" } },
	/* Up to here the report is of all that is in the log. */
	{ FUZZ_TEXT, { "--at=103" } },
	{ FUZZ_JSON, { "--at=103" } },
	{ FUZZ_TEXT, { "--attach=1" } },
	{ FUZZ_JSON, { "--attach=1" } },
	{ FUZZ_TEXT, { "--since=102", "--comm=runc", "--top=1" } },
	{ FUZZ_NDJSON, { "--cause=task_new", "--cgroup=/", "--until=2025-11-23 10:00:05" } },
};

/* From here on a second byte string is error lines, and from there on the log comes through a pipe. */
enum {
	WHOLE = 5,
	WITH_ERRORS = ARRAY_SIZE(ways),
	LIVE = 2 * ARRAY_SIZE(ways),
	ALL = 3 * ARRAY_SIZE(ways)
};

/* -1 if a pipe has no room for it. */
static int live_file(const uint8_t *bytes, size_t size)
{
	int ends[2];

	if (size >= PIPE_MAX || pipe2(ends, O_CLOEXEC))
		return -1;
	if (fcntl(ends[1], F_SETPIPE_SZ, PIPE_MAX) < 0 ||
	    write(ends[1], bytes, size) != (ssize_t)size) {
		close(ends[0]);
		ends[0] = -1;
	}
	close(ends[1]);
	return ends[0];
}

/* What the input is made of. */
struct input {
	unsigned int how;
	struct fuzz_path log, more;
	bool has_more;
};

static int run(const struct input *in, const struct way *way)
{
	const char *options[12] = { "--sysroot", fuzz_folder(), in->log.text };
	size_t n = 3;

	if (in->has_more && in->how >= WITH_ERRORS && way < ways + WHOLE)
		options[n++] = "--errors";
	if (in->has_more)
		options[n++] = in->more.text;
	for (size_t i = 0; i < ARRAY_SIZE(way->options) && way->options[i]; i++)
		options[n++] = way->options[i];
	return fuzz_cganalyze(way->format, options);
}

/* Whatever the format, the exit status is the same; of one in four, since it takes a second run. */
static void run_both(const struct input *in, size_t size)
{
	size_t i = in->how % ARRAY_SIZE(ways);
	int status = run(in, &ways[i]);

	if (i < WHOLE && in->how < LIVE && size % 4 == 0 &&
	    run(in, &ways[(i + 1) % WHOLE]) != status)
		fuzz_wrong("two formats differ in the exit status", "", 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (!size)
		return 0;
	struct input in = { .how = (bytes[0] >= '0' ? bytes[0] - '0' : bytes[0]) % ALL };
	const uint8_t *log = bytes + 1, *end = bytes + size,
		      *behind = memchr(log, BEHIND, size - 1);
	size_t len = (behind ? behind : end) - log;
	int fd = in.how >= LIVE ? live_file(log, len) : -1, more = -1;

	if (fd < 0)
		fd = fuzz_file(log, len);
	in.log = fuzz_path(fd);
	in.has_more = behind;
	if (behind) {
		more = fuzz_file(behind + 1, end - behind - 1);
		in.more = fuzz_path(more);
	}
	run_both(&in, size);
	close(fd);
	if (behind)
		close(more);
	return 0;
}

/* ---- mutation by lines: bytes alone rarely become a log whose records are in order ---- */

#define LINES_MAX 512

struct span {
	const uint8_t *at;
	size_t len; /* with its newline */
};

struct lines {
	struct span spans[LINES_MAX];
	size_t count;
	unsigned int seed;
};

static size_t pick(struct lines *l, size_t below)
{
	l->seed = l->seed * 1103515245 + 12345;
	return below ? (l->seed >> 8) % below : 0;
}

static void split(struct lines *l, const uint8_t *bytes, size_t size)
{
	for (const uint8_t *end = bytes + size, *at = bytes; at < end && l->count < LINES_MAX;) {
		const uint8_t *newline = memchr(at, '\n', end - at);
		size_t len = newline ? (size_t)(newline + 1 - at) : (size_t)(end - at);

		l->spans[l->count++] = (struct span){ at, len };
		at += len;
	}
}

static void insert(struct lines *l, size_t to, struct span span)
{
	if (l->count == LINES_MAX)
		return;
	memmove(l->spans + to + 1, l->spans + to, (l->count - to) * sizeof(span));
	l->spans[to] = span;
	l->count++;
}

static void drop(struct lines *l, size_t at)
{
	memmove(l->spans + at, l->spans + at + 1, (--l->count - at) * sizeof(*l->spans));
}

static void change_lines(struct lines *l)
{
	size_t from = pick(l, l->count), to = pick(l, l->count);
	struct span span = l->spans[from];

	switch (pick(l, 4)) {
	case 0:
		insert(l, to, span);
		break;
	case 1:
		drop(l, from);
		break;
	case 2:
		l->spans[from] = l->spans[to];
		l->spans[to] = span;
		break;
	default:
		drop(l, from);
		insert(l, to < l->count ? to : l->count, span);
	}
}

/* The value behind some "=" of the line; its end is the next blank. */
static struct span some_value(struct lines *l, struct span line)
{
	const uint8_t *end = line.at + line.len, *at = line.at + pick(l, line.len);

	at = memchr(at, '=', end - at);
	if (!at)
		return (struct span){ NULL, 0 };
	size_t len = 0;

	for (at++; at + len < end && !isspace(at[len]);)
		len++;
	return (struct span){ at, len };
}

/* What to put instead of a value: one of another place, or an odd one. */
static struct span other_value(struct lines *l)
{
	static const char *const odd[] = {
		"0",
		"1",
		"-1",
		"-22",
		"-16",
		"2147483647",
		"-2147483648",
		"4294967295",
		"18446744073709551615",
		"9223372036854775807",
		"-9223372036854775808",
		"0x0",
		"0xffffffffffffffff",
		"0x800",
		"\"\"",
		"\"\\x1b[2J\"",
		"\"\\xe2\\x80\\xae\"",
		"\"/\"",
		"\"cgroup.procs\"",
		"\"tasks\"",
		"\"cpu_cgroup_can_attach\"",
	};
	const char *text = odd[pick(l, ARRAY_SIZE(odd))];

	return pick(l, 2) ? some_value(l, l->spans[pick(l, l->count)]) :
			    (struct span){ (const uint8_t *)text, strlen(text) };
}

static size_t put(uint8_t *to, size_t used, size_t room, const uint8_t *from, size_t len)
{
	if (len > room - used)
		len = room - used;
	memcpy(to + used, from, len);
	return used + len;
}

/* "stop 7 2 ... ;7": with another number. Other lines as they are. */
static size_t put_line(uint8_t *to, size_t used, size_t room, struct span line, size_t number)
{
	const uint8_t *blank = memchr(line.at, ' ', line.len), *end = line.at + line.len, *rest;
	char text[32];

	for (rest = blank ? blank + 1 : end; rest < end && isdigit(*rest);)
		rest++;
	const uint8_t *last = memrchr(line.at, ';', line.len);

	if (!blank || rest >= end || *rest != ' ' || !last || last < rest)
		return put(to, used, room, line.at, line.len);
	used = put(to, used, room, line.at, blank - line.at);
	used = put(to, used, room, (uint8_t *)text, sprintf(text, " %zu", number));
	used = put(to, used, room, rest, last - rest);
	return put(to, used, room, (uint8_t *)text, sprintf(text, ";%zu\n", number));
}

static size_t join(uint8_t *to, size_t room, struct lines *l)
{
	size_t used = 0, changed = pick(l, 2) ? pick(l, l->count) : SIZE_MAX, first = 0;
	bool in_order = pick(l, 8);

	for (size_t i = 0; i < l->count; i++) {
		struct span line = l->spans[i], value = some_value(l, line), other = other_value(l);
		uint8_t *text = NULL;

		if (memchr(line.at, BEHIND, line.len))
			first = i;
		if (i == changed && value.at) {
			size_t before = value.at - line.at, behind = line.len - before - value.len,
			       len = 0;

			text = xcalloc(line.len + other.len, 1);
			len = put(text, len, before, line.at, before);
			len = put(text, len, len + other.len, other.at ? other.at : line.at,
				  other.at ? other.len : 0);
			len = put(text, len, len + behind, value.at + value.len, behind);
			line = (struct span){ text, len };
		}
		used = in_order ? put_line(to, used, room, line, i - first) :
				  put(to, used, room, line.at, line.len);
		free(text);
	}
	return used;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room, unsigned int seed)
{
	static struct lines l;

	l.count = 0;
	l.seed = seed;
	if (size < 2 || !pick(&l, 3))
		return LLVMFuzzerMutate(bytes, size, room);
	uint8_t *copy = xcalloc(size, 1);

	memcpy(copy, bytes, size);
	split(&l, copy + 1, size - 1);
	for (size_t n = pick(&l, 3); n > 0 && l.count > 1; n--)
		change_lines(&l);
	if (!pick(&l, 8))
		bytes[0] = '0' + pick(&l, ALL);
	size = 1 + join(bytes + 1, room - 1, &l);
	free(copy);
	return size;
}
