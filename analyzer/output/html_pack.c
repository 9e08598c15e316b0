/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/html_pack.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/util.h"

#define LEVEL 6
#define ROOM                                                                                       \
	(24u << 10) /* bytes at a time; a multiple of 3, so that base64 pads at the end alone */

struct pack {
	FILE *out;
	struct spill *spill;
	z_stream z;
	unsigned char packed[ROOM];
};

/* zlib asks for all its memory here. */
struct pack *pack_new(FILE *out, struct spill *spill)
{
	struct pack *pack = xcalloc(1, sizeof(*pack));

	pack->out = out;
	pack->spill = spill;
	if (deflateInit(&pack->z, LEVEL) != Z_OK)
		out_of_memory();
	pack->z.next_out = pack->packed;
	pack->z.avail_out = ROOM;
	return pack;
}

void pack_free(struct pack *pack)
{
	if (!pack)
		return;
	deflateEnd(&pack->z);
	free(pack);
}

static size_t base64(char *to, const unsigned char *from, size_t size)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *at = to;

	for (size_t i = 0; i < size; i += 3) {
		size_t left = size - i;
		uint32_t bits = from[i] << 16 | (left > 1 ? from[i + 1] << 8 : 0) |
				(left > 2 ? from[i + 2] : 0);

		*at++ = digits[bits >> 18];
		*at++ = digits[bits >> 12 & 63];
		*at++ = left > 1 ? digits[bits >> 6 & 63] : '=';
		*at++ = left > 2 ? digits[bits & 63] : '=';
	}
	return at - to;
}

static void write_out(struct pack *pack)
{
	char text[ROOM / 3 * 4];
	size_t len = base64(text, pack->packed, ROOM - pack->z.avail_out);

	if (pack->spill)
		spill_append(pack->spill, text, len);
	else
		fwrite(text, 1, len, pack->out);
	pack->z.next_out = pack->packed;
	pack->z.avail_out = ROOM;
}

void pack_add(struct pack *pack, const void *bytes, size_t size)
{
	pack->z.next_in = (unsigned char *)bytes;
	pack->z.avail_in = size;
	while (pack->z.avail_in) {
		deflate(&pack->z, Z_NO_FLUSH);
		if (!pack->z.avail_out)
			write_out(pack);
	}
}

void pack_finish(struct pack *pack)
{
	while (deflate(&pack->z, Z_FINISH) != Z_STREAM_END)
		write_out(pack);
	write_out(pack);
	deflateReset(&pack->z);
}
