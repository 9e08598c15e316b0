/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Go's table of functions, alone ('t') or in a program, by the first byte. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "symbols/go_program.h"

#define PLACES 64

/* The table is read up to the name's end, whatever that is. */
static void ask(const struct go_table *table)
{
	uint64_t start, base = table->relative ? table->text : 0, size = table->last - table->first;

	for (uint64_t i = 0; i <= PLACES; i++) {
		uint64_t at = base + table->first + (size < PLACES ? i : size / PLACES * i);
		const char *name = go_table_find(table, at, &start);

		if (name && (start > at || strlen(name) > table->size))
			fuzz_wrong("a function that begins behind the place", name, strlen(name));
	}
	go_table_find(table, 0, &start);
	go_table_find(table, UINT64_MAX, &start);
}

static void read_table(const uint8_t *bytes, size_t size)
{
	struct go_table table;

	if (go_table_init(&table, bytes, size))
		ask(&table);
}

static void read_program(const uint8_t *bytes, size_t size)
{
	struct arena arena = { 0 };
	struct elf_image image;
	struct go_program go;
	const char *why_not;
	int fd = fuzz_file(bytes, size);

	if (elf_image_init(&image, fd, size, &why_not)) {
		elf_image_relocate(&image);
		go_program_read(&go, &image, &arena);
		if (go.has_table)
			ask(&go.table);
		elf_image_fini(&image);
	}
	close(fd);
	arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (!size)
		return 0;
	if (bytes[0] == 't')
		read_table(bytes + 1, size - 1);
	else
		read_program(bytes + 1, size - 1);
	return 0;
}
