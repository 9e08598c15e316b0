/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options - of the command line, the help about them, and what is said of wrong ones. argp would do it, but ends by
 * SIGABRT, or prints half of the help with status 0, when it is out of memory. Here nothing but the parsing takes memory.
 */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <stddef.h>

struct option_row {
	const char *name;
	int key;	 /* above 255 */
	const char *arg; /* what its argument is called; NULL: it has none */
	const char *help;
};

/*
 * Besides the rows there are --help, -h, -?, --usage, --version and -V. The texts end without a newline. All are the
 * caller's.
 */
struct options {
	const char *program;
	const struct option_row *rows;
	size_t count;
	const char *arguments;	  /* what follows the options in the usage */
	const char *about, *more; /* before and after the help's list */
	/* For each row that is there. */
	void (*take)(void *context, int key, char *arg);
	void *context;
};

/*
 * Sorts `argv` so that the options come first, and returns where the rest begins. Ends the program after the help, the
 * usage and the version with 0, after a wrong option with `status`.
 */
int options_parse(const struct options *options, int argc, char **argv, int status);

/* Says what is wrong, and ends the program. */
void options_refuse(const char *program, const char *what, int status) __attribute__((noreturn));

#endif
