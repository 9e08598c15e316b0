/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_source - where a kernel function is written: "kernel/sched/core.c:7679". The only user of libdw.
 */
#ifndef SYMBOLS_KERNEL_SOURCE_H
#define SYMBOLS_KERNEL_SOURCE_H

struct symbols;

/* Opens a vmlinux with DWARF. NULL if that failed, which it has reported. */
struct symbols *symbols_open(const char *path);

/*
 * Opens the vmlinux of whatever release is asked for, if its debug package is installed below `sysroot` (borrowed;
 * NULL is "/"). Never fails, and says nothing if there is none.
 */
struct symbols *symbols_new_installed(const char *sysroot);
void symbols_free(struct symbols *symbols);

/*
 * The place of `function`, static until symbols_free(); NULL if it is not known or `symbols` is NULL.
 * NULL too if the file is of another kernel than `release`, which is reported once: a line of another
 * kernel's source would mislead.
 */
const char *symbols_find(struct symbols *symbols, const char *function, const char *release);

#endif
