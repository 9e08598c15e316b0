/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * errreading - errline_parse() for those who must tell a good reading of a text from a better one: errlines.c.
 */
#ifndef ERRREADING_H
#define ERRREADING_H

#include "errline.h"
#include "errmessage.h"

struct errreading {
	struct errline line;
	struct errmessage about;
};

/* The caller's until errline_fini() of its line. */
struct errreading errreading_of(const char *text, size_t len);

#endif
