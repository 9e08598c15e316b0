#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workload.h"

enum { IDLE_THREADS = 2 };

/* Where the scenario mounts them. */
static const char *const mounts[HIERARCHIES] = {
	[CPU] = "cpu,cpuacct", [CPUSET] = "cpuset", [BLKIO] = "blkio", [MEMORY] = "memory",
	[NAMED] = "lab",
};

static const struct truth_note accepted;

int stage_cgroup(const struct hierarchy *h, const char *name, char *ret, size_t size)
{
	snprintf(ret, size, "%s/%s", h->dir, name);
	if (mkdir(ret, 0755) && errno != EEXIST)
		return complain("cannot make '%s': %s", ret, strerror(errno));
	return 0;
}

int stage_file(const struct hierarchy *h, const char *name, const char *file,
	       struct truth_file *ret)
{
	char dir[PATH_MAX];

	if (stage_cgroup(h, name, dir, sizeof(dir)))
		return -1;
	return truth_file_init(ret, dir, file);
}

static int set_cpus(const char *dir, const char *cpus)
{
	return set_file(dir, "cpuset.mems", "0") || set_file(dir, "cpuset.cpus", cpus);
}

static int open_pair(struct hierarchy *h, int version, bool cpuset)
{
	static const char *const names[2] = { "a", "b" }, *const cpus[2] = { "0", "1" };
	char dir[PATH_MAX];

	for (int i = 0; i < 2; i++) {
		if (stage_cgroup(h, names[i], dir, sizeof(dir)) ||
		    cpuset && set_cpus(dir, cpus[i]) ||
		    truth_file_init(&h->procs[i], dir, "cgroup.procs") ||
		    truth_file_init(&h->threads[i], dir,
				    version == 1 ? "tasks" : "cgroup.threads"))
			return -1;
	}
	h->idle_in = -1;
	return 0;
}

static struct hierarchy *new_hierarchy(const struct stage *stage, const char *mount)
{
	struct hierarchy *h = calloc(1, sizeof(*h));

	if (!h)
		abort();
	snprintf(h->dir, sizeof(h->dir), "%s/lab-w%d", mount, stage->writer);
	if (mkdir(h->dir, 0755) && errno != EEXIST) {
		complain("cannot make '%s': %s", h->dir, strerror(errno));
		free(h);
		return NULL;
	}
	return h;
}

static int init_v1(struct stage *stage, const char *root)
{
	for (int i = 0; i < HIERARCHIES; i++) {
		char mount[64], probe[96];

		snprintf(mount, sizeof(mount), "%s/%s", root, mounts[i]);
		snprintf(probe, sizeof(probe), "%s/cgroup.procs", mount);
		if (access(probe, F_OK))
			continue;
		struct hierarchy *h = new_hierarchy(stage, mount);
		if (!h || i == CPUSET && set_cpus(h->dir, "0-1") ||
		    open_pair(h, 1, i == CPUSET))
			return -1;
		stage->in[i] = stage->all[stage->count++] = h;
	}
	return 0;
}

static int init_v2(struct stage *stage, const char *root)
{
	struct hierarchy *h = new_hierarchy(stage, root);

	if (!h || set_file(h->dir, "cgroup.subtree_control", "+cpu +cpuset +io +memory") ||
	    open_pair(h, 2, true))
		return -1;
	for (int i = 0; i < HIERARCHIES; i++)
		stage->in[i] = h;
	stage->all[stage->count++] = h;
	return 0;
}

static void *sleep_for_ever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void be_idle(void)
{
	pthread_t thread;

	for (int i = 0; i < IDLE_THREADS; i++)
		if (pthread_create(&thread, NULL, sleep_for_ever, NULL))
			_exit(1);
}

pid_t stage_child(void (*body)(void))
{
	pid_t parent = getpid();
	char byte;
	int ready[2];

	if (pipe2(ready, O_CLOEXEC))
		return complain("cannot create a pipe: %s", strerror(errno));
	pid_t pid = fork();
	if (pid == 0) {
		die_with_parent(parent);
		if (body)
			body();
		if (write(ready[1], "", 1) == 1)
			sleep_for_ever(NULL);
		_exit(1);
	}
	close(ready[1]);
	if (pid < 0)
		complain("cannot fork: %s", strerror(errno));
	else if (read(ready[0], &byte, 1) != 1)
		pid = complain("a child ended at once");
	close(ready[0]);
	return pid;
}

int stage_init(struct stage *stage, const char *root)
{
	if (stage->version == 1 ? init_v1(stage, root) : init_v2(stage, root))
		return -1;
	if (!stage->count)
		return complain("there is no hierarchy below '%s'", root);
	stage->idle = stage_child(be_idle);
	return stage->idle < 0 ? -1 : 0;
}

void stage_fini(struct stage *stage)
{
	if (stage->idle <= 0)
		return;
	kill(stage->idle, SIGKILL);
	waitpid(stage->idle, NULL, 0);
}

unsigned stage_random(struct stage *stage, unsigned below)
{
	return rand_r(&stage->random) % below;
}

struct hierarchy *stage_any(struct stage *stage)
{
	return stage->all[stage_random(stage, stage->count)];
}

const struct truth_file *stage_any_file(struct stage *stage)
{
	struct hierarchy *h = stage_any(stage);
	int i = stage_random(stage, 4);

	return i & 2 ? &h->threads[i & 1] : &h->procs[i & 1];
}

int stage_move_idle(struct stage *stage, struct hierarchy *h, const char *text, size_t length)
{
	struct truth_note note = { .target = stage->idle };
	int to = h->idle_in == 0;

	if (truth_write(stage->truth, &h->procs[to], text, length, &note))
		return -1;
	h->idle_in = to;
	return 0;
}

int stage_move(struct stage *stage, const struct truth_file *file, pid_t pid)
{
	struct truth_note note = accepted;

	note.target = pid;
	return truth_write_pid(stage->truth, file, pid, &note) ? -1 : 0;
}
