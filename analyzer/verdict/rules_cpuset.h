/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules_cpuset - what the causes share that end cpuset_can_attach(). It asks about one thread after the other,
 * task_can_attach() and then security_task_setscheduler(), and in the end about all SCHED_DEADLINE threads
 * together: then the last thread of its walk is no blocker. Afterwards the errno and the threads tell which of
 * these it was. A security module may return any errno, though those of the kernel return EPERM or EACCES.
 */
#ifndef VERDICT_RULES_CPUSET_H
#define VERDICT_RULES_CPUSET_H

#include "verdict/claim.h"

/* May it not change its CPUs (PF_NO_SETAFFINITY)? */
bool cpuset_is_bound(const struct row *row);
bool cpuset_is_deadline(const struct row *row);

/* How many threads that may have been to be moved are `such`; the first of them, NULL if none is. */
size_t cpuset_count(const struct finding *f, bool (*such)(const struct row *),
		    const struct task **first);
const struct task *cpuset_find(const struct finding *f, bool (*such)(const struct row *));

/*
 * On the way: the refusal of `fn`, which checks one thread, with that thread if it is sure. It must have
 * refused.
 */
enum confidence cpuset_refused_one(const struct finding *f, struct claim *claim, const char *fn);

/* Afterwards: what cpuset_can_attach() returned. */
void cpuset_cite_return(struct claim *claim, const struct task *stop);

#endif
