/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mapped_file - finds and opens the file that was mapped, if it is still there: below a sysroot, by its path in its
 * file system. Paths come from a hostile log.
 */
#ifndef SYMBOLS_MAPPED_FILE_H
#define SYMBOLS_MAPPED_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"
#include "symbols/user_symbol.h"

/* Where files are looked up. */
struct userroot {
	int fd;			/* -1 if there is no such directory */
	char *sysroot;		/* its absolute path; NULL: "/" */
};

void userroot_init(struct userroot *root, const char *sysroot);
void userroot_fini(struct userroot *root);

/* Strings in an arena, or static. */
struct userfile {
	int fd;			/* -1: see why_not */
	size_t size;
	const char *place;	/* its path below the root */
	const char *path;	/* the same with the sysroot before it */
	const char *note, *why_not;
};

void userfile_init(struct userfile *ret, const struct userroot *root, const struct usersym_file *file,
		   struct arena *arena);
void userfile_fini(struct userfile *file);

#endif
