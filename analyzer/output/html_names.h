/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_names - the strings of a page's index, each once. They are kept in memory, so there is a bound. */
#ifndef OUTPUT_HTML_NAMES_H
#define OUTPUT_HTML_NAMES_H

#include <stdint.h>

#include "output/json_stream.h"

#define HTML_NAMES_MAX	 65536
#define HTML_NAMES_BYTES (4u << 20)

enum { HTML_NAME_NONE, HTML_NAME_TOO_MANY, HTML_NAME_FIRST };

struct html_names;

struct html_names *html_names_new(void);
void html_names_free(struct html_names *names);

/* The number of a string; of one of the log, which is escaped. NULL: HTML_NAME_NONE. */
uint32_t html_names_plain(struct html_names *names, const char *s);
uint32_t html_names_logged(struct html_names *names, const char *escaped);

/* All of them, as an array in the order of their numbers. */
void html_names_put(const struct html_names *names, struct json_stream *s);

#endif
