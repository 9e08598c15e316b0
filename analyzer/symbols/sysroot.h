/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sysroot - the files of the recorded machine, which are hostile: the only place where symbols/ opens any. Paths and links
 * are looked up below its root, out of which none leads, and only directories and regular files are opened: to open a pipe can take
 * forever, and to open a device can have effects.
 */
#ifndef SYMBOLS_SYSROOT_H
#define SYMBOLS_SYSROOT_H

#include <stdbool.h>
#include <sys/stat.h>

struct sysroot {
	int fd;	    /* -1 if there is no such directory */
	char *path; /* absolute; NULL: "/" */
};

/* `path`: NULL is "/". */
void sysroot_init(struct sysroot *root, const char *path);
void sysroot_fini(struct sysroot *root);

/*
 * The regular file at `place`, a path below the root: an O_PATH handle, the caller's to close, and what it is. -1 and
 * errno if there is none; ENOTSUP for what is not a regular file.
 */
int sysroot_find(const struct sysroot *root, const char *place, struct stat *st);

/* Opens what such a handle means. -1 and errno if it may not be read. */
int sysroot_read(int handle);

/* Both in one. */
int sysroot_open(const struct sysroot *root, const char *place, struct stat *st);

/* A directory there, to read its names. -1 and errno. */
int sysroot_open_directory(const struct sysroot *root, const char *place);

/* A file that the user named: any path, but a regular file too. */
int sysroot_open_named(const char *path, struct stat *st);

#endif
