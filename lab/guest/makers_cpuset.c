/* Refusals by the cpuset controller. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/sched/types.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"
#include "maker.h"
#include "workload.h"

enum { PF_NO_SETAFFINITY = 0x04000000, POLICY_DEADLINE = 6 };

static bool has_cpuset(const struct stage *stage)
{
	return stage->in[CPUSET];
}

/* ---- a thread that io_uring made for the process ---- */

static pid_t polled, poller;
static bool poller_is_bound;
static int polled_in;

static void poll_with_io_uring(void)
{
	struct io_uring_params params = { .flags = IORING_SETUP_SQPOLL, .sq_thread_idle = 1 };

	if (syscall(SYS_io_uring_setup, 1, &params) < 0)
		_exit(1);
}

/*
 * Before 5.12, or what was ported back from there, a kernel thread did this. The poller binds itself
 * when it first runs: a sleeping one has.
 */
static pid_t find_poller(pid_t pid, unsigned *flags)
{
	char path[64];
	struct dirent *entry;
	pid_t found = 0;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	DIR *dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		if (atoi(entry->d_name) > 0 && atoi(entry->d_name) != pid)
			found = atoi(entry->d_name);
	if (dir)
		closedir(dir);
	if (!found)
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, found);
	char state = 0;
	while (state != 'S') {
		FILE *file = fopen(path, "r");
		if (!file)
			return 0;
		if (fscanf(file, "%*d (%*[^)]) %c %*d %*d %*d %*d %*d %u", &state, flags) != 2)
			state = 'S', found = 0;
		fclose(file);
	}
	return found;
}

static int prepare_polled(struct stage *stage)
{
	unsigned flags = 0;

	if (!has_cpuset(stage))
		return 1;
	polled = stage_child(poll_with_io_uring);
	if (polled < 0)
		return -1;
	poller = find_poller(polled, &flags);
	poller_is_bound = flags & PF_NO_SETAFFINITY;
	return poller ? 0 : 1;
}

static int make_polled(struct stage *stage)
{
	struct hierarchy *h = stage->in[CPUSET];
	int error = poller_is_bound ? EINVAL : 0;
	struct truth_note note = refusal(error, "cpuset_no_setaffinity", polled, poller);
	struct truth_note alone = refusal(error, "no_setaffinity", polled, poller);

	if (truth_write_pid(stage->truth, &h->procs[polled_in], polled, &note) == 0)
		polled_in = !polled_in;
	if (stage->version == 1 && poller_is_bound)
		truth_write_pid(stage->truth, &stage_any(stage)->threads[0], poller, &alone);
	return 0;
}

/* ---- more bandwidth than there is ---- */

static pid_t deadline;

static int set_deadline(pid_t pid, int percent)
{
	struct sched_attr attr = {
		.size = sizeof(attr), .sched_policy = POLICY_DEADLINE,
		.sched_runtime = percent * 100000, .sched_deadline = 10000000, .sched_period = 10000000,
	};

	return syscall(SYS_sched_setattr, pid, &attr, 0);
}

/* Seen up to 6.12; 7.2 asks only if the root domain is another one. */
static bool books_twice(const struct stage *stage)
{
	return stage->kernel < 7000;
}

/*
 * As many as the machine admits. A move between cpusets without a common CPU books the bandwidth
 * once more before it gives the old one back, even if one root domain has both.
 */
static int prepare_deadline(struct stage *stage)
{
	pid_t pid;

	if (!has_cpuset(stage) || !books_twice(stage))
		return 1;
	while ((pid = stage_child(NULL)) > 0 && set_deadline(pid, 50) == 0)
		deadline = pid;
	if (pid < 0 || !deadline || errno != EBUSY)
		return complain("cannot use up the bandwidth: %s", strerror(errno));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return stage_move(stage, &stage->in[CPUSET]->procs[0], deadline);
}

static int make_deadline(struct stage *stage)
{
	struct truth_note note = refusal(EBUSY, "deadline_bandwidth", deadline, 0);

	truth_write_pid(stage->truth, &stage->in[CPUSET]->procs[1], deadline, &note);
	return 0;
}

/* ---- the same, in a root domain of its own ---- */

static struct truth_file partition;
static pid_t outside;

