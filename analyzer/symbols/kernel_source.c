/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "symbols/kernel_source.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <gelf.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"
#include "symbols/elf_bytes.h"
#include "symbols/sysroot.h"

/* Bounds, far above what a kernel has: for a file that was made to cost memory. */
#define READ_MAX     ((uint64_t)1 << 30) /* bytes of the sections that are read, unpacked */
#define UNITS_MAX    100000
#define LINES_MAX    (4u << 20) /* bytes of a unit's lines */
#define SECTIONS_MAX 10000

struct place {
	struct place *next;
	const char *function, *where;	/* where: NULL if it is not known */
};

struct kernel_source {
	const char *path;
	bool installed;			/* open what is installed for the release */
	struct sysroot root;
	const char *release; /* for which it was opened */
	int fd;
	Elf *elf;
	Dwarf *dwarf;
	struct arena arena;
	struct place *places;
	const char *checked; /* a release, and whether the file is of it: */
	bool fits;
	const char *mismatch;		/* a release that was reported */
};

/* What libdw needs of a file to find a function's line. It would read all, and open other files that these name. */
static bool is_needed(const char *name)
{
	static const char *const needed[] = { ".debug_info", ".debug_abbrev",
					      ".debug_line", ".debug_line_str",
					      ".debug_str",  ".debug_str_offsets",
					      ".debug_addr", ".debug_aranges" };

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		if (!strcmp(name, needed[i]))
			return true;
	return false;
}

/* Hides the section from libdw, or adds its size, unpacked, to `*sum`. */
static bool look_at_section(Elf *elf, Elf_Scn *scn, size_t names, uint64_t *sum)
{
	GElf_Shdr shdr;
	GElf_Chdr chdr;
	const char *name = gelf_getshdr(scn, &shdr) ? elf_strptr(elf, names, shdr.sh_name) : NULL;

	if (!name || (strncmp(name, ".debug_", 7) && strncmp(name, ".zdebug_", 8) &&
		      strncmp(name, ".gnu_debug", 10)))
		return true;
	if (!is_needed(name)) {
		shdr.sh_type = SHT_NOBITS;
		return gelf_update_shdr(scn, &shdr);
	}
	uint64_t size = shdr.sh_flags & SHF_COMPRESSED && gelf_getchdr(scn, &chdr) ? chdr.ch_size :
										     shdr.sh_size;

	*sum = size < READ_MAX ? *sum + size : READ_MAX + 1;
	return *sum <= READ_MAX;
}

/* libelf and libdw say of any failure that the file is not what it should be. */
static int refuse(const struct pos *pos, const char *why)
{
	if (errno == ENOMEM)
		out_of_memory();
	if (errno == EIO)
		return error_at(pos, "cannot read: %s", strerror(EIO));
	return error_at(pos, "%s", why);
}

/* They only say that they found nothing. libdw even goes on with a unit for which it had no memory, and crashes. */
static void check_memory(void)
{
	if (errno == ENOMEM)
		out_of_memory();
}

static int prepare(struct kernel_source *s, const struct pos *pos)
{
	Elf64_Ehdr ehdr;
	size_t names;
	uint64_t sum = 0;

	errno = 0;
	if (!elf_bytes_header(&(struct elf_bytes){ NULL, s->fd, sizeof(ehdr) }, &ehdr))
		return errno == EIO ? -1 : refuse(pos, "not an ELF file");
	/* libelf would believe any number, and take memory for each. */
	if (!ehdr.e_shnum || ehdr.e_shnum > SECTIONS_MAX)
		return refuse(pos, "it has no sections, or too many");
	/* Not mapped: the file may shrink while it is read. */
	s->elf = elf_begin(s->fd, ELF_C_READ, NULL);
	if (!s->elf || elf_kind(s->elf) != ELF_K_ELF || elf_getshdrstrndx(s->elf, &names))
		return refuse(pos, "not an ELF file");
	for (Elf_Scn *scn = NULL; (scn = elf_nextscn(s->elf, scn));)
		if (!look_at_section(s->elf, scn, names, &sum))
			return refuse(pos,
				      "it has more debug information than 1 GB, or it is damaged");
	return 0;
}

/* As libdw takes it: the last of that name. It has been read, and unpacked, by now. */
static Elf_Data *section_data(Elf *elf, const char *name)
{
	Elf_Data *ret = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn));) {
		GElf_Shdr shdr;
		const char *found =
			gelf_getshdr(scn, &shdr) ? elf_strptr(elf, names, shdr.sh_name) : NULL;

		if (found && !strcmp(found, name))
			ret = elf_rawdata(scn, NULL);
	}
	return ret;
}

