/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/unpacker.h"

#include <errno.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/diag.h"
#include "base/util.h"

#define ZSTD_WINDOW_LOG 26			       /* UNPACKER_WINDOW */
#define XZ_MEMORY	(UNPACKER_WINDOW + (4u << 20)) /* xz says how much it needs besides */

enum step {
	STEP_MORE,
	STEP_END, /* of one that is packed; another may follow */
	STEP_DAMAGED,
	STEP_TOO_LARGE,
};

struct unpacker {
	int fd;
	const char *name;
	const struct packing *packing;
	bool is_at_end, is_between;
	enum step last;
	const unsigned char *in; /* not yet unpacked */
	size_t in_len;
	z_stream gzip;
	lzma_stream xz;
	ZSTD_DStream *zstd;
	unsigned char buffer[UNPACKER_FIRST];
};

/* A format: `step` takes of u->in, and puts something at `*to`, which it moves. Out of memory ends the program. */
struct packing {
	const char *mark;
	size_t mark_len;
	unsigned char mask; /* of its first byte */
	void (*begin)(struct unpacker *u);
	enum step (*step)(struct unpacker *u, unsigned char **to, size_t room);
	void (*end)(struct unpacker *u);
};

/* ---- gzip ---- */

static void gzip_begin(struct unpacker *u)
{
	if (inflateInit2(&u->gzip, 16 + MAX_WBITS) != Z_OK)
		out_of_memory();
}

static enum step gzip_step(struct unpacker *u, unsigned char **to, size_t room)
{
	/* Tapes and discs fill up their last block. */
	while (u->is_between && u->in_len && !*u->in) {
		u->in++;
		u->in_len--;
	}
	if (u->is_between && !u->in_len)
		return STEP_END;
	u->gzip.next_in = (unsigned char *)u->in;
	u->gzip.avail_in = u->in_len;
	u->gzip.next_out = *to;
	u->gzip.avail_out = room;
	int answer = inflate(&u->gzip, Z_NO_FLUSH);

	u->in = u->gzip.next_in;
	u->in_len = u->gzip.avail_in;
	*to = u->gzip.next_out;
	if (answer == Z_MEM_ERROR)
		out_of_memory();
	if (answer == Z_STREAM_END)
		return inflateReset(&u->gzip) == Z_OK ? STEP_END : STEP_DAMAGED;
	return answer == Z_OK || answer == Z_BUF_ERROR ? STEP_MORE : STEP_DAMAGED;
}

static void gzip_end(struct unpacker *u)
{
	inflateEnd(&u->gzip);
}

/* ---- xz ---- */

static void xz_begin(struct unpacker *u)
{
	u->xz = (lzma_stream)LZMA_STREAM_INIT;
	if (lzma_stream_decoder(&u->xz, XZ_MEMORY, LZMA_CONCATENATED) != LZMA_OK)
		out_of_memory();
}

static enum step xz_step(struct unpacker *u, unsigned char **to, size_t room)
{
	u->xz.next_in = u->in;
	u->xz.avail_in = u->in_len;
	u->xz.next_out = *to;
	u->xz.avail_out = room;
	lzma_ret answer = lzma_code(&u->xz, u->is_at_end ? LZMA_FINISH : LZMA_RUN);

	u->in = u->xz.next_in;
	u->in_len = u->xz.avail_in;
	*to = u->xz.next_out;
	switch (answer) {
	case LZMA_OK:
	case LZMA_BUF_ERROR:
		return STEP_MORE;
	case LZMA_STREAM_END:
		return STEP_END;
	case LZMA_MEMLIMIT_ERROR:
		return STEP_TOO_LARGE;
	case LZMA_MEM_ERROR:
		out_of_memory();
	default:
		return STEP_DAMAGED;
	}
}

static void xz_end(struct unpacker *u)
{
	lzma_end(&u->xz);
}

/* ---- zstd ---- */

static void zstd_begin(struct unpacker *u)
{
	u->zstd = ZSTD_createDStream();
	if (!u->zstd ||
	    ZSTD_isError(ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG)))
		out_of_memory();
}

static enum step zstd_step(struct unpacker *u, unsigned char **to, size_t room)
{
	ZSTD_inBuffer in = { u->in, u->in_len, 0 };
	ZSTD_outBuffer out = { *to, room, 0 };

