/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules - a rule of each cause, and what they share.
 */
#ifndef VERDICT_RULES_H
#define VERDICT_RULES_H

#include "facts/pid_text.h"
#include "verdict/claim.h"

/* rules_outside.c: kernfs has not seen the write, or not taken it */
rule rule_vfs, rule_not_kernel, rule_write_too_long, rule_bad_buffer, rule_cgroup_removed;
rule rule_ns_delegate_file;
/* rules_lookup.c: cgroup_procs_write_start() */
rule rule_bad_pid_text, rule_no_such_process, rule_no_setaffinity, rule_kthreadd;
/* rules_place.c: permissions, and the rules of cgroup v2 */
rule rule_not_owner, rule_no_write_permission, rule_outside_cgroup_namespace;
rule rule_domain_invalid, rule_other_domain, rule_internal_process;
/* rules_cpu.c */
rule rule_task_new, rule_rt_group, rule_non_fair_class, rule_sched_ext;
/* rules_cpuset.c */
rule rule_cpuset_no_setaffinity, rule_cpuset_deadline, rule_setscheduler_denied;
rule rule_deadline_bandwidth, rule_cpuset_empty;
/* rules_other.c */
rule rule_io_context_shared, rule_memory_charge, rule_out_of_memory;

/*
 * The same of records that were made after the decision (format 4). What was read then may have changed
 * since the kernel looked; after.h has what that allows to say.
 */
/* after_cpu.c */
rule after_task_new, after_rt_group, after_non_fair_class, after_sched_ext;
/* after_cpuset.c */
rule after_cpuset_no_setaffinity, after_cpuset_deadline, after_setscheduler_denied;
rule after_deadline_bandwidth, after_cpuset_empty;
/* after_other.c */
rule after_io_context_shared, after_memory_charge, after_out_of_memory;
/* after_early.c */
rule after_write_too_long, after_bad_buffer, after_cgroup_removed, after_ns_delegate_file;
rule after_bad_pid_text, after_no_such_process, after_no_setaffinity, after_kthreadd;
rule after_not_owner, after_no_write_permission, after_outside_cgroup_namespace;
rule after_domain_invalid, after_other_domain, after_internal_process;

/*
 * rules_clone.c: clone3() with CLONE_INTO_CGROUP. These are asked of such a call only.
 */
rule clone_bad_cgroup_fd, clone_cgroup_removed, clone_outside_cgroup_namespace;
rule clone_no_write_permission, clone_internal_process, clone_domain_invalid, clone_other_domain;
rule clone_process_limit, clone_cpuset_empty, clone_out_of_memory, clone_clone_arguments;
rule clone_sched_ext;

/* Is the kernel known, and of a release from `since` on and before `before`? */
bool kernel_is(const struct finding *f, uint32_t since, uint32_t before);

/* What the header says of a function: it had a probe; this kernel has it not. False if unknown. */
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
bool is_silent(const struct finding *f, const char *fn);

/* The target record if `fn` made it and it has a row; else NULL. */
const struct task *target_of(const struct finding *f, const char *fn);

/* A write to cgroup.subtree_control: threads of many groups move. */
bool is_subtree(const struct finding *f);

/* Did the write end before cgroup_attach_task()? False if that is not known. */
bool is_early(const struct finding *f);

/* Can the thread of this row be one of those that were to be moved? */
bool belongs(const struct finding *f, const struct row *row);

/* Is it beyond doubt that the walk had come to the thread of this stop, and for this attach? */
bool is_sure(const struct finding *f, const struct task *stop);

/* What the kernel makes of the text, as far as it is known. */
enum pidtext text_of(const struct finding *f, int32_t *pid);

/* Of the first 64 bytes, were there more? */
bool text_is_cut(const struct finding *f);

/* What is known of the namespace in which the number was looked up. */
void say_namespace(const struct finding *f, struct claim *claim);

/* Is all of the text known, and a number that the kernel takes? */
bool text_is_good(const struct finding *f);

/* What keeps is_sure() from being true, in words. */
const char *why_unsure(const struct finding *f, const struct task *stop);

#endif
