/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ruled_out - why a refusal was not for another cause: the kernel lacks the test, the controller is not
 * there, the function agreed, another one refused, or what the cause needs is not so.
 */
#ifndef VERDICT_RULED_OUT_H
#define VERDICT_RULED_OUT_H

#include "verdict/causes.h"

/* One line in the finding's arena; NULL if nothing in the log rules the cause out. */
const char *ruled_out_why(struct finding *f, const struct cause *cause);

/* Is it worth saying? Not of what this kernel could never do, unless the errno is EINVAL. */
bool ruled_out_tells(const struct finding *f, const struct cause *cause);

#endif
