/* Refusals by the memory and the block controller. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "maker.h"
#include "workload.h"

/* ---- memory that the destination has no room for ---- */

enum { MEMORY_SIZE = 16 << 20 };

static struct truth_file big, tiny;
static struct stage *the_stage;
static pid_t fat;

/* What the root cgroup was charged for stays there: into another one first. */
static void grow_fat(void)
{
	truth_enter();
	if (stage_move(the_stage, &big, 0))
		_exit(1);
	void *memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		_exit(1);
	memset(memory, 1, MEMORY_SIZE);
}

static int prepare_fat(struct stage *stage)
{
	struct hierarchy *h = stage->in[MEMORY];
	char dir[PATH_MAX];

	if (!h)
		return 1;
	if (stage_file(h, "big", "cgroup.procs", &big) ||
	    stage_cgroup(h, "tiny", dir, sizeof(dir)) ||
	    set_file(dir, "memory.move_charge_at_immigrate", "3") ||
	    set_file(dir, "memory.limit_in_bytes", "1M") ||
	    truth_file_init(&tiny, dir, "cgroup.procs"))
		return -1;
	the_stage = stage;
	fat = stage_child(grow_fat);
	return fat < 0 ? -1 : 0;
}

static int make_fat(struct stage *stage)
{
	struct truth_note note = refusal(ENOMEM, "memory_charge", fat, 0);

	truth_write_pid(stage->truth, &tiny, fat, &note);
	return 0;
}

/* ---- an io_context that two processes share ---- */

static pid_t *twins;			/* shared: the two find out themselves */
static int twins_in;

static void make_twin(void)
{
	/* Best effort, 4: somebody who never asked for a priority has no io_context. */
	if (syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 4))
		_exit(1);
	pid_t pid = syscall(SYS_clone, CLONE_IO | SIGCHLD, NULL, NULL, NULL, NULL);
	if (pid < 0)
		_exit(1);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	twins[0] = getpid();
	twins[1] = pid;
}

static int prepare_twins(struct stage *stage)
{
	if (!stage->in[BLKIO])
		return 1;
	twins = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return stage_child(make_twin) < 0 ? -1 : 0;
}

/* b5f3352e0868 (5.14) took the test away. */
static int make_twins(struct stage *stage)
{
	struct hierarchy *h = stage->in[BLKIO];
	int error = stage->kernel < 5014 ? EINVAL : 0;

	for (int i = 0; i < 2; i++) {
		struct truth_note note = refusal(error, "io_context_shared", twins[i], twins[i]);

		truth_write_pid(stage->truth, &h->procs[twins_in], twins[i], &note);
	}
	if (!error)
		twins_in = !twins_in;
	return 0;
}

const struct maker makers_charge[] = {
	{ "memory_charge", NULL, ON_V1, prepare_fat, make_fat, ALL, false },
	{ "io_context_shared", NULL, ON_BOTH, prepare_twins, make_twins, ALL, false },
	{ 0 },
};
