/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spill - bytes that are kept for later, in memory as long as they are few, beyond that in a temporary file that has no
 * name (in $TMPDIR, or /tmp). Needs at most SPILL_MEMORY bytes of memory, whatever it holds. If the file cannot be
 * written or read the program ends with a message and status 4.
 */
#ifndef BASE_SPILL_H
#define BASE_SPILL_H

#include <stddef.h>
#include <stdint.h>

#define SPILL_MEMORY (4u << 20)

struct spill;

struct spill *spill_new(void);
void spill_free(struct spill *spill);

/* How many bytes it holds; where the next ones will stand. */
uint64_t spill_size(const struct spill *spill);

/* Appends, and returns where they stand. */
uint64_t spill_append(struct spill *spill, const void *bytes, size_t size);

/* What is there already. */
void spill_read(struct spill *spill, uint64_t at, void *to, size_t size);
void spill_write(struct spill *spill, uint64_t at, const void *from, size_t size);

#endif
