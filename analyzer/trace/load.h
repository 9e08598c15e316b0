/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load - the lines of a file go through the parser into the model; damaged ones are named, counted
 * and passed over, and what is whole in them is rescued.
 */
#ifndef TRACE_LOAD_H
#define TRACE_LOAD_H

#include "trace/model.h"

enum intake {
	INTAKE_OK,
	INTAKE_NO_LOG,		/* not one record in it: reported, the model knows nothing of it */
	INTAKE_ERROR		/* could not be read to its end: reported */
};

/* Called after each line with what was given to intake_file(). */
typedef void intake_progress(void *context);

/* Reads `path`, "-" is stdin, to its end. `progress` may be NULL. */
enum intake intake_file(struct model *model, const char *path, intake_progress *progress,
			void *context);

/* Is `path` something that is still being written, so that answers should not wait for its end? */
bool intake_is_live(const char *path);

#endif
