/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/kernel.h"

#include <errno.h>
#include <string.h>

#include "test.h"

static const struct {
	const char *release;
	uint64_t state, exit_state;
	const char *name;
} states[] = {
	{ "4.8.15", 0x800, 0, "NEW" },
	{ "5.10.0-32-amd64", 0x800, 0, "NEW" },
	{ "6.12.117", 0x800, 0, "NEW" },
	{ "4.4.0", 0x800, 0, "0x800" },
	{ "4.9.45", 0x40, 0, "DEAD" },
	{ "4.14.67", 0x40, 0, "PARKED" },
	{ "4.9.45", 0x80, 0, "WAKEKILL" },
	{ "5.10.262", 0x80, 0, "DEAD" },
	{ "4.13", 0x100, 0, "WAKING" },
	{ "4.14", 0x100, 0, "WAKEKILL" },
	{ "4.13", 0x200, 0, "PARKED" },
	{ "4.14", 0x200, 0, "WAKING" },
	{ "4.9", 0x82, 0, "KILLABLE" },
	{ "5.4.59", 0x102, 0, "KILLABLE" },
	{ "5.4.59", 0x402, 0, "IDLE" },
	{ "5.4.59", 0, 0, "RUNNING" },
	{ "5.4.59", 1, 0, "INTERRUPTIBLE" },
	{ "5.4.59", 2, 0, "UNINTERRUPTIBLE" },
	{ "5.4.59", 0x104, 0, "STOPPED|WAKEKILL" },
	{ "5.10.262", 0x1000, 0, "0x1000" },
	{ "5.15.85", 0x1000, 0, "RTLOCK_WAIT" },
	{ "5.15.85", 0x2001, 0, "INTERRUPTIBLE|0x2000" },
	{ "6.1.192", 0x2001, 0, "INTERRUPTIBLE|FREEZABLE" },
	{ "6.0.1", 0x8000, 0, "0x8000" },
	{ "6.12.117", 0x8000, 0, "FROZEN" },
	{ "6.12.117", 0x80, 0x20, "ZOMBIE" },
	{ "6.12.117", 0x80, 0x10, "EXIT_DEAD" },
	{ "mainline", 0x800, 0, "0x800" },
	{ "mainline", 0, 0, "0x0" },
	{ "6.1", UINT64_MAX, 0, NULL },
	{ "6.1.192", 0x4000, 0, "0x4000" },
	{ "6.1.192", 0x102, 0, "KILLABLE" },
	{ "6.12.117", 0x2102, 0, "KILLABLE|FREEZABLE" },
	{ "6.12.117", 0x40, 0, "PARKED" },
	{ "6.12.117", 0x8, 0, "TRACED" },
	{ "7.2.12", 0x800, 0, "NEW" },
	{ "7.2.12", 0x402, 0, "IDLE" },
	{ "7.2.12", 0x10000, 0, "0x10000" },
};

static void test_states(void)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		char name[KERNEL_STATE_MAX];

		kernel_state_name(name, kernel_version(states[i].release), states[i].state,
				  states[i].exit_state);
		CHECK(strlen(name) < KERNEL_STATE_MAX);
		CHECK(!states[i].name || !strcmp(name, states[i].name));
	}
}

static void test_versions(void)
{
	CHECK(kernel_version("5.10.0-32-amd64") == KERNEL_VERSION(5, 10));
	CHECK(kernel_version("4.8") == KERNEL_VERSION(4, 8));
	CHECK(kernel_version("6.12-rc1") > kernel_version("6.2"));
	CHECK(!kernel_version(NULL));
	CHECK(!kernel_version(""));
	CHECK(!kernel_version("5"));
	CHECK(!kernel_version("5."));
	CHECK(!kernel_version("-5.1"));
	CHECK(!kernel_version("99999999999999999999.1"));
}

int main(void)
{
	test_states();
	test_versions();
	CHECK(!strcmp(kernel_errno_name(22), "EINVAL"));
	CHECK(!strcmp(kernel_errno_name(EOPNOTSUPP), "EOPNOTSUPP"));
	CHECK(!strcmp(kernel_errno_name(EAGAIN), "EAGAIN"));
	CHECK(!strcmp(kernel_errno_name(ECANCELED), "ECANCELED"));
	CHECK(!kernel_errno_name(512));
	CHECK(!kernel_errno_name(0));
	CHECK(!kernel_errno_name(-22));
	CHECK(!kernel_errno_name(INT64_MAX));
	CHECK(!strcmp(kernel_answer_name(-22), "EINVAL"));
	CHECK(!kernel_answer_name(0));
	CHECK(!kernel_answer_name(22));
	CHECK(!kernel_answer_name(INT64_MIN));
	CHECK(!strcmp(kernel_controller_of("blkcg_can_attach", 1), "blkio"));
	CHECK(!strcmp(kernel_controller_of("blkcg_can_attach", 2), "io"));
	CHECK(!kernel_controller_of("cgroup_attach_task", 1));
	CHECK(!kernel_controller_of(NULL, 1));
	CHECK(kernel_calls("cgroup_attach_task", "task_can_attach"));
	CHECK(kernel_calls("cpuset_can_attach", "cpuset_can_attach"));
	CHECK(!kernel_calls("task_can_attach", "cpuset_can_attach"));
	CHECK(!kernel_calls("cpu_cgroup_can_attach", "task_can_attach"));
	CHECK(!kernel_calls("cgroup_attach_task", "cgroup_procs_write_start"));
	return TEST_END();
}
