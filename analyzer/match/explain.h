/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain - what an error line alone tells of its cause, without any trace: which causes are possible on that
 * kernel and at that place, which are not and why, what to do, and how to record the proof.
 */
#ifndef MATCH_EXPLAIN_H
#define MATCH_EXPLAIN_H

#include "match/explain_kernel.h"
#include "match/explanation.h"

/* Strings in `arena`, or of the line's. The rest is the caller's until explanation_fini(). */
void explain(struct explanation *ret, const struct errline *line,
	     const struct explain_kernel *kernel, struct arena *arena);

#endif
