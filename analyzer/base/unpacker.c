/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/unpacker.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"

struct unpacker {
	int fd;
	const char *name;
	size_t pending; /* bytes of `buffer` that were read before */
	bool is_open;
	struct archive *archive;
	const char *block; /* libarchive's, until the next one */
	size_t block_len;
	char buffer[UNPACKER_FIRST];
};

static const struct {
	const char *bytes;
	size_t len;
} marks[] = {
	{ "\x1f\x8b", 2 },
	{ "\xfd"
	  "7zXZ\0",
	  6 },
	{ "\x28\xb5\x2f\xfd", 4 },
};

bool unpacker_knows(const char *begin, size_t len, bool *is_whole)
{
	for (size_t i = 0; i < ARRAY_SIZE(marks) && len; i++) {
		size_t n = len < marks[i].len ? len : marks[i].len;

		if (memcmp(begin, marks[i].bytes, n))
			continue;
		*is_whole = n == marks[i].len;
		return true;
	}
	return false;
}

static la_ssize_t read_more(struct archive *archive, void *context, const void **ret)
{
	struct unpacker *u = context;
	ssize_t n = u->pending;

	u->pending = 0;
	*ret = u->buffer;
	while (!n) {
		n = read(u->fd, u->buffer, sizeof(u->buffer));
		if (n >= 0)
			break;
		if (errno != EINTR) {
			archive_set_error(archive, errno, "%s", strerror(errno));
			return -1;
		}
		n = 0;
	}
	return n;
}

struct unpacker *unpacker_new(int fd, const char *begin, size_t len, const char *name)
{
	struct unpacker *u = xcalloc(1, sizeof(*u));

	u->fd = fd;
	u->name = name;
	u->pending = len;
	memcpy(u->buffer, begin, len);
	u->archive = archive_read_new();
	if (!u->archive)
		out_of_memory();
	archive_read_support_filter_gzip(u->archive);
	archive_read_support_filter_xz(u->archive);
	archive_read_support_filter_zstd(u->archive);
	archive_read_support_format_raw(u->archive);
	/* Nothing packed is no archive to it, but a file without lines. */
	archive_read_support_format_empty(u->archive);
	return u;
}

void unpacker_free(struct unpacker *u)
{
	if (!u)
		return;
	archive_read_free(u->archive);
	free(u);
}

static ssize_t cannot_unpack(const struct unpacker *u)
{
	const char *why = archive_error_string(u->archive);

	return error_at(&(struct pos){ .file = u->name }, "cannot unpack: %s",
			why ? why : "damaged");
}

/* 1: it is open, 0: there is nothing in it, -1. */
static int begin(struct unpacker *u)
{
	struct archive_entry *entry;

	if (archive_read_open(u->archive, u, NULL, read_more, NULL) != ARCHIVE_OK)
		return cannot_unpack(u);
	int answer = archive_read_next_header(u->archive, &entry);

	if (answer != ARCHIVE_OK)
		return answer == ARCHIVE_EOF ? 0 : cannot_unpack(u);
	u->is_open = true;
	return 1;
}

/* By blocks: archive_read_data() would forget those before a damaged one. */
static int next_block(struct unpacker *u)
{
	const void *block;
	la_int64_t offset;
	int answer = archive_read_data_block(u->archive, &block, &u->block_len, &offset);

	u->block = block;
	if (answer == ARCHIVE_EOF)
		return 0;
	return answer == ARCHIVE_OK ? 1 : cannot_unpack(u);
}

ssize_t unpacker_read(struct unpacker *u, char *to, size_t room)
{
	int more = u->is_open ? 1 : begin(u);

	while (more > 0 && !u->block_len)
		more = next_block(u);
	if (more <= 0)
		return more;
	size_t n = u->block_len < room ? u->block_len : room;

	memcpy(to, u->block, n);
	u->block += n;
	u->block_len -= n;
	return n;
}
