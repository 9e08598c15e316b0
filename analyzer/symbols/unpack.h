/* SPDX-License-Identifier: GPL-2.0-or-later */
/* unpack - what xz packed. The only user of liblzma. The bytes are hostile: 600 kB can be 4 GB. */
#ifndef SYMBOLS_UNPACK_H
#define SYMBOLS_UNPACK_H

#include <stddef.h>

/* At most `max` bytes, the caller's to free. NULL and why, a static sentence, if that is not all, or it is damaged. */
unsigned char *unpack_xz(const unsigned char *from, size_t size, size_t max, size_t *ret,
			 const char **why_not);

#endif
