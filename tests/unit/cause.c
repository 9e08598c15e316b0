/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>
#include <string.h>

#include "facts/kernel.h"
#include "test.h"

/* What is not said is not known; what is said overrides that. */
#pragma GCC diagnostic ignored "-Woverride-init"
#define P(...)                                                                                     \
	(struct premise)                                                                           \
	{                                                                                          \
		.rt_group_sched = -1, .sched_class_ext = -1, .pid = -1, .door = DOOR_WRITE,        \
		__VA_ARGS__                                                                        \
	}
#define K(major, minor) .release = #major "." #minor, .version = KERNEL_VERSION(major, minor)

/* Is it impossible, and is this said of why? */
static int is_impossible(const struct cause *cause, struct premise p, const char *why)
{
	struct arena arena = { 0 };
	const char *said = cause_impossible(cause, &p, &arena);
	int is = said && strstr(said, why);

	if (!is)
		printf("%s: %s\n", cause->id, said ? said : "possible");
	arena_fini(&arena);
	return is;
}

static int is_possible(const struct cause *cause, struct premise p)
{
	struct arena arena = { 0 };
	const char *said = cause_impossible(cause, &p, &arena);

	if (said)
		printf("%s: %s\n", cause->id, said);
	arena_fini(&arena);
	return !said;
}

static void check_kernels(void)
{
	CHECK(is_possible(&cause_task_new, P()));
	CHECK(is_possible(&cause_task_new, P(K(4, 8))));
	CHECK(is_possible(&cause_task_new, P(K(6, 0))));
	CHECK(is_impossible(&cause_task_new, P(K(4, 7)),
			    "kernel 4.7 does not have this check yet (added in 4.8)"));
	CHECK(is_impossible(&cause_task_new, P(K(6, 1)),
			    "kernel 6.1 no longer has this check (removed in 6.1)"));
	/* At one version of cgroup it is otherwise than at the other. */
	CHECK(is_possible(&cause_not_owner, P(K(6, 1), .cgroup = 1)));
	CHECK(is_possible(&cause_not_owner, P(K(6, 1))));
	CHECK(is_possible(&cause_not_owner, P(K(4, 10), .cgroup = 2)));
	CHECK(is_possible(&cause_not_owner, P(.cgroup = 2)));
	CHECK(is_impossible(&cause_not_owner, P(K(4, 11), .cgroup = 2),
			    "no longer has this check on cgroup v2 (removed in 4.11)"));
	CHECK(is_possible(&cause_cpuset_empty, P(K(5, 10), .cgroup = 1)));
	CHECK(is_possible(&cause_cpuset_empty, P(K(6, 1), .cgroup = 2)));
	CHECK(is_impossible(&cause_cpuset_empty, P(K(6, 0), .cgroup = 2),
			    "does not have this check on cgroup v2 yet (added in 6.1)"));
	CHECK(is_impossible(&cause_internal_process, P(.cgroup = 1), "cgroup v1 has no such rule"));
}

/* A stable series between two ranges, and kernels between them. */
static void check_ranges(void)
{
	const struct cause cause = {
		.id = "two",
		.doors = DOOR_WRITE,
		.kernel_words = "5.10.y, 6.0 and later",
		.kernels = { { 0, KERNEL_VERSION(5, 10), KERNEL_VERSION(5, 11) },
			     { 0, KERNEL_VERSION(6, 0), 0 } },
	};

	CHECK(is_possible(&cause, P(K(5, 10))));
	CHECK(is_possible(&cause, P(K(6, 12))));
	CHECK(is_impossible(&cause, P(K(5, 9)), "does not have this check yet (added in 5.10)"));
	CHECK(is_impossible(&cause, P(K(5, 15)),
			    "kernel 5.15 does not have this check (5.10.y, 6.0 and later)"));
	CHECK(cause_has_kernel(&cause, KERNEL_VERSION(6, 0)));
	CHECK(!cause_has_kernel(&cause, KERNEL_VERSION(5, 11)));
	CHECK(!cause_has_kernel(&cause, 0));
	CHECK(!cause_removed(&cause, KERNEL_VERSION(6, 12)));
	CHECK(!cause_removed(&cause_vfs, KERNEL_VERSION(6, 12)));
	CHECK(!cause_removed(&cause_task_new, 0));
	CHECK(!cause_removed(&cause_task_new, KERNEL_VERSION(6, 0)));
	CHECK(cause_removed(&cause_task_new, KERNEL_VERSION(6, 1)) == KERNEL_VERSION(6, 1));
}

