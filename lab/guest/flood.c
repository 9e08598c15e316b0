/*
 * flood: one writer or many write to cgroup.procs at full speed for some seconds, and only count
 * what they do. The recorder must account for as many writes as the kernel can do.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup_files.h"
#include "victim.h"
#include "workload.h"

static const char usage[] =
	"Usage: flood [-k KIND] [-w WRITERS] [-i THREADS] [-z SLEEPERS] [-p USEC] [-s SECONDS] DIR "
	"DIR\n"
	"Writes to cgroup.procs of both in turn, flat out, and prints how many writes ended how.\n"
	"  -k move    each writer moves a process of its own (default)\n"
	"  -k self    each writer moves itself\n"
	"  -k mixed   like move, and every tenth write is refused: text that is no number, or "
	"ESRCH\n"
	"  -k crowd   like self, and every tenth write is refused\n"
	"  -k text    text that is no number: EINVAL\n"
	"  -k esrch   a number that no process has\n"
	"  -k new     a process of which one thread is held in TASK_NEW: EINVAL\n"
	"  -w N       writers (default 1)\n"
	"  -i N       idle threads of each process that is moved, besides its first (default 0)\n"
	"  -z N       besides, N writers sleep in a write all the time, while the kernel copies "
	"their text;\n"
	"             in the end they are let go, and refused\n"
	"  -p N       sleep N microseconds after each write (default 0)\n"
	"  -s N       for N seconds (default 5)\n";

enum { MAX_WRITERS = 4096, ONE_IN = 10 };

/* More than there are. */
#define NO_PROCESS "2000000000"

enum target { NOTHING, OTHER, SELF };

struct kind {
	const char *name;
	enum target target;
	bool held; /* of the target one thread is in TASK_NEW */
	bool mixed;
	const char *text; /* if there is no target */
	int expected;
};

static const struct kind kinds[] = {
	{ .name = "move", .target = OTHER },
	{ .name = "self", .target = SELF },
	{ .name = "mixed", .target = OTHER, .mixed = true },
	{ .name = "crowd", .target = SELF, .mixed = true },
	{ .name = "text", .text = "none", .expected = EINVAL },
	{ .name = "esrch", .text = NO_PROCESS, .expected = ESRCH },
	{ .name = "new", .target = OTHER, .held = true, .expected = EINVAL },
};

struct options {
	const struct kind *kind;
	long writers;
	long idle;
	long sleepers;
	long pause;
	long seconds;
	char **dirs;
};

struct counts {
	long accepted, refused, surprises;
};

/* What all processes share. */
struct flood {
	atomic_long ready;
	atomic_bool stop;
	int go[2]; /* a pipe that the parent closes when all may begin */
	struct counts counts[MAX_WRITERS + 1]; /* one each; the last is the sleepers' */
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

static _Noreturn void die_of_usage(void)
{
	fputs(usage, stderr);
	exit(2);
}

static struct options parse_options(int argc, char **argv)
{
	struct options opt = { .kind = &kinds[0], .writers = 1, .seconds = 5 };
	int c;

