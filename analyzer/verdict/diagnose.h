/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diagnose - a refused attach gets its one cause, with what carries it and what rules the others out.
 * Pure: nothing is printed, and nothing but the attach and its log is looked at.
 *
 * A rule that is not sure does not hold: "unexplained" is an honest answer, a wrong cause is not.
 */
#ifndef VERDICT_DIAGNOSE_H
#define VERDICT_DIAGNOSE_H

#include "verdict/finding.h"

/* Takes the attach. */
struct finding *finding_new_steal(struct attach *attach);

/*
 * Adds what only somebody who reads the finding needs: what rules the other causes out, the advice, and what the functions on
 * the way returned. The second time nothing.
 */
void finding_fill_in(struct finding *finding);

#endif
