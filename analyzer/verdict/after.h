/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * after - what can be said of evidence that was read after the kernel's decision (format 4): at the return of
 * the controller that refused, or, where none did, when the write returned, microseconds later.
 *
 * The thread of a stop is the one on which the kernel's taskset stands, and its flags, policy and age are
 * its own; only its state goes on. Of an early refusal nothing says who refused: what proves it is the text
 * that the kernel had, what cannot change, or an errno that comes from one place alone. That no stop is there
 * proves nothing unless the log's sums say that none was lost.
 */
#ifndef VERDICT_AFTER_H
#define VERDICT_AFTER_H

#include "verdict/claim.h"

bool is_afterwards(const struct finding *f);

/* The stop if it is of `fn`, else NULL. */
const struct task *stop_of(const struct finding *f, const char *fn);

/* Does the stop show a thread? If not the claim says so. */
bool has_thread(const struct task *stop, struct claim *claim);

/* Can the thread of the stop, which shows one, be of this attach? */
bool is_of_attach(const struct finding *f, const struct task *stop);

/* Is every thread that the stop's taskset may have had here? */
bool has_whole_group(const struct finding *f, const struct task *stop);

/* Was the thread of the stop, which shows one, the only one to be moved? */
bool is_alone(const struct finding *f, const struct task *stop);

/* Can the thread of this row have been in the taskset? */
bool may_be_moved(const struct finding *f, const struct row *row);

/* Was it, beyond doubt? There must be a stop. A part of a group can be at the destination already. */
bool is_moved(const struct finding *f, const struct row *row);

/*
 * The place, from 1, of the stop's thread among those to be moved, in the order of the group: that of the walk as long
 * as all are in one cgroup. 0: not known, or the function that refused asks about all together.
 */
uint32_t place_in_taskset(const struct finding *f);

/* Did the write end without a stop that is known? And on this version of cgroup? */
bool is_refused_early(const struct finding *f);
bool is_early_of(const struct finding *f, uint32_t v);

/* Is the destination in a hierarchy of cgroup v1 that `controller`, by its v1 name, is not in? */
bool has_no_controller(const struct finding *f, const char *controller);

/* Can `controller` have refused, and its stop be lost? It is by the v1 name. */
bool may_have_refused(const struct finding *f, const char *controller);

/* May a sched_ext scheduler, which can return anything, be loaded? Can one have refused, and its stop be lost? */
bool may_have_scheduler(const struct finding *f);
bool may_be_scheduler(const struct finding *f);

/*
 * Can `controller` have refused with the same errno, or a scheduler, and the record of that be lost? Then the errno
 * alone says nothing.
 */
bool after_is_unsure(const struct finding *f, const char *controller);

/*
 * Is what was checked before the controllers the only thing that returns this errno? cpuset asks a security module,
 * which may return it, too; then the claim says so, and is not sure.
 */
enum confidence after_only_here(const struct finding *f, struct claim *claim);

enum ran { RAN_UNKNOWN, RAN_NEVER, RAN };

/* Had the thread run when its row was read? */
enum ran has_run(const struct finding *f, const struct row *row);

/* Fair by policy: SCHED_OTHER, SCHED_BATCH, SCHED_IDLE, SCHED_EXT (fair_policy() in kernel/sched/sched.h). */
bool is_fair(const struct row *row);

/*
 * Can the thread of the stop not have been TASK_NEW at the check? True if it has run for longer, or more often, or was
 * woken longer ago, than can be between a check and the reading of its row.
 */
bool is_old(const struct task *stop);

#endif
