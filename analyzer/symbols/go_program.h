/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * go_program - what a program contains about itself if Go built it: by which version, whether its threads are libc's, and where its
 * table of functions is.
 */
#ifndef SYMBOLS_GO_PROGRAM_H
#define SYMBOLS_GO_PROGRAM_H

#include "base/util.h"
#include "symbols/elf_image.h"
#include "symbols/go_table.h"

struct go_program {
	const char *version;	/* "go1.19.8"; "" if it does not say; NULL if Go did not build it */
	bool cgo;		/* it makes its threads through libc's pthread_create() */
	bool has_table;
	struct go_table table;	/* in the image */
};

/* The image must have been relocated, and live as long as `ret`. Strings in `arena`. */
void go_program_read(struct go_program *ret, const struct elf_image *image, struct arena *arena);

#endif