/* One that sleeps stays on its old CPU, and in that CPU's root domain, until it runs again. */
static void run_once(pid_t pid)
{
	kill(pid, SIGSTOP);
	waitpid(pid, NULL, WUNTRACED);
	kill(pid, SIGCONT);
}

/*
 * A CPU that is nearly full, and somebody as big who comes from the other one. It is made by the first
 * write and stays: the kernel gives the bandwidth of a dead task back some time later, perhaps to a
 * root domain that is a new one by then. All cpusets besides lose that CPU.
 */
static int fill_partition(struct stage *stage)
{
	char dir[PATH_MAX];

	/* Beside the writer's cgroup: only a child of the root can have a CPU of the root's. */
	snprintf(dir, sizeof(dir), "%s-partition", stage->in[CPUSET]->dir);
	if (mkdir(dir, 0755))
		return complain("cannot make '%s': %s", dir, strerror(errno));
	if (set_file(dir, "cpuset.cpus", "1") ||
	    set_file(dir, "cpuset.cpus.partition", "root") ||
	    truth_file_init(&partition, dir, "cgroup.procs"))
		return -1;
	pid_t inside = stage_child(NULL);
	outside = stage_child(NULL);
	if (inside < 0 || outside < 0 || stage_move(stage, &partition, inside))
		return -1;
	run_once(inside);
	run_once(outside);
	if (set_deadline(inside, 80) || set_deadline(outside, 80))
		return complain("cannot fill the partition: %s", strerror(errno));
	return 0;
}

static int prepare_partition(struct stage *stage)
{
	return !has_cpuset(stage) || books_twice(stage);
}

static int make_partition(struct stage *stage)
{
	if (!outside && fill_partition(stage))
		return -1;
	struct truth_note note = refusal(EBUSY, "deadline_bandwidth", outside, 0);
	truth_write_pid(stage->truth, &partition, outside, &note);
	return 0;
}

/* ---- an empty cpuset ---- */

static struct truth_file empty, half;

static int prepare_empty(struct stage *stage)
{
	struct hierarchy *h = stage->in[CPUSET];
	char dir[PATH_MAX];

	if (!has_cpuset(stage))
		return 1;
	if (stage_file(h, "empty", "cgroup.procs", &empty) ||
	    stage_cgroup(h, "half", dir, sizeof(dir)) || set_file(dir, "cpuset.cpus", "0"))
		return -1;
	return truth_file_init(&half, dir, "tasks");
}

static int make_empty(struct stage *stage)
{
	struct truth_note note = refusal(ENOSPC, "cpuset_empty", stage->idle, 0);

	truth_write_pid(stage->truth, &empty, stage->idle, &note);
	truth_write_pid(stage->truth, &half, stage->idle, &note);
	return 0;
}

/* ---- no right to schedule the process ---- */

static struct agent heir;

/* The files were opened by root: the kernel's test of who may write passes. */
static int inherit(struct truth_file *files, void *arg)
{
	struct stage *stage = arg;

	for (int i = 0; i < 2; i++)
		files[i] = stage->in[CPUSET]->procs[i];
	return become_nobody();
}

static int prepare_heir(struct stage *stage)
{
	return has_cpuset(stage) ? agent_start(&heir, stage->truth, inherit, stage) : 1;
}

static int make_denied(struct stage *stage)
{
	struct truth_note note = refusal(EPERM, "setscheduler_denied", stage->idle, stage->idle);
	int to = stage->in[CPUSET]->idle_in == 0;

	return agent_write_pid(&heir, to, stage->idle, &note) < 0 ? -1 : 0;
}

const struct maker makers_cpuset[] = {
	{ "cpuset_no_setaffinity", NULL, ON_BOTH, prepare_polled, make_polled, ALL, false },
	{ "deadline_bandwidth", NULL, ON_BOTH, prepare_deadline, make_deadline, FIRST, false },
	{ "cpuset_empty", NULL, ON_V1, prepare_empty, make_empty, ALL, false },
	{ "setscheduler_denied", NULL, ON_BOTH, prepare_heir, make_denied, ALL, false },
	{ 0 },
};

const struct maker makers_last[] = {
	{ "deadline_bandwidth", "partition", ON_V2, prepare_partition, make_partition, ALONE, false },
	{ 0 },
};
