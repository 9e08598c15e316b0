/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wrap - text in lines of 96 columns. */
#ifndef BASE_WRAP_H
#define BASE_WRAP_H

#include <stddef.h>
#include <stdio.h>

/* `text` after two blanks and `label`, broken between words, the following lines below the first. */
void wrap(FILE *out, const char *label, const char *text);

/* How many lines that takes, with a label of so many bytes. */
size_t wrap_lines(size_t label, const char *text);

#endif
