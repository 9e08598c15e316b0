/*
 * stuck: moves a process of which one thread is in TASK_NEW between two cgroups.
 *
 * -p puts that thread into the middle of a group of thousands: half of the idle threads are
 * created before it, half after it.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "truth.h"
#include "victim.h"
#include "workload.h"

static const char usage[] =
	"Usage: stuck [-n ROUNDS] [-w WRITES] [-i THREADS] [-p] [-s USEC] [-t TRUTH]\n"
	"             DIR DIR\n"
	"Moves a process of which one thread is in TASK_NEW between two cgroups.\n"
	"  -n N   rounds, each with a new thread (default 20)\n"
	"  -w N   writes to cgroup.procs in a round before the thread is released (default 3)\n"
	"  -i N   idle threads that the process has besides (default 8)\n"
	"  -p     in the first round half of them are created after the one that is held\n"
	"  -s N   sleep N microseconds after each round (default 0)\n"
	"  -t F   where to put the truth\n"
	"On a kernel that moves a thread in TASK_NEW every write must succeed.\n";

enum { MAX_IDLE = 16000 };

struct options {
	long rounds;
	long writes;
	long idle;
	long pause;
	bool middle;
	const char *truth;
};

struct writer {
	struct truth truth;
	struct truth_file procs[2];
	struct truth_file tasks[2];	/* v1 only */
	bool has_tasks;
	struct victim victim;
	int refusal;			/* the errno of a refusal, 0 if this kernel has none */
};

static void expect(struct writer *w, int expected, const struct truth_file *file, pid_t pid,
		   pid_t blocking)
{
	struct truth_note note = {
		.target = w->victim.pid,
		.blocking = blocking,
		.expected = expected,
		.cause = "task_new",
	};

	truth_write_pid(&w->truth, file, pid, &note);
}

static int play_round(struct writer *w, const struct options *opt, long round)
{
	pid_t pid = w->victim.pid;
	pid_t held = victim_hold(&w->victim);
	int to = round & 1;

	if (held <= 0)
		return complain("the victim could not hold a thread");
	if (round == 0 && opt->middle && victim_add_idle(&w->victim, opt->idle - opt->idle / 2))
		return complain("the victim could not create threads");
	for (long i = 0; i < opt->writes; i++)
		expect(w, w->refusal, &w->procs[to], pid, held);
	expect(w, w->refusal, &w->procs[to], held, held);
	if (w->has_tasks) {
		expect(w, w->refusal, &w->tasks[to], held, held);
		/* One thread alone is asked about, and this one is none too new. */
		expect(w, 0, &w->tasks[to], pid, 0);
		expect(w, w->refusal, &w->procs[to], pid, held);
	}
	if (victim_release(&w->victim))
		return complain("the victim could not release the thread");
	expect(w, 0, &w->procs[to], pid, 0);
	if (victim_end_thread(&w->victim))
		return complain("the victim could not end the thread");
	return 0;
}

static struct options parse_options(int argc, char **argv)
{
	struct options opt = { .rounds = 20, .writes = 3, .idle = 8 };
	int c;

	while ((c = getopt(argc, argv, "n:w:i:ps:t:")) != -1) {
		switch (c) {
		case 'n': opt.rounds = count_arg(optarg); break;
		case 'w': opt.writes = count_arg(optarg); break;
		case 'i': opt.idle = count_arg(optarg); break;
		case 'p': opt.middle = true; break;
		case 's': opt.pause = count_arg(optarg); break;
		case 't': opt.truth = optarg; break;
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
	if (argc - optind != 2 || opt.idle > MAX_IDLE) {
		fputs(usage, stderr);
		exit(2);
	}
	return opt;
}

static int open_files(struct writer *w, char **dirs)
{
	char tasks[PATH_MAX];

	snprintf(tasks, sizeof(tasks), "%s/tasks", dirs[0]);
	w->has_tasks = access(tasks, F_OK) == 0;
	for (int i = 0; i < 2; i++) {
		if (truth_file_init(&w->procs[i], dirs[i], "cgroup.procs"))
			return -1;
		if (w->has_tasks && truth_file_init(&w->tasks[i], dirs[i], "tasks"))
			return -1;
	}
	return 0;
}

static int run(struct writer *w, const struct options *opt)
{
	long round = 0;
	int result = victim_start(&w->victim, opt->middle ? opt->idle / 2 : opt->idle);

	if (result)
		return result;
	while (!result && !workload_stop && round < opt->rounds) {
		result = play_round(w, opt, round);
		if (opt->pause)
			usleep(opt->pause);
		if (!result)
			round++;
	}
	victim_stop(&w->victim);
	printf("stuck: %ld rounds, %ld writes, %ld accepted, %ld EINVAL, %ld surprises\n",
	       round, truth_count(&w->truth), truth_accepted(&w->truth),
	       truth_einval(&w->truth), truth_surprises(&w->truth));
	return round < opt->rounds || truth_surprises(&w->truth) ? -1 : 0;
}

int main(int argc, char **argv)
{
	struct options opt = parse_options(argc, argv);
	struct writer writer = { .refusal = kernel_refuses_new_threads() ? EINVAL : 0 };

	stop_with_parent();
	if (open_files(&writer, argv + optind))
		return 1;
	truth_init(&writer.truth, opt.truth);
	int result = run(&writer, &opt);
	if (truth_fini(&writer.truth))
		result = -1;
	return result ? 1 : 0;
}
