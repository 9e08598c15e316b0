/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * elf_bytes - the bytes of an ELF file (64 bits, little endian), in memory or still in the file, and its sections. They are
 * hostile: every offset is checked, and a file that shrinks is one that cannot be read.
 */
#ifndef SYMBOLS_ELF_BYTES_H
#define SYMBOLS_ELF_BYTES_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed. */
struct elf_bytes {
	const unsigned char *bytes; /* NULL: read them from `fd` */
	int fd;
	uint64_t size;
};

/* Copies `len` bytes from offset `at`. False if they are not there; the first read that fails in a run is reported. */
bool elf_bytes_get(const struct elf_bytes *from, uint64_t at, void *to, size_t len);

/* False if it is not such a file. */
bool elf_bytes_header(const struct elf_bytes *from, Elf64_Ehdr *ret);

/* Section or program header number `i`; false if there is none. */
bool elf_bytes_section(const struct elf_bytes *from, const Elf64_Ehdr *ehdr, size_t i,
		       Elf64_Shdr *ret);
bool elf_bytes_program(const struct elf_bytes *from, const Elf64_Ehdr *ehdr, size_t i,
		       Elf64_Phdr *ret);

/* The section with this name, or the first of this type. */
bool elf_bytes_section_named(const struct elf_bytes *from, const char *name, Elf64_Shdr *ret);
bool elf_bytes_section_of(const struct elf_bytes *from, uint32_t type, Elf64_Shdr *ret);

/* The section's bytes and one more that is 0, the caller's to free. NULL if they are not there or more than `max`. */
unsigned char *elf_bytes_of(const struct elf_bytes *from, const Elf64_Shdr *shdr, size_t max);

#endif
