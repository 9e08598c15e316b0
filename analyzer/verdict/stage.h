/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stage - how far a write came before it was refused, by whom, and whether its records agree about that.
 */
#ifndef VERDICT_STAGE_H
#define VERDICT_STAGE_H

#include "verdict/finding.h"

/* Fills in stop, target, function, controller, stage and contradiction. */
void stage_find(struct finding *finding);

/* A caller answers after what it called: the first negative answer is the innermost. NULL if none is there. */
const struct answer *stage_first_refusal(const struct finding *finding);

#endif
