/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wrap - text in lines of 96 columns. */
#ifndef BASE_WRAP_H
#define BASE_WRAP_H

#include <stdio.h>

/* `text` after two blanks and `label`, broken between words, the following lines below the first. */
void wrap(FILE *out, const char *label, const char *text);

#endif
