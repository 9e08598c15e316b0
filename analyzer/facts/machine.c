/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/machine.h"

#include <elf.h>
#include <string.h>

#include "base/util.h"

/* -1: the architecture has none. */
static const struct call {
	const char *name;
	int x86_64, aarch64;
	bool creates;
} calls[] = {
	{ "write", 1, 64, false },
	{ "pwrite64", 18, 68, false },
	{ "writev", 20, 66, false },
	{ "pwritev", 296, 70, false },
	{ "pwritev2", 328, 287, false },
	{ "clone", 56, 220, true },
	{ "fork", 57, -1, true },
	{ "vfork", 58, -1, true },
	{ "clone3", 435, 435, true },
	{ "io_uring_setup", 425, 425, false },
	{ "io_uring_enter", 426, 426, false },
};

/* -1: of a machine that is not known. */
static int number_on(const struct call *call, unsigned int elf_machine)
{
	if (elf_machine == EM_X86_64)
		return call->x86_64;
	return elf_machine == EM_AARCH64 ? call->aarch64 : -1;
}

/* `number`: -1 if there is none. */
static const struct call *find_call(unsigned int elf_machine, int64_t number)
{
	for (size_t i = 0; number >= 0 && i < ARRAY_SIZE(calls); i++)
		if (number == number_on(&calls[i], elf_machine))
			return &calls[i];
	return NULL;
}

static unsigned int elf_machine_of(const char *machine)
{
	if (!machine)
		return EM_NONE;
	if (!strcmp(machine, "x86_64"))
		return EM_X86_64;
	return !strcmp(machine, "aarch64") ? EM_AARCH64 : EM_NONE;
}

const char *machine_call(const char *machine, uint32_t nr)
{
	const struct call *call = find_call(elf_machine_of(machine), nr);

	return call ? call->name : NULL;
}

/* arm64 has pages of 4, 16 or 64 kB. */
size_t machine_page(const char *machine)
{
	return elf_machine_of(machine) == EM_X86_64 ? 4096 : 0;
}

/* Little endian, whatever this machine is. */
static uint32_t word(const unsigned char *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

/* "mov $NUMBER,%eax; syscall" */
static int64_t number_x86_64(const unsigned char *end, size_t room)
{
	if (room < 7 || end[-7] != 0xb8 || end[-2] != 0x0f || end[-1] != 0x05)
		return -1;
	return word(end - 6);
}

/* "mov x8, #NUMBER; svc #0", or the same of w8. */
static int64_t number_aarch64(const unsigned char *end, size_t room)
{
	if (room < 8 || word(end - 4) != 0xd4000001 || (word(end - 8) & 0x7fe0001f) != 0x52800008)
		return -1;
	return word(end - 8) >> 5 & 0xffff;
}

const char *machine_clone_before(unsigned int elf_machine, const unsigned char *end, size_t room)
{
	int64_t number = -1;

	if (elf_machine == EM_X86_64)
		number = number_x86_64(end, room);
	else if (elf_machine == EM_AARCH64)
		number = number_aarch64(end, room);
	const struct call *call = find_call(elf_machine, number);

	return call && call->creates ? call->name : NULL;
}

uint32_t machine_relative(unsigned int elf_machine)
{
	if (elf_machine == EM_X86_64)
		return R_X86_64_RELATIVE;
	return elf_machine == EM_AARCH64 ? (uint32_t)R_AARCH64_RELATIVE : 0;
}
