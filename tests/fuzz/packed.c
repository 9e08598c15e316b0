/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of a file that may be packed: what is in a line is what reader.h promises. */
#include "fuzz.h"

#include <string.h>
#include <unistd.h>

#include "base/reader.h"

/* There is no limit to what comes out: 64 kB can be gigabytes. */
#define UNPACKED_MAX (4u << 20)

static void check(const struct line *line)
{
	if (line->text[line->len] || memchr(line->text, '\n', line->len))
		fuzz_wrong("a line's end", line->text, line->len);
	if (line->too_long != (line->len > READER_LINE_MAX))
		fuzz_wrong("a line's length", line->text, line->len);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	int fd = fuzz_file(bytes, size);
	struct fuzz_path path = fuzz_path(fd);
	struct reader *reader = reader_open(path.text);
	struct line line;

	for (size_t sum = 0; sum < UNPACKED_MAX && reader_line(reader, &line) > 0;
	     sum += line.len + 1)
		check(&line);
	reader_close(reader);
	close(fd);
	return 0;
}
