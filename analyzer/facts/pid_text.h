/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pid_text - what the kernel makes of a text that was written where a pid belongs: strstrip() and
 * kstrtoint() with base 0, as cgroup_procs_write_start() calls them from 4.8 to 6.12.
 */
#ifndef FACTS_PID_TEXT_H
#define FACTS_PID_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pidtext {
	PIDTEXT_GOOD,
	PIDTEXT_UNKNOWN,	/* it was recorded in part, and that part may begin a good one */
	PIDTEXT_EMPTY,
	PIDTEXT_TWO,
	PIDTEXT_OCTAL,
	PIDTEXT_NEGATIVE,
	PIDTEXT_TOO_BIG,
	PIDTEXT_NO_NUMBER
};

/* `bytes` of `text` are known; `cut` if there were more. `*pid` is set if the text is good. */
enum pidtext pidtext_read(const char *text, size_t bytes, bool cut, int32_t *pid);

/* What is wrong, a static phrase; NULL for PIDTEXT_GOOD and PIDTEXT_UNKNOWN. */
const char *pidtext_complaint(enum pidtext what);

#endif
