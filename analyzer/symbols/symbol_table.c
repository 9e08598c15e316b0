/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "symbols/symbol_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

#define NAME_MAX_LEN 4096

static void read_sections(struct symbol_table *ret, const struct elf_bytes *from,
			  const Elf64_Ehdr *ehdr)
{
	Elf64_Shdr shdr;

	ret->sections = xcalloc(ehdr->e_shnum, sizeof(*ret->sections));
	for (size_t i = 0; elf_bytes_section(from, ehdr, i, &shdr); i++)
		ret->sections[ret->section_count++] =
			(struct symbol_section){ shdr.sh_addr, shdr.sh_size,
						 shdr.sh_flags & SHF_EXECINSTR };
}

bool symbol_table_init(struct symbol_table *ret, const struct elf_bytes *from, uint32_t type)
{
	struct symbol_table t = { 0 };
	Elf64_Ehdr ehdr;
	Elf64_Shdr shdr, names;

	if (!elf_bytes_header(from, &ehdr) || !elf_bytes_section_of(from, type, &shdr) ||
	    shdr.sh_entsize != sizeof(Elf64_Sym) ||
	    !elf_bytes_section(from, &ehdr, shdr.sh_link, &names))
		return false;
	t.symbols = (Elf64_Sym *)elf_bytes_of(from, &shdr, SYMBOL_TABLE_MAX);
	t.names = (char *)elf_bytes_of(from, &names, SYMBOL_TABLE_MAX);
	if (!t.symbols || !t.names) {
		symbol_table_fini(&t);
		return false;
	}
	t.count = shdr.sh_size / sizeof(Elf64_Sym);
	t.names_size = names.sh_size;
	read_sections(&t, from, &ehdr);
	*ret = t;
	return true;
}

void symbol_table_fini(struct symbol_table *t)
{
	free(t->symbols);
	free(t->names);
	free(t->sections);
	*t = (struct symbol_table){ 0 };
}

const char *symbol_table_name(const struct symbol_table *t, const Elf64_Sym *sym)
{
	const char *name = sym->st_name < t->names_size ? t->names + sym->st_name : NULL;

	return name && *name && strnlen(name, NAME_MAX_LEN) < NAME_MAX_LEN ? name : NULL;
}
