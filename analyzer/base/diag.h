/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diag - messages to the user, on stderr, each of them one write(2):
 *
 *     cganalyze: trace.log:123: torn line: ...
 *
 * Whatever a message quotes may come from a hostile log or file name: every byte outside printable
 * ASCII is written as \xNN, so that no message can move the cursor or fake a second one.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

/* Where a thing stands; `file` is borrowed. Line 0 means the file as a whole. */
struct pos {
	const char *file;
	unsigned long line;
};

/* Both return -1, so that `return error(...)` ends the story. */
int error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int error_at(const struct pos *pos, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
