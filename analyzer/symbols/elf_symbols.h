/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_symbols - the symbols of a program or library: its own, those of its debug file, and those in .gnu_debugdata. The
 * files are hostile (sysroot.h), and what is read of them is bounded.
 */
#ifndef SYMBOLS_ELF_SYMBOLS_H
#define SYMBOLS_ELF_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

#include "symbols/elf_bytes.h"
#include "symbols/sysroot.h"

/* Unpacked bytes of .gnu_debugdata; what is larger is not used. The largest of a distribution are some 10 MB. */
#define ELF_SYMBOLS_UNPACKED_MAX ((size_t)64 << 20)

struct elf_symbol {
	const char *name;	/* as the file has it; lives as long as the elf_symbols */
	uint64_t start;		/* its address */
	const char *table;	/* ".symtab", ".dynsym", "debug file", ".gnu_debugdata"; static */
};

struct elf_symbols;

/*
 * Copies what it needs of `program`. The debug file is looked for below `root`, where the program is at `place`. `*left`:
 * how many bytes may still be read, in files and unpacked; it is counted down. `*note`: what was passed over, a sentence
 * without capital or full stop, static; NULL.
 */
struct elf_symbols *elf_symbols_new(const struct elf_bytes *program, const struct sysroot *root,
				    const char *place, uint64_t *left, const char **note);
void elf_symbols_free(struct elf_symbols *syms);

/*
 * The function that covers `address`: by its size, or, if it has none, as the only one up to there in a table of all
 * functions. Of several names the one with the fewest "_" at its beginning.
 */
bool elf_symbols_find(const struct elf_symbols *syms, uint64_t address, struct elf_symbol *ret);

/* How many symbols elf_symbols_find() looks at. */
uint64_t elf_symbols_count(const struct elf_symbols *syms);

/* Are only the symbols there that others link to? Then a function need not have one. */
bool elf_symbols_is_stripped(const struct elf_symbols *syms);

#endif
