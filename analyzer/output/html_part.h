/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * html_part - some hundred objects of JSON, that are much alike but for their numbers: as few shapes, in which the numbers
 * are missing, and columns of those. It takes a third of the bytes that compression alone would; docs/html.md has the format.
 */
#ifndef OUTPUT_HTML_PART_H
#define OUTPUT_HTML_PART_H

#include <stdbool.h>

#include "output/html_pack.h"

struct html_part;

struct html_part *html_part_new(void);
void html_part_free(struct html_part *part);

bool html_part_is_empty(const struct html_part *part);
/* Should one of `len` bytes begin another part? */
bool html_part_is_full(const struct html_part *part, size_t len);
/* Compact JSON without a control character, as js_...() and json_text() make it. */
void html_part_add(struct html_part *part, const char *json, size_t len);
/* Adds all of it to `pack`, and is empty again. */
void html_part_write(struct html_part *part, struct pack *pack);

#endif
