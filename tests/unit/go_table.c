/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of Go's in each of their layouts, made here by hand, alone and in an ELF file; whole and damaged. */
#include "symbols/go_table.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "symbols/go_program.h"
#include "test.h"

/* The layouts are written out once more here, from Go's sources, not taken from the code under test. */
static const struct layout {
	uint32_t magic;
	int relative, head, name_offset_at, function_offset_at;
	const char *go;
} layouts[] = {
	{ 0xfffffffb, 0, 16, 0, 0, "go1.15.15" },
	{ 0xfffffffa, 0, 64, 24, 56, "go1.17.13" },
	{ 0xfffffff0, 1, 72, 32, 64, "go1.19.8" },
	{ 0xfffffff1, 1, 72, 32, 64, "go1.24.4" },
};

static const struct {
	const char *name;
	uint64_t at;
} functions[] = { { "runtime.text", 0x40 }, { "runtime.clone", 0x100 }, { "main.main", 0x1c0 } };

#define FUNCTIONS ARRAY_SIZE(functions)
#define TEXT 0x401000
#define END 0x200	/* of the last function */
#define ROOM 1024

struct buffer {
	unsigned char bytes[ROOM];
	size_t len;
};

static void put(struct buffer *b, uint64_t value, size_t width)
{
	for (size_t i = 0; i < width; i++)
		b->bytes[b->len++] = value >> (8 * i);
}

static void put_at(struct buffer *b, size_t at, uint64_t value, size_t width)
{
	size_t len = b->len;

	b->len = at;
	put(b, value, width);
	b->len = len;
}

/* Names, then the index, then what each function is, wherever the layout wants to have them. */
static void make_table(struct buffer *b, const struct layout *l, uint64_t text)
{
	size_t width = l->relative ? 4 : 8, names[FUNCTIONS], base = l->relative ? 0 : TEXT;

	memset(b, 0, sizeof(*b));
	put(b, l->magic, 4);
	put(b, 0x08010000, 4);
	put(b, FUNCTIONS, 8);
	b->len = l->head;
	size_t index = l->name_offset_at ? 256 : l->head;
	size_t described = index + (2 * FUNCTIONS + 1) * width + 4, name_base = l->name_offset_at ? l->head : 0;

	if (l->relative)
		put_at(b, 24, text, 8);
	if (l->name_offset_at) {
		put_at(b, l->name_offset_at, l->head, 8);
		put_at(b, l->function_offset_at, index, 8);
	}
	b->len = l->name_offset_at ? (size_t)l->head : 512;
	put(b, 'x', 2);
	for (size_t i = 0; i < FUNCTIONS; i++) {
		names[i] = b->len - name_base;
		memcpy(b->bytes + b->len, functions[i].name, strlen(functions[i].name) + 1);
		b->len += strlen(functions[i].name) + 1;
	}
	size_t function_base = l->name_offset_at ? index : 0;

	for (size_t i = 0; i < FUNCTIONS; i++) {
		put_at(b, index + 2 * i * width, base + functions[i].at, width);
		put_at(b, index + (2 * i + 1) * width, described + i * 40 - function_base, width);
		put_at(b, described + i * 40, base + functions[i].at, width);
		put_at(b, described + i * 40 + width, names[i], 4);
	}
	put_at(b, index + 2 * FUNCTIONS * width, base + END, width);
	b->len = 700;
}

static int is_found(const struct go_table *table, uint64_t offset, const char *name, uint64_t at)
{
	uint64_t start;
	const char *found = go_table_find(table, TEXT + offset, &start);

	return name ? found && !strcmp(found, name) && start == TEXT + at : !found;
}

static void check_found(const struct go_table *table)
{
	CHECK(is_found(table, 0x3f, NULL, 0));
	CHECK(is_found(table, 0x40, "runtime.text", 0x40));
	CHECK(is_found(table, 0xff, "runtime.text", 0x40));
	CHECK(is_found(table, 0x100, "runtime.clone", 0x100));
	CHECK(is_found(table, 0x1c0, "main.main", 0x1c0));
	CHECK(is_found(table, 0x1ff, "main.main", 0x1c0));
	CHECK(is_found(table, 0x200, NULL, 0));
	CHECK(is_found(table, -TEXT, NULL, 0));
	CHECK(is_found(table, -TEXT - 1, NULL, 0));
}

static unsigned int seed = 1;

static unsigned int pick(unsigned int below)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % below;
}

static void damage(unsigned char *bytes, size_t len)
{
	static const unsigned char with[] = { 0, 1, 7, 0x7f, 0x80, 0xff };

	for (unsigned int n = 1 + pick(4); n-- > 0;)
		bytes[pick(len)] = pick(3) ? with[pick(sizeof(with))] : pick(256);
}

