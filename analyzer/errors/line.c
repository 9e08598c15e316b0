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

enum errline_door errline_door(const struct errline *line)
{
	if (line->kind == ERRLINE_OTHER || line->kind == ERRLINE_PROPERTY)
		return ERRLINE_DOOR_NONE;
	if (line->step == ERRLINE_OPEN || line->step == ERRLINE_USER)
		return ERRLINE_DOOR_NONE;
	if (line->kind == ERRLINE_ATTACH_INDIRECT)
		return ERRLINE_DOOR_SUBTREE;
	return line->step == ERRLINE_CLONE ? ERRLINE_DOOR_CLONE : ERRLINE_DOOR_WRITE;
}

const char *errline_door_name(enum errline_door door)
{
	static const char *const names[] = {
		[ERRLINE_DOOR_NONE] = NULL,
		[ERRLINE_DOOR_WRITE] = "write",
		[ERRLINE_DOOR_SUBTREE] = "subtree_control",
		[ERRLINE_DOOR_CLONE] = "clone3",
	};

	return names[door];
}