	while ((c = getopt(argc, argv, "k:w:i:z:p:s:")) != -1) {
		switch (c) {
		case 'k':
			opt.kind = find_kind(optarg);
			break;
		case 'w':
			opt.writers = count_arg(optarg);
			break;
		case 'i':
			opt.idle = count_arg(optarg);
			break;
		case 'z':
			opt.sleepers = count_arg(optarg);
			break;
		case 'p':
			opt.pause = count_arg(optarg);
			break;
		case 's':
			opt.seconds = count_arg(optarg);
			break;
		default:
			die_of_usage();
		}
	}
	if (argc - optind != 2 || !opt.kind || opt.writers > MAX_WRITERS ||
	    opt.sleepers > MAX_WRITERS)
		die_of_usage();
	opt.dirs = argv + optind;
	return opt;
}

/* ---- a writer ---- */

struct writer {
	const struct options *opt;
	struct counts *counts;
	struct victim victim;
	int files[2];
	int to;
	char text[16];
};

/* Everything that may fail, before the flood begins. */
static int writer_prepare(struct writer *w)
{
	const struct kind *kind = w->opt->kind;

	if (open_procs(w->files, w->opt->dirs))
		return -1;
	if (kind->target == OTHER && victim_start(&w->victim, w->opt->idle))
		return -1;
	if (kind->held && victim_hold(&w->victim) <= 0)
		return complain("the victim could not hold a thread");
	if (kind->target == NOTHING)
		snprintf(w->text, sizeof(w->text), "%s", kind->text);
	else
		snprintf(w->text, sizeof(w->text), "%d",
			 kind->target == SELF ? 0 : (int)w->victim.pid);
	return 0;
}

static int count_write(struct counts *counts, int file, const char *text, int expected)
{
	int error = write(file, text, strlen(text)) < 0 ? errno : 0;

	if (error)
		counts->refused++;
	else
		counts->accepted++;
	if (error != expected && counts->surprises++ < 3)
		complain("a write of '%s' ended with %s", text, strerror(error));
	return error;
}

static void write_once(struct writer *w, long number)
{
	bool odd = number / ONE_IN % 2;

	if (w->opt->kind->mixed && number % ONE_IN == ONE_IN - 1)
		count_write(w->counts, w->files[w->to], odd ? NO_PROCESS : "none",
			    odd ? ESRCH : EINVAL);
	else if (!count_write(w->counts, w->files[w->to], w->text, w->opt->kind->expected))
		w->to = !w->to;
	if (w->opt->pause)
		usleep(w->opt->pause);
}

static void await_go(struct flood *flood)
{
	char byte;

	atomic_fetch_add(&flood->ready, 1);
	while (read(flood->go[0], &byte, 1) < 0 && errno == EINTR)
		;
}

static _Noreturn void be_writer(const struct options *opt, struct flood *flood, long index)
{
	struct writer w = { .opt = opt, .counts = &flood->counts[index] };

	if (writer_prepare(&w))
		_exit(1);
	await_go(flood);
	for (long i = 0; !atomic_load(&flood->stop); i++)
		write_once(&w, i);
	if (opt->kind->held)
		victim_release(&w.victim);
	if (opt->kind->target == OTHER)
		victim_stop(&w.victim);
	_exit(0);
}

/* ---- writers that sleep ---- */

struct sleepers {
	const struct options *opt;
	struct counts counts;
	pthread_mutex_t lock;
	char *page; /* the text: the kernel waits for it in the write */
	long page_size;
	int uffd;
};

static void *sleep_in_write(void *arg)
{
	struct sleepers *s = arg;
	int files[2];

	/* Files of their own: of one file the kernel lets one writer in at a time. */
	if (open_procs(files, s->opt->dirs))
		_exit(1);
	ssize_t result = write(files[0], s->page, 4);
	int error = result < 0 ? errno : 0;

	pthread_mutex_lock(&s->lock);
	s->counts.accepted += !error;
	s->counts.refused += error != 0;
	if (error != EINVAL && s->counts.surprises++ < 3)
		complain("a sleeper's write ended with %s", strerror(error));
	pthread_mutex_unlock(&s->lock);
	close(files[0]);
	close(files[1]);
	return NULL;
}

static int sleepers_init(struct sleepers *s)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct rlimit files = { .rlim_cur = 3 * MAX_WRITERS, .rlim_max = 3 * MAX_WRITERS };

	setrlimit(RLIMIT_NOFILE, &files);
	s->page_size = sysconf(_SC_PAGESIZE);
	s->page = mmap(NULL, s->page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0);
	s->uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (s->page == MAP_FAILED || s->uffd < 0 || ioctl(s->uffd, UFFDIO_API, &api))
		return complain("cannot use userfaultfd: %s", strerror(errno));
	struct uffdio_register area = {
		.range = { .start = (unsigned long)s->page, .len = s->page_size },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	if (ioctl(s->uffd, UFFDIO_REGISTER, &area))
		return complain("cannot register the page: %s", strerror(errno));
	return 0;
}

/* Each that has come to the page brings one message. */
static int sleepers_await_all(struct sleepers *s)
{
	struct uffd_msg fault;

	for (long i = 0; i < s->opt->sleepers; i++)
		if (read(s->uffd, &fault, sizeof(fault)) != sizeof(fault))
			return complain("cannot see a sleeper: %s", strerror(errno));
	return 0;
}

static int sleepers_start(struct sleepers *s, pthread_t *threads)
{
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 32768);
	for (long i = 0; i < s->opt->sleepers; i++)
		if ((errno = pthread_create(&threads[i], &attr, sleep_in_write, s)))
			return complain("cannot create a sleeper: %s", strerror(errno));
	pthread_attr_destroy(&attr);
	return sleepers_await_all(s);
}

