/* SPDX-License-Identifier: GPL-2.0-or-later */
/* symbol_table - one table of symbols of an ELF file, copied into memory. Hostile. */
#ifndef SYMBOLS_SYMBOL_TABLE_H
#define SYMBOLS_SYMBOL_TABLE_H

#include "symbols/elf_bytes.h"

/* Of the symbols, and of their names; what is larger is not read. The largest programs have some 30 MB of each. */
#define SYMBOL_TABLE_MAX ((size_t)64 << 20)

/* Ranges of addresses that sections take. */
struct symbol_section {
	uint64_t address, size;
	bool code;
};

struct symbol_table {
	Elf64_Sym *symbols;
	size_t count;
	char *names;
	size_t names_size;
	struct symbol_section *sections;
	size_t section_count;
	const char *
		table; /* ".symtab", ".dynsym", "debug file", ".gnu_debugdata"; static, the caller's to set */
};

/* The file's first table of that type, SHT_SYMTAB or SHT_DYNSYM. False if it has none that can be read. */
bool symbol_table_init(struct symbol_table *ret, const struct elf_bytes *from, uint32_t type);
void symbol_table_fini(struct symbol_table *table);

/* NULL if it has none, or a longer one than any compiler makes. */
const char *symbol_table_name(const struct symbol_table *table, const Elf64_Sym *sym);

#endif
