/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain_kernel - on which kernel an error line was written, as far as that is known. */
#ifndef MATCH_EXPLAIN_KERNEL_H
#define MATCH_EXPLAIN_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/util.h"

struct explain_kernel {
	const char *release;		     /* NULL: not known */
	uint32_t version;		     /* KERNEL_VERSION, 0 if not known */
	const char *whose;		     /* "this machine's", "--kernel", "the log's" */
	int rt_group_sched, sched_class_ext; /* as it was configured: 0, 1; -1 not known */
};

/*
 * `release`: of --kernel; "here" is this machine's; NULL is not known. The configuration is read from /boot, if it is
 * there.
 */
struct explain_kernel explain_kernel(const char *release, struct arena *arena);

/* Is the text a line of this machine's journal: a time, the name of this machine, and who wrote it? */
bool explain_kernel_is_here(const char *text);

#endif
