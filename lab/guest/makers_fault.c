/*
 * Memory that cannot be allocated: the kernel's own fault injection (Documentation/fault-injection), where it is
 * configured, makes one allocation of one write fail.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maker.h"
#include "workload.h"

#define FAILSLAB "/sys/kernel/debug/failslab"

static pid_t unlucky;
static unsigned made;

/* By default allocations that may wait are spared, and these are all of that kind. */
static int prepare_fault(struct stage *stage)
{
	if (access("/proc/thread-self/fail-nth", F_OK) || access(FAILSLAB, F_OK))
		return 1;
	if (set_file(FAILSLAB, "ignore-gfp-wait", "N") || set_file(FAILSLAB, "verbose", "0"))
		return -1;
	unlucky = stage_child(NULL);
	return unlucky < 0 || stage_move(stage, &stage->in[CPU]->procs[0], unlucky) ? -1 : 0;
}

/* The next allocations but `n` - 1 of this thread succeed; 0: all. */
static int fail_nth(unsigned n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	return set_file("/proc/thread-self", "fail-nth", text);
}

static int make_one(struct stage *stage, unsigned n)
{
	/* Now and then something else allocates in between, and bears to get nothing. */
	struct truth_note note = refusal(-1, "out_of_memory", unlucky, 0);
	struct truth_file procs;
	char name[32];

	snprintf(name, sizeof(name), "new%u", made++);
	if (stage_file(stage->in[CPU], name, "cgroup.procs", &procs) || fail_nth(n))
		return -1;
	truth_write_pid(stage->truth, &procs, unlucky, &note);
	if (fail_nth(0))
		return -1;
	truth_file_fini(&procs);
	return 0;
}

/*
 * The first allocation is kernfs's copy of the text. Nobody has been in the new cgroup yet: the second one is the css_set,
 * and those that follow are its links to the cgroups (find_css_set() in kernel/cgroup/cgroup.c).
 */
static int make_fault(struct stage *stage)
{
	for (unsigned n = 1; n <= 3; n++)
		if (make_one(stage, n))
			return -1;
	return 0;
}

const struct maker makers_fault[] = {
	{ "out_of_memory", NULL, ON_BOTH, prepare_fault, make_fault, IF_ASKED, false },
	{ 0 },
};
