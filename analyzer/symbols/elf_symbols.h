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

struct elfsym {
	const char *name;	/* as the file has it; lives as long as the elfsyms */
	uint64_t start;		/* its address */
	const char *table;	/* ".symtab", ".dynsym", "debug file", ".gnu_debugdata"; static */
};

struct elfsyms;

/*
 * `fd` stays the caller's. `sysroot` (NULL: none) is searched for the debug file before this machine, where the program is
 * at `place`. NULL if libdwfl does not take the file; nothing is reported.
 */
struct elfsyms *elfsyms_new(int fd, const char *sysroot, const char *place);
void elfsyms_free(struct elfsyms *syms);

/*
 * The function that covers `address`: by its size, or, if it has none, as the only one up to there in a table of all
 * functions. Of several names the one with the fewest "_" at its beginning.
 */
bool elfsyms_find(struct elfsyms *syms, uint64_t address, struct elfsym *ret);

/* Are only the symbols there that others link to? Then a function need not have one. */
bool elfsyms_is_stripped(struct elfsyms *syms);

/* Has the file a full table of symbols? A name that is not in it is nowhere. */
bool elfsyms_has_symtab(Elf *elf);

#endif
