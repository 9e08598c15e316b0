/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * creator - who made the thread because of which an attach was refused: the Go runtime, a libc thread, an io_uring
 * worker; and the function that made the system call, if the program's symbols tell.
 */
#ifndef SYMBOLS_CREATOR_H
#define SYMBOLS_CREATOR_H

#include "symbols/user_symbol.h"
#include "verdict/finding.h"

struct creator {
	const char *kind;	/* "go", "libc", "io_uring", "fork", "program"; NULL: not known */
	const char *words;	/* for people: "the Go runtime of /usr/sbin/runc" */
	const char *call;	/* the system call: "clone3"; NULL if not known */
	uint64_t ip;		/* the instruction after it, 0 if there is none */
	const char *file, *exe;	/* which is mapped there, and of the process; as in the log, escaped; NULL */
	uint64_t offset;	/* of ip in `file` */
	const char *go;		/* the version of Go that built the program: "go1.19.8"; "" unknown; NULL none */
	struct user_symbol where;	/* why_not: no symbol */
};

/* False if nothing is known of it. Strings in `arena`, or until user_symbols_free(). */
bool creator_find(struct creator *ret, const struct finding *finding, struct user_symbols *syms,
		  struct arena *arena);

#endif
