/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * read_text - errline_parse() for those who must tell a good reading of a text from a better one: read_file.c.
 */
#ifndef ERRORS_READ_TEXT_H
#define ERRORS_READ_TEXT_H

#include "errors/line.h"
#include "errors/message.h"

struct errreading {
	struct errline line;
	struct errmessage about;
};

/* The caller's until errline_fini() of its line. */
struct errreading errreading_of(const char *text, size_t len);

#endif