static void check_the_rest(void)
{
	CHECK(is_impossible(&cause_rt_group, P(.rt_group_sched = 0),
			    "RT_GROUP_SCHED is not configured"));
	CHECK(is_possible(&cause_rt_group, P()));
	CHECK(is_impossible(&cause_non_fair_class, P(K(4, 9), .rt_group_sched = 1),
			    "RT_GROUP_SCHED is configured"));
	CHECK(is_impossible(&cause_io_context_shared, P(.cgroup = 1, .controllers = "cpu,cpuacct"),
			    "blkio"));
	CHECK(is_possible(&cause_io_context_shared, P(.cgroup = 1, .controllers = "blkio")));
	CHECK(is_possible(&cause_io_context_shared, P(.cgroup = 2, .controllers = "")));
	CHECK(is_impossible(&cause_other_domain, P(.file = "cgroup.procs"), "cgroup.threads"));
	CHECK(is_possible(&cause_other_domain, P(.door = DOOR_CLONE)));
	CHECK(is_impossible(&cause_bad_pid_text, P(.pid = 7), "7"));
	CHECK(is_impossible(&cause_bad_pid_text, P(.runtime = "runc"), "runc"));
	CHECK(is_possible(&cause_bad_pid_text, P(.runtime = "bash")));
	CHECK(is_impossible(&cause_bad_pid_text, P(.door = DOOR_SUBTREE_CONTROL),
			    "no number is written"));
	CHECK(is_impossible(&cause_bad_pid_text, P(.door = DOOR_KERNEL), "on its own"));
	CHECK(is_possible(&cause_task_new, P(.door = DOOR_KERNEL)));
	/* The log shows the thread; a line does not. */
	CHECK(is_impossible(&cause_cpuset_no_setaffinity, P(K(6, 3)), "io_uring"));
	CHECK(is_possible(&cause_cpuset_no_setaffinity, P(K(6, 3), .recorded = true)));
}

/* An error line need not tell an open from a write. */
static void check_calls(void)
{
	CHECK(is_impossible(&cause_no_such_cgroup, P(), "the file was open"));
	CHECK(is_possible(&cause_no_such_cgroup, P(.calls = CALL_OPEN)));
	CHECK(is_possible(&cause_no_such_cgroup, P(.calls = CALL_OPEN | CALL_WRITE)));
	CHECK(is_possible(&cause_outside_cgroup_namespace, P(.calls = CALL_OPEN | CALL_WRITE)));
	CHECK(is_impossible(&cause_outside_cgroup_namespace, P(.calls = CALL_OPEN),
			    "could not be opened"));
	CHECK(is_possible(&cause_cgroup_removed, P(.calls = CALL_OPEN)));
	CHECK(is_possible(&cause_cgroup_removed, P()));
	CHECK(cause_is_reported(&cause_no_such_cgroup, &P(), -ENOENT));
	CHECK(!cause_is_reported(&cause_no_such_cgroup, &P(.recorded = true), -ENOENT));
	CHECK(!cause_is_reported(&cause_controller_unknown,
				 &P(.recorded = true, .door = DOOR_SUBTREE_CONTROL), -EINVAL));
}

static void check_commonness(void)
{
	CHECK(cause_commonness(&cause_task_new, &P()) == COMMONNESS_MOST);
	CHECK(cause_commonness(&cause_task_new, &P(.runtime = "runc")) == COMMONNESS_MOST);
	CHECK(cause_commonness(&cause_task_new, &P(.runtime = "bash")) == COMMONNESS_SELDOM);
	CHECK(cause_commonness(&cause_rt_group, &P()) == COMMONNESS_OFTEN);
	CHECK(cause_commonness(&cause_rt_group, &P(.door = DOOR_SUBTREE_CONTROL)) ==
	      COMMONNESS_MOST);
}

static void check_told(void)
{
	CHECK(cause_is_reported(&cause_bad_pid_text,
				&P(.door = DOOR_SUBTREE_CONTROL, .recorded = true), -EINVAL));
	CHECK(!cause_is_reported(&cause_bad_pid_text, &P(.door = DOOR_SUBTREE_CONTROL), -EINVAL));
	CHECK(!cause_is_reported(&cause_bad_pid_text, &P(.door = DOOR_CLONE), -EINVAL));
	CHECK(!cause_is_reported(&cause_bad_pid_text, &P(), -ESRCH));
	CHECK(!cause_is_reported(&cause_clone_arguments, &P(), -EINVAL));
	CHECK(cause_is_reported(&cause_cgroup_removed, &P(.door = DOOR_CLONE), -ENOENT));
	CHECK(!cause_is_reported(&cause_cgroup_removed, &P(), -ENOENT));
	/* Any errno, where there can be such a scheduler. */
	CHECK(cause_is_reported(&cause_sched_ext, &P(), -EINVAL));
	CHECK(!cause_is_reported(&cause_sched_ext, &P(), -EBUSY));
	CHECK(!cause_is_reported(&cause_sched_ext, &P(K(6, 1)), -EBUSY));
	CHECK(cause_is_reported(&cause_sched_ext, &P(K(6, 12)), -EBUSY));
	CHECK(!cause_is_reported(&cause_sched_ext, &P(K(6, 12), .sched_class_ext = 0), -EBUSY));
}

/* Each cause can be read by a person and a program. */
static void check_list(void)
{
	for (size_t i = 0; i < cause_count; i++) {
		const struct cause *cause = causes[i];

		CHECK(cause->id && cause->title && cause->doors && cause->kernel_words &&
		      cause->lasts);
		CHECK(cause->proof && cause->advice[0] && cause->commonness);
		CHECK(!cause->only_lines || (!cause->rules.on_the_way && !cause->rules.afterwards &&
					     !cause->rules.clone));
		CHECK(cause_index(cause) == i);
		CHECK(cause_is_unexplained(cause) == (i + 1 == cause_count));
		for (size_t j = 0; j < i; j++)
			CHECK(strcmp(cause->id, causes[j]->id));
	}
}

int main(void)
{
	check_kernels();
	check_ranges();
	check_the_rest();
	check_calls();
	check_commonness();
	check_told();
	check_list();
	return TEST_END();
}
