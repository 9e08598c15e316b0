/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read_text - the error line in a text, in whatever form it comes. */
#ifndef ERRORS_READ_TEXT_H
#define ERRORS_READ_TEXT_H

#include "errors/line.h"
#include "errors/message.h"

/*
 * Reads `text`, which may hold newlines: it is one message, of which the first 64 KiB count. Takes time in proportion
 * to its length. `*ret` is the caller's until errline_fini().
 */
void errline_parse(struct errline *ret, const char *text, size_t len);

/* The same for those who must tell a good reading of a text from a better one: read_file.c. */
struct errreading {
	struct errline line;
	struct errmessage about;
};

/* The caller's until errline_fini() of its line. */
struct errreading errreading_of(const char *text, size_t len);

#endif
