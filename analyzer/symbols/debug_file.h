/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * debug_file - the file with a stripped program's symbols, below the same sysroot: by its build id, or by its
 * .gnu_debuglink beside the program, in .debug/ or in /usr/lib/debug. Only a file of that very build is taken.
 */
#ifndef SYMBOLS_DEBUG_FILE_H
#define SYMBOLS_DEBUG_FILE_H

#include "symbols/elf_bytes.h"
#include "symbols/sysroot.h"

/* Opens it; `place` is the program's path below the root. `*left`: bytes that may still be read. -1 if there is none. */
int debug_file_open(const struct elf_bytes *program, const struct sysroot *root, const char *place,
		    uint64_t *left, uint64_t *size);

#endif
