/*
 * churn: moves a process to and fro between two cgroups while it creates and joins threads
 * without a pause, until the kernel has refused often enough. On Linux 4.8 to 6.0 some of the
 * moves meet a thread in TASK_NEW and fail with EINVAL.
 */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "truth.h"
#include "workload.h"

static const char usage[] =
	"Usage: churn [-w] [-n EINVALS] [-m WRITES] [-c THREADS] [-q THREADS] [-p USEC] [-f FILE]\n"
	"             [-t TRUTH] DIR DIR\n"
	"Moves a process that churns threads between two cgroups.\n"
	"  -n N   until write(2) failed with EINVAL N times (default 100)\n"
	"  -m N   give up, and fail, after N writes (default 200000)\n"
	"  -w     widen the window: each clone(2) takes a page fault in it (see churn_wide)\n"
	"  -c N   instead: until N threads were created, however many writes are refused\n"
	"  -q N   instead: N idle threads and no churn; every one of -m writes must succeed;\n"
	"         so it must on a kernel that moves a thread in TASK_NEW\n"
	"  -p N   sleep N microseconds after each write (default 0)\n"
	"  -f F   the file to write to (default cgroup.procs)\n"
	"  -t F   where to put the truth\n";

/* x86-64's smaller one. */
#define HUGE_PAGE (2UL << 20)

struct options {
	long want;
	long bound;
	long threads;
	long idle;
	long pause;
	bool wide;
	const char *file;
	const char *truth;
};

static struct options parse_options(int argc, char **argv)
{
	struct options opt = {
		.want = 100, .bound = 200000, .threads = -1, .idle = -1, .file = "cgroup.procs",
	};
	int c;

