/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load - the lines of a file go through the parser into the model; damaged ones are named, counted
 * and passed over, and what is whole in them is rescued.
 */
#ifndef TRACE_LOAD_H
#define TRACE_LOAD_H

#include "trace/model.h"

enum load {
	LOAD_OK,
	LOAD_NO_LOG,		/* not one record in it: reported, the model knows nothing of it */
	LOAD_ERROR		/* could not be read to its end: reported */
};

/* Called after each line with what was given to load_file(). */
typedef void load_progress(void *context);

/* Reads `path`, "-" is stdin, to its end. `progress` may be NULL. */
enum load load_file(struct model *model, const char *path, load_progress *progress, void *context);

/* Is `path` something that is still being written, so that answers should not wait for its end? */
bool load_is_live(const char *path);

#endif
