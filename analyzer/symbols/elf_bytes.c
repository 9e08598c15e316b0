/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "symbols/elf_bytes.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/util.h"

/* What a file lacks is no error, and its reader says so; what the disk does not give is one. */
static void report_unread(int fd)
{
	static bool is_reported;
	int reason = errno;
	char link[32], name[PATH_MAX];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, name, sizeof(name) - 1);

	name[len < 0 ? 0 : len] = '\0';
	/* One sentence, not one for each symbol. */
	if (!is_reported)
		error_at(&(struct pos){ .file = name }, "cannot read: %s", strerror(reason));
	is_reported = true;
}

static bool read_file(int fd, uint64_t at, unsigned char *to, size_t len)
{
	while (len) {
		ssize_t n = pread(fd, to, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			report_unread(fd);
		if (n <= 0)
			return false;
		to += n;
		at += n;
		len -= n;
	}
	return true;
}

bool elf_bytes_get(const struct elf_bytes *from, uint64_t at, void *to, size_t len)
{
	if (at > from->size || len > from->size - at)
		return false;
	if (!from->bytes)
		return read_file(from->fd, at, to, len);
	memcpy(to, from->bytes + at, len);
	return true;
}

bool elf_bytes_header(const struct elf_bytes *from, Elf64_Ehdr *ret)
{
	return elf_bytes_get(from, 0, ret, sizeof(*ret)) &&
	       !memcmp(ret->e_ident, ELFMAG, SELFMAG) && ret->e_ident[EI_CLASS] == ELFCLASS64 &&
	       ret->e_ident[EI_DATA] == ELFDATA2LSB;
}

bool elf_bytes_section(const struct elf_bytes *from, const Elf64_Ehdr *ehdr, size_t i,
		       Elf64_Shdr *ret)
{
	return i < ehdr->e_shnum && ehdr->e_shentsize == sizeof(*ret) &&
	       ehdr->e_shoff <= from->size &&
	       elf_bytes_get(from, ehdr->e_shoff + i * sizeof(*ret), ret, sizeof(*ret));
}

bool elf_bytes_program(const struct elf_bytes *from, const Elf64_Ehdr *ehdr, size_t i,
		       Elf64_Phdr *ret)
{
	return i < ehdr->e_phnum && ehdr->e_phentsize == sizeof(*ret) &&
	       ehdr->e_phoff <= from->size &&
	       elf_bytes_get(from, ehdr->e_phoff + i * sizeof(*ret), ret, sizeof(*ret));
}

static bool has_name(const struct elf_bytes *from, const Elf64_Shdr *names, const Elf64_Shdr *shdr,
		     const char *name)
{
	char found[32];
	size_t len = strlen(name) + 1;

	return len <= sizeof(found) && names->sh_offset <= from->size &&
	       elf_bytes_get(from, names->sh_offset + shdr->sh_name, found, len) &&
	       !memcmp(found, name, len);
}

bool elf_bytes_section_named(const struct elf_bytes *from, const char *name, Elf64_Shdr *ret)
{
	Elf64_Ehdr ehdr;
	Elf64_Shdr names;

	if (!elf_bytes_header(from, &ehdr) ||
	    !elf_bytes_section(from, &ehdr, ehdr.e_shstrndx, &names))
		return false;
	for (size_t i = 0; elf_bytes_section(from, &ehdr, i, ret); i++)
		if (has_name(from, &names, ret, name))
			return true;
	return false;
}

bool elf_bytes_section_of(const struct elf_bytes *from, uint32_t type, Elf64_Shdr *ret)
{
	Elf64_Ehdr ehdr;

	if (!elf_bytes_header(from, &ehdr))
		return false;
	for (size_t i = 0; elf_bytes_section(from, &ehdr, i, ret); i++)
		if (ret->sh_type == type)
			return true;
	return false;
}

unsigned char *elf_bytes_of(const struct elf_bytes *from, const Elf64_Shdr *shdr, size_t max)
{
	if (shdr->sh_type == SHT_NOBITS || shdr->sh_size > max || shdr->sh_offset > from->size ||
	    shdr->sh_size > from->size - shdr->sh_offset)
		return NULL;
	unsigned char *bytes = malloc(shdr->sh_size + 1);

	if (!bytes)
		out_of_memory();
	bytes[shdr->sh_size] = 0;
	if (elf_bytes_get(from, shdr->sh_offset, bytes, shdr->sh_size))
		return bytes;
	free(bytes);
	return NULL;
}
