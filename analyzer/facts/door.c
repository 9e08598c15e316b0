/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/door.h"

#include <stddef.h>

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
