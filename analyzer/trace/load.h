/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load - the lines of a file go through the parser into the model; damaged ones are named, counted
 * and passed over, and what is whole in them is rescued.
 */
#ifndef TRACE_LOAD_H
#define TRACE_LOAD_H

#include <sys/types.h>

#include "base/diag.h"
#include "trace/model.h"

enum load {
	LOAD_OK,
	LOAD_NO_LOG,		/* not one record in it: reported, the model knows nothing of it */
	LOAD_ERROR		/* could not be read to its end: reported */
};

#define LOAD_IDLE_MS 1000

/* What the caller does meanwhile; each may be NULL. */
struct load_hooks {
	void (*progress)(void *context); /* after each line */
	void (*damage)(void *context, const struct pos *pos, const char *what); /* a damaged line */
	void (*idle)(void *context); /* whenever a pipe has had nothing to read for LOAD_IDLE_MS */
	bool (*wake)(
		void *context); /* before anything is read, and when `wake_fd` is readable; false: that is the end */
	int wake_fd;
	void *context;
	struct recent_lines *lines; /* take in each line; NULL: none */
	bool no_quotes;		    /* what is said of a damaged line does not quote it */
	bool again; /* it was read before, and what was to be reported then is not reported once more */
};

/* What was read: so many lines and, unpacked, bytes of that file. */
struct extent {
	unsigned long lines;
	uint64_t bytes;
	dev_t dev;
	ino_t ino;
};

/*
 * Reads `path`, "-" is stdin, to its end, and sets `*extent`. Of one that is read again no more than `*extent`, since it
 * may have grown; if it is another file now, or shorter, LOAD_ERROR, which has been reported.
 */
enum load load_file(struct model *model, const char *path, const struct load_hooks *hooks,
		    struct extent *extent);

/* Can `path` be read a second time? */
bool load_can_repeat(const char *path);

/* Is `path` something that is still being written, so that answers should not wait for its end? */
bool load_is_live(const char *path);

#endif
