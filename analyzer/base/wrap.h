/* SPDX-License-Identifier: GPL-2.0-or-later */
/* wrap - text in lines of 96 columns, or a narrower terminal's. Escape sequences that only change colours take none. */
#ifndef BASE_WRAP_H
#define BASE_WRAP_H

#include <stddef.h>
#include <stdio.h>

/* `text` after two blanks and `label`, broken between words, the following lines below the first. */
void wrap(FILE *out, const char *label, const char *text);

/* `text` after `first` blanks, broken between words, the following lines after `indent` blanks. */
void wrap_indented(FILE *out, int first, int indent, const char *text);

/*
 * `text` after two blanks, the following lines further in. It is broken only at a '\n', which is a blank otherwise:
 * what a log or a user wrote stays in one piece.
 */
void wrap_hanging(FILE *out, const char *text);

/* How many columns there are, and may be from now on: at least 40, at most 96. */
int wrap_columns(void);
void wrap_set_columns(int columns);

/* Of the terminal that is open as `fd`; 0: it is none, or does not say. */
int wrap_terminal_columns(int fd);

/* How many columns `text` takes. */
size_t wrap_width(const char *text);

/* How many lines wrap() takes, with a label of so many bytes. */
size_t wrap_lines(size_t label, const char *text);

#endif
