/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * user_symbol - which function of a program stands at an offset of its file: "runtime.clone" in runc, "__clone3" in libc.
 * Its symbols and those of its debug file are searched, then Go's own table (.gopclntab), which a stripped program has too.
 *
 * A file is only believed if it is the one that was mapped: as far as size and time show that. Better no name
 * than a wrong one: a symbol counts only where it covers the place.
 *
 * Files and logs are hostile, so all is bounded: 256 MB of programs in memory, 4 GB read and 1 << 30 symbols looked at in
 * one run, 16 MB of answers. What is beyond has no name, and the reason is said.
 */
#ifndef SYMBOLS_USER_SYMBOL_H
#define SYMBOLS_USER_SYMBOL_H

#include <stdbool.h>
#include <stdint.h>

#include "symbols/mapped_file.h"

/* Strings live until user_symbols_free(). `symbol` and `file` may hold any byte. */
struct user_symbol {
	const char *symbol;	/* without a version ("@@GLIBC_2.34"); NULL if not known */
	uint64_t offset;	/* in it, bytes */
	const char *table;	/* whence: ".symtab", ".dynsym", "debug file", ".gnu_debugdata", ".gopclntab"; NULL */
	const char *file;	/* the file that was read; NULL if none was */
	const char *note;	/* what should be known: "the memfd has the size of ...", "an unnamed function of libc,
				   right after the system call clone3"; NULL */
	const char *why_not;	/* no symbol: a sentence without capital or full stop; NULL if there is one */
};

struct user_symbols;

/*
 * `sysroot`: a directory in which paths are looked up, links in it too; NULL is "/". There a file of another time is
 * taken, with a note: copies lose times. Never fails; if there is no such directory, no file is found.
 */
struct user_symbols *user_symbols_new(const char *sysroot);
void user_symbols_free(struct user_symbols *syms);

/* The function at `offset` bytes into the file. */
struct user_symbol user_symbols_find(struct user_symbols *syms, const struct mapped_file *file,
				     uint64_t offset);

/*
 * The version of Go that built the program, "go1.19.8"; "" if it is Go's but does not say; NULL if it is not, or
 * if the file is not there to tell. `*cgo`: it makes its threads through libc.
 */
const char *user_symbols_go(struct user_symbols *syms, const struct mapped_file *file, bool *cgo);

/* Is it libc's (or its threads' library), by its name? "/lib/x86_64-linux-gnu/libc.so.6", "ld-musl-x86_64.so.1". */
bool user_symbols_is_libc(const char *path);

#endif
