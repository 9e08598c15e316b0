/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_symbols - the symbols of a program or library, its own and those of its debug file. The only user of libdwfl, which
 * finds that file: by build id or .gnu_debuglink, or from a debuginfod server if DEBUGINFOD_URLS is set.
 */
#ifndef SYMBOLS_ELF_SYMBOLS_H
#define SYMBOLS_ELF_SYMBOLS_H

#include <libelf.h>
#include <stdbool.h>
#include <stdint.h>

struct elf_symbol {
	const char *name;	/* as the file has it; lives as long as the elf_symbols */
	uint64_t start;		/* its address */
	const char *table;	/* ".symtab", ".dynsym", "debug file", ".gnu_debugdata"; static */
};

struct elf_symbols;

/*
 * `fd` stays the caller's. `sysroot` (NULL: none) is searched for the debug file before this machine, where the program is
 * at `place`. NULL if libdwfl does not take the file; nothing is reported.
 */
struct elf_symbols *elf_symbols_new(int fd, const char *sysroot, const char *place);
void elf_symbols_free(struct elf_symbols *syms);

/*
 * The function that covers `address`: by its size, or, if it has none, as the only one up to there in a table of all
 * functions. Of several names the one with the fewest "_" at its beginning.
 */
bool elf_symbols_find(struct elf_symbols *syms, uint64_t address, struct elf_symbol *ret);

/* Are only the symbols there that others link to? Then a function need not have one. */
bool elf_symbols_is_stripped(struct elf_symbols *syms);

/* Has the file a full table of symbols? A name that is not in it is nowhere. */
bool elf_symbols_has_symtab(Elf *elf);

#endif
