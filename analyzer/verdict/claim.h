/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * claim - what a rule found out. A rule is a function of one cause, which holds or does not. It looks at the
 * finding and changes nothing of it; its claim is kept if it is the one that holds. If none does, the facts of
 * all are kept. At most one can hold, in whatever order they are tried.
 *
 * The driver asks only when the records do not contradict each other, and about causes of this errno and door.
 */
#ifndef VERDICT_CLAIM_H
#define VERDICT_CLAIM_H

#include "verdict/finding.h"

struct claim {
	struct arena *arena;
	const struct task *blocker;
	enum proof proof;
	struct strings facts;
	struct evidence *evidence;
	size_t evidence_count, evidence_room;
};

typedef enum confidence rule(const struct finding *f, struct claim *claim);

void claim_fini(struct claim *claim);

void claim_fact(struct claim *claim, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void claim_cite(struct claim *claim, unsigned long line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Both at once, and the confidence that goes with it. */
enum confidence claim_inferred(struct claim *claim, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
