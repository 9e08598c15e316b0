/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "symbols/elf_symbols.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"

struct elf_symbols {
	Dwfl_Callbacks callbacks;
	char *debug_path, *place;
	Dwfl *dwfl;
	Dwfl_Module *module;
	bool in_sysroot;
	int count;		/* of symbols */
};

/* A file without a build id and without a link would be given any file of the right name. */
static int find_debuginfo(Dwfl_Module *module, void **userdata, const char *module_name, Dwarf_Addr base,
			  const char *file, const char *link, GElf_Word crc, char **ret)
{
	struct elf_symbols *s = *userdata;
	const unsigned char *id;
	GElf_Addr id_at;

	if (!link && dwfl_module_build_id(module, &id, &id_at) <= 0)
		return -1;
	int fd = dwfl_standard_find_debuginfo(module, userdata, module_name, base, file, link, crc, ret);

	if (fd >= 0 || !s->in_sysroot)
		return fd;
	/* Below SYSROOT/usr/lib/debug it has its place in the sysroot. */
	return dwfl_standard_find_debuginfo(module, userdata, module_name, base, s->place, link, crc, ret);
}

static const Dwfl_Callbacks callbacks = {
	.section_address = dwfl_offline_section_address,
	.find_debuginfo = find_debuginfo,
};

/* "+": the sum of a file found by name is checked. The first, empty one is the program's own directory. */
static void set_debug_path(struct elf_symbols *s, const char *sysroot)
{
	struct arena arena = { 0 };

	if (sysroot && !strchr(sysroot, ':'))
		s->debug_path = xstrdup(arena_printf(&arena, "+:.debug:%s/usr/lib/debug:/usr/lib/debug", sysroot));
	else
		s->debug_path = xstrdup("+:.debug:/usr/lib/debug");
	arena_fini(&arena);
	s->callbacks.debuginfo_path = &s->debug_path;
}

static Dwfl_Module *report(struct elf_symbols *s, int fd, const char *sysroot)
{
	struct arena arena = { 0 };
	const char *file = arena_printf(&arena, "%s%s", sysroot ? sysroot : "", s->place);

	dwfl_report_begin(s->dwfl);
	Dwfl_Module *module = dwfl_report_offline(s->dwfl, "", file, fd);

	if (!module)
		close(fd);
	dwfl_report_end(s->dwfl, NULL, NULL);
	arena_fini(&arena);
	return module;
}

struct elf_symbols *elf_symbols_new(int fd, const char *sysroot, const char *place)
{
	struct elf_symbols *s = xcalloc(1, sizeof(*s));
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	void **userdata;

	s->callbacks = callbacks;
	s->place = xstrdup(place);
	s->in_sysroot = sysroot;
	set_debug_path(s, sysroot);
	s->dwfl = dwfl_begin(&s->callbacks);
	if (own >= 0 && s->dwfl)
		s->module = report(s, own, sysroot);
	else if (own >= 0)
		close(own);
	if (s->module && dwfl_module_info(s->module, &userdata, NULL, NULL, NULL, NULL, NULL, NULL)) {
		*userdata = s;
		s->count = dwfl_module_getsymtab(s->module);
		return s;
	}
	elf_symbols_free(s);
	return NULL;
}

void elf_symbols_free(struct elf_symbols *s)
{
	if (!s)
		return;
	dwfl_end(s->dwfl);
	free(s->debug_path);
	free(s->place);
	free(s);
}

bool elf_symbols_has_symtab(Elf *elf)
{
	GElf_Shdr shdr;

	for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn));)
		if (gelf_getshdr(scn, &shdr) && shdr.sh_type == SHT_SYMTAB)
			return true;
	return false;
}

static const char *table_of(struct elf_symbols *s, Elf *elf)
{
	const char *debug_file = NULL;
	GElf_Addr bias;

	if (elf == dwfl_module_getelf(s->module, &bias))
		return elf_symbols_has_symtab(elf) ? ".symtab" : ".dynsym";
	dwfl_module_info(s->module, NULL, NULL, NULL, NULL, NULL, NULL, &debug_file);
	return debug_file ? "debug file" : ".gnu_debugdata";
}

bool elf_symbols_is_stripped(struct elf_symbols *s)
{
	for (int i = 1; i < s->count; i++) {
		GElf_Sym sym;
		GElf_Addr addr, bias;
		GElf_Word section;
		Elf *elf;

		if (dwfl_module_getsym_info(s->module, i, &sym, &addr, &section, &elf, &bias))
			return !strcmp(table_of(s, elf), ".dynsym");
	}
	return true;
}

/* One symbol while it is looked at. */
struct candidate {
	const char *name;
	uint64_t start, size;
	unsigned int type, binding;
	GElf_Word section;
	Elf *elf;
	GElf_Addr bias;
};

static bool read_symbol(struct elf_symbols *s, int i, struct candidate *ret)
{
	GElf_Sym sym;
	const char *name = dwfl_module_getsym_info(s->module, i, &sym, &ret->start, &ret->section, &ret->elf,
						   &ret->bias);

	ret->name = name;
	ret->size = sym.st_size;
	ret->type = GELF_ST_TYPE(sym.st_info);
	ret->binding = GELF_ST_BIND(sym.st_info);
	return name && *name && *name != '.' && *name != '$' && ret->section != SHN_UNDEF &&
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
static bool reaches(struct elf_symbols *s, const struct candidate *c, uint64_t address)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = elf_getscn(c->elf, c->section);

	if (!strcmp(table_of(s, c->elf), ".dynsym") || !scn || !gelf_getshdr(scn, &shdr) ||
	    !(shdr.sh_flags & SHF_EXECINSTR))
		return false;
	return address - c->bias >= shdr.sh_addr && address - c->bias - shdr.sh_addr < shdr.sh_size;
}

bool elf_symbols_find(struct elf_symbols *s, uint64_t address, struct elf_symbol *ret)
{
	struct candidate best = { 0 }, sizeless = { 0 }, c;
	uint64_t last = 0;	/* begin of a symbol with a size */
	GElf_Addr bias;

	if (!dwfl_module_getelf(s->module, &bias))
		return false;
	address += bias;
	for (int i = 1; i < s->count; i++) {
		if (!read_symbol(s, i, &c) || c.start > address)
			continue;
		if (!c.size) {
			if (is_better(&c, &sizeless))
				sizeless = c;
			continue;
		}
		if (address - c.start < c.size && is_better(&c, &best))
			best = c;
		if (c.start > last)
			last = c.start;
	}
	if (!best.name && sizeless.name && sizeless.start > last && reaches(s, &sizeless, address))
		best = sizeless;
	if (!best.name)
		return false;
	*ret = (struct elf_symbol){ best.name, best.start - bias, table_of(s, best.elf) };
	return true;
}
