/* SPDX-License-Identifier: GPL-2.0-or-later */
/* here - is what an error line speaks of on this machine? Only looks: nothing is written or changed. */
#ifndef REPORT_HERE_H
#define REPORT_HERE_H

#include "errors/line.h"
#include "base/strings.h"
#include "report/aliases.h"

/*
 * Adds sentences about the line's cgroup and process, safe for a terminal, in `arena`. Names are shown as `aliases`
 * has them; NULL: as they are.
 */
void here_look(struct strings *ret, const struct errline *line, struct aliases *aliases,
	       struct arena *arena);

#endif
