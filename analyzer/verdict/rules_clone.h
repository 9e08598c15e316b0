/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules_clone - what the causes share of clone3() with CLONE_INTO_CGROUP (5.7, ef2c41cf38a7). cgroup_css_set_fork()
 * looks at the descriptor, the cgroup and the permissions of the caller, and applies the same rules of place as to a
 * write; then pids, and later cpuset, may refuse (can_fork). What the record says of the cgroup was read when the
 * call had failed. So an errno proves a cause if nothing else on the way of a new process returns it, or if, besides,
 * nothing that was read can have changed. Security modules of the kernel's own return EPERM or EACCES; a
 * sched_ext scheduler may refuse a new process with any errno.
 */
#ifndef VERDICT_RULES_CLONE_H
#define VERDICT_RULES_CLONE_H

#include "verdict/claim.h"

/* All zeros if it was no clone3(). */
const struct record_clone *clone_of(const struct finding *f);

/* `what` on the line of the record. */
void clone_cite(struct claim *claim, const struct finding *f, const char *what);

/* The confidence if nothing else on the way of a new process returns this errno, but for a scheduler. */
enum confidence clone_by_errno(const struct finding *f, struct claim *claim);

/* Was a thread to be created, and no process? */
bool clone_is_thread(const struct finding *f);

/* Was the destination a domain, and a cgroup above it threaded or the domain of threaded ones? */
bool clone_below_threaded(const struct finding *f);

#endif