	if (u->is_between && !u->in_len)
		return STEP_END;
	size_t answer = ZSTD_decompressStream(u->zstd, &out, &in);

	u->in += in.pos;
	u->in_len -= in.pos;
	*to += out.pos;
	if (!ZSTD_isError(answer))
		return answer ? STEP_MORE : STEP_END;
	switch (ZSTD_getErrorCode(answer)) {
	case ZSTD_error_memory_allocation:
		out_of_memory();
	case ZSTD_error_frameParameter_windowTooLarge:
		return STEP_TOO_LARGE;
	default:
		return STEP_DAMAGED;
	}
}

static void zstd_end(struct unpacker *u)
{
	ZSTD_freeDStream(u->zstd);
}

/* ---- */

static const struct packing packings[] = {
	{ "\x1f\x8b", 2, 0xff, gzip_begin, gzip_step, gzip_end },
	{ "\xfd"
	  "7zXZ\0",
	  6, 0xff, xz_begin, xz_step, xz_end },
	{ "\x28\xb5\x2f\xfd", 4, 0xff, zstd_begin, zstd_step, zstd_end },
	/* A frame to be skipped, of 16 kinds. */
	{ "\x50\x2a\x4d\x18", 4, 0xf0, zstd_begin, zstd_step, zstd_end },
};

static const struct packing *packing_of(const char *begin, size_t len, bool *is_whole)
{
	for (size_t i = 0; i < ARRAY_SIZE(packings) && len; i++) {
		size_t n = len < packings[i].mark_len ? len : packings[i].mark_len;

		if (((unsigned char)*begin & packings[i].mask) !=
			    (unsigned char)*packings[i].mark ||
		    memcmp(begin + 1, packings[i].mark + 1, n - 1))
			continue;
		*is_whole = n == packings[i].mark_len;
		return &packings[i];
	}
	return NULL;
}

bool unpacker_knows(const char *begin, size_t len, bool *is_whole)
{
	return packing_of(begin, len, is_whole);
}

struct unpacker *unpacker_new(int fd, const char *begin, size_t len, const char *name)
{
	struct unpacker *u = xcalloc(1, sizeof(*u));
	bool is_whole;

	u->fd = fd;
	u->name = name;
	u->packing = packing_of(begin, len, &is_whole);
	if (!u->packing)
		u->packing = packings; /* which finds it damaged */
	memcpy(u->buffer, begin, len);
	u->in = u->buffer;
	u->in_len = len;
	u->packing->begin(u);
	return u;
}

void unpacker_free(struct unpacker *u)
{
	if (!u)
		return;
	u->packing->end(u);
	free(u);
}

static int read_more(struct unpacker *u)
{
	ssize_t n;

	do
		n = read(u->fd, u->buffer, sizeof(u->buffer));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_at(&(struct pos){ .file = u->name }, "cannot read: %s",
				strerror(errno));
	u->in = u->buffer;
	u->in_len = n;
	u->is_at_end = !n;
	return 0;
}

static ssize_t cannot_unpack(const struct unpacker *u, const char *why)
{
	return error_at(&(struct pos){ .file = u->name }, "cannot unpack: %s", why);
}

ssize_t unpacker_read(struct unpacker *u, char *to, size_t room)
{
	unsigned char *begin = (unsigned char *)to, *end = begin;
	size_t before = u->in_len;

	while (u->last < STEP_DAMAGED) {
		u->last = u->packing->step(u, &end, room);
		u->is_between = u->last == STEP_END;
		if (end > begin)
			return end - begin;
		if (u->is_at_end && u->is_between)
			return 0;
		if (u->is_at_end)
			return cannot_unpack(u, "it ends in the middle");
		if (u->last == STEP_MORE && u->in_len && u->in_len == before)
			u->last = STEP_DAMAGED; /* it is stuck */
		if (u->last < STEP_DAMAGED && !u->in_len && read_more(u))
			return -1;
		before = u->in_len;
	}
	return cannot_unpack(u, u->last == STEP_DAMAGED ?
					"it is damaged" :
					"it needs more than 64 MiB of memory; unpack it with the "
					"program that packed it");
}
