/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "symbols/unpack.h"

#include <lzma.h>
#include <stdlib.h>

#include "base/util.h"

#define MEMORY_MAX ((uint64_t)80 << 20) /* xz -9 needs 65 MiB */
#define FIRST	   ((size_t)1 << 20)

/* Room for more of it: twice as much, up to `max`. False if there is no more. */
static unsigned char *grown(unsigned char *bytes, size_t *room, size_t max)
{
	size_t wanted = *room ? *room * 2 : FIRST;

	*room = wanted < max ? wanted : max;
	bytes = realloc(bytes, *room);
	if (!bytes)
		out_of_memory();
	return bytes;
}

unsigned char *unpack_xz(const unsigned char *from, size_t size, size_t max, size_t *ret,
			 const char **why_not)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	unsigned char *bytes = NULL;
	size_t room = 0;
	lzma_ret said = lzma_stream_decoder(&stream, MEMORY_MAX, 0);

	stream.next_in = from;
	stream.avail_in = size;
	while (said == LZMA_OK && stream.total_out < max) {
		bytes = grown(bytes, &room, max);
		stream.next_out = bytes + stream.total_out;
		stream.avail_out = room - stream.total_out;
		said = lzma_code(&stream, LZMA_FINISH);
	}
	*ret = stream.total_out;
	lzma_end(&stream);
	if (said == LZMA_MEM_ERROR)
		out_of_memory();
	if (said == LZMA_STREAM_END)
		return bytes;
	*why_not = said == LZMA_OK || said == LZMA_MEMLIMIT_ERROR ? "it is too large unpacked" :
								    "it is damaged";
	free(bytes);
	return NULL;
}
