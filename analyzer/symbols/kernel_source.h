/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_source - where a kernel function is written: "kernel/sched/core.c:7679". The only user of libdw and libelf. The
 * file may be hostile: of the debug information at most 1 GB is read, into memory, and no file that it names is opened.
 */
#ifndef SYMBOLS_KERNEL_SOURCE_H
#define SYMBOLS_KERNEL_SOURCE_H

struct kernel_source;

/* Opens a vmlinux with DWARF. NULL if that failed, which it has reported. */
struct kernel_source *kernel_source_open(const char *path);

/*
 * Opens the vmlinux of whatever release is asked for, if its debug package is installed below `sysroot` (borrowed;
 * NULL is "/"). Never fails, and reports nothing if there is none.
 */
struct kernel_source *kernel_source_new_installed(const char *sysroot);
void kernel_source_free(struct kernel_source *symbols);

/*
 * The place of `function`, static until kernel_source_free(); NULL if it is not known or `symbols` is NULL.
 * NULL too if the file is of another kernel than `release`, which is reported once: a line of another
 * kernel's source would mislead.
 */
const char *kernel_source_find(struct kernel_source *symbols, const char *function,
			       const char *release);

#endif
