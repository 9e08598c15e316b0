/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/reader.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "test.h"

static char path[] = "/tmp/cganalyze-reader-XXXXXX";

static struct reader *of(const char *text, size_t len)
{
	FILE *file = fopen(path, "w");

	if (!file || fwrite(text, 1, len, file) != len || fclose(file))
		abort();
	return reader_open(path);
}

static void test_lines(void)
{
	struct reader *reader = of("a\n\nb\0c\nlast", 11);
	struct line line;

	CHECK(reader_line(reader, &line) == 1 && !strcmp(line.text, "a") && line.pos.line == 1);
	CHECK(reader_line(reader, &line) == 1 && line.len == 0 && line.ended);
	CHECK(reader_line(reader, &line) == 1 && line.len == 3 && !memcmp(line.text, "b\0c", 4));
	CHECK(reader_line(reader, &line) == 1 && !strcmp(line.text, "last") && !line.ended);
	CHECK(line.pos.line == 4);
	CHECK(reader_line(reader, &line) == 0);
	CHECK(reader_line(reader, &line) == 0);
	reader_close(reader);
}

/* A line of `len` bytes, then a short one, comes out whole or as too long. */
static void test_length(size_t len)
{
	char *text = xcalloc(len + 8, 1);
	struct line line;

	memset(text, 'x', len);
	memcpy(text + len, "\nshort\n", 7);
	struct reader *reader = of(text, len + 7);

	CHECK(reader_line(reader, &line) == 1);
	CHECK(line.too_long == (len > READER_LINE_MAX));
	CHECK(line.too_long || line.len == len);
	CHECK(reader_line(reader, &line) == 1 && line.pos.line == 2);
	CHECK(!strcmp(line.text, "short") && line.ended && !line.too_long);
	CHECK(reader_line(reader, &line) == 0);
	reader_close(reader);
	free(text);
}

int main(void)
{
	int fd = mkstemp(path);

	if (fd < 0)
		return 2;
	close(fd);
	test_lines();
	for (size_t len = READER_LINE_MAX - 2; len < READER_LINE_MAX + 3; len++)
		test_length(len);
	test_length(4 * READER_LINE_MAX - 1);
	test_length(4 * READER_LINE_MAX);
	test_length(4 * READER_LINE_MAX + 1);
	test_length(50 * READER_LINE_MAX);
	unlink(path);
	return TEST_END();
}
