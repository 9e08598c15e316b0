/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * textfile - a file for node_exporter's textfile collector, which reads each *.prom of a directory at any time: the new
 * contents take the place of the old ones at once, or not at all.
 */
#ifndef BASE_TEXTFILE_H
#define BASE_TEXTFILE_H

#include <stdbool.h>
#include <stdio.h>

struct textfile;

/* If `directory` is none, or nothing can be written there now, that is reported, and counts as a failure. */
struct textfile *textfile_new(const char *directory);
void textfile_free(struct textfile *file);

/* What is printed between the two becomes the new contents, readable by all. NULL: as below. */
FILE *textfile_begin(struct textfile *file);
/* A failure is reported, once until it succeeds again; the old contents stay. */
void textfile_end(struct textfile *file);

/* Did the last attempt fail? */
bool textfile_failed(const struct textfile *file);

#endif
