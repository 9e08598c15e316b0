/*
 * stuck: holds one thread of a process in TASK_NEW for as long as it likes, so that the
 * culprit's pid is known before the kernel refuses.
 *
 * clone(CLONE_PARENT_SETTID) stores the new pid after the thread has become visible and
 * before it is woken for the first time. Here the store goes to a page that userfaultfd
 * holds back: the creator sleeps in clone(2), the new thread stays TASK_NEW.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "truth.h"
#include "workload.h"

static const char usage[] =
	"Usage: stuck [-n ROUNDS] [-w WRITES] [-i THREADS] [-t TRUTH] DIR DIR\n"
	"Moves a process of which one thread is in TASK_NEW between two cgroups.\n"
	"  -n N   rounds, each with a new thread (default 20)\n"
	"  -w N   writes to cgroup.procs in a round before the thread is released (default 3)\n"
	"  -i N   idle threads that the process has besides (default 8)\n"
	"  -t F   where to put the truth\n";

enum { MAX_THREADS = 256 };

/* ---- the victim: a process of its own, driven through a socket ---- */

struct victim {
	int uffd;
	pid_t *page;			/* where the kernel wants to store the new pid */
	long page_size;
	sem_t go;
	atomic_uint running;		/* the released thread says so */
	atomic_uint leave;		/* a futex: the released thread may end */
	alignas(16) char stack[65536];
};

static _Noreturn void give_up(const char *what)
{
	complain("victim: cannot %s: %s", what, strerror(errno));
	_exit(1);
}

static void *idle(void *arg)
{
	for (;;)
		pause();
	return arg;
}

/* It lives on its creator's TLS: system calls only. */
static int stuck_thread(void *arg)
{
	struct victim *v = arg;

	atomic_store(&v->running, 1);
	while (!atomic_load(&v->leave))
		syscall(SYS_futex, &v->leave, FUTEX_WAIT, 0, NULL, NULL, 0);
	return 0;
}

static void *creator_thread(void *arg)
{
	struct victim *v = arg;
	int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
		    CLONE_SYSVSEM | CLONE_PARENT_SETTID;

	sem_wait(&v->go);
	if (clone(stuck_thread, v->stack + sizeof(v->stack), flags, v, v->page) < 0)
		give_up("clone");
	return NULL;
}

