/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unpacker - what is in a file that gzip, xz or zstd has packed, by the libraries of these. Nothing else uses them so.
 *
 * Of a damaged file all is handed over that can be unpacked before the damage. Several that stand one behind the other are one.
 *
 * There is no limit to what comes out, which is handed over piece by piece. The memory is what the packer's window
 * takes: 32 KiB of gzip, 8 MiB of zstd -19, 64 MiB of xz -9 and of zstd --long=26. What needs more is refused.
 */
#ifndef BASE_UNPACKER_H
#define BASE_UNPACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes of the largest window. */
#define UNPACKER_WINDOW ((uint64_t)64 << 20)

struct unpacker;

/* The longest of the marks by which a packed file begins. */
#define UNPACKER_MARK 6

/* Does a file that begins so begin like a packed one? `*is_whole`: and is it one? */
bool unpacker_knows(const char *begin, size_t len, bool *is_whole);

/* So much may be read before that is known. */
#define UNPACKER_FIRST (64u * 1024)

/* Of a file whose first `len` bytes were read from `fd`, which stays the caller's. `name` is its name, for messages. */
struct unpacker *unpacker_new(int fd, const char *begin, size_t len, const char *name);
void unpacker_free(struct unpacker *unpacker);

/* How many bytes it put there; 0: the end; -1: could not be read or is damaged, which it has reported. */
ssize_t unpacker_read(struct unpacker *unpacker, char *to, size_t room);

#endif
