/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "symbols/user_symbol.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "symbols/elf_image.h"
#include "symbols/elf_symbols.h"
#include "symbols/go_program.h"
#include "symbols/mapped_file.h"

#define OPEN_MAX_FILES 64
#define ANSWERS_MAX 256		/* kept of one file: a hostile log has as many places as lines */

/* An answer that was given. */
struct answer {
	struct answer *next;
	uint64_t offset;
	struct user_symbol sym;
};

struct program {
	struct program *next;		/* the one that was used before */
	struct mapped_file key;		/* owns its strings */
	struct found_file file;
	struct elf_image image; /* bytes: NULL if it is not an ELF file */
	struct elf_symbols *syms;
	struct go_program go;
	struct answer *answers;
	size_t answered;
};

struct user_symbols {
	struct sysroot root;
	struct arena arena;
	struct program *programs;	/* the one used last is first */
	size_t count;
};

struct user_symbols *user_symbols_new(const char *sysroot)
{
	struct user_symbols *syms = xcalloc(1, sizeof(*syms));

	sysroot_init(&syms->root, sysroot);
	return syms;
}

static void program_free(struct program *p)
{
	while (p->answers) {
		struct answer *next = p->answers->next;

		free(p->answers);
		p->answers = next;
	}
	elf_symbols_free(p->syms);
	elf_image_fini(&p->image);
	found_file_fini(&p->file);
	free((char *)p->key.path);
	free((char *)p->key.fs);
	free(p);
}

void user_symbols_free(struct user_symbols *syms)
{
	if (!syms)
		return;
	while (syms->programs) {
		struct program *next = syms->programs->next;

		program_free(syms->programs);
		syms->programs = next;
	}
	sysroot_fini(&syms->root);
	arena_fini(&syms->arena);
	free(syms);
}

static struct program *program_new(struct user_symbols *syms, const struct mapped_file *file)
{
	struct program *p = xcalloc(1, sizeof(*p));

	p->key = *file;
	p->key.path = xstrdup(file->path ? file->path : "");
	p->key.fs = xstrdup(file->fs ? file->fs : "");
	found_file_init(&p->file, &syms->root, &p->key, &syms->arena);
	if (p->file.fd < 0)
		return p;
	if (!elf_image_init(&p->image, p->file.fd, p->file.size)) {
		p->file.why_not = "the file is not a 64-bit ELF file";
		return p;
	}
	p->syms = elf_symbols_new(p->file.fd, syms->root.sysroot, p->file.place);
	elf_image_relocate(&p->image);
	go_program_read(&p->go, &p->image, &syms->arena);
	return p;
}

static bool is_same(const struct mapped_file *key, const struct mapped_file *file)
{
	return key->size == file->size && key->mtime == file->mtime &&
	       !strcmp(key->path, file->path ? file->path : "") && !strcmp(key->fs, file->fs ? file->fs : "");
}

static void forget_last(struct user_symbols *syms)
{
	struct program **at = &syms->programs;

	while ((*at)->next)
		at = &(*at)->next;
	program_free(*at);
	*at = NULL;
	syms->count--;
}

/* Out of the list; NULL if it is not there. */
static struct program *take_out(struct user_symbols *syms, const struct mapped_file *file)
{
	for (struct program **at = &syms->programs; *at; at = &(*at)->next) {
		struct program *p = *at;

		if (!is_same(&p->key, file))
			continue;
		*at = p->next;
		return p;
	}
	return NULL;
}

static struct program *program_of(struct user_symbols *syms, const struct mapped_file *file)
{
	struct program *p = take_out(syms, file);

	if (!p) {
		if (syms->count == OPEN_MAX_FILES)
			forget_last(syms);
		p = program_new(syms, file);
		syms->count++;
	}
	p->next = syms->programs;
	syms->programs = p;
	return p;
}

/* Go's linker marks in the symbol table which calling convention a function has; nothing else writes that. */
static const char *known_name(struct arena *arena, const char *name)
{
	static const char abi0[] = ".abi0";
	char *copy = arena_strdup(arena, name);
	size_t len = strlen(copy), cut = sizeof(abi0) - 1;

	if (len > cut && !strcmp(copy + len - cut, abi0))
		copy[len - cut] = '\0';
	char *version = strchr(copy + 1, '@');

	if (version)
		*version = '\0';
	return copy;
}

