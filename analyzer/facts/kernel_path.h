/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_path - the kernel's functions on the way of an attach, beyond those that the recorder watches: which of them a
 * trace may name, who passes on whose refusal, and what one of them tells of the door. Static answers.
 */
#ifndef FACTS_KERNEL_PATH_H
#define FACTS_KERNEL_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/door.h"

/* What one of them tells when it returned an errno. */
struct kernel_path {
	const char *function;
	enum door door;	  /* at which alone it is called; 0: at several */
	const char *file; /* that was written to; NULL: it does not tell */
	uint32_t cgroup;  /* the version; 0: it does not tell */
	bool is_shared; /* the kernel also calls it, or it also fails, where nothing is attached */
};

/* The function of that name, of `len` bytes; NULL if it is on no such way. Without a compiler's suffix (".isra.0"). */
const struct kernel_path *kernel_path_find(const char *name, size_t len);

/* Hands over the name of each of them. */
void kernel_path_each(void (*take)(void *context, const char *function), void *context);

/*
 * May `outer` have returned what `inner` returned, on any kernel from 4.8 on? Also true of a function and itself.
 * What the compiler put into its caller counts as called.
 */
bool kernel_path_calls(const char *outer, const char *inner);

/* How many of them it calls, whose refusals it passes on. */
size_t kernel_path_below(const char *function);

#endif
