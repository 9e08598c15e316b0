/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/creator.h"

#include <string.h>

#include "base/text.h"
#include "facts/kernel.h"
#include "facts/machine.h"
#include "trace/parse.h"

#define SAY(...) arena_printf(arena, __VA_ARGS__)

static struct mapped_file file_of(const struct record_file *from, struct arena *arena)
{
	return (struct mapped_file){ parse_plain(arena, from->path), parse_plain(arena, from->fs),
				     from->size, from->mtime };
}

/* The names that libraries of C give to the function with the system call in it. */
static bool is_clone_of_libc(const char *symbol)
{
	static const char *const names[] = { "__clone", "clone", "__clone3", "clone3", "__clone_internal",
					     "__clone2", "_Fork", "__libc_fork", "fork", "vfork", "__vfork",
					     "arch_fork" };

	for (size_t i = 0; symbol && i < ARRAY_SIZE(names); i++)
		if (!strcmp(symbol, names[i]))
			return true;
	return false;
}

/* Of a record that is about this very thread, and was made before that had used its registers. */
static const struct record_creator *recorded_creator(const struct finding *f)
{
	const struct attach *a = f->attach;

	/* From format 4 on it is recorded of a thread that had never run, woken or not. */
	return a->has_creator && f->blocker && a->creator.pid == f->blocker->r.row.pid &&
			       (f->blocker->r.row.state == KERNEL_TASK_NEW ||
				log_is_afterwards(a->log)) ?
		       &a->creator :
		       NULL;
}

static void tell_io_uring(struct report_creator *c, const struct row *row, struct arena *arena)
{
	c->kind = "io_uring";
	c->words = SAY("the kernel, as a worker of an io_uring of process %d", row ? row->tgid : 0);
}

/* glibc calls it for threads only, and exports no function for it. */
static bool is_clone3(const struct report_creator *c)
{
	return c->call && !strcmp(c->call, "clone3");
}

static void tell_program(struct report_creator *c, const struct row *row, struct arena *arena)
{
	const char *exe = *c->exe ? c->exe : "an unknown program";
	bool libc = c->in_libc;

	if (text_begins(c->symbol, "runtime.") && c->go) {
		c->kind = "go";
		c->words = SAY("the Go runtime of %s", exe);
	} else if (row && row->pid == row->tgid) {
		c->kind = "fork";
		c->words = SAY("a fork of %s: the process itself is new", exe);
	} else if ((libc || is_clone_of_libc(c->symbol)) && c->go) {
		c->kind = "go";
		c->words = SAY("a libc thread of %s, a Go program with cgo: its runtime creates "
			       "threads through libc (and its C code may, too)",
			       exe);
	} else if (libc || is_clone_of_libc(c->symbol)) {
		c->kind = "libc";
		c->words = SAY("a libc thread (pthread_create%s) of %s%s", is_clone3(c) ? "" :
			       ", or clone() called by the program", exe, libc ? "" :
			       ", which has its libc built in");
	} else if (c->symbol) {
		c->kind = "program";
		c->words = SAY("%s itself", exe);
	} else if (!*c->file) {
		c->words =
			SAY("code of process %d (%s) that is in no file", row ? row->tgid : 0, exe);
	} else if (!strcmp(c->file, exe)) {
		c->words = SAY("code of %s, or of a library that is built into it", exe);
	} else {
		c->words = SAY("code of %s in %s", c->file, exe);
	}
}

/* The function at the place in the file that is mapped there. */
static struct user_symbol find_symbol(const struct record_creator *from, struct user_symbols *syms,
				      struct arena *arena)
{
	struct mapped_file file = file_of(&from->map, arena);

	if (*file.path)
		return user_symbols_find(syms, &file, from->offset);
	return (struct user_symbol){
		.why_not = from->vma ?
				   "no file is mapped there: the code was generated at run time" :
				   "no mapping was found there"
	};
}

void creator_tell(struct report_creator *c, const struct finding *f, struct arena *arena)
{
	const struct row *row = f->blocker ? &f->blocker->r.row : NULL;

	if (c->ip)
		tell_program(c, row, arena);
	else
		tell_io_uring(c, row, arena);
}

bool creator_find(struct report_creator *c, const struct finding *f, struct user_symbols *syms,
		  struct arena *arena)
{
	const struct record_creator *from = recorded_creator(f);
	const struct row *row = f->blocker ? &f->blocker->r.row : NULL;
	bool cgo;

	memset(c, 0, sizeof(*c));
	if (row && row->flags & KERNEL_PF_IO_WORKER &&
	    f->attach->log->version >= KERNEL_VERSION(5, 10)) {
		creator_tell(c, f, arena);
		return true;
	}
	if (!from || !from->ip)
		return false;
	struct mapped_file exe = file_of(&from->exe, arena);

	c->call = machine_call(f->attach->log->header.machine, from->nr);
	c->ip = from->ip;
	c->file = from->map.path;
	c->exe = from->exe.path;
	c->offset = from->offset;
	if (*exe.path)
		c->go = user_symbols_go(syms, &exe, &cgo);
	struct user_symbol where = find_symbol(from, syms, arena);

	c->symbol = where.symbol;
	c->symbol_offset = where.offset;
	c->table = where.table;
	c->note = where.note;
	c->why_not = where.why_not;
	c->in_libc = user_symbols_is_libc(where.file ? where.file : c->file);
	creator_tell(c, f, arena);
	return true;
}
