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

#include <stdbool.h>
#include <stddef.h>

/*
 * Returns the text, of `*ret_len` bytes and a final 0, to be freed. Newlines are those of `text` itself, without
 * the quoting marks at the beginning of lines; an escaped newline becomes a space, another
 * control character a question mark. There are never two spaces in a row. Never longer than `text`, whose UTF-8 may be broken.
 */
char *unquote(const char *text, size_t len, size_t *ret_len);

/* Does it change more of the text than spaces, backslashes by themselves and '>'? It may say so in vain. */
bool unquote_changes(const char *text, size_t len);

/* Does what it undoes go on in the next line: a tag, a terminal's title (behind an escape, in any of its forms)? */
bool unquote_goes_on(const char *line, size_t len);

/* In a mail's paragraph, in quoted-printable, a line that ends so goes on in the next; the last one has no such end. */
bool unquote_ends_softly(const char *line, size_t len);

#endif
