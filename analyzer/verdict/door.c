/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/door.h"

#include <string.h>

enum door door_of(const struct attach *a)
{
	if (a->has_clone)
		return DOOR_CLONE;
	if (a->kernel)
		return DOOR_KERNEL;
	return a->begun && !strcmp(a->begin.file, "cgroup.subtree_control") ? DOOR_SUBTREE_CONTROL :
									      DOOR_WRITE;
}

const char *door_name(enum door door)
{
	switch (door) {
	case DOOR_WRITE:
		return "write";
	case DOOR_SUBTREE_CONTROL:
		return "subtree_control";
	case DOOR_CLONE:
		return "clone3";
	case DOOR_KERNEL:
		return "kernel";
	}
	return NULL;
}
