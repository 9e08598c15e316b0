/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * go_table - Go's own table of functions (pclntab): which function is at an address. It is in every Go program, stripped
 * or not. All four layouts there have been, for 64 bits, little endian. The table is hostile: every read is checked.
 */
#ifndef SYMBOLS_GO_TABLE_H
#define SYMBOLS_GO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct go_table {
	const unsigned char *bytes;	/* borrowed */
	size_t size;
	bool relative;			/* addresses count from `text`: Go 1.18 and later */
	uint64_t text;			/* 0 if the table does not say (Go 1.26): the caller puts it here */
	uint64_t count;			/* functions */
	uint64_t first, last;		/* of the addresses, without `text`; last is the end of the last function */
	size_t names, functions;	/* where the names begin, and the functions */
	size_t index, width;		/* where the index by address begins, and the bytes of a number in it */
};

/* Can a table begin so? For a search; eight bytes are looked at. */
bool go_table_is_magic(const unsigned char *bytes, size_t size);

/* Reads the table's head and looks through its index. False if it is not a sound table. */
bool go_table_init(struct go_table *ret, const unsigned char *bytes, size_t size);

/* The function's name, in the table; `*start` is its address. NULL if none is there. */
const char *go_table_find(const struct go_table *table, uint64_t address, uint64_t *start);

#endif
