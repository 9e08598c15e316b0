/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unpacker - what is in a file that gzip, xz or zstd has packed. Only libarchive knows how; nothing else uses it.
 *
 * Of a damaged file all is handed over but the last block before the damage: of 64 KiB, of 128 KiB with zstd.
 *
 * There is no limit to what comes out, which is handed over piece by piece. The memory is what the packer's window
 * takes: 32 KiB of gzip, 64 MiB of xz -9, 8 MiB of zstd -19; of xz never more than 1 GiB, of zstd 128 MiB.
 */
#ifndef BASE_UNPACKER_H
#define BASE_UNPACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

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
