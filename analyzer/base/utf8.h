/* SPDX-License-Identifier: GPL-2.0-or-later */
/* utf8 - characters in UTF-8, as RFC 3629 has them: none twice, no halves of pairs, none above 0x10ffff. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_MAX 4	/* bytes of a character */

/* The bytes of the character at `s`, of which `room` may be read, and its number; 0 if there is none. */
size_t utf8_get(const char *s, size_t room, uint32_t *c);

/* Writes a character, at most UTF8_MAX bytes; returns what is behind it. */
char *utf8_put(char *to, uint32_t c);

/*
 * Is it one that a terminal or an editor does not show as what it is: a control character, DEL and C1 included, one that
 * has no width, or that changes the direction or the lines of others? (Unicode's categories Cc, Cf, Zl and Zp.)
 */
bool utf8_is_control(uint32_t c);

#endif
