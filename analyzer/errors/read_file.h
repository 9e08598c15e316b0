/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read_file - the error lines of a file, which may be any log. */
#ifndef ERRORS_READ_FILE_H
#define ERRORS_READ_FILE_H

#include "errors/line.h"

/*
 * Calls `take` for each message of `path` ("-" is stdin) that is not OTHER, with the number of its first line and
 * of its last: a message that was wrapped, to at most 40 lines, is put together again, and two messages stay two.
 * Memory is bounded, and no more lines are read ahead than a message may have. `line` is lent, and `take` may take its arena.
 * Counts the lines read. 0, or -1 if it could not be read to its end, which it has reported.
 */
typedef void errline_take(void *context, struct errline *line, unsigned long first,
			  unsigned long last);
int errline_read(const char *path, errline_take *take, void *context, unsigned long *lines);

#endif
