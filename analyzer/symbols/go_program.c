/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE	/* memmem */
#include "symbols/go_program.h"

#include <string.h>

#define CANDIDATES_MAX                                                                             \
	8 /* a hostile file is full of them, and each takes a look through the whole file */
#define VERSION_MAX_LEN 64

static uint64_t word_at(const unsigned char *at)
{
	uint64_t ret;

	memcpy(&ret, at, sizeof(ret));
	return ret;
}

/*
 * Go: src/runtime/symtab.go, struct moduledata, which begins with the table's address. Since the table has a head
 * (1.16), 20 words lie before these four.
 */
enum { MODULE_MIN = 160, MODULE_MAX = 168, MODULE_TEXT = 176, MODULE_END = 192 };

/* Is it the table's module? Its bounds must be those of the table. */
static bool is_module(const unsigned char *module, const struct go_table *table)
{
	uint64_t text = word_at(module + MODULE_TEXT);

	return word_at(module + MODULE_MIN) == text + table->first &&
	       word_at(module + MODULE_MAX) == text + table->last;
}

static uint64_t find_text(const struct elf_image *image, uint64_t address,
			  const struct go_table *table)
{
	for (size_t i = 0; i < image->count; i++) {
		const struct elf_image_segment *s = &image->segments[i];
		const unsigned char *bytes = image->bytes + s->offset;

		for (uint64_t at = -s->address % 8; s->size >= MODULE_END && at <= s->size - MODULE_END; at += 8)
			if (word_at(bytes + at) == address && is_module(bytes + at, table))
				return word_at(bytes + at + MODULE_TEXT);
	}
	return 0;
}

static bool take_table(struct go_program *ret, const struct elf_image *image, uint64_t address,
		       size_t size)
{
	size_t room;
	const unsigned char *bytes = elf_image_at(image, address, &room);
	struct go_table table;

	if (!bytes || !go_table_init(&table, bytes, size < room ? size : room))
		return false;
	if (table.relative && !table.text)
		table.text = find_text(image, address, &table);
	uint64_t base = table.relative ? table.text : 0;

	if (!elf_image_is_code(image, base + table.first, base + table.last))
		return false;
	ret->table = table;
	return ret->has_table = true;
}

/* Linked by another linker (-linkmode=external) as a PIE, it is somewhere in .data.rel.ro. */
static bool search_table(struct go_program *ret, const struct elf_image *image)
{
	unsigned int candidates = 0;

	for (size_t i = 0; i < image->count; i++) {
		const struct elf_image_segment *s = &image->segments[i];

		for (uint64_t at = -s->address % 8; at < s->size; at += 8) {
			if (!go_table_is_magic(image->bytes + s->offset + at, s->size - at))
				continue;
			if (take_table(ret, image, s->address + at, s->size - at))
				return true;
			if (++candidates == CANDIDATES_MAX)
				return false;
		}
	}
	return false;
}

static bool find_table(struct go_program *ret, const struct elf_image *image)
{
	static const char *const names[] = { ".gopclntab", ".data.rel.ro.gopclntab" };
	uint64_t address;
	size_t size;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (elf_image_section(image, names[i], &address, &size) &&
		    take_table(ret, image, address, size))
			return true;
	return search_table(ret, image);
}

static const char *version_text(const unsigned char *text, uint64_t len, struct arena *arena)
{
	if (len < 1 || len > VERSION_MAX_LEN)
		return "";
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			return "";
	return arena_printf(arena, "%.*s", (int)len, (const char *)text);
}

/* Up to Go 1.17: the address of a string, which is an address and a length. */
static const char *version_by_address(const struct elf_image *image, const unsigned char *info,
				      struct arena *arena)
{
	size_t room;
	const unsigned char *string = elf_image_at(image, word_at(info + 16), &room);

	if (!string || room < 16)
		return "";
	uint64_t len = word_at(string + 8);
	const unsigned char *text = elf_image_at(image, word_at(string), &room);

	return text && len <= room ? version_text(text, len, arena) : "";
}

/* Go: src/debug/buildinfo/buildinfo.go: a head of 32 bytes, then, from 1.18 on, a varint and so many bytes. */
static const char *version_of(const struct elf_image *image, const unsigned char *info, size_t room,
			      struct arena *arena)
{
	enum { HEAD = 32, POINTER_SIZE = 14, FLAGS = 15, BIG_ENDIAN_FLAG = 1, INLINE_FLAG = 2 };

	if (room <= HEAD)
		return "";
	if (!(info[FLAGS] & INLINE_FLAG))
		return info[POINTER_SIZE] == 8 && !(info[FLAGS] & BIG_ENDIAN_FLAG) ?
		       version_by_address(image, info, arena) : "";
	return info[HEAD] < 0x80 && info[HEAD] < room - HEAD ?
	       version_text(info + HEAD + 1, info[HEAD], arena) : "";
}

static bool is_info(const unsigned char *bytes, size_t room)
{
	static const char magic[14] = "\xff Go buildinf:";

	return room >= sizeof(magic) && !memcmp(bytes, magic, sizeof(magic));
}

static const unsigned char *search_info(const struct elf_image *image, size_t *room)
{
	for (size_t i = 0; i < image->count; i++) {
		const struct elf_image_segment *s = &image->segments[i];

		for (uint64_t at = -s->address % 16; !s->code && at < s->size; at += 16) {
			*room = s->size - at;
			if (is_info(image->bytes + s->offset + at, *room))
				return image->bytes + s->offset + at;
		}
	}
	return NULL;
}

static const unsigned char *find_info(const struct elf_image *image, size_t *room)
{
	uint64_t address;
	size_t size;
	const unsigned char *info = elf_image_section(image, ".go.buildinfo", &address, &size) ?
					    elf_image_at(image, address, room) :
					    NULL;

	return info && is_info(info, *room) ? info : search_info(image, room);
}

/*
 * Go: src/runtime/cgo/gcc_linux*.c makes a thread, and says so if it cannot. The text is there in a static and
 * stripped program as well, in which nothing else tells.
 */
static bool is_cgo(const struct elf_image *image)
{
	static const char text[] = "pthread_create failed: %s";

	for (size_t i = 0; i < image->count; i++) {
		const struct elf_image_segment *s = &image->segments[i];
		const unsigned char *end = image->bytes + s->offset + s->size, *at = end - s->size;

		while ((at = memmem(at, end - at, text, sizeof(text) - 1))) {
			at += sizeof(text) - 1;
			if (at < end && (!*at || (*at == '\n' && at + 1 < end && !at[1])))
				return true;
		}
	}
	return false;
}

void go_program_read(struct go_program *ret, const struct elf_image *image, struct arena *arena)
{
	uint64_t address;
	size_t room;

	*ret = (struct go_program){ 0 };
	const unsigned char *info = find_info(image, &room);

	find_table(ret, image);
	if (info)
		ret->version = version_of(image, info, room, arena);
	else if (ret->has_table || elf_image_section(image, ".note.go.buildid", &address, &room))
		ret->version = "";
	ret->cgo = ret->version && is_cgo(image);
}
