/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mapped_file - a file that was mapped into a process, as the log has it. Finds and opens it, if it is
 * still there: below a sysroot, by its path in its file system. Paths come from a hostile log.
 */
#ifndef SYMBOLS_MAPPED_FILE_H
#define SYMBOLS_MAPPED_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/util.h"
#include "symbols/sysroot.h"

/* A mapped file as the kernel held it. */
struct mapped_file {
	/* In its file system, bytes; "memfd:NAME" or the like without a "/" for one without a place. */
	const char *path;
	const char *fs;		/* the file system's type: "ext4", "overlay", "tmpfs" */
	uint64_t size;		/* bytes */
	int64_t mtime;		/* seconds since 1970 */
};

/* Strings in an arena, or static. */
struct found_file {
	int fd;			/* -1: see why_not */
	size_t size;
	const char *place;	/* its path below the root */
	const char *path;	/* the same with the sysroot before it */
	const char *note, *why_not;
};

void found_file_init(struct found_file *ret, const struct sysroot *root,
		     const struct mapped_file *file, struct arena *arena);
void found_file_fini(struct found_file *file);

#endif
