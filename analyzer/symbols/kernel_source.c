/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "symbols/kernel_source.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"
#include "symbols/elf_symbols.h"

struct place {
	struct place *next;
	const char *function, *where;	/* where: NULL if it is not known */
};

struct kernel_source {
	const char *path;
	bool installed;			/* open what is installed for the release */
	const char *sysroot, *release;	/* for which it was opened */
	int fd;
	Elf *elf;
	Dwarf *dwarf;
	struct arena arena;
	struct place *places;
	const char *checked; /* a release, and whether the file is of it: */
	bool fits;
	const char *mismatch;		/* a release that was reported */
};

static int open_file(struct kernel_source *s, const char *path)
{
	struct pos pos = { .file = path };

	elf_version(EV_CURRENT);
	s->path = path;
	s->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0)
		return error_at(&pos, "cannot open: %s", strerror(errno));
	if (!(s->elf = elf_begin(s->fd, ELF_C_READ_MMAP, NULL)) || elf_kind(s->elf) != ELF_K_ELF)
		return error_at(&pos, "not an ELF file");
	if (!(s->dwarf = dwarf_begin_elf(s->elf, DWARF_C_READ, NULL)))
		return error_at(&pos, "no debug information: %s", dwarf_errmsg(-1));
	return 0;
}

static void close_file(struct kernel_source *s)
{
	dwarf_end(s->dwarf);
	elf_end(s->elf);
	if (s->fd >= 0)
		close(s->fd);
	s->dwarf = NULL;
	s->elf = NULL;
	s->fd = -1;
	s->checked = NULL;
	while (s->places) {
		struct place *next = s->places->next;

		free(s->places);
		s->places = next;
	}
}

struct kernel_source *kernel_source_open(const char *path)
{
	struct kernel_source *s = xcalloc(1, sizeof(*s));

	if (!open_file(s, path))
		return s;
	kernel_source_free(s);
	return NULL;
}

struct kernel_source *kernel_source_new_installed(const char *sysroot)
{
	struct kernel_source *s = xcalloc(1, sizeof(*s));

	s->installed = true;
	s->sysroot = sysroot ? sysroot : "";
	s->fd = -1;
	return s;
}

void kernel_source_free(struct kernel_source *s)
{
	if (!s)
		return;
	close_file(s);
	arena_fini(&s->arena);
	free(s);
}

/* Where Debian's and Fedora's debug packages have it. */
static void open_installed(struct kernel_source *s, const char *release)
{
	static const char *const places[] = { "%s/usr/lib/debug/boot/vmlinux-%s",
					      "%s/usr/lib/debug/lib/modules/%s/vmlinux" };

	close_file(s);
	s->release = arena_strdup(&s->arena, release);
	for (size_t i = 0; i < ARRAY_SIZE(places) && !s->dwarf && !strchr(release, '/'); i++) {
		const char *path = arena_printf(&s->arena, places[i], s->sysroot, release);

		if (!access(path, R_OK) && open_file(s, path))
			close_file(s);
	}
}

static bool find_in(Elf *elf, Elf_Scn *scn, const char *name, GElf_Sym *ret)
{
	GElf_Shdr shdr;
	Elf_Data *data = elf_getdata(scn, NULL);

	if (!data || !gelf_getshdr(scn, &shdr) || shdr.sh_type != SHT_SYMTAB || !shdr.sh_entsize)
		return false;
	for (size_t i = 0; i < shdr.sh_size / shdr.sh_entsize; i++) {
		if (!gelf_getsym(data, i, ret) || ret->st_shndx == SHN_UNDEF)
			continue;
		const char *found = elf_strptr(elf, shdr.sh_link, ret->st_name);

		if (found && !strcmp(found, name))
			return true;
	}
	return false;
}

static bool find_symbol(Elf *elf, const char *name, GElf_Sym *ret)
{
	for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn));)
		if (find_in(elf, scn, name, ret))
			return true;
	return false;
}

