/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text - strings that are made. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/util.h"

/*
 * `s`, safe for a terminal and on one line: every byte outside printable ASCII, and the backslash,
 * is \ooo. In `arena`.
 */
const char *text_safe(struct arena *arena, const char *s);

#endif
