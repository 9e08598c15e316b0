/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_pack - text compressed as zlib does, in base64, which no element of a page can be ended by. */
#ifndef OUTPUT_HTML_PACK_H
#define OUTPUT_HTML_PACK_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/spill.h"

struct pack;

/* To one of the two, borrowed; the other is NULL. */
struct pack *pack_new(FILE *out, struct spill *spill);
void pack_add(struct pack *pack, const void *bytes, size_t size);
/* After that the next text may begin. */
void pack_finish(struct pack *pack);
void pack_free(struct pack *pack); /* NULL is good */

#endif
