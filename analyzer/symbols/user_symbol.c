/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "symbols/user_symbol.h"

#include <stdlib.h>
#include <string.h>

#include "facts/machine.h"
#include "symbols/elf_image.h"
#include "symbols/elf_symbols.h"
#include "symbols/go_program.h"
#include "symbols/mapped_file.h"

#define TOO_MUCH "so many places in programs were looked up already that this one was not"

#define PROGRAMS_MAX 64
#define ANSWERS_MAX 256		/* kept of one file: a hostile log has as many places as lines */

/* What a log may cost that names ever other files and places: of one run, whatever the log's size. */
#define HELD_MAX  ((uint64_t)ELF_IMAGE_MAX) /* bytes of programs at the same time */
#define READ_MAX  ((uint64_t)4 << 30)	    /* bytes read or unpacked */
#define LOOKS_MAX ((uint64_t)1 << 30)	    /* symbols looked at */
#define TEXT_MAX  ((uint64_t)16 << 20)	    /* bytes of answers, some hundred each */

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
	bool was_read;		/* `go` is known */
	struct elf_image image; /* bytes: NULL if it is not an ELF file, or not held now */
	struct elf_symbols *syms;
	struct go_program go;	  /* its table is there as long as the image */
	const char *symbols_note; /* static */
	struct answer *answers;
	size_t answered;
};

struct user_symbols {
	struct sysroot root;
	struct arena arena;
	struct program *programs;	/* the one used last is first */
	size_t count;
	uint64_t held, left, looks_left, text_left;
};

struct user_symbols *user_symbols_new(const char *sysroot)
{
	struct user_symbols *syms = xcalloc(1, sizeof(*syms));

	sysroot_init(&syms->root, sysroot);
	syms->left = READ_MAX;
	syms->looks_left = LOOKS_MAX;
	syms->text_left = TEXT_MAX;
	return syms;
}

/* False once it is used up. */
static bool spend(uint64_t *left, uint64_t n)
{
	*left = n < *left ? *left - n : 0;
	return *left;
}

/* Its bytes; what was found out of them stays. */
static void program_drop(struct user_symbols *syms, struct program *p)
{
	elf_symbols_free(p->syms);
	p->syms = NULL;
	syms->held -= p->image.size;
	elf_image_fini(&p->image);
	p->go.has_table = false;
}

static void program_free(struct user_symbols *syms, struct program *p)
{
	while (p->answers) {
		struct answer *next = p->answers->next;

		free(p->answers);
		p->answers = next;
	}
	program_drop(syms, p);
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

		program_free(syms, syms->programs);
		syms->programs = next;
	}
	sysroot_fini(&syms->root);
	arena_fini(&syms->arena);
	free(syms);
}

/* Whose bytes are held, and that was used longest ago; NULL. */
static struct program *last_held(struct user_symbols *syms)
{
	struct program *last = NULL;

	for (struct program *p = syms->programs; p; p = p->next)
		last = p->image.bytes ? p : last;
	return last;
}

/* For so many bytes more. */
static void make_room(struct user_symbols *syms, uint64_t size)
{
	struct program *last;

	while (syms->held + size > HELD_MAX && (last = last_held(syms)))
		program_drop(syms, last);
}

/* Reads it, if that was not done or its bytes were dropped. */
static void program_load(struct user_symbols *syms, struct program *p)
{
	if (p->file.fd < 0 || p->file.why_not || p->image.bytes)
		return;
	if (p->file.size <= ELF_IMAGE_MAX && !spend(&syms->left, p->file.size)) {
		p->file.why_not = "so many programs were read already that this one was not";
		return;
	}
	make_room(syms, p->file.size < HELD_MAX ? p->file.size : 0);
	if (!elf_image_init(&p->image, p->file.fd, p->file.size, &p->file.why_not))
		return;
	syms->held += p->image.size;
	/* Before anything else looks at them: a relocation may change any byte. */
	elf_image_relocate(&p->image);
	go_program_read(&p->go, &p->image, &syms->arena);
	p->syms = elf_symbols_new(&(struct elf_bytes){ p->image.bytes, -1, p->image.size },
				  &syms->root, p->file.place, &syms->left, &p->symbols_note);
	p->was_read = true;
}

static struct program *program_new(struct user_symbols *syms, const struct mapped_file *file)
{
	struct program *p = xcalloc(1, sizeof(*p));

