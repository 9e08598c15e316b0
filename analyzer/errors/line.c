/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "errors/line.h"

void errline_fini(struct errline *line)
{
	arena_fini(&line->arena);
	*line = (struct errline){ 0 };
}

const char *errline_kind_name(enum errline_kind kind)
{
	static const char *const names[] = {
		[ERRLINE_OTHER] = "other",
		[ERRLINE_ATTACH] = "attach",
		[ERRLINE_ATTACH_INDIRECT] = "attach-indirect",
		[ERRLINE_PROPERTY] = "property",
	};

	return names[kind];
}

enum door errline_door(const struct errline *line)
{
	if (line->kind == ERRLINE_OTHER || line->kind == ERRLINE_PROPERTY ||
	    line->step == ERRLINE_USER)
		return 0;
	if (line->kind == ERRLINE_ATTACH_INDIRECT)
		return DOOR_SUBTREE_CONTROL;
	return line->step == ERRLINE_CLONE ? DOOR_CLONE : DOOR_WRITE;
}