/* The table ends where the heap block does: whoever reads past it is caught by the sanitizer. */
static void look_everywhere(const unsigned char *bytes, size_t len)
{
	unsigned char *copy = malloc(len ? len : 1);
	struct go_table table;
	uint64_t start;

	memcpy(copy, bytes, len);
	if (go_table_init(&table, copy, len)) {
		for (uint64_t at = 0; at <= END + 8; at += 8)
			go_table_find(&table, TEXT + at, &start);
		go_table_find(&table, UINT64_MAX, &start);
	}
	free(copy);
}

static void check_damage(const struct buffer *whole)
{
	for (size_t len = 0; len < whole->len; len++)
		look_everywhere(whole->bytes, len);
	for (int i = 0; i < 20000; i++) {
		struct buffer b = *whole;

		damage(b.bytes, pick(2) ? b.len : 80);
		look_everywhere(b.bytes, b.len);
	}
	CHECK(1);
}

static void check_layout(const struct layout *l)
{
	struct buffer b;
	struct go_table table;

	make_table(&b, l, TEXT);
	CHECK(go_table_is_magic(b.bytes, b.len));
	CHECK(go_table_init(&table, b.bytes, b.len));
	CHECK(table.relative == l->relative && table.count == FUNCTIONS);
	check_found(&table);
	check_damage(&b);
	/* A description that does not say the same address as the index is not believed. */
	size_t width = l->relative ? 4 : 8, index = l->name_offset_at ? 256 : l->head;
	size_t described = index + (2 * FUNCTIONS + 1) * width + 4;

	b.bytes[described + 40] ^= 1;
	CHECK(go_table_init(&table, b.bytes, b.len));
	CHECK(is_found(&table, 0x100, NULL, 0));
	CHECK(is_found(&table, 0x40, "runtime.text", 0x40));
	/* An index that is not in order is none. */
	put_at(&b, index, TEXT + 0x300, width);
	CHECK(!go_table_init(&table, b.bytes, b.len));
	make_table(&b, l, TEXT);
	b.bytes[7] = 4;		/* 32 bits */
	CHECK(!go_table_init(&table, b.bytes, b.len));
}

/* ---- a whole program: code at TEXT, then data: table, build info, module, strings; no sections ---- */

#define DATA 0x500000
enum { CODE_AT = 0x1000, DATA_AT = 0x2000, INFO_AT = 0x400, MODULE_AT = 0x440, STRING_AT = 0x540, RELA_AT = 0x600,
       DYNAMIC_AT = 0x700, FILE_SIZE = 0x2800 };

static void put_word(unsigned char *at, uint64_t value)
{
	memcpy(at, &value, sizeof(value));
}

static void put_head(unsigned char *file)
{
	Elf64_Ehdr ehdr = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			    .e_type = ET_EXEC, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
			    .e_phoff = sizeof(ehdr), .e_ehsize = sizeof(ehdr), .e_phentsize = sizeof(Elf64_Phdr),
			    .e_phnum = 3 };
	Elf64_Phdr phdrs[3] = {
		{ .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_offset = CODE_AT, .p_vaddr = TEXT,
		  .p_filesz = 0x300, .p_memsz = 0x300 },
		{ .p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_offset = DATA_AT, .p_vaddr = DATA,
		  .p_filesz = 0x800, .p_memsz = 0x800 },
		{ .p_type = PT_DYNAMIC, .p_flags = PF_R, .p_offset = DATA_AT + DYNAMIC_AT,
		  .p_vaddr = DATA + DYNAMIC_AT, .p_filesz = 64, .p_memsz = 64 },
	};

	memcpy(file, &ehdr, sizeof(ehdr));
	memcpy(file + sizeof(ehdr), phdrs, sizeof(phdrs));
}

/* Up to Go 1.17 the version is a string somewhere else, later it is in the build info itself. */
static void put_info(unsigned char *data, const struct layout *l)
{
	unsigned char *info = data + INFO_AT;
	size_t len = strlen(l->go);

	memcpy(info, "\xff Go buildinf:", 14);
	info[14] = 8;
	if (l->relative) {
		info[15] = 2;
		info[32] = len;
		memcpy(info + 33, l->go, len);
		return;
	}
	put_word(info + 16, DATA + STRING_AT);
	put_word(data + STRING_AT, DATA + STRING_AT + 16);
	put_word(data + STRING_AT + 8, len);
	memcpy(data + STRING_AT + 16, l->go, len);
}

static void put_module(unsigned char *data)
{
	put_word(data + MODULE_AT, DATA);
	put_word(data + MODULE_AT + 160, TEXT + 0x40);
	put_word(data + MODULE_AT + 168, TEXT + END);
	put_word(data + MODULE_AT + 176, TEXT);
	put_word(data + MODULE_AT + 184, TEXT + END);
}

