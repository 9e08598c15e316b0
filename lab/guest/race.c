/*
 * race: moves a process to and fro between two cgroups while it creates threads, with a given
 * number of writes, and prints how many the kernel refused. Nothing widens the window in which a
 * new thread is in TASK_NEW.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup_files.h"
#include "workload.h"

static const char usage[] =
	"Usage: race [-n WRITES] [-c USEC] [-p USEC] [-s SEED] DIR DIR\n"
	"Moves a process that creates and joins threads between two cgroups. Each thread is met "
	"once at most: after a\n"
	"refusal the next write waits for the next thread.\n"
	"  -n N   writes (default 10000)\n"
	"  -c N   the process sleeps N microseconds after each thread (default 0)\n"
	"  -p N   sleep up to N microseconds after each write (default 0)\n"
	"  -s N   seeds those sleeps (default 1)\n";

struct options {
	long writes;
	long creator_pause;
	long pause;
	unsigned seed;
};

/* What the two processes share. */
struct race {
	atomic_long created;
};

struct outcome {
	long accepted, einval, other;
};

static struct options parse_options(int argc, char **argv)
{
	struct options opt = { .writes = 10000, .seed = 1 };
	int c;

	while ((c = getopt(argc, argv, "n:c:p:s:")) != -1) {
		switch (c) {
		case 'n':
			opt.writes = count_arg(optarg);
			break;
		case 'c':
			opt.creator_pause = count_arg(optarg);
			break;
		case 'p':
			opt.pause = count_arg(optarg);
			break;
		case 's':
			opt.seed = count_arg(optarg);
			break;
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
	if (argc - optind != 2) {
		fputs(usage, stderr);
		exit(2);
	}
	return opt;
}

static void *return_at_once(void *arg)
{
	return arg;
}

static _Noreturn void create_threads(const struct options *opt, struct race *race, int ready)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 65536);
	for (;;) {
		if (pthread_create(&thread, &attr, return_at_once, NULL))
			_exit(1);
		atomic_fetch_add(&race->created, 1);
		pthread_join(thread, NULL);
		if (ready >= 0)
			close(ready);
		ready = -1;
		if (opt->creator_pause)
			usleep(opt->creator_pause);
	}
}

/* Returns when it has created its first thread. */
static pid_t start_creator(const struct options *opt, struct race *race)
{
	pid_t parent = getpid();
	int ready[2];
	char byte;

	if (pipe(ready))
		return complain("cannot create a pipe: %s", strerror(errno));
	pid_t pid = fork();
	if (pid < 0)
		return complain("cannot fork: %s", strerror(errno));
	if (pid == 0) {
		die_with_parent(parent);
		close(ready[0]);
		create_threads(opt, race, ready[1]);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) < 0 && errno != EINTR)
		complain("cannot hear of the creator: %s", strerror(errno));
	close(ready[0]);
	return pid;
}

/*
 * A creator whose CPU is put aside in the window, as an emulator's host does now and then, would have every write
 * refused until it comes back: one event, which says nothing about who watches.
 */
static void await_next_thread(struct race *race, long created)
{
	while (!workload_stop && atomic_load(&race->created) == created)
		sched_yield();
}

/* After a refusal the same again: the process stayed where it was, and a move to there asks no controller. */
static struct outcome move_to_and_fro(struct options *opt, struct race *race, const int *files,
				      pid_t pid)
{
	struct outcome seen = { 0 };
	int to = 0;

	for (long i = 0; i < opt->writes && !workload_stop; i++) {
		long created = atomic_load(&race->created);

		if (write_pid(files[to], pid) == 0) {
			seen.accepted++;
			to = !to;
		} else if (errno == EINVAL) {
			seen.einval++;
			await_next_thread(race, created);
		} else {
			seen.other++;
		}
		if (opt->pause)
			usleep(rand_r(&opt->seed) % opt->pause);
	}
	return seen;
}

static int run(struct options *opt, const int *files)
{
	struct race *race = mmap(NULL, sizeof(*race), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (race == MAP_FAILED)
		return complain("cannot share memory: %s", strerror(errno));
	pid_t pid = start_creator(opt, race);
	if (pid < 0)
		return -1;
	struct outcome seen = move_to_and_fro(opt, race, files, pid);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	printf("race: %ld writes, %ld accepted, %ld EINVAL, %ld other errors\n",
	       seen.accepted + seen.einval + seen.other, seen.accepted, seen.einval, seen.other);
	if (workload_stop)
		return complain("stopped by a signal");
	return seen.other ? complain("there should be no other errors") : 0;
}

int main(int argc, char **argv)
{
	struct options opt = parse_options(argc, argv);
	int files[2];

	stop_with_parent();
	if (open_procs(files, argv + optind))
		return 1;
	return run(&opt, files) ? 1 : 0;
}
