/*
 * price: prints how long one operation takes, in ns: the median of the means of batches of the same
 * size. A CPU that the host suspends spoils only a batch or two, and what happens only now and then
 * (a buffer that is handed over) is included.
 *
 * The host gives an emulated CPU more time or less, for seconds. So a fixed computation is timed
 * before and after each batch, and the batch is scaled to the fastest of those computations.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cgroup_files.h"
#include "victim.h"
#include "workload.h"

static const char usage[] =
	"Usage: price [-u] [-b BATCHES] [-n OPERATIONS] [-l MSEC] attach THREADS DIR DIR\n"
	"       price ... write FILE TEXT\n"
	"       price ... fork|exec|thread\n"
	"Prints: price: NS ns, REFERENCE ns reference, OPERATIONS operations\n"
	"(how long the fixed piece of computing took at its fastest)\n"
	"  -b N   batches (default 101)\n"
	"  -n N   operations in a batch (default 100)\n"
	"  -l N   no new batch after N ms, but 3 in any case (default 3000)\n"
	"  -u     no fixed piece of computing: to read the clock is a system call, and traced\n"
	"attach moves a process of THREADS idle threads to and fro; write writes TEXT to FILE; "
	"fork, exec and\n"
	"thread create a child, one that executes a program, or a thread, and wait for its end.\n";

enum { MAX_BATCHES = 1000, MIN_BATCHES = 3, REFERENCE_STEPS = 100000 };

struct options {
	long batches;
	long operations;
	long limit;
	bool unscaled;
};

/* What an operation needs; it returns 0, or -1 after a complaint. */
struct subject {
	int (*operate)(struct subject *subject);
	int files[2];
	int to;
	struct victim victim;
	const char *text;
	size_t length;
};

static long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000L + now.tv_nsec;
}

/* ---- the operations ---- */

static int attach(struct subject *s)
{
	if (write_pid(s->files[s->to], s->victim.pid))
		return complain("the attach was refused: %s", strerror(errno));
	s->to = !s->to;
	return 0;
}

static int write_text(struct subject *s)
{
	if (pwrite(s->files[0], s->text, s->length, 0) < 0)
		return complain("the write failed: %s", strerror(errno));
	return 0;
}

static int wait_for(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		return complain("a child failed");
	return 0;
}

static int fork_child(struct subject *s)
{
	(void)s;
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return wait_for(pid);
}

static int execute(struct subject *s)
{
	(void)s;
	pid_t pid = fork();
	if (pid == 0) {
		execl("/proc/self/exe", "price", "nothing", NULL);
		_exit(1);
	}
	return wait_for(pid);
}

static void *return_at_once(void *arg)
{
	return arg;
}

static int create_thread(struct subject *s)
{
	pthread_t thread;

	(void)s;
	if ((errno = pthread_create(&thread, NULL, return_at_once, NULL)))
		return complain("cannot create a thread: %s", strerror(errno));
	pthread_join(thread, NULL);
	return 0;
}

/* ---- which one ---- */

static int prepare_attach(struct subject *s, char **args)
{
	long threads = count_arg(args[0]);

	s->operate = attach;
	if (open_procs(s->files, args + 1))
		return -1;
	return victim_start(&s->victim, threads ? threads - 1 : 0);
}

static int prepare_write(struct subject *s, char **args)
{
	s->operate = write_text;
	s->text = args[1];
	s->length = strlen(args[1]);
	s->files[0] = open(args[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (s->files[0] < 0)
		return complain("cannot open %s: %s", args[0], strerror(errno));
	return 0;
}

static int prepare_simple(struct subject *s, char **args)
{
	static const struct {
		const char *name;
		int (*operate)(struct subject *subject);
	} simple[] = {
		{ "fork", fork_child },
		{ "exec", execute },
		{ "thread", create_thread },
	};

	for (size_t i = 0; i < sizeof(simple) / sizeof(simple[0]); i++)
		if (!strcmp(args[0], simple[i].name))
			s->operate = simple[i].operate;
	return s->operate ? 0 : -1;
}

static int prepare(struct subject *s, int count, char **args)
{
	if (count == 4 && !strcmp(args[0], "attach"))
		return prepare_attach(s, args + 1);
	if (count == 3 && !strcmp(args[0], "write"))
		return prepare_write(s, args + 1);
	if (count == 1 && !prepare_simple(s, args))
		return 0;
	fputs(usage, stderr);
	exit(2);
}

/* ---- measuring ---- */

/* How long the fixed piece of computing takes. */
static double measure_reference(void)
{
	volatile unsigned long x = 1;
	long begin = now_ns();

	for (int i = 0; i < REFERENCE_STEPS; i++)
		x = x * 6364136223846793005 + 1442695040888963407;
	return now_ns() - begin;
}

struct batch {
	double mean;	  /* of an operation, ns */
	double reference; /* beside it, ns */
};

static int measure_batch(struct subject *s, const struct options *opt, struct batch *batch)
{
	double before = opt->unscaled ? 1 : measure_reference();
	long begin = now_ns();

	for (long i = 0; i < opt->operations; i++)
		if (s->operate(s))
			return -1;
	batch->mean = (double)(now_ns() - begin) / opt->operations;
	batch->reference = opt->unscaled ? 1 : (before + measure_reference()) / 2;
	return 0;
}

/* By their length, the host's speed apart. */
static int compare_batches(const void *a, const void *b)
{
	const struct batch *p = a, *q = b;
	double x = p->mean / p->reference, y = q->mean / q->reference;

	return (x > y) - (x < y);
}

/* The first batch is thrown away: it finds the caches cold. */
static int measure(struct subject *s, const struct options *opt)
{
	struct batch batches[MAX_BATCHES], cold;
	double fastest = 1e12;
	long count = 0;
	long begin = now_ns();

	if (measure_batch(s, opt, &cold))
		return -1;
	while (!workload_stop && count < opt->batches &&
	       (count < MIN_BATCHES || now_ns() - begin < opt->limit * 1000000)) {
		if (measure_batch(s, opt, &batches[count]))
			return -1;
		if (batches[count].reference < fastest)
			fastest = batches[count].reference;
		count++;
	}
	if (workload_stop)
		return complain("stopped by a signal");
	qsort(batches, count, sizeof(batches[0]), compare_batches);
	printf("price: %.0f ns, %.0f ns reference, %ld operations\n",
	       batches[count / 2].mean * fastest / batches[count / 2].reference,
	       opt->unscaled ? 0 : fastest, (count + 1) * opt->operations);
	return 0;
}

int main(int argc, char **argv)
{
	struct options opt = { .batches = 101, .operations = 100, .limit = 3000 };
	struct subject subject = { 0 };
	int c;

	if (argc == 2 && !strcmp(argv[1], "nothing"))
		return 0;
	while ((c = getopt(argc, argv, "+b:n:l:u")) != -1) {
		switch (c) {
		case 'b':
			opt.batches = count_arg(optarg);
			break;
		case 'n':
			opt.operations = count_arg(optarg);
			break;
		case 'l':
			opt.limit = count_arg(optarg);
			break;
		case 'u':
			opt.unscaled = true;
			break;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	if (!opt.operations || !opt.batches || opt.batches > MAX_BATCHES) {
		fputs(usage, stderr);
		return 2;
	}
	stop_with_parent();
	int result = prepare(&subject, argc - optind, argv + optind);
	if (!result)
		result = measure(&subject, &opt);
	if (subject.victim.pid)
		victim_stop(&subject.victim);
	return result ? 1 : 0;
}
