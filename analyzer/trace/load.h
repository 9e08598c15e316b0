/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load - the lines of a file go through the parser into the model; damaged ones are named, counted
 * and passed over, and what is whole in them is rescued.
 */
#ifndef TRACE_LOAD_H
#define TRACE_LOAD_H

#include "base/diag.h"
#include "trace/model.h"

enum load {
	LOAD_OK,
	LOAD_NO_LOG,		/* not one record in it: reported, the model knows nothing of it */
	LOAD_ERROR		/* could not be read to its end: reported */
};

/* What the caller does meanwhile; each may be NULL. */
struct load_hooks {
	void (*progress)(void *context); /* after each line */
	void (*damage)(void *context, const struct pos *pos, const char *what); /* a damaged line */
	void *context;
	bool again; /* it was read before, and what was to be reported then is not reported once more */
};

/*
 * Reads `path`, "-" is stdin, to its end, and sets `*lines` to how many lines it had. Of one that is read again no more
 * than `*lines`: it may have grown.
 */
enum load load_file(struct model *model, const char *path, const struct load_hooks *hooks,
		    unsigned long *lines);

/* Can `path` be read a second time? */
bool load_can_repeat(const char *path);

/* Is `path` something that is still being written, so that answers should not wait for its end? */
bool load_is_live(const char *path);

#endif
