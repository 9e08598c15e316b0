/* SPDX-License-Identifier: GPL-2.0-or-later */
/* options - the command line of cgattach-keep. */
#ifndef SERVICE_OPTIONS_H
#define SERVICE_OPTIONS_H

#include <stdint.h>

struct options {
	const char *log_dir, *run_dir;
	const char *module; /* the name that the kernel has for it; NULL: there is none to remove */
	uint64_t log_max;   /* bytes */
	uint64_t
		renew_after; /* an analyzer that was given so many bytes ends, and another one begins */
	double share;	     /* percent of one CPU; 0: no limit */
	unsigned int window; /* that this is averaged over, seconds */
	char **recorder;     /* its command line, NULL at its end */
	char **analyzer;     /* the same; NULL: none */
};

/* 0; -1, which was said; 1 if it only wanted help, which was printed. */
int options_read(struct options *options, int argc, char **argv);

#endif