static void victim_init(struct victim *v)
{
	v->page_size = sysconf(_SC_PAGESIZE);
	v->page = mmap(NULL, v->page_size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (v->page == MAP_FAILED)
		give_up("map a page");
	v->uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (v->uffd < 0)
		give_up("use userfaultfd");
	struct uffdio_api api = { .api = UFFD_API };
	if (ioctl(v->uffd, UFFDIO_API, &api))
		give_up("agree with userfaultfd");
	struct uffdio_register area = {
		.range = { .start = (unsigned long)v->page, .len = v->page_size },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	if (ioctl(v->uffd, UFFDIO_REGISTER, &area))
		give_up("register the page");
	sem_init(&v->go, 0, 0);
}

static int list_threads(pid_t *tids)
{
	DIR *dir = opendir("/proc/self/task");
	struct dirent *entry;
	int count = 0;

	if (!dir)
		give_up("open /proc/self/task");
	while ((entry = readdir(dir)) && count < MAX_THREADS)
		if (entry->d_name[0] != '.')
			tids[count++] = atoi(entry->d_name);
	closedir(dir);
	return count;
}

static bool contains(const pid_t *tids, int count, pid_t tid)
{
	while (count--)
		if (tids[count] == tid)
			return true;
	return false;
}

/* The one thread that is not among `known`. */
static pid_t find_new_thread(const pid_t *known, int known_count)
{
	pid_t tids[MAX_THREADS];
	int count = list_threads(tids);
	pid_t found = 0;

	for (int i = 0; i < count; i++) {
		if (contains(known, known_count, tids[i]))
			continue;
		if (found)
			return 0;
		found = tids[i];
	}
	return found;
}

static pid_t hold_thread(struct victim *v, pthread_t *creator)
{
	pid_t known[MAX_THREADS];
	struct uffd_msg fault;

	if (madvise(v->page, v->page_size, MADV_DONTNEED))
		give_up("drop the page");
	atomic_store(&v->running, 0);
	atomic_store(&v->leave, 0);
	if (pthread_create(creator, NULL, creator_thread, v))
		give_up("create a thread");
	int known_count = list_threads(known);
	sem_post(&v->go);
	if (read(v->uffd, &fault, sizeof(fault)) != sizeof(fault) ||
	    fault.event != UFFD_EVENT_PAGEFAULT)
		give_up("see the fault");
	return find_new_thread(known, known_count);
}

static void release_thread(struct victim *v, pthread_t creator)
{
	struct uffdio_zeropage page = {
		.range = { .start = (unsigned long)v->page, .len = v->page_size },
	};

	if (ioctl(v->uffd, UFFDIO_ZEROPAGE, &page))
		give_up("serve the page");
	pthread_join(creator, NULL);
	while (!atomic_load(&v->running))
		sched_yield();
}

static void end_thread(struct victim *v, pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d", tid);
	atomic_store(&v->leave, 1);
	syscall(SYS_futex, &v->leave, FUTEX_WAKE, 1, NULL, NULL, 0);
	/* Its stack is the next one's. */
	while (access(path, F_OK) == 0)
		sched_yield();
}

static bool hear(int fd, pid_t *value)
{
	return recv(fd, value, sizeof(*value), 0) == sizeof(*value);
}

static bool tell(int fd, pid_t value)
{
	return send(fd, &value, sizeof(value), MSG_NOSIGNAL) == sizeof(value);
}

static _Noreturn void be_victim(long idle_threads, int fd)
{
	static struct victim v;
	pthread_t thread;
	pid_t go;

	victim_init(&v);
	for (long i = 0; i < idle_threads; i++)
		if (pthread_create(&thread, NULL, idle, NULL))
			give_up("create a thread");
	while (hear(fd, &go)) {
		pid_t tid = hold_thread(&v, &thread);
		if (!tell(fd, tid) || !hear(fd, &go))
			break;
		release_thread(&v, thread);
		if (!tell(fd, tid) || !hear(fd, &go))
			break;
		end_thread(&v, tid);
		tell(fd, 0);
	}
	_exit(0);
}

/* ---- the writer ---- */

struct options {
	long rounds;
	long writes;
	long idle;
	const char *truth;
};

struct writer {
	struct truth truth;
	struct truth_file procs[2];
	struct truth_file tasks[2];	/* v1 only */
	bool has_tasks;
	pid_t victim;
	int fd;
	long surprises;
};

static void expect(struct writer *w, int expected, const struct truth_file *file,
		   pid_t pid, pid_t culprit)
{
	int error = truth_write(&w->truth, file, pid, w->victim, culprit);

	if (error == expected)
		return;
	w->surprises++;
	complain("%d to %s: '%s', not '%s'", pid, file->path, strerror(error),
		 strerror(expected));
}

static bool ask(struct writer *w, pid_t *answer)
{
	return tell(w->fd, 1) && hear(w->fd, answer);
}

static int play_round(struct writer *w, long writes, int to)
{
	pid_t stuck, tid;

	if (!ask(w, &stuck) || stuck <= 0)
		return complain("the victim could not hold a thread");
	for (long i = 0; i < writes; i++)
		expect(w, EINVAL, &w->procs[to], w->victim, stuck);
	expect(w, EINVAL, &w->procs[to], stuck, stuck);
	if (w->has_tasks) {
		expect(w, EINVAL, &w->tasks[to], stuck, stuck);
		/* One thread alone is asked about, and this one is none too new. */
		expect(w, 0, &w->tasks[to], w->victim, 0);
		expect(w, EINVAL, &w->procs[to], w->victim, stuck);
	}
	if (!ask(w, &tid))
		return complain("the victim could not release the thread");
	expect(w, 0, &w->procs[to], w->victim, 0);
	if (!ask(w, &tid))
		return complain("the victim could not end the thread");
	return 0;
}

static struct options parse_options(int argc, char **argv)
{
	struct options opt = { .rounds = 20, .writes = 3, .idle = 8 };
	int c;

	while ((c = getopt(argc, argv, "n:w:i:t:")) != -1) {
		switch (c) {
		case 'n': opt.rounds = count_arg(optarg); break;
		case 'w': opt.writes = count_arg(optarg); break;
		case 'i': opt.idle = count_arg(optarg); break;
		case 't': opt.truth = optarg; break;
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
	if (argc - optind != 2 || opt.idle > MAX_THREADS - 8) {
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

static int start_victim(struct writer *w, long idle_threads)
{
	pid_t parent = getpid();
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return complain("cannot create a socket: %s", strerror(errno));
	w->victim = fork();
	if (w->victim < 0)
		return complain("cannot fork: %s", strerror(errno));
	if (w->victim == 0) {
		die_with_parent(parent);
		close(fds[0]);
		be_victim(idle_threads, fds[1]);
	}
	close(fds[1]);
	w->fd = fds[0];
	return 0;
}

static int run(struct writer *w, const struct options *opt)
{
	long round = 0;
	int result = start_victim(w, opt->idle);

	if (result)
		return result;
	while (!result && !workload_stop && round < opt->rounds) {
		result = play_round(w, opt->writes, round & 1);
		if (!result)
			round++;
	}
	kill(w->victim, SIGKILL);
	waitpid(w->victim, NULL, 0);
	printf("stuck: %ld rounds, %ld writes, %ld accepted, %ld EINVAL, %ld surprises\n",
	       round, w->truth.count, w->truth.accepted, w->truth.einval, w->surprises);
	return round < opt->rounds || w->surprises ? -1 : 0;
}

int main(int argc, char **argv)
{
	struct options opt = parse_options(argc, argv);
	struct writer writer = { 0 };

	stop_with_parent();
	if (open_files(&writer, argv + optind))
		return 1;
	truth_init(&writer.truth, opt.truth);
	int result = run(&writer, &opt);
	if (truth_fini(&writer.truth))
		result = -1;
	return result ? 1 : 0;
}
