/* SPDX-License-Identifier: GPL-2.0-or-later */
/* go_seeds DIR: the tables and programs of the unit test go_table, as seeds of the target go. */
int go_table_main(void);
#define main go_table_main
#include "tests/unit/go_table.c"
#undef main

static void save(const char *dir, const char *kind, size_t n, const unsigned char *bytes,
		 size_t len)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s-%zu", dir, kind, n);
	FILE *f = fopen(path, "w");

	if (!f || fputc(*kind, f) != *kind || fwrite(bytes, len, 1, f) != 1 || fclose(f))
		abort();
}

int main(int argc, char **argv)
{
	static unsigned char file[FILE_SIZE];
	struct buffer b;

	if (argc != 2)
		return 2;
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		const struct layout *l = &layouts[i];

		make_table(&b, l, TEXT);
		save(argv[1], "table", i, b.bytes, b.len);
		make_program(file, l, TEXT);
		save(argv[1], "program", i, file, FILE_SIZE);
		relocate_words(file + DATA_AT,
			       l->relative	     ? 24 :
			       l->function_offset_at ? 256 :
						       l->head,
			       l->relative ? 1 : 2 * FUNCTIONS + 1);
		save(argv[1], "relocated", i, file, FILE_SIZE);
		make_program(file, l, 0);
		save(argv[1], "module", i, file, FILE_SIZE);
	}
	return 0;
}
