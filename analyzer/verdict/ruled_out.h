/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ruled_out - why a recorded refusal was not for another cause: its premise makes that impossible, the function is not
 * there, agreed or was not called, or the cause itself looks at the evidence and says so.
 */
#ifndef VERDICT_RULED_OUT_H
#define VERDICT_RULED_OUT_H

#include "verdict/cause.h"

/*
 * What no rule needs to ask: the premise makes it impossible, or the kernel reads a text from which it takes no number.
 * One line, static or in the finding's arena; NULL if neither.
 */
const char *ruled_out_outright(struct finding *f, const struct cause *cause);

/* One line in the finding's arena; NULL if nothing in the log rules the cause out. */
const char *ruled_out_why(struct finding *f, const struct cause *cause);

#endif
