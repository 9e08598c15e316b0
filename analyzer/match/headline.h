/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * headline - the first line of an explanation: what was refused, and of what is left the cause that is most likely;
 * where the kernel is not known, on which kernels it is.
 */
#ifndef MATCH_HEADLINE_H
#define MATCH_HEADLINE_H

#include "match/explanation.h"

/* `possible` and `ruled_out` are made already. In `arena`, or static. */
const char *headline(const struct explanation *explanation, const struct errline *line,
		     const struct premise *premise, struct arena *arena);

#endif