/* In a PIE the words are put in place by relocations: `count` words from `at` on are taken out and into those. */
static void relocate_words(unsigned char *data, size_t at, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		Elf64_Rela rela = { .r_offset = DATA + at + 8 * i,
				    .r_info = ELF64_R_INFO(0, R_X86_64_RELATIVE) };

		memcpy(&rela.r_addend, data + at + 8 * i, 8);
		put_word(data + at + 8 * i, 0);
		memcpy(data + RELA_AT + i * sizeof(rela), &rela, sizeof(rela));
	}
	put_word(data + DYNAMIC_AT, DT_RELA);
	put_word(data + DYNAMIC_AT + 8, DATA + RELA_AT);
	put_word(data + DYNAMIC_AT + 16, DT_RELASZ);
	put_word(data + DYNAMIC_AT + 24, count * sizeof(Elf64_Rela));
}

static void make_program(unsigned char *file, const struct layout *l, uint64_t text)
{
	struct buffer b;

	memset(file, 0, FILE_SIZE);
	put_head(file);
	make_table(&b, l, text);
	memcpy(file + DATA_AT, b.bytes, b.len);
	put_info(file + DATA_AT, l);
	put_module(file + DATA_AT);
}

struct program {
	FILE *file;
	struct elf_image image;
	struct go_program go;
	struct arena arena;
	int is_elf;
};

static void open_program(struct program *p, const unsigned char *bytes)
{
	const char *why_not;

	memset(p, 0, sizeof(*p));
	p->file = tmpfile();
	if (!p->file || fwrite(bytes, FILE_SIZE, 1, p->file) != 1 || fflush(p->file))
		abort();
	p->is_elf = elf_image_init(&p->image, fileno(p->file), FILE_SIZE, &why_not);
	if (!p->is_elf)
		return;
	elf_image_relocate(&p->image);
	go_program_read(&p->go, &p->image, &p->arena);
}

static void close_program(struct program *p)
{
	elf_image_fini(&p->image);
	arena_fini(&p->arena);
	fclose(p->file);
}

static void check_whole(const unsigned char *file, const struct layout *l)
{
	struct program p;
	uint64_t address;

	open_program(&p, file);
	CHECK(p.is_elf && p.go.has_table);
	CHECK(p.go.version && !strcmp(p.go.version, l->go) && !p.go.cgo);
	CHECK(elf_image_address_of(&p.image, CODE_AT + 0x100, &address) && address == TEXT + 0x100);
	CHECK(!elf_image_address_of(&p.image, DATA_AT, &address));
	if (p.go.has_table)
		check_found(&p.go.table);
	close_program(&p);
}

static void check_damaged_program(const unsigned char *file)
{
	static unsigned char copy[FILE_SIZE];

	for (int i = 0; i < 3000; i++) {
		struct program p;
		uint64_t start;

		memcpy(copy, file, FILE_SIZE);
		damage(copy + (pick(2) ? 0 : DATA_AT), pick(2) ? 0x100 : FILE_SIZE - DATA_AT);
		open_program(&p, copy);
		for (uint64_t at = 0; p.go.has_table && at < END; at += 8)
			go_table_find(&p.go.table, TEXT + at, &start);
		close_program(&p);
	}
	CHECK(1);
}

/* The file has shrunk since its size was read. */
static void check_shrunk(const unsigned char *file)
{
	FILE *f = tmpfile();
	struct elf_image image;
	const char *why_not = NULL;

	if (!f || fwrite(file, FILE_SIZE, 1, f) != 1 || fflush(f) || ftruncate(fileno(f), 4096))
		abort();
	CHECK(!elf_image_init(&image, fileno(f), FILE_SIZE, &why_not));
	CHECK(why_not && !strcmp(why_not, "it could not be read to its end"));
	CHECK(!elf_image_init(&image, fileno(f), ELF_IMAGE_MAX + 1, &why_not));
	CHECK(!strcmp(why_not, "it is larger than 256 MB, and was not read"));
	fclose(f);
}

static void check_program(const struct layout *l)
{
	static unsigned char file[FILE_SIZE];

	make_program(file, l, TEXT);
	check_whole(file, l);
	check_damaged_program(file);
	check_shrunk(file);
	if (!l->relative) {
		relocate_words(file + DATA_AT, l->function_offset_at ? 256 : l->head, 2 * FUNCTIONS + 1);
		check_whole(file, l);
		return;
	}
	relocate_words(file + DATA_AT, 24, 1);
	check_whole(file, l);
	make_program(file, l, 0);	/* Go 1.26: the module alone knows */
	check_whole(file, l);
	file[DATA_AT + MODULE_AT + 168]++;
	struct program p;

	open_program(&p, file);
	CHECK(!p.go.has_table && p.go.version);
	close_program(&p);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		check_layout(&layouts[i]);
		check_program(&layouts[i]);
	}
	return TEST_END();
}
