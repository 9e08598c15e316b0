/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unquote - a message as its author meant it: without the escapes, entities, colours, marks and typography that
 * loggers, browsers and editors put around it.
 *
 * A run of backslashes before a character is one escape, whatever its length: that undoes any depth of nesting. The
 * one that stays is systemd's \xNN, which is part of a cgroup's name; it comes out with one backslash.
 */
#ifndef ERRORS_UNQUOTE_H
#define ERRORS_UNQUOTE_H

#include <stddef.h>

/*
 * Returns the text, of `*ret_len` bytes and a final 0, to be freed. Newlines are those of `text` itself, without
 * the quoting marks at the beginning of lines; an escaped newline becomes a space, another
 * control character a question mark. There are never two spaces in a row. Never longer than `text`, whose UTF-8 may be broken.
 */
char *unquote(const char *text, size_t len, size_t *ret_len);

#endif
