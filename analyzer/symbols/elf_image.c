/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "symbols/elf_image.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "facts/machine.h"
#include "symbols/elf_bytes.h"

static const unsigned char *span(const struct elf_image *image, uint64_t offset, uint64_t len)
{
	return offset <= image->size && len <= image->size - offset ? image->bytes + offset : NULL;
}

/* The structures need not be aligned in the file. */
static bool read_at(const struct elf_image *image, uint64_t offset, void *to, size_t len)
{
	const unsigned char *from = span(image, offset, len);

	if (from)
		memcpy(to, from, len);
	return from;
}

static void add_segment(struct elf_image *image, const Elf64_Phdr *phdr)
{
	if (!span(image, phdr->p_offset, phdr->p_filesz) || phdr->p_vaddr + phdr->p_filesz < phdr->p_vaddr)
		return;
	if (phdr->p_type == PT_DYNAMIC) {
		image->dynamic = phdr->p_offset;
		image->dynamic_size = phdr->p_filesz;
	} else if (phdr->p_type == PT_LOAD && image->count < ELF_IMAGE_SEGMENTS) {
		image->segments[image->count++] = (struct elf_image_segment){
			.offset = phdr->p_offset,
			.address = phdr->p_vaddr,
			.size = phdr->p_filesz,
			.code = phdr->p_flags & PF_X,
		};
	}
}

/* No honest file maps a byte twice: work on a segment must cost no more than its bytes. */
static bool overlap(const struct elf_image *image)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < image->count; i++)
		sum += image->segments[i].size;
	return sum > image->size;
}

static const char *read_headers(struct elf_image *image)
{
	struct elf_bytes bytes = { image->bytes, -1, image->size };
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdr;

	if (!elf_bytes_header(&bytes, &ehdr) || (ehdr.e_phnum && ehdr.e_phentsize != sizeof(phdr)))
		return "the file is not a 64-bit ELF file of little-endian order";
	image->machine = ehdr.e_machine;
	for (size_t i = 0; i < ehdr.e_phnum; i++) {
		if (!elf_bytes_program(&bytes, &ehdr, i, &phdr))
			return "the ELF file ends before its headers do";
		add_segment(image, &phdr);
	}
	return overlap(image) ? "its segments are larger than the file" : NULL;
}

bool elf_image_init(struct elf_image *ret, int fd, size_t size, const char **why_not)
{
	struct elf_image image = { .size = size };

	if (size > ELF_IMAGE_MAX) {
		*why_not = "it is larger than 256 MB, and was not read";
		return false;
	}
	image.bytes = malloc(size + !size);
	if (!image.bytes)
		out_of_memory();
	if (!elf_bytes_get(&(struct elf_bytes){ NULL, fd, size }, 0, image.bytes, size))
		*why_not = "it could not be read to its end";
	else if (!(*why_not = read_headers(&image)))
		return *ret = image, true;
	elf_image_fini(&image);
	return false;
}

void elf_image_fini(struct elf_image *image)
{
	free(image->bytes);
	*image = (struct elf_image){ 0 };
}

bool elf_image_address_of(const struct elf_image *image, uint64_t offset, uint64_t *ret)
{
	for (size_t i = 0; i < image->count; i++) {
		const struct elf_image_segment *s = &image->segments[i];

		if (!s->code || offset < s->offset || offset - s->offset >= s->size)
			continue;
		*ret = s->address + (offset - s->offset);
		return true;
	}
	return false;
}

static const struct elf_image_segment *segment_of(const struct elf_image *image, uint64_t address)
{
	for (size_t i = 0; i < image->count; i++) {
		const struct elf_image_segment *s = &image->segments[i];

		if (address >= s->address && address - s->address < s->size)
			return s;
	}
	return NULL;
}

const unsigned char *elf_image_at(const struct elf_image *image, uint64_t address, size_t *room)
{
	const struct elf_image_segment *s = segment_of(image, address);

	if (!s)
		return NULL;
	*room = s->size - (address - s->address);
	return image->bytes + s->offset + (address - s->address);
}

bool elf_image_is_code(const struct elf_image *image, uint64_t first, uint64_t last)
{
	const struct elf_image_segment *s = segment_of(image, first);

	return s && s->code && last >= first && last - s->address <= s->size;
}

bool elf_image_section(const struct elf_image *image, const char *name, uint64_t *address,
		       size_t *size)
{
	Elf64_Shdr shdr;
	size_t room;

	if (!elf_bytes_section_named(&(struct elf_bytes){ image->bytes, -1, image->size }, name,
				     &shdr) ||
	    !(shdr.sh_flags & SHF_ALLOC) || !elf_image_at(image, shdr.sh_addr, &room) ||
	    shdr.sh_size > room)
		return false;
	*address = shdr.sh_addr;
	*size = shdr.sh_size;
	return true;
}

static void relocate_one(struct elf_image *image, const Elf64_Rela *rela)
{
	const struct elf_image_segment *s = segment_of(image, rela->r_offset);

	if (ELF64_R_TYPE(rela->r_info) != machine_relative(image->machine) || !s ||
	    s->size - (rela->r_offset - s->address) < sizeof(rela->r_addend))
		return;
	memcpy(image->bytes + s->offset + (rela->r_offset - s->address), &rela->r_addend, sizeof(rela->r_addend));
}

void elf_image_relocate(struct elf_image *image)
{
	uint64_t table = 0, size = 0;
	size_t room;
	Elf64_Dyn dyn;
	Elf64_Rela rela;

	if (!machine_relative(image->machine))
		return;
	for (uint64_t at = 0; at + sizeof(dyn) <= image->dynamic_size; at += sizeof(dyn)) {
		if (!read_at(image, image->dynamic + at, &dyn, sizeof(dyn)) || dyn.d_tag == DT_NULL)
			break;
		if (dyn.d_tag == DT_RELA)
			table = dyn.d_un.d_ptr;
		else if (dyn.d_tag == DT_RELASZ)
			size = dyn.d_un.d_val;
	}
	const unsigned char *from = elf_image_at(image, table, &room);

	for (uint64_t at = 0; from && size >= sizeof(rela) && at <= size - sizeof(rela) &&
	     at + sizeof(rela) <= room; at += sizeof(rela)) {
		memcpy(&rela, from + at, sizeof(rela));
		relocate_one(image, &rela);
	}
}
