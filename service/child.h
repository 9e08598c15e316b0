/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child - programs that cgattach-keep runs. */
#ifndef SERVICE_CHILD_H
#define SERVICE_CHILD_H

#include <stddef.h>
#include <sys/types.h>

/* Each descriptor becomes the program's; -1: it keeps ours. */
struct child_io {
	int in, out;
	int death_signal; /* what it gets when we die; 0: none */
};

/* Starts argv[0], which is looked for in PATH; -1, which was said, if there can be no process. */
pid_t child_start(char *const argv[], const struct child_io *io);

/* Runs it to its end, for at most `seconds`; its exit status, or -1. */
int child_run(char *const argv[], int seconds);

/* Waits until `pid` has ended, for at most `seconds`, and kills it then. Its status as of waitpid(2). */
int child_wait(pid_t pid, int seconds);

/* "exit status 1", "killed by signal 9"; static. */
const char *child_fate(int status);

#endif
