/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "symbols/elf_symbols.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "symbols/debug_file.h"
#include "symbols/symbol_table.h"
#include "symbols/unpack.h"

#define TABLES_MAX 2

static const char dynsym[] = ".dynsym";

struct elf_symbols {
	struct symbol_table tables[TABLES_MAX];
	size_t count;
};

static bool add_table(struct elf_symbols *s, const struct elf_bytes *from, uint32_t type,
		      const char *name)
{
	struct symbol_table *t = &s->tables[s->count];

	if (!symbol_table_init(t, from, type))
		return false;
	t->table = name;
	s->count++;
	return true;
}

static bool add_debug_file(struct elf_symbols *s, const struct elf_bytes *program,
			   const struct sysroot *root, const char *place, uint64_t *left)
{
	uint64_t size;
	int fd = debug_file_open(program, root, place, left, &size);

	if (fd < 0)
		return false;
	bool added = add_table(s, &(struct elf_bytes){ NULL, fd, size }, SHT_SYMTAB, "debug file");

	close(fd);
	return added;
}

/* A small ELF file with the names of functions, packed, as Fedora's programs have it. */
static void add_packed(struct elf_symbols *s, const struct elf_bytes *program, uint64_t *left,
		       const char **note)
{
	size_t max = *left < ELF_SYMBOLS_UNPACKED_MAX ? *left : ELF_SYMBOLS_UNPACKED_MAX, size;
	const char *why_not = NULL;
	Elf64_Shdr shdr;

	if (!elf_bytes_section_named(program, ".gnu_debugdata", &shdr))
		return;
	unsigned char *packed = elf_bytes_of(program, &shdr, program->size);
	unsigned char *bytes =
		packed ? unpack_xz(packed, shdr.sh_size, max, &size, &why_not) : NULL;

	free(packed);
	*left -= why_not || bytes ? size : 0;
	if (bytes)
		add_table(s, &(struct elf_bytes){ bytes, -1, size }, SHT_SYMTAB, ".gnu_debugdata");
	else if (why_not)
		*note = !strcmp(why_not, "it is damaged") ?
				"its .gnu_debugdata is damaged" :
				"its .gnu_debugdata was not read: unpacked it is larger than 64 MB";
	free(bytes);
}

struct elf_symbols *elf_symbols_new(const struct elf_bytes *program, const struct sysroot *root,
				    const char *place, uint64_t *left, const char **note)
{
	struct elf_symbols *s = xcalloc(1, sizeof(*s));

	*note = NULL;
	if (add_table(s, program, SHT_SYMTAB, ".symtab") ||
	    add_debug_file(s, program, root, place, left))
		return s;
	add_packed(s, program, left, note);
	add_table(s, program, SHT_DYNSYM, dynsym);
	return s;
}

void elf_symbols_free(struct elf_symbols *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->count; i++)
		symbol_table_fini(&s->tables[i]);
	free(s);
}

uint64_t elf_symbols_count(const struct elf_symbols *s)
{
	uint64_t ret = 0;

	for (size_t i = 0; i < s->count; i++)
		ret += s->tables[i].count;
	return ret;
}

bool elf_symbols_is_stripped(const struct elf_symbols *s)
{
	return !s->count || s->tables[0].table == dynsym;
}

/* One symbol while it is looked at. */
struct candidate {
	const char *name;
	uint64_t start, size;
	unsigned int type, binding, section;
	const struct symbol_table *table;
};

static bool read_symbol(const struct symbol_table *t, size_t i, struct candidate *ret)
{
	const Elf64_Sym *sym = &t->symbols[i];

	*ret = (struct candidate){
		.name = symbol_table_name(t, sym),
		.start = sym->st_value,
		.size = sym->st_size,
		.type = ELF64_ST_TYPE(sym->st_info),
		.binding = ELF64_ST_BIND(sym->st_info),
		.section = sym->st_shndx,
		.table = t,
	};
	return ret->name && *ret->name != '.' && *ret->name != '$' && ret->section != SHN_UNDEF &&
	       ret->section != SHN_ABS &&
	       (ret->type == STT_FUNC || ret->type == STT_GNU_IFUNC || ret->type == STT_NOTYPE);
}

/*
 * Lower is better known: "pthread_create" before "__pthread_create_2_1" before the "__GI_..." by which libc calls it
 * itself. What makes threads goes by the names that glibc defines it by: "__clone", "__clone3".
 */
static unsigned int rank(const struct candidate *c)
{
	unsigned int ret = (c->type == STT_NOTYPE) << 8 | !strncmp(c->name, "__GI_", 5) << 7;

	if (strcmp(c->name, "__clone") && strcmp(c->name, "__clone3"))
		ret += 2;
	for (const char *p = c->name; ret & 127 && *p == '_' && p - c->name < 32; p++)
		ret += 2;
	return ret | (c->binding == STB_LOCAL);
}

static bool is_better(const struct candidate *c, const struct candidate *best)
{
	return !best->name || c->start > best->start || (c->start == best->start && rank(c) < rank(best));
}

/* Can a symbol without a size mean all up to `address`? */
static bool reaches(const struct candidate *c, uint64_t address)
{
	const struct symbol_table *t = c->table;

	if (t->table == dynsym || c->section >= t->section_count)
		return false;
	const struct symbol_section *section = &t->sections[c->section];

	return section->code && address >= section->address &&
	       address - section->address < section->size;
}

/* What was found up to now. */
struct lookup {
	uint64_t address;
	struct candidate best, sizeless;
	uint64_t last; /* begin of a symbol with a size */
};

static void look_at(struct lookup *l, const struct candidate *c)
{
	if (c->start > l->address)
		return;
	if (!c->size) {
		if (is_better(c, &l->sizeless))
			l->sizeless = *c;
		return;
	}
	if (l->address - c->start < c->size && is_better(c, &l->best))
		l->best = *c;
	if (c->start > l->last)
		l->last = c->start;
}

bool elf_symbols_find(const struct elf_symbols *s, uint64_t address, struct elf_symbol *ret)
{
	struct lookup l = { .address = address };
	struct candidate c;

	for (size_t t = 0; t < s->count; t++)
		for (size_t i = 1; i < s->tables[t].count; i++)
			if (read_symbol(&s->tables[t], i, &c))
				look_at(&l, &c);
	if (!l.best.name && l.sizeless.name && l.sizeless.start > l.last &&
	    reaches(&l.sizeless, address))
		l.best = l.sizeless;
	if (!l.best.name)
		return false;
	*ret = (struct elf_symbol){ l.best.name, l.best.start, l.best.table->table };
	return true;
}
