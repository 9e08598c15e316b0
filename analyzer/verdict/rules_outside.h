/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules_outside - what the causes share of writes that kernfs has not seen, or not taken.
 */
#ifndef VERDICT_RULES_OUTSIDE_H
#define VERDICT_RULES_OUTSIDE_H

#include "verdict/claim.h"

#define KERNFS_PAGE 4096 /* kernfs takes that much in one write; x86-64 */

enum { SECCOMP_FILTER = 2 };

/* Did the write never enter kernfs? */
bool is_outside(const struct finding *f);

/* What is wrong with the position or the count; NULL if nothing is. */
const char *outside_bad_argument(const struct record_write *w);

/* Is it a call of several parts, of whose addresses and lengths nothing is recorded? */
bool outside_has_parts(const struct record_write *w);

/* Is the file on one of the kernel's own cgroup file systems? */
bool outside_is_cgroup(const struct record_write *w);

/* On the way: did kernfs refuse the write before any cgroup code ran? */
bool is_not_reached(const struct finding *f);

#endif
