/* SPDX-License-Identifier: GPL-2.0-or-later */
/* whole_file - a file that is written completely or not at all: beside its place first, and renamed in the end. */
#ifndef BASE_WHOLE_FILE_H
#define BASE_WHOLE_FILE_H

#include <stdio.h>

struct whole_file;

/*
 * "-" is standard output, which is not closed here, and whose errors are reported by who closes it. NULL if it cannot be
 * made, which has been reported. `path` is borrowed.
 */
struct whole_file *whole_file_open(const char *path);

/* What to write to; what cannot be written is reported by whole_file_finish(). */
FILE *whole_file_stream(const struct whole_file *file);

/* Puts it in its place. 0, or -1, reported, and what was there before is there still. Frees it. */
int whole_file_finish(struct whole_file *file);

/* Leaves no trace of it. NULL is good. */
void whole_file_free(struct whole_file *file);

#endif
