/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress - how far a file has been read, in one line on stderr, if that is a terminal and it takes longer than a
 * second. Nothing until progress_allow().
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stddef.h>

/* Off while a report is written to the same terminal. */
void progress_allow(int allowed);

/*
 * Reading `name` (borrowed until the end) from `fd` begins; some bytes were read; it ends, and the line vanishes.
 * progress_hide(): something else is about to be written to stderr.
 */
void progress_begin(const char *name, int fd);
void progress_read(size_t bytes);
void progress_hide(void);
void progress_end(void);

#endif
