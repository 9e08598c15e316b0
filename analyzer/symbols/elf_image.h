/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_image - the bytes of an ELF file (64 bits, little endian), by offset or by address. The file is hostile: no
 * number in it is believed before it has been compared with the file's size, and its bytes are a copy: what happens to the
 * file later changes nothing.
 */
#ifndef SYMBOLS_ELF_IMAGE_H
#define SYMBOLS_ELF_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELF_IMAGE_SEGMENTS 32

/* Of a file, bytes: it is read as a whole. The largest programs of Go that are known have some 150 MB. */
#define ELF_IMAGE_MAX ((size_t)256 << 20)

struct elf_image_segment {
	uint64_t offset, address, size;	/* size: bytes that are in the file */
	bool code;
};

struct elf_image {
	unsigned char *bytes;
	size_t size;
	unsigned int machine; /* EM_X86_64, ... */
	/* The loaded ones, all of them within the file, and together no larger. */
	struct elf_image_segment segments[ELF_IMAGE_SEGMENTS];
	size_t count;
	uint64_t dynamic, dynamic_size;	/* the dynamic section, an offset; size 0 if there is none */
};

/*
 * Reads the file; `fd` stays the caller's. False if it is not such a file; `*why_not` is a static sentence without capital or
 * full stop.
 */
bool elf_image_init(struct elf_image *ret, int fd, size_t size, const char **why_not);
void elf_image_fini(struct elf_image *image);

/* The address at which the code at `offset` is linked; false if no code is there. */
bool elf_image_address_of(const struct elf_image *image, uint64_t offset, uint64_t *ret);

/* The bytes from `address` to the end of its segment; NULL if it is in none. */
const unsigned char *elf_image_at(const struct elf_image *image, uint64_t address, size_t *room);

/* Do both, and all between them, lie in the same segment of code? */
bool elf_image_is_code(const struct elf_image *image, uint64_t first, uint64_t last);

/* A loaded section, by name. */
bool elf_image_section(const struct elf_image *image, const char *name, uint64_t *address,
		       size_t *size);

/* Puts into its place what the dynamic linker would for a file loaded at address 0 (machine_relative()). */
void elf_image_relocate(struct elf_image *image);

#endif