/* Each has its length before it; libdw takes 250 bytes of memory for each. */
static bool has_sane_units(Elf *elf)
{
	Elf_Data *data = section_data(elf, ".debug_info");
	size_t count = 0;
	uint32_t len;

	for (size_t at = 0; data && data->d_buf && data->d_size - at >= sizeof(len); count++) {
		memcpy(&len, (const char *)data->d_buf + at, sizeof(len));
		at += sizeof(len);
		if (len > data->d_size - at)
			break;
		at += len;
	}
	return count <= UNITS_MAX;
}

/* libdw looks for the end of a string beyond that of its section. */
static bool has_sane_strings(Elf *elf)
{
	static const char *const names[] = { ".debug_str", ".debug_line_str" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		Elf_Data *data = section_data(elf, names[i]);

		if (data && data->d_buf && data->d_size &&
		    ((const char *)data->d_buf)[data->d_size - 1])
			return false;
	}
	return true;
}

static int read_debug(struct kernel_source *s, const struct pos *pos)
{
	if (prepare(s, pos))
		return -1;
	s->dwarf = dwarf_begin_elf(s->elf, DWARF_C_READ, NULL);
	if (!s->dwarf && (errno == ENOMEM || errno == EIO))
		return refuse(pos, "");
	if (!s->dwarf)
		return error_at(pos, "no debug information: %s", dwarf_errmsg(-1));
	dwarf_new_oom_handler(s->dwarf, out_of_memory);
	if (has_sane_units(s->elf) && has_sane_strings(s->elf))
		return 0;
	return refuse(pos, "its debug information is damaged");
}

/* `fd`: of a regular file, taken over; or -1 and errno. */
static int open_file(struct kernel_source *s, const char *path, int fd)
{
	struct pos pos = { .file = path };

	elf_version(EV_CURRENT);
	s->path = path;
	s->fd = fd;
	if (fd < 0)
		return error_at(&pos, "cannot open: %s",
				errno == ENOTSUP ? "it is not a regular file" : strerror(errno));
	return read_debug(s, &pos);
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
	struct stat st;

	s->root.fd = -1;
	if (!open_file(s, path, sysroot_open_named(path, &st)))
		return s;
	kernel_source_free(s);
	return NULL;
}

struct kernel_source *kernel_source_new_installed(const char *sysroot)
{
	struct kernel_source *s = xcalloc(1, sizeof(*s));

	s->installed = true;
	sysroot_init(&s->root, sysroot);
	s->fd = -1;
	return s;
}

void kernel_source_free(struct kernel_source *s)
{
	if (!s)
		return;
	close_file(s);
	sysroot_fini(&s->root);
	arena_fini(&s->arena);
	free(s);
}

/* Where Debian's and Fedora's debug packages have it. */
static void open_installed(struct kernel_source *s, const char *release)
{
	static const char *const places[] = { "/usr/lib/debug/boot/vmlinux-%s",
					      "/usr/lib/debug/lib/modules/%s/vmlinux" };

	close_file(s);
	s->release = arena_strdup(&s->arena, release);
	for (size_t i = 0; i < ARRAY_SIZE(places) && !s->dwarf && !strchr(release, '/'); i++) {
		const char *place = arena_printf(&s->arena, places[i], release);
		struct stat st;
		int fd = sysroot_open(&s->root, place, &st);

		if (fd < 0 && errno != ENOTSUP)
			continue;
		if (open_file(s,
			      arena_printf(&s->arena, "%s%s", s->root.path ? s->root.path : "",
					   place),
			      fd))
			close_file(s);
	}
}

/* NULL if it has none. A name that is not in it is nowhere. */
static Elf_Scn *symtab_of(Elf *elf, GElf_Shdr *shdr)
{
	for (Elf_Scn *scn = NULL; (scn = elf_nextscn(elf, scn));)
		if (gelf_getshdr(scn, shdr) && shdr->sh_type == SHT_SYMTAB && shdr->sh_entsize)
			return scn;
	return NULL;
}

static bool find_symbol(Elf *elf, const char *name, GElf_Sym *ret)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = symtab_of(elf, &shdr);
	Elf_Data *data = scn && shdr.sh_size <= READ_MAX ? elf_getdata(scn, NULL) : NULL;

	for (size_t i = 0; data && i < shdr.sh_size / shdr.sh_entsize; i++) {
		if (!gelf_getsym(data, i, ret) || ret->st_shndx == SHN_UNDEF)
			continue;
		const char *found = elf_strptr(elf, shdr.sh_link, ret->st_name);

		if (found && !strcmp(found, name))
			return true;
	}
	return false;
}

