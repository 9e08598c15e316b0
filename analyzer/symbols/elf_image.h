/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_image - the bytes of an ELF file (64 bits, little endian), by offset or by address. The file is hostile: no
 * number in it is believed before it has been compared with the file's size.
 */
#ifndef SYMBOLS_ELF_IMAGE_H
#define SYMBOLS_ELF_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELFIMAGE_SEGMENTS 32

struct elfimage_segment {
	uint64_t offset, address, size;	/* size: bytes that are in the file */
	bool code;
};

/* Pages are private: what is written there does not reach the file. */
struct elfimage {
	unsigned char *bytes;
	size_t size;
	unsigned int machine;		/* EM_X86_64 */
	struct elfimage_segment segments[ELFIMAGE_SEGMENTS];	/* the loaded ones, all of them within the file */
	size_t count;
	uint64_t dynamic, dynamic_size;	/* the dynamic section, an offset; size 0 if there is none */
};

/* Maps the file; `fd` stays the caller's. False if it is not such a file. */
bool elfimage_init(struct elfimage *ret, int fd, size_t size);
void elfimage_fini(struct elfimage *image);

/* The address at which the code at `offset` is linked; false if no code is there. */
bool elfimage_address_of(const struct elfimage *image, uint64_t offset, uint64_t *ret);

/* The bytes from `address` to the end of its segment; NULL if it is in none. */
const unsigned char *elfimage_at(const struct elfimage *image, uint64_t address, size_t *room);

/* Do both, and all between them, lie in the same segment of code? */
bool elfimage_is_code(const struct elfimage *image, uint64_t first, uint64_t last);

/* A loaded section, by name. */
bool elfimage_section(const struct elfimage *image, const char *name, uint64_t *address, size_t *size);

/* Puts into its place what the dynamic linker would for a file loaded at address 0 (R_X86_64_RELATIVE). */
void elfimage_relocate(struct elfimage *image);

#endif