/* The names of calls that make a thread, if the code before `offset` is x86's "mov $NUMBER,%eax; syscall". */
static const char *clone_before(const struct elf_image *image, uint64_t offset)
{
	static const struct {
		uint32_t number;
		const char *name;
	} calls[] = { { 56, "clone" }, { 57, "fork" }, { 58, "vfork" }, { 435, "clone3" } };
	uint32_t number;

	if (image->machine != EM_X86_64 || offset < 7 || offset > image->size)
		return NULL;
	const unsigned char *code = image->bytes + offset - 7;

	if (code[0] != 0xb8 || code[5] != 0x0f || code[6] != 0x05)
		return NULL;
	memcpy(&number, code + 1, sizeof(number));
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].number == number)
			return calls[i].name;
	return NULL;
}

/* clone3's wrapper in libc is such a function: local, hence without a dynamic symbol. */
static void explain_nameless(struct user_symbols *syms, struct program *p, uint64_t offset,
			     struct user_symbol *ret)
{
	bool is_libc = user_symbols_is_libc(p->key.path);
	const char *call = clone_before(&p->image, offset);

	if (call)
		ret->note = arena_printf(&syms->arena, "%s%san unnamed function%s, right after the system call %s",
					 ret->note ? ret->note : "", ret->note ? "; " : "", is_libc ? " of libc" : "",
					 call);
	if (p->go.version && !p->go.has_table)
		ret->why_not = "it has no symbol for this offset, and Go's own table was not found "
			       "in it";
	else if (p->go.has_table || (p->syms && !elf_symbols_is_stripped(p->syms)))
		ret->why_not = "none of its functions covers this offset";
	else if (is_libc)
		ret->why_not = "it is stripped: install its debug symbols (Debian's libc6-dbg) or set "
			       "DEBUGINFOD_URLS";
	else
		ret->why_not = "it is stripped: install its debug symbols or set DEBUGINFOD_URLS";
}

static struct user_symbol look_up(struct user_symbols *syms, struct program *p, uint64_t offset)
{
	struct user_symbol ret = { .note = p->file.note,
				   .why_not = p->file.why_not,
				   .file = p->file.path };
	uint64_t address, start;
	struct elf_symbol sym;
	const char *name;

	if (ret.why_not)
		return ret;
	if (!elf_image_address_of(&p->image, offset, &address)) {
		ret.why_not = "the file has no code at this offset";
	} else if (p->syms && elf_symbols_find(p->syms, address, &sym)) {
		ret.symbol = known_name(&syms->arena, sym.name);
		ret.offset = address - sym.start;
		ret.table = sym.table;
	} else if (p->go.has_table && (name = go_table_find(&p->go.table, address, &start))) {
		ret.symbol = arena_strdup(&syms->arena, name);
		ret.offset = address - start;
		ret.table = ".gopclntab";
	} else {
		explain_nameless(syms, p, offset, &ret);
	}
	return ret;
}

struct user_symbol user_symbols_find(struct user_symbols *syms, const struct mapped_file *file,
				     uint64_t offset)
{
	struct program *p = program_of(syms, file);

	for (struct answer *a = p->answers; a; a = a->next)
		if (a->offset == offset)
			return a->sym;
	struct user_symbol sym = look_up(syms, p, offset);

	if (p->answered++ < ANSWERS_MAX) {
		struct answer *answer = xcalloc(1, sizeof(*answer));

		*answer = (struct answer){ p->answers, offset, sym };
		p->answers = answer;
	}
	return sym;
}

const char *user_symbols_go(struct user_symbols *syms, const struct mapped_file *file, bool *cgo)
{
	struct program *p = program_of(syms, file);

	*cgo = p->go.cgo;
	return p->go.version;
}

bool user_symbols_is_libc(const char *path)
{
	static const char *const names[] = { "libc.so", "libc-2.", "libpthread.so", "libpthread-2.", "ld-musl-",
					     "libc.musl-" };
	const char *name = strrchr(path, '/');

	name = name ? name + 1 : path;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strncmp(name, names[i], strlen(names[i])))
			return true;
	return false;
}
