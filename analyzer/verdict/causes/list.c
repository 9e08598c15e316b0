/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#define CAUSE_ADDRESS(id) &cause_##id,

const struct cause *const causes[] = { CAUSES(CAUSE_ADDRESS) };
const size_t cause_count = ARRAY_SIZE(causes);