static int sleepers_wake(struct sleepers *s, pthread_t *threads)
{
	static char text[65536] = "none";
	struct uffdio_copy copy = {
		.dst = (unsigned long)s->page,
		.src = (unsigned long)text,
		.len = s->page_size,
	};

	if (ioctl(s->uffd, UFFDIO_COPY, &copy))
		return complain("cannot serve the page: %s", strerror(errno));
	for (long i = 0; i < s->opt->sleepers; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

static _Noreturn void be_sleepers(const struct options *opt, struct flood *flood)
{
	static pthread_t threads[MAX_WRITERS];
	static struct sleepers s = { .lock = PTHREAD_MUTEX_INITIALIZER };

	s.opt = opt;
	if (sleepers_init(&s) || sleepers_start(&s, threads))
		_exit(1);
	await_go(flood);
	while (!atomic_load(&flood->stop))
		usleep(10000);
	if (sleepers_wake(&s, threads))
		_exit(1);
	flood->counts[MAX_WRITERS] = s.counts;
	_exit(0);
}

/* ---- all of them ---- */

static pid_t start_child(const struct options *opt, struct flood *flood, long index)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid < 0)
		return complain("cannot fork: %s", strerror(errno));
	if (pid == 0) {
		die_with_parent(parent);
		/* Before a victim inherits it. */
		close(flood->go[1]);
		if (index == MAX_WRITERS)
			be_sleepers(opt, flood);
		be_writer(opt, flood, index);
	}
	return pid;
}

static bool sleeps_in_kernel(pid_t pid)
{
	char path[32], line[128] = "";

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	int file = open(path, O_RDONLY);
	if (file < 0)
		return false;
	ssize_t length = read(file, line, sizeof(line) - 1);
	close(file);
	char *after = length > 0 ? strrchr(line, ')') : NULL;
	return after && after[1] && after[2] == 'D';
}

static long count_asleep(const pid_t *writers, long count)
{
	long asleep = 0;

	for (long i = 0; i < count; i++)
		asleep += sleeps_in_kernel(writers[i]);
	return asleep;
}

static bool has_died(void)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid;
}

/* -1 if one of them could not begin. */
static int await_ready(struct flood *flood, long children)
{
	while (!workload_stop && atomic_load(&flood->ready) < children) {
		if (has_died())
			return complain("a writer cannot begin");
		usleep(1000);
	}
	return 0;
}

static int wait_for_all(long children)
{
	int result = 0, status;

	while (children-- > 0)
		if (wait(&status) < 0 || status)
			result = complain("a writer failed");
	return result;
}

static struct counts sum_up(const struct flood *flood)
{
	struct counts sum = { 0 };

	for (long i = 0; i <= MAX_WRITERS; i++) {
		sum.accepted += flood->counts[i].accepted;
		sum.refused += flood->counts[i].refused;
		sum.surprises += flood->counts[i].surprises;
	}
	return sum;
}

static int start_all(const struct options *opt, struct flood *flood, pid_t *pids)
{
	long children = 0;

	for (; children < opt->writers; children++)
		if ((pids[children] = start_child(opt, flood, children)) < 0)
			return -1;
	if (opt->sleepers) {
		if ((pids[children] = start_child(opt, flood, MAX_WRITERS)) < 0)
			return -1;
		children++;
	}
	return await_ready(flood, children);
}

static int run(const struct options *opt, struct flood *flood)
{
	static pid_t pids[MAX_WRITERS + 1];
	long children = opt->writers + (opt->sleepers > 0);
	long most = 0;

	if (pipe(flood->go))
		return complain("cannot create a pipe: %s", strerror(errno));
	/* Those that did begin die with their parent. */
	if (start_all(opt, flood, pids))
		return -1;
	close(flood->go[1]);
	for (long i = 0; i < opt->seconds && !workload_stop; i++) {
		sleep(1);
		long asleep = count_asleep(pids, opt->writers);
		most = asleep > most ? asleep : most;
	}
	atomic_store(&flood->stop, true);
	int result = wait_for_all(children);
	struct counts sum = sum_up(flood);
	printf("flood: %ld writes, %ld accepted, %ld refused, %ld surprises, %ld asleep\n",
	       sum.accepted + sum.refused, sum.accepted, sum.refused, sum.surprises,
	       most + opt->sleepers);
	if (workload_stop)
		return complain("stopped by a signal");
	return sum.surprises ? -1 : result;
}

int main(int argc, char **argv)
{
	struct options opt = parse_options(argc, argv);
	struct flood *flood = mmap(NULL, sizeof(*flood), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (flood == MAP_FAILED) {
		complain("cannot share memory: %s", strerror(errno));
		return 1;
	}
	stop_with_parent();
	return run(&opt, flood) ? 1 : 0;
}