	while ((c = getopt(argc, argv, "n:m:c:q:p:f:t:w")) != -1) {
		switch (c) {
		case 'n': opt.want = count_arg(optarg); break;
		case 'm': opt.bound = count_arg(optarg); break;
		case 'c': opt.threads = count_arg(optarg); break;
		case 'q': opt.idle = count_arg(optarg); break;
		case 'p': opt.pause = count_arg(optarg); break;
		case 'w': opt.wide = true; break;
		case 'f': opt.file = optarg; break;
		case 't': opt.truth = optarg; break;
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

/* What the victim and its mover share. */
struct churn {
	atomic_long created;
	atomic_bool enough;
};

static struct churn *churn_new(void)
{
	void *shared = mmap(NULL, sizeof(struct churn), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return shared == MAP_FAILED ? NULL : shared;
}

/* Asked before each thread: at the end as many were created as were counted. */
static bool churn_goes_on(const struct options *opt, struct churn *churn)
{
	if (opt->threads >= 0 && atomic_load(&churn->created) >= opt->threads) {
		atomic_store(&churn->enough, true);
		return false;
	}
	return true;
}

static void *return_at_once(void *arg)
{
	return arg;
}

/* It lives on its creator's TLS. */
static int exit_at_once(void *arg)
{
	(void)arg;
	return 0;
}

static void *sleep_for_ever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

/*
 * The kernel stores the new pid to memory that was never touched: clone(2) takes a page fault
 * just between the thread's becoming visible and its first waking, and of a huge page it has
 * to clear 2 MiB there. How often a write meets that must not depend on how busy the host is:
 * with a small page it was one in 20 of them on a busy one, one in 3,000 on an idle one.
 */
static void churn_wide(const struct options *opt, struct churn *churn)
{
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			  CLONE_SYSVSEM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
	static alignas(16) char stack[16384];
	static atomic_int alive;
	char *memory = mmap(NULL, 2 * HUGE_PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		_exit(1);
	pid_t *page = (pid_t *)(memory + HUGE_PAGE - (uintptr_t)memory % HUGE_PAGE);
	/* Where the kernel has no huge page for it, it is a small one: then it is refused less often. */
	madvise(page, HUGE_PAGE, MADV_HUGEPAGE);
	while (churn_goes_on(opt, churn)) {
		madvise(page, HUGE_PAGE, MADV_DONTNEED);
		atomic_store(&alive, 1);
		if (clone(exit_at_once, stack + sizeof(stack), flags, NULL, page, NULL,
			  &alive) < 0)
			_exit(1);
		atomic_fetch_add(&churn->created, 1);
		while (atomic_load(&alive))
			syscall(SYS_futex, &alive, FUTEX_WAIT, 1, NULL, NULL, 0);
	}
}

static void start_thread(pthread_t *thread, void *(*body)(void *))
{
	int error = pthread_create(thread, NULL, body, NULL);

	if (error) {
		complain("cannot create a thread: %s", strerror(error));
		_exit(1);
	}
}

static void churn_plain(const struct options *opt, struct churn *churn)
{
	pthread_t thread;

	while (churn_goes_on(opt, churn)) {
		start_thread(&thread, return_at_once);
		atomic_fetch_add(&churn->created, 1);
		pthread_join(thread, NULL);
	}
}

static _Noreturn void be_victim(const struct options *opt, struct churn *churn, int ready)
{
	pthread_t thread;

	for (long i = 0; i < opt->idle; i++)
		start_thread(&thread, sleep_for_ever);
	close(ready);
	if (opt->idle >= 0)
		sleep_for_ever(NULL);
	if (opt->wide)
		churn_wide(opt, churn);
	else
		churn_plain(opt, churn);
	for (;;)
		pause();
}

static pid_t start_victim(const struct options *opt, struct churn *churn)
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
		be_victim(opt, churn, ready[1]);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) < 0 && errno != EINTR)
		complain("cannot hear of the victim: %s", strerror(errno));
	close(ready[0]);
	return pid;
}

static bool has_died(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid == pid;
}

/* While a huge page is cleared there is time for dozens of refusals, all for the same thread's sake. */
static void await_next_thread(struct churn *churn, pid_t victim, long created)
{
	while (!workload_stop && !atomic_load(&churn->enough) &&
	       atomic_load(&churn->created) == created && !has_died(victim))
		sched_yield();
}

static void move_to_and_fro(const struct options *opt, struct truth *truth,
			    const struct truth_file *files, pid_t victim,
			    struct churn *churn)
{
	long want = opt->idle >= 0 || opt->threads >= 0 ? opt->bound : opt->want;
	struct truth_note note = { .target = victim, .expected = -1, .cause = "task_new" };
	int to = 0;

	while (!workload_stop && truth_count(truth) < opt->bound && truth_einval(truth) < want &&
	       !atomic_load(&churn->enough)) {
		long created = atomic_load(&churn->created);

		/*
		 * After a refusal the same again: the victim stayed where it was, and a move to
		 * there asks no controller.
		 */
		if (truth_write_pid(truth, &files[to], victim, &note) == 0)
			to = !to;
		else if (opt->wide)
			await_next_thread(churn, victim, created);
		if (opt->pause)
			usleep(opt->pause);
	}
}

static int judge(const struct options *opt, const struct truth *truth, struct churn *churn)
{
	long einval = truth_einval(truth);
	long other = truth_refused(truth) - einval;
	bool none = opt->idle >= 0 || !kernel_refuses_new_threads();

	printf("churn: %ld writes, %ld accepted, %ld EINVAL, %ld other errors", truth_count(truth),
	       truth_accepted(truth), einval, other);
	if (opt->threads >= 0)
		printf(", %ld threads", atomic_load(&churn->created));
	putchar('\n');
	if (workload_stop)
		return complain("stopped by a signal");
	if (other)
		return complain("there should be no other errors");
	if (none && einval)
		return complain("nothing should be refused");
	if (opt->threads >= 0)
		return atomic_load(&churn->enough) ? 0
			: complain("%ld writes are too few for so many threads", opt->bound);
	if (!none && einval < opt->want)
		return complain("%ld writes brought %ld EINVAL only, of %ld wanted",
				truth_count(truth), einval, opt->want);
	return 0;
}

static int run(const struct options *opt, struct truth *truth,
	       const struct truth_file *files)
{
	struct churn *churn = churn_new();

	if (!churn)
		return complain("cannot share memory: %s", strerror(errno));
	pid_t victim = start_victim(opt, churn);
	if (victim < 0)
		return -1;
	move_to_and_fro(opt, truth, files, victim, churn);
	bool died = has_died(victim);
	kill(victim, SIGKILL);
	waitpid(victim, NULL, 0);
	int result = judge(opt, truth, churn);
	return died ? complain("the victim died") : result;
}

int main(int argc, char **argv)
{
	struct options opt = parse_options(argc, argv);
	struct truth_file files[2];
	struct truth truth;

	stop_with_parent();
	for (int i = 0; i < 2; i++)
		if (truth_file_init(&files[i], argv[optind + i], opt.file))
			return 1;
	truth_init(&truth, opt.truth);
	int result = run(&opt, &truth, files);
	if (truth_fini(&truth))
		result = -1;
	for (int i = 0; i < 2; i++)
		truth_file_fini(&files[i]);
	return result ? 1 : 0;
}
