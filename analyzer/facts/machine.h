/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine - what differs between the architectures that a log or a file may come from. It is never the one that
 * cganalyze runs on: a log names its own in the header, an ELF file in e_machine.
 */
#ifndef FACTS_MACHINE_H
#define FACTS_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The system call `nr` on `machine`, uname's word ("x86_64", "aarch64"): a static name, of those that create threads, or
 * write. NULL for others, on other architectures, and if `machine` is NULL. Sources:
 * arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h (arm64 has no fork and no vfork).
 */
const char *machine_call(const char *machine, uint32_t nr);

/* The size of a page in bytes; 0 where it depends on the kernel's configuration, or is not known. */
size_t machine_page(const char *machine);

/*
 * The name of the call that creates a thread or process, if the code that ends at `end` is nothing but that: its number
 * is put into its register, and the next instruction is the call. `room`: bytes before `end`. NULL if it is not.
 * `elf_machine`: EM_X86_64, EM_AARCH64; others are not known.
 */
const char *machine_clone_before(unsigned int elf_machine, const unsigned char *end, size_t room);

/* The relocation that adds the address at which a file is loaded (R_X86_64_RELATIVE); 0 if it is not known. */
uint32_t machine_relative(unsigned int elf_machine);

#endif