/* "Linux version RELEASE (..." as the file holds it; NULL if it does not. */
static const char *banner(Elf *elf, size_t *room)
{
	GElf_Sym sym;
	GElf_Shdr shdr;
	Elf_Scn *scn = find_symbol(elf, "linux_banner", &sym) ? elf_getscn(elf, sym.st_shndx) : NULL;
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;

	if (!data || !data->d_buf || !gelf_getshdr(scn, &shdr) || sym.st_value < shdr.sh_addr ||
	    sym.st_value - shdr.sh_addr >= data->d_size)
		return NULL;
	*room = data->d_size - (sym.st_value - shdr.sh_addr);
	return (const char *)data->d_buf + (sym.st_value - shdr.sh_addr);
}

static bool fits_release(const struct kernel_source *s, const char *release)
{
	static const char prefix[] = "Linux version ";
	size_t room, skip = sizeof(prefix) - 1, len = strlen(release);
	const char *text = banner(s->elf, &room);

	if (!text || room < skip || memcmp(text, prefix, skip))
		return true;	/* it does not say */
	return room > skip + len && !memcmp(text + skip, release, len) && text[skip + len] == ' ';
}

static bool is_release(struct kernel_source *s, const char *release)
{
	if (s->checked && !strcmp(s->checked, release))
		return s->fits;
	s->checked = arena_strdup(&s->arena, release);
	s->fits = fits_release(s, release);
	if (s->fits || (s->mismatch && !strcmp(s->mismatch, release)))
		return s->fits;
	s->mismatch = s->checked;
	error_at(&(struct pos){ .file = s->path },
		 "this is not the log's kernel, %s: no source lines are taken from it", release);
	return false;
}

struct search {
	const char *name;
	Dwarf_Die die;
	bool found;
};

static int match(Dwarf_Die *die, void *arg)
{
	struct search *search = arg;
	const char *name = dwarf_diename(die);

	if (!name || strcmp(name, search->name) || !dwarf_hasattr(die, DW_AT_low_pc))
		return DWARF_CB_OK;
	search->die = *die;
	search->found = true;
	return DWARF_CB_ABORT;
}

/* By address it takes one unit; all of them, seconds, only if the file has no address index. */
static bool find_die(struct kernel_source *s, struct search *search)
{
	GElf_Sym sym;
	Dwarf_Die unit;
	bool known = find_symbol(s->elf, search->name, &sym);

	if (!known && elf_symbols_has_symtab(s->elf))
		return false;
	if (known && dwarf_addrdie(s->dwarf, sym.st_value, &unit))
		dwarf_getfuncs(&unit, match, search, 0);
	Dwarf_CU *cu = NULL;

	while (!search->found &&
	       !dwarf_get_units(s->dwarf, cu, &cu, NULL, NULL, &unit, NULL))
		dwarf_getfuncs(&unit, match, search, 0);
	return search->found;
}

static const char *without_build_dir(Dwarf_Die *die, const char *file)
{
	Dwarf_Die unit;
	Dwarf_Attribute attr;
	const char *dir = dwarf_diecu(die, &unit, NULL, NULL) ?
			  dwarf_formstring(dwarf_attr(&unit, DW_AT_comp_dir, &attr)) : NULL;
	size_t len = dir ? strlen(dir) : 0;

	if (len && !strncmp(file, dir, len) && file[len] == '/')
		file += len + 1;
	return strncmp(file, "./", 2) ? file : file + 2;
}

static const char *locate(struct kernel_source *s, const char *function)
{
	struct search search = { .name = function };
	int line;

	if (!find_die(s, &search) || dwarf_decl_line(&search.die, &line))
		return NULL;
	const char *file = dwarf_decl_file(&search.die);

	if (!file)
		return NULL;
	return arena_printf(&s->arena, "%s:%d", without_build_dir(&search.die, file), line);
}

const char *kernel_source_find(struct kernel_source *s, const char *function, const char *release)
{
	if (!s || !function || (s->installed && !release))
		return NULL;
	if (s->installed && (!s->release || strcmp(s->release, release)))
		open_installed(s, release);
	if (!s->dwarf || (release && !is_release(s, release)))
		return NULL;
	for (struct place *p = s->places; p; p = p->next)
		if (!strcmp(p->function, function))
			return p->where;
	struct place *place = xcalloc(1, sizeof(*place));

	place->function = arena_strdup(&s->arena, function);
	place->where = locate(s, function);
	place->next = s->places;
	s->places = place;
	return place->where;
}