/* "Linux version RELEASE (..." as the file holds it; NULL if it does not. */
static const char *banner(Elf *elf, size_t *room)
{
	GElf_Sym sym;
	GElf_Shdr shdr;
	Elf_Scn *scn = find_symbol(elf, "linux_banner", &sym) ? elf_getscn(elf, sym.st_shndx) : NULL;
	Elf_Data *data = scn && gelf_getshdr(scn, &shdr) && shdr.sh_size <= READ_MAX ?
				 elf_getdata(scn, NULL) :
				 NULL;

	if (!data || !data->d_buf || sym.st_value < shdr.sh_addr ||
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
	errno = 0;
	s->fits = fits_release(s, release);
	check_memory();
	if (errno == EIO)
		refuse(&(struct pos){ .file = s->path }, "");
	if (s->fits || (s->mismatch && !strcmp(s->mismatch, release)))
		return s->fits;
	s->mismatch = s->checked;
	error_at(&(struct pos){ .file = s->path },
		 "this is not the log's kernel, %s: no source lines are taken from it", release);
	return false;
}

static bool is_function(Dwarf_Die *die, const char *name)
{
	if (dwarf_tag(die) != DW_TAG_subprogram)
		return false;
	const char *found = dwarf_diename(die);

	return found && !strcmp(found, name) && dwarf_hasattr(die, DW_AT_low_pc);
}

/* Not by dwarf_getfuncs(), which follows what a hostile file imports. */
static bool find_in_unit(Dwarf_Die *unit, const char *name, Dwarf_Die *ret)
{
	Dwarf_Off before = 0;

	for (int none = dwarf_child(unit, ret); !none && dwarf_dieoffset(ret) > before;
	     none = dwarf_siblingof(ret, ret)) {
		if (is_function(ret, name))
			return true;
		before = dwarf_dieoffset(ret);
	}
	return false;
}

/* By address it takes one unit; all of them, seconds, only if the file has no address index. */
static bool find_die(struct kernel_source *s, const char *name, Dwarf_Die *ret)
{
	GElf_Sym sym;
	GElf_Shdr shdr;
	Dwarf_Die unit;
	bool known = find_symbol(s->elf, name, &sym);

	if (!known && symtab_of(s->elf, &shdr))
		return false;
	bool has_unit = known && dwarf_addrdie(s->dwarf, sym.st_value, &unit);

	check_memory();
	if (has_unit && find_in_unit(&unit, name, ret))
		return true;
	for (Dwarf_CU *cu = NULL; !dwarf_get_units(s->dwarf, cu, &cu, NULL, NULL, &unit, NULL);) {
		check_memory();
		if (find_in_unit(&unit, name, ret))
			return true;
	}
	return false;
}

/* libdw takes a hundred bytes of memory for a byte of them. */
static bool has_sane_lines(struct kernel_source *s, Dwarf_Die *die)
{
	Dwarf_Die unit;
	Dwarf_Attribute attr;
	Dwarf_Word at;
	uint32_t len;
	Elf_Data *data =
		dwarf_diecu(die, &unit, NULL, NULL) ? section_data(s->elf, ".debug_line") : NULL;

	if (!data || !data->d_buf ||
	    dwarf_formudata(dwarf_attr(&unit, DW_AT_stmt_list, &attr), &at) || at > data->d_size ||
	    data->d_size - at < sizeof(len))
		return false;
	memcpy(&len, (const char *)data->d_buf + at, sizeof(len));
	return len <= LINES_MAX;
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
	Dwarf_Die die;
	int line;

	if (!find_die(s, function, &die) || !has_sane_lines(s, &die) ||
	    dwarf_decl_line(&die, &line))
		return NULL;
	const char *file = dwarf_decl_file(&die);

	if (!file || strlen(file) > PATH_MAX)
		return NULL;
	return arena_printf(&s->arena, "%s:%d", without_build_dir(&die, file), line);
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
	errno = 0;
	place->where = locate(s, function);
	if (!place->where)
		check_memory();
	if (!place->where && errno == EIO)
		refuse(&(struct pos){ .file = s->path }, "");
	place->next = s->places;
	s->places = place;
	return place->where;
}
