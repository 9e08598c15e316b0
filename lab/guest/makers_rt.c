/* A thread of real-time priority, and a cgroup that has no runtime for it. */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "maker.h"

static pid_t fifo;
static bool refused;
static int fifo_in;

/* Where its parent is: in the root of the hierarchy, which has runtime. */
static void become_fifo(void)
{
	struct sched_param param = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		_exit(1);
}

/* The file is there if RT_GROUP_SCHED is configured, and a new cgroup's runtime is 0. */
static int prepare_fifo(struct stage *stage)
{
	struct hierarchy *h = stage->in[CPU];
	char path[PATH_MAX];

	if (!h)
		return 1;
	snprintf(path, sizeof(path), "%s/a/cpu.rt_runtime_us", h->dir);
	refused = !access(path, F_OK);
	fifo = stage_child(become_fifo);
	return fifo < 0 ? -1 : 0;
}

static int make_fifo(struct stage *stage)
{
	struct hierarchy *h = stage->in[CPU];
	struct truth_note note = refusal(refused ? EINVAL : 0, "rt_group", fifo, refused ? fifo : 0);

	truth_write_pid(stage->truth, &h->procs[fifo_in], fifo, &note);
	fifo_in = !fifo_in;
	return 0;
}

const struct maker makers_rt[] = {
	{ "rt_group", NULL, ON_V1, prepare_fifo, make_fifo, ALL, false },
	{ 0 },
};