	p->key = *file;
	p->key.path = xstrdup(file->path ? file->path : "");
	p->key.fs = xstrdup(file->fs ? file->fs : "");
	found_file_init(&p->file, &syms->root, &p->key, &syms->arena);
	spend(&syms->text_left, 128 + 4 * strlen(p->key.path));
	return p;
}

static bool is_same(const struct mapped_file *key, const struct mapped_file *file)
{
	return key->size == file->size && key->mtime == file->mtime &&
	       !strcmp(key->path, file->path ? file->path : "") && !strcmp(key->fs, file->fs ? file->fs : "");
}

static void forget_last(struct user_symbols *syms)
{
	struct program **at = &syms->programs, *last = *at;

	while (last && last->next) {
		at = &last->next;
		last = *at;
	}
	if (!last)
		return;
	program_free(syms, last);
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

/* NULL if it is a new one, and too much was asked already. */
static struct program *program_of(struct user_symbols *syms, const struct mapped_file *file)
{
	struct program *p = take_out(syms, file);

	if (!p && !syms->text_left)
		return NULL;
	if (!p) {
		if (syms->count == PROGRAMS_MAX)
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

/* clone3's wrapper in libc is such a function: local, hence without a dynamic symbol. */
static void explain_nameless(struct user_symbols *syms, struct program *p, uint64_t offset,
			     struct user_symbol *ret)
{
	bool is_libc = user_symbols_is_libc(p->key.path);
	const char *call =
		offset <= p->image.size ?
			machine_clone_before(p->image.machine, p->image.bytes + offset, offset) :
			NULL;

	if (call)
		ret->note = arena_printf(&syms->arena, "%s%san unnamed function%s, right after the system call %s",
					 ret->note ? ret->note : "", ret->note ? "; " : "", is_libc ? " of libc" : "",
					 call);
	if (p->go.version && !p->go.has_table)
		ret->why_not = "it has no symbol for this offset, and Go's own table was not found "
			       "in it";
	else if (p->go.has_table || (p->syms && !elf_symbols_is_stripped(p->syms)))
		ret->why_not = "none of its functions covers this offset";
	else if (p->symbols_note)
		ret->why_not = p->symbols_note;
	else if (is_libc)
		ret->why_not = "it is stripped: install its debug symbols (Debian's libc6-dbg)";
	else
		ret->why_not = "it is stripped: install its debug symbols";
}

static bool find_by_table(struct user_symbols *syms, struct program *p, uint64_t address,
			  struct elf_symbol *ret)
{
	return p->syms && spend(&syms->looks_left, elf_symbols_count(p->syms)) &&
	       elf_symbols_find(p->syms, address, ret);
}

static struct user_symbol look_up(struct user_symbols *syms, struct program *p, uint64_t offset)
{
	struct user_symbol ret = { .note = p->file.note, .file = p->file.path };
	uint64_t address, start;
	struct elf_symbol sym;
	const char *name;

	program_load(syms, p);
	ret.why_not = p->file.why_not;
	if (ret.why_not)
		return ret;
	if (!elf_image_address_of(&p->image, offset, &address)) {
		ret.why_not = "the file has no code at this offset";
	} else if (find_by_table(syms, p, address, &sym)) {
		ret.symbol = known_name(&syms->arena, sym.name);
		ret.offset = address - sym.start;
		ret.table = sym.table;
	} else if (p->go.has_table && (name = go_table_find(&p->go.table, address, &start))) {
		ret.symbol = arena_strdup(&syms->arena, name);
		ret.offset = address - start;
		ret.table = ".gopclntab";
	} else if (!syms->looks_left) {
		ret.why_not = TOO_MUCH;
	} else {
		explain_nameless(syms, p, offset, &ret);
	}
	return ret;
}

struct user_symbol user_symbols_find(struct user_symbols *syms, const struct mapped_file *file,
				     uint64_t offset)
{
	struct program *p = program_of(syms, file);

	for (struct answer *a = p ? p->answers : NULL; a; a = a->next)
		if (a->offset == offset)
			return a->sym;
	if (!p || !syms->text_left)
		return (struct user_symbol){ .why_not = TOO_MUCH };
	struct user_symbol sym = look_up(syms, p, offset);

	spend(&syms->text_left, 256 + (sym.symbol ? strlen(sym.symbol) : 0));
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

	if (p && !p->was_read)
		program_load(syms, p);
	*cgo = p && p->go.cgo;
	return p ? p->go.version : NULL;
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
