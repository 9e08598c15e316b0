/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules_outside - what the causes share of writes that kernfs has not seen, or not taken.
 */
#ifndef VERDICT_RULES_OUTSIDE_H
#define VERDICT_RULES_OUTSIDE_H

#include "verdict/claim.h"

/* The smallest page of any architecture; kernfs takes a page in one write. */
#define KERNFS_PAGE_MIN 4096

enum { SECCOMP_FILTER = 2 };

/* Cites that more than a page was written; `nbytes` is above KERNFS_PAGE_MIN. */
void outside_cite_too_long(const struct finding *f, struct claim *claim, unsigned long line,
			   uint64_t nbytes);

/* Did the write never enter kernfs? */
bool is_outside(const struct finding *f);

/* What is wrong with the position or the count of the recorded call; NULL if nothing is, or the call is not known. */
const char *outside_bad_argument(const struct finding *f);

/* Is the recorded call known by its number on that machine? If not, nothing is known of its arguments. */
bool outside_is_known(const struct finding *f);

/* Is it a call of several parts, of whose addresses and lengths nothing is recorded? */
bool outside_has_parts(const struct finding *f);

/* Is the file on one of the kernel's own cgroup file systems? */
bool outside_is_cgroup(const struct record_write *w);

/* On the way: did kernfs refuse the write before any cgroup code ran? */
bool is_not_reached(const struct finding *f);

#endif
