/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/premise.h"

#include "facts/runtimes.h"

static bool is_by_runtime(const struct premise *p)
{
	return p->runtime && runtimes_makes_containers(p->runtime);
}

const char *premise_of_new_process(const struct premise *p, struct arena *arena)
{
	if (!is_by_runtime(p))
		return NULL;
	return arena_printf(arena,
			    "%s attaches a process that it has just created, which is not a kernel "
			    "thread",
			    p->runtime);
}

const char *premise_of_plain_write(const struct premise *p, struct arena *arena)
{
	if (!is_by_runtime(p))
		return NULL;
	return arena_printf(arena,
			    p->door == DOOR_WRITE ? "%s writes one decimal number, with write(2)" :
						    "%s writes a short text, with write(2)",
			    p->runtime);
}
