/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock - the time that has passed. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC, ns. */
uint64_t clock_now(void);

#endif
