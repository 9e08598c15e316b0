/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules - what the rules of the causes share: questions about a finding, its records and its log. Those of one
 * function of the kernel share more: rules_cpu.h, rules_cpuset.h, rules_lookup.h, rules_outside.h, rules_place.h and
 * rules_clone.h; and after.h has what is said of records that were made after the decision.
 */
#ifndef VERDICT_RULES_H
#define VERDICT_RULES_H

#include "verdict/claim.h"

/* Is the kernel known, and of a release from `since` on and before `before`? */
bool kernel_is(const struct finding *f, uint32_t since, uint32_t before);

/* What the header has about a function: it had a probe; this kernel has it not. False if unknown. */
bool is_armed(const struct finding *f, const char *fn);
bool is_absent(const struct finding *f, const char *fn);

/* The record with which `fn` refused, NULL if there is none. */
const struct task *find_stop(const struct finding *f, const char *fn);
const struct answer *find_refusal(const struct finding *f, const char *fn);
/* Any answer of it. */
const struct answer *find_answer(const struct finding *f, const char *fn);

/* Did `fn` refuse, by either record? */
bool refused_by(const struct finding *f, const char *fn);

/* Would the log show it if `fn` had refused, and does it not? */
bool did_not_refuse(const struct finding *f, const char *fn);

/* The target record if `fn` made it and it has a row; else NULL. */
const struct task *target_of(const struct finding *f, const char *fn);

/* A write to cgroup.subtree_control: threads of many groups move. */
bool is_subtree(const struct finding *f);

/* Is this the file that was written to? */
bool is_file(const struct finding *f, const char *file);

/* Did the write end before cgroup_attach_task()? False if that is not known. */
bool is_early(const struct finding *f);

/* Can the thread of this row be one of those that were to be moved? */
bool belongs(const struct finding *f, const struct row *row);

/*
 * Did the recorder see the text in the kernel's own memory? Another thread may overwrite the writer's, and a splice has
 * none; then neither the text nor the task that it means now says what the kernel read. False if that record is lost.
 */
bool text_is_kernels(const struct finding *f);

/* Is it beyond doubt that the walk had come to the thread of this stop, and for this attach? */
bool is_sure(const struct finding *f, const struct task *stop);

/* What keeps is_sure() from being true, in words. */
const char *why_unsure(const struct finding *f, const struct task *stop);

/*
 * The row of the thread that a controller refused, if it is beyond doubt that it is this one; of records that were
 * made afterwards, the row as it was then. NULL if not.
 */
const struct row *stop_row(const struct finding *f);

#endif
