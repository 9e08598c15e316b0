/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules_cpu - what the causes share that end cpu_cgroup_can_attach(): a thread in TASK_NEW, one of real-time
 * priority (with RT_GROUP_SCHED), one that is not of the fair class (without it, up to 5.3, a07db5c08657), and
 * a sched_ext scheduler. It looks at one thread after the other, first at its class or priority, then at its state,
 * and ends at the one that it refuses. When the row of that thread is read afterwards the state may be another,
 * for its creator wakes it; who it is, its policy and whether it ever ran remain.
 */
#ifndef VERDICT_RULES_CPU_H
#define VERDICT_RULES_CPU_H

#include "verdict/claim.h"

/*
 * Which of the reasons does this kernel have? The root cgroup takes every real-time thread: its budget is never 0
 * (tg_set_rt_bandwidth() in kernel/sched/rt.c).
 */
bool cpu_has_rt_groups(const struct finding *f);
bool cpu_tests_class(const struct finding *f);
bool cpu_has_scheduler(const struct finding *f);

/* ---- records that were made on the way ---- */

/* sched_rt_can_attach() is recorded when it refuses, which is 0; NULL if it did not. */
const struct answer *cpu_rt_refusal(const struct finding *f);

/* May sched_rt_can_attach() have said no? */
bool cpu_may_be_rt(const struct finding *f);

/* rt_task(): it was prio < 100 in 6.1; in 6.12 it excludes DEADLINE, and the kernels between were not examined. */
bool cpu_is_rt(const struct finding *f, const struct row *row);

/* By policy. */
bool cpu_is_unfair(const struct row *row);

/* Makes the thread of `stop` the blocker, for its priority. */
void cpu_cite_priority(struct claim *claim, const struct task *stop);

/* ---- afterwards ---- */

/* By policy, or by a priority that it may have inherited. */
bool cpu_is_real_time(const struct row *row);

/* The same, as rt_task() of this kernel has it. */
bool cpu_is_rt_afterwards(const struct finding *f, const struct row *row);

/* Is it the thread that writes? It runs, so it was not TASK_NEW. */
bool cpu_is_writer(const struct task *stop);

/* Could the thread as well have been TASK_NEW, as far as its row tells? If so the claim says it. */
bool cpu_may_be_new(const struct finding *f, const struct task *stop, struct claim *claim);

/* Who was refused, and when its row was read; what it was; both, and it is the blocker. */
void cpu_cite_stop(struct claim *claim, const struct finding *f, const struct task *stop);
void cpu_cite_thread(struct claim *claim, const struct finding *f, const struct task *stop);
void cpu_cite_priority_afterwards(struct claim *claim, const struct finding *f,
				  const struct task *stop);

/* Its thread may have been TASK_NEW at the check; that it had run speaks against it. */
enum confidence cpu_infer_not_new(struct claim *claim);

/* ---- both ---- */

/* Its thread is of real-time priority, and its policy is not. */
enum confidence cpu_infer_inherited(struct claim *claim);

/*
 * Why the thread of the stop cannot have been refused for its priority, in the finding's arena; NULL if it can.
 * `words` go on after "thread N", where its row is as the kernel saw it.
 */
const char *cpu_not_of_real_time(struct finding *f, const char *words);

#endif
