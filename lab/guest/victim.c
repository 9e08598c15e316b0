#include "victim.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
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

#include "workload.h"

enum { MAX_THREADS = 16384 };
enum command { HOLD, RELEASE, END, ADD_IDLE };

struct message {
	enum command command;
	long value;
};

/* ---- in the victim ---- */

struct self {
	int uffd;
	pid_t *page;			/* where the kernel wants to store the new pid */
	long page_size;
	sem_t go;
	pthread_t creator;
	pid_t held;
	atomic_uint running;		/* the released thread says so */
	atomic_uint leave;		/* a futex: the released thread may end */
	pid_t known[MAX_THREADS];
	pid_t now[MAX_THREADS];
	alignas(16) char stack[65536];
};

static _Noreturn void give_up(const char *what)
{
	complain("victim: cannot %s: %s", what, strerror(errno));
	_exit(1);
}

static void *idle_thread(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void add_idle(long count)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	/* Thousands of the usual stacks are more than there is. */
	pthread_attr_setstacksize(&attr, 32768);
	while (count-- > 0)
		if ((errno = pthread_create(&thread, &attr, idle_thread, NULL)))
			give_up("create a thread");
	pthread_attr_destroy(&attr);
}

/* It lives on its creator's TLS: system calls only. */
static int held_thread(void *arg)
{
	struct self *v = arg;

	atomic_store(&v->running, 1);
	while (!atomic_load(&v->leave))
		syscall(SYS_futex, &v->leave, FUTEX_WAIT, 0, NULL, NULL, 0);
	return 0;
}

static void *creator_thread(void *arg)
{
	struct self *v = arg;
	int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
		    CLONE_SYSVSEM | CLONE_PARENT_SETTID;

	sem_wait(&v->go);
	if (clone(held_thread, v->stack + sizeof(v->stack), flags, v, v->page) < 0)
		give_up("clone");
	return NULL;
}

static void self_init(struct self *v)
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

/* In the order in which they were created, as long as the pids do not wrap. */
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

static int compare_pids(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

/* The one thread of `now` that is not among `known`; 0 if it is not one. */
static pid_t find_new_thread(struct self *v, int known_count, int count)
{
	pid_t found = 0;

	qsort(v->known, known_count, sizeof(pid_t), compare_pids);
	for (int i = 0; i < count; i++) {
		if (bsearch(&v->now[i], v->known, known_count, sizeof(pid_t), compare_pids))
			continue;
		if (found)
			return 0;
		found = v->now[i];
	}
	return found;
}

static long hold_thread(struct self *v)
{
	struct uffd_msg fault;

	if (madvise(v->page, v->page_size, MADV_DONTNEED))
		give_up("drop the page");
	atomic_store(&v->running, 0);
	atomic_store(&v->leave, 0);
	if ((errno = pthread_create(&v->creator, NULL, creator_thread, v)))
		give_up("create a thread");
	int known_count = list_threads(v->known);
	sem_post(&v->go);
	if (read(v->uffd, &fault, sizeof(fault)) != sizeof(fault) ||
	    fault.event != UFFD_EVENT_PAGEFAULT)
		give_up("see the fault");
	v->held = find_new_thread(v, known_count, list_threads(v->now));
	return v->held ? v->held : -1;
}

static void release_thread(struct self *v)
{
	struct uffdio_zeropage page = {
		.range = { .start = (unsigned long)v->page, .len = v->page_size },
	};

	if (ioctl(v->uffd, UFFDIO_ZEROPAGE, &page))
		give_up("serve the page");
	pthread_join(v->creator, NULL);
	while (!atomic_load(&v->running))
		sched_yield();
}

static void end_thread(struct self *v)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d", v->held);
	atomic_store(&v->leave, 1);
	syscall(SYS_futex, &v->leave, FUTEX_WAKE, 1, NULL, NULL, 0);
	/* Its stack is the next one's. */
	while (access(path, F_OK) == 0)
		sched_yield();
}

static long obey(struct self *v, const struct message *message)
{
	switch (message->command) {
	case HOLD:
		return hold_thread(v);
	case RELEASE:
		release_thread(v);
		break;
	case END:
		end_thread(v);
		break;
	case ADD_IDLE:
		add_idle(message->value);
		break;
	}
	return 0;
}

static bool tell(int fd, long value)
{
	return send(fd, &value, sizeof(value), MSG_NOSIGNAL) == sizeof(value);
}

static _Noreturn void be_victim(long idle, int fd)
{
	static struct self v;
	struct message message;
	char link[32] = "";

	self_init(&v);
	add_idle(idle);
	/* The initial namespace's number: /proc is that namespace's. */
	if (readlink("/proc/self", link, sizeof(link) - 1) < 0)
		give_up("read /proc/self");
	tell(fd, atol(link));
	tell(fd, getpid());
	while (recv(fd, &message, sizeof(message), 0) == sizeof(message))
		if (!tell(fd, obey(&v, &message)))
			break;
	_exit(0);
}

/* ---- outside of it ---- */

int victim_open(struct victim *victim)
{
	int fds[2];

	*victim = (struct victim){ 0 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return complain("cannot create a socket: %s", strerror(errno));
	victim->fd = fds[0];
	victim->far = fds[1];
	return 0;
}

int victim_fork(struct victim *victim, long idle)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid < 0)
		return complain("cannot fork: %s", strerror(errno));
	if (pid == 0) {
		die_with_parent(parent);
		close(victim->fd);
		be_victim(idle, victim->far);
	}
	return 0;
}

static int hear(struct victim *victim, long *ret)
{
	if (recv(victim->fd, ret, sizeof(*ret), 0) != sizeof(*ret))
		return complain("the victim does not answer");
	return 0;
}

int victim_greet(struct victim *victim)
{
	long pid, nspid;

	close(victim->far);
	if (hear(victim, &pid) || hear(victim, &nspid))
		return -1;
	victim->pid = pid;
	victim->nspid = nspid;
	return 0;
}

int victim_start(struct victim *victim, long idle)
{
	if (victim_open(victim) || victim_fork(victim, idle))
		return -1;
	return victim_greet(victim);
}

static long ask(struct victim *victim, enum command command, long value)
{
	struct message message = { .command = command, .value = value };
	long answer;

	if (send(victim->fd, &message, sizeof(message), MSG_NOSIGNAL) != sizeof(message))
		return complain("the victim is gone");
	return hear(victim, &answer) ? -1 : answer;
}

pid_t victim_hold(struct victim *victim)
{
	return ask(victim, HOLD, 0);
}

int victim_add_idle(struct victim *victim, long idle)
{
	return ask(victim, ADD_IDLE, idle);
}

int victim_release(struct victim *victim)
{
	return ask(victim, RELEASE, 0);
}

int victim_end_thread(struct victim *victim)
{
	return ask(victim, END, 0);
}

void victim_stop(struct victim *victim)
{
	kill(victim->pid, SIGKILL);
	waitpid(victim->pid, NULL, 0);
	close(victim->fd);
}
