/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules_place - what the causes share of the permission to move a task, and of the rules of cgroup v2 about where
 * processes and threads may be.
 */
#ifndef VERDICT_RULES_PLACE_H
#define VERDICT_RULES_PLACE_H

#include "verdict/claim.h"

/* May `uid` move the task, as cgroup v1 has it? */
bool place_may_move(const struct record_task *target, uint32_t uid);

/*
 * Does the kernel ask who owns the task before anything else about permission? All do on v1; on v2 those up to 4.10 do
 * (cgroup_procs_write_permission() in kernel/cgroup.c). The second is also true where the kernel is not known.
 */
bool place_asks_owner(const struct finding *f);
bool place_may_ask_owner(const struct finding *f);

/*
 * May both who opened the file (`fuid`) and who wrote (`euid`) move the task? Of one that is not known, NULL, only if
 * both are root. Which of the two a kernel asks changed with 1756d7994ad8, and stable kernels took that.
 */
bool place_both_may_move(const struct task *target, uint32_t fuid, uint32_t euid);

/* Is the destination a domain, and a cgroup above it threaded or the domain of threaded ones? */
bool place_below_threaded(const struct attach *attach);

/* ---- records that were made on the way ---- */

/*
 * The refusal of the permission checks, NULL if there is none. One of the two functions is part of its caller on
 * every kernel (5.10 has the inner one, 6.1 and 6.12 the outer), and what both answer comes from the same checks.
 */
const struct answer *place_permission_refusal(const struct finding *f);

/* The same, or that nothing else is refused so at this place, as a claim. */
enum confidence place_refused_permission(const struct finding *f, struct claim *claim);

/* Refused with the task in hand, after the lookup and before cgroup_attach_task(), on cgroup `v`? */
bool place_is_between(const struct finding *f, uint32_t v);

/* ---- afterwards ---- */

/*
 * The task that was judged: NULL if the text may have changed since, and where the number's task was created after the
 * first record of the attach was made.
 */
const struct task *place_judged(const struct finding *f);

/* ---- both ---- */

/* Up to 5.6 cgroup_attach_task() itself checked whether the destination may have processes: was it that? */
bool place_is_old_vet(const struct finding *f);

#endif
