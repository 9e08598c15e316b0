/* A sched_ext scheduler that refuses to let a process move. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "maker.h"
#include "workload.h"

static pid_t held;

/* Either is the scheduler's to choose. */
static int errno_of(const struct stage *stage)
{
	return stage->version == 1 ? EINVAL : EBUSY;
}

static void run_scheduler(const struct stage *stage, const int in[2], const int out[2])
{
	char dir[PATH_MAX], program[PATH_MAX + 16], object[PATH_MAX + 16], pid[16], error[16];
	ssize_t length = readlink("/proc/self/exe", dir, sizeof(dir) - 1);

	if (length < 0)
		_exit(1);
	dir[length] = '\0';
	dirname(dir);
	snprintf(program, sizeof(program), "%s/scheduler", dir);
	snprintf(object, sizeof(object), "%s/scheduler.bpf.o", dir);
	snprintf(pid, sizeof(pid), "%d", held);
	snprintf(error, sizeof(error), "%d", errno_of(stage));
	dup2(in[0], STDIN_FILENO);
	dup2(out[1], STDOUT_FILENO);
	close(in[1]);
	execl(program, program, object, pid, error, NULL);
	_exit(1);
}

/* It stays loaded until this writer ends: its standard input ends with it. */
static int prepare_scheduler(struct stage *stage)
{
	int in[2], out[2];
	char answer[7];

	if (!stage->in[CPU] || access("/sys/kernel/sched_ext/state", F_OK))
		return 1;
	held = stage_child(NULL);
	if (held < 0 || stage_move(stage, &stage->in[CPU]->procs[0], held) ||
	    pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		return -1;
	pid_t writer = getpid(), loader = fork();

	if (loader == 0) {
		die_with_parent(writer);
		run_scheduler(stage, in, out);
	}
	close(in[0]);
	close(out[1]);
	if (loader < 0 || read(out[0], answer, sizeof(answer)) != sizeof(answer))
		return complain("the scheduler was not loaded");
	return 0;
}

/*
 * Which thread the scheduler refused is not left anywhere: scx_cgroup_can_attach() walks over all of them once more, to tell
 * the scheduler that the move is off.
 */
static int make_held(struct stage *stage)
{
	struct truth_note note = refusal(errno_of(stage), "sched_ext", held, 0);

	truth_write_pid(stage->truth, &stage->in[CPU]->procs[1], held, &note);
	return 0;
}

const struct maker makers_ext[] = {
	{ "sched_ext", NULL, ON_BOTH, prepare_scheduler, make_held, IF_ASKED, false },
	{ 0 },
};
