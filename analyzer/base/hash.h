/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hash - of what is compared within one run. The values differ from run to run, so that nobody can make a log whose
 * strings fall together.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* The value to begin with. */
uint64_t hash_begin(void);

/* `hash`, and what follows. */
uint64_t hash_number(uint64_t hash, uint64_t value);
uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size);
uint64_t hash_string(uint64_t hash, const char *s);

#endif
