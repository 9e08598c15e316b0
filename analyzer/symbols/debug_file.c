/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "symbols/debug_file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"

#define ID_MAX	 64
#define LINK_MAX 256
#define BLOCK	 ((size_t)1 << 16)

/* What the program says of its debug file. */
struct wanted {
	const struct elf_bytes *program;
	unsigned char id[ID_MAX];
	size_t id_size;
	char link[LINK_MAX];
	uint32_t sum;
	bool has_sum;
};

/* ---- what a file says of itself ---- */

static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

static size_t id_in_notes(const unsigned char *notes, size_t size, unsigned char id[static ID_MAX])
{
	Elf64_Nhdr note;

	for (size_t at = 0; size - at >= sizeof(note);) {
		memcpy(&note, notes + at, sizeof(note));
		at += sizeof(note);
		if (note.n_namesz > size || note.n_descsz > size ||
		    padded(note.n_namesz) + padded(note.n_descsz) > size - at)
			return 0;
		const unsigned char *name = notes + at, *desc = name + padded(note.n_namesz);

		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
		    !memcmp(name, "GNU", 4) && note.n_descsz >= 2 && note.n_descsz <= ID_MAX) {
			memcpy(id, desc, note.n_descsz);
			return note.n_descsz;
		}
		at += padded(note.n_namesz) + padded(note.n_descsz);
	}
	return 0;
}

static size_t id_at(const struct elf_bytes *file, uint64_t at, uint64_t size,
		    unsigned char id[static ID_MAX])
{
	unsigned char notes[4096];
	size_t len = size < sizeof(notes) ? size : sizeof(notes);

	return elf_bytes_get(file, at, notes, len) ? id_in_notes(notes, len, id) : 0;
}

/* By the sections; those of a program without any, by its segments. */
static size_t read_id(const struct elf_bytes *file, unsigned char id[static ID_MAX])
{
	Elf64_Ehdr ehdr;
	Elf64_Shdr shdr;
	Elf64_Phdr phdr;
	size_t len = 0;

	if (!elf_bytes_header(file, &ehdr))
		return 0;
	for (size_t i = 0; !len && elf_bytes_section(file, &ehdr, i, &shdr); i++)
		if (shdr.sh_type == SHT_NOTE)
			len = id_at(file, shdr.sh_offset, shdr.sh_size, id);
	for (size_t i = 0; !len && elf_bytes_program(file, &ehdr, i, &phdr); i++)
		if (phdr.p_type == PT_NOTE)
			len = id_at(file, phdr.p_offset, phdr.p_filesz, id);
	return len;
}

/* .gnu_debuglink: a file's name, zeros up to a multiple of 4, the sum of that file. */
static void read_link(struct wanted *w)
{
	Elf64_Shdr shdr;

	if (!elf_bytes_section_named(w->program, ".gnu_debuglink", &shdr) ||
	    shdr.sh_size <= sizeof(w->sum) || shdr.sh_size > sizeof(w->link) ||
	    !elf_bytes_get(w->program, shdr.sh_offset, w->link, shdr.sh_size))
		return;
	size_t len = strnlen(w->link, shdr.sh_size), at = padded(len + 1);

	w->has_sum = len && at + sizeof(w->sum) <= shdr.sh_size && !memchr(w->link, '/', len) &&
		     strcmp(w->link, ".") && strcmp(w->link, "..");
	if (w->has_sum)
		memcpy(&w->sum, w->link + at, sizeof(w->sum));
}

/* Where the code begins: a file of the same build has it at the same address. */
static bool first_address(const struct elf_bytes *file, uint64_t *ret)
{
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdr;

	if (!elf_bytes_header(file, &ehdr))
		return false;
	for (size_t i = 0; elf_bytes_program(file, &ehdr, i, &phdr); i++) {
		*ret = phdr.p_vaddr;
		if (phdr.p_type == PT_LOAD)
			return true;
	}
	return false;
}

/* ---- is it this one? ---- */

/* CRC-32, as in zlib and in the GNU tools. */
static uint32_t add_to_sum(uint32_t sum, const unsigned char *bytes, size_t len)
{
	static uint32_t table[256];

	for (uint32_t i = 0; !table[255] && i < ARRAY_SIZE(table); i++) {
		uint32_t c = i;

		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
		table[i] = c;
	}
	for (size_t i = 0; i < len; i++)
		sum = sum >> 8 ^ table[(sum ^ bytes[i]) & 0xff];
	return sum;
}

static bool has_sum(const struct elf_bytes *file, uint32_t sum, uint64_t *left)
{
	unsigned char block[BLOCK];
	uint32_t found = 0xffffffff;

	if (file->size > *left)
		return false;
	*left -= file->size;
	for (uint64_t at = 0, len; at < file->size; at += len) {
		len = file->size - at < BLOCK ? file->size - at : BLOCK;
		if (!elf_bytes_get(file, at, block, len))
			return false;
		found = add_to_sum(found, block, len);
	}
	return ~found == sum;
}

static bool is_wanted(const struct wanted *w, const struct elf_bytes *file, uint64_t *left)
{
	unsigned char id[ID_MAX];
	uint64_t begin, programs;

	if (!first_address(file, &begin) || !first_address(w->program, &programs) ||
	    begin != programs)
		return false;
	if (w->id_size)
		return read_id(file, id) == w->id_size && !memcmp(id, w->id, w->id_size);
	return has_sum(file, w->sum, left);
}

static int try_place(const struct wanted *w, const struct sysroot *root, const char *place,
		     uint64_t *left, uint64_t *size)
{
	struct stat st;
	int fd = sysroot_open(root, place, &st);

	if (fd < 0)
		return -1;
	*size = st.st_size;
	if (is_wanted(w, &(struct elf_bytes){ NULL, fd, *size }, left))
		return fd;
	close(fd);
	return -1;
}

/* ---- where it may be ---- */

static const char *by_id(const struct wanted *w, struct arena *arena)
{
	char digits[2 * ID_MAX + 1];

	for (size_t i = 0; i < w->id_size; i++)
		snprintf(digits + 2 * i, 3, "%02x", w->id[i]);
	return arena_printf(arena, "/usr/lib/debug/.build-id/%.2s/%s.debug", digits, digits + 2);
}

static int find(const struct wanted *w, const struct sysroot *root, const char *place,
		uint64_t *left, uint64_t *size, struct arena *arena)
{
	static const char *const forms[] = { "%.*s/%s", "%.*s/.debug/%s", "/usr/lib/debug%.*s/%s" };
	const char *slash = strrchr(place, '/');
	int dir = slash ? (int)(slash - place) : 0, fd = -1;
	const char *name =
		w->has_sum ? w->link : arena_printf(arena, "%s.debug", place + dir + !!slash);

	if (w->id_size)
		fd = try_place(w, root, by_id(w, arena), left, size);
	for (size_t i = 0; i < ARRAY_SIZE(forms) && fd < 0; i++)
		fd = try_place(w, root, arena_printf(arena, forms[i], dir, place, name), left,
			       size);
	return fd;
}

int debug_file_open(const struct elf_bytes *program, const struct sysroot *root, const char *place,
		    uint64_t *left, uint64_t *size)
{
	struct wanted w = { .program = program };
	struct arena arena = { 0 };

	w.id_size = read_id(program, w.id);
	read_link(&w);
	/* Any file of the right name would fit. */
	int fd = w.id_size || w.has_sum ? find(&w, root, place, left, size, &arena) : -1;

	arena_fini(&arena);
	return fd;
}
