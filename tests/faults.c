/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * faults - lets one allocation, read or write of a program fail, each in turn, and says what does not end as it should.
 *
 * A shared object for LD_PRELOAD. It runs main() once as it is, and then in a child for each fault:
 *
 *     LD_PRELOAD=faults.so FAULT=KIND [FAULT_MOST=N] [FAULT_ONLY=N] [FAULT_STDIN=FILE] [FAULT_FILE=NAME] [FAULT_ASIDE=1] PROGRAM ARGUMENT...
 *
 * NAME must be in the message about a read that failed. FAULT_ASIDE: the file only adds to the answer, so that the status
 * may stay what it is; or everything, if the library reads again.
 *
 * Its last line is "N faults of M, 1 of K, N wrong". With more than FAULT_MOST places it takes every second, third, ...
 * Allocations are counted from main() on, whoever makes them; system calls by a seccomp filter that hands them over
 * here, because libc's own do not pass through any symbol. Works on x86-64 only.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define TIMEOUT 60 /* seconds: a hang */
#define SHOWN	5  /* faults of a kind that are shown in full */

enum call { ALLOCATION, READ, WRITE };

/* What must come out. */
enum result {
	NOTHING,   /* what comes out without the fault */
	NO_MEMORY, /* the same, or out of memory */
	A_MESSAGE, /* one more line on stderr, and status 4 */
	MESSAGES,  /* the same, one or several */
	HOLED,	   /* one more line on stderr about the output, and status 4 */
	CUT,	   /* the same, and only the beginning of the output */
};

static const struct kind {
	const char *name;
	enum call call;
	int error; /* 0: few bytes instead of all */
	bool lasts;
	enum result result;
} kinds[] = {
	{ "malloc", ALLOCATION, ENOMEM, false, NO_MEMORY },
	{ "malloc-all", ALLOCATION, ENOMEM, true, NO_MEMORY },
	{ "read-EIO", READ, EIO, false, A_MESSAGE },
	{ "read-EIO-all", READ, EIO, true, MESSAGES },
	{ "read-EINTR", READ, EINTR, false, NOTHING },
	{ "read-short", READ, 0, true, NOTHING },
	{ "write-ENOSPC", WRITE, ENOSPC, true, CUT },
	{ "write-EIO", WRITE, EIO, false, HOLED },
	{ "write-EPIPE", WRITE, EPIPE, true, CUT },
	{ "write-short", WRITE, 0, true, NOTHING },
};

/* Of the children and of this process. */
static struct shared {
	unsigned long count; /* calls up to now */
	bool struck;
} * shared;

static const struct kind *kind;
static unsigned long strikes_at; /* 0: never */
static bool counts;

/* Is this call to fail? A breakpoint here, with FAULT_ONLY, shows who calls. */
__attribute__((noinline)) static bool strikes(void)
{
	unsigned long n = ++shared->count;
	bool now = strikes_at && (n == strikes_at || (kind->lasts && n > strikes_at));

	shared->struck |= now;
	return now;
}

/* ---- allocations ---- */

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static bool no_memory(void)
{
	if (!counts || kind->call != ALLOCATION || !strikes())
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return no_memory() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return no_memory() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return no_memory() ? NULL : __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t n, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(n, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, all);
}

void *memalign(size_t alignment, size_t size)
{
	return no_memory() ? NULL : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int posix_memalign(void **ret, size_t alignment, size_t size)
{
	void *p = memalign(alignment, size);

	if (p)
		*ret = p;
	return p ? 0 : ENOMEM;
}

/* ---- system calls ---- */

/* The one place whose calls the filter lets pass. */
long faults_call(long number, long a, long b, long c, long d);
extern const char faults_called[];
__asm__(".text\n"
	".globl faults_call, faults_called\n"
	".hidden faults_call, faults_called\n"
	"faults_call:\n"
	"	mov %rdi, %rax\n"
	"	mov %rsi, %rdi\n"
	"	mov %rdx, %rsi\n"
	"	mov %rcx, %rdx\n"
	"	mov %r8, %r10\n"
	"	syscall\n"
	"faults_called:\n"
	"	ret\n");

static bool is_read(long number)
{
	return number == SYS_read || number == SYS_pread64;
}

static void take_call(int signal, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
	long number = info->si_syscall, size = regs[REG_RDX];
	bool is_message = !is_read(number) && regs[REG_RDI] == STDERR_FILENO,
	     mine = is_read(number) == (kind->call == READ);

	(void)signal;
	/* Nobody is left to tell of a message that cannot be written. */
	if (mine && !(is_message && kind->result >= HOLED) && size && strikes()) {
		if (kind->error) {
			regs[REG_RAX] = -kind->error;
			return;
		}
		size = size < 7 ? 1 : 7;
	}
	regs[REG_RAX] = faults_call(number, regs[REG_RDI], regs[REG_RSI], size, regs[REG_R10]);
}

static void filter_calls(void)
{
	const uint64_t pass = (uint64_t)(uintptr_t)faults_called;
	const uint32_t low = (uint32_t)pass, high = pass >> 32,
		       at = offsetof(struct seccomp_data, instruction_pointer);
	struct sigaction action = { .sa_sigaction = take_call,
				    .sa_flags = SA_SIGINFO | SA_NODEFER };
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_read, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pread64, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pwrite64, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, low, 0, 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, at + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, high, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };

	if (sigaction(SIGSYS, &action, NULL) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
		perror("faults: no seccomp filter");
		_exit(99);
	}
}

/* ---- one run ---- */

static int (*real_main)(int, char **, char **);
static int out_fd, err_fd;

struct outcome {
	char *out, *err; /* ended by a 0 */
	size_t out_size;
	int status; /* of wait() */
	unsigned long count;
	bool struck;
};

static char *contents(int fd, size_t *size)
{
	*size = (size_t)lseek(fd, 0, SEEK_END);
	char *bytes = calloc(*size + 1, 1);

	if (pread(fd, bytes, *size, 0) != (ssize_t)*size)
		abort();
	return bytes;
}

/* In the child it returns NULL, and main() is to go on. */
static struct outcome *run(unsigned long at)
{
	const char *input = getenv("FAULT_STDIN");
	size_t size;

	*shared = (struct shared){ 0 };
	if (ftruncate(out_fd, 0) || ftruncate(err_fd, 0) || lseek(out_fd, 0, SEEK_SET) ||
	    lseek(err_fd, 0, SEEK_SET))
		abort();
	fflush(stdout);
	pid_t child = fork();

	if (!child) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		alarm(TIMEOUT);
		if (input && !freopen(input, "r", stdin))
			_exit(99);
		dup2(out_fd, STDOUT_FILENO);
		dup2(err_fd, STDERR_FILENO);
		close(out_fd);
		close(err_fd);
		if (kind->call != ALLOCATION)
			filter_calls();
		strikes_at = at;
		counts = true;
		return NULL;
	}
	struct outcome *o = calloc(1, sizeof(*o));

	waitpid(child, &o->status, 0);
	o->out = contents(out_fd, &o->out_size);
	o->err = contents(err_fd, &size);
	o->count = shared->count;
	o->struck = shared->struck;
	return o;
}

static void outcome_free(struct outcome *o)
{
	free(o->out);
	free(o->err);
	free(o);
}

/* ---- what is wrong with it ---- */

static bool same_output(const struct outcome *a, const struct outcome *b)
{
	return a->out_size == b->out_size && !memcmp(a->out, b->out, a->out_size);
}

/* Is stderr what it is without the fault, up to new lines of the program? NULL, or the first of them. */
static const char *message_of(const struct outcome *o, const struct outcome *clean, bool several)
{
	size_t at = 0;

	while (o->err[at] && o->err[at] == clean->err[at])
		at++;
	while (at && o->err[at - 1] != '\n')
		at--;
	const char *line = o->err + at, *rest = line, *end;
	size_t all = strlen(clean->err);

	for (int n = 0;
	     !strncmp(rest, "cganalyze: ", 11) && (end = strchr(rest, '\n')) && (several || !n);
	     n++) {
		rest = end + 1;
		if (strlen(rest) <= all && !strcmp(rest, clean->err + all - strlen(rest)))
			return line;
	}
	return NULL;
}

/* NULL if it is as it should be. */
static const char *wrong(const struct outcome *o, const struct outcome *clean)
{
	static char text[200];
	bool same =
		same_output(o, clean) && !strcmp(o->err, clean->err) && o->status == clean->status;

	if (WIFSIGNALED(o->status)) {
		snprintf(text, sizeof(text), "ended by signal %d%s", WTERMSIG(o->status),
			 WTERMSIG(o->status) == SIGALRM ? ": it hangs" : "");
		return text;
	}
	if (!o->struck)
		return same ? NULL : "without a fault it is not what it was before";
	if (kind->result == NOTHING)
		return same ? NULL : "the result differs";
	bool is_read = kind->call == READ, is_aside = is_read && getenv("FAULT_ASIDE");

	if (same && (kind->result == NO_MEMORY || is_aside))
		return NULL;
	const char *message = message_of(o, clean, kind->result == MESSAGES),
		   *file = getenv("FAULT_FILE");

	if (WEXITSTATUS(o->status) != 4 && !(is_aside && o->status == clean->status)) {
		snprintf(text, sizeof(text), "status %d", WEXITSTATUS(o->status));
		return text;
	}
	if (!message)
		return "not one line on stderr";
	if (kind->result == NO_MEMORY && strncmp(message, "cganalyze: out of memory\n", 25))
		return "not \"out of memory\"";
	if (is_read && file && !strstr(message, file))
		return "not the file's name";
	if (is_read && !strstr(message, "annot "))
		return "not \"cannot\"";
	if (kind->call == WRITE && strncmp(message, "cganalyze: cannot write", 23))
		return "not \"cannot write\"";
	if ((kind->result == CUT || kind->result == NO_MEMORY) &&
	    (o->out_size > clean->out_size || memcmp(o->out, clean->out, o->out_size)))
		return "the output is not the beginning of what it is without the fault";
	return NULL;
}

static void show(unsigned long at, const char *what, const struct outcome *o)
{
	printf("FAIL %s %lu: %s", kind->name, at, what);
	for (const char *line = o->err; *line;) {
		int len = (int)strcspn(line, "\n");

		printf("\n    %.*s", len, line);
		line += len + !!line[len];
	}
	putchar('\n');
}

static unsigned long number(const char *name, unsigned long otherwise)
{
	return getenv(name) ? strtoul(getenv(name), NULL, 10) : otherwise;
}

/* False in a child. */
static bool run_all(int *status)
{
	struct outcome *clean = run(0);

	if (!clean)
		return false;
	unsigned long most = number("FAULT_MOST", 1000000), stride = clean->count / (most + 1) + 1,
		      only = number("FAULT_ONLY", 0), faults = 0, failed = 0, shown = 0;

	*status = 1;
	if (!WIFEXITED(clean->status) || WEXITSTATUS(clean->status) == 99) {
		show(0, "it does not end without a fault", clean);
		return true;
	}
	for (unsigned long at = only ? only : 1; at <= (only ? only : clean->count); at += stride) {
		struct outcome *o = run(at);

		if (!o)
			return false;
		const char *what = wrong(o, clean);

		faults++;
		failed += !!what;
		if (what && shown++ < SHOWN)
			show(at, what, o);
		outcome_free(o);
	}
	printf("%lu faults of %lu", faults, clean->count);
	if (stride > 1)
		printf(", 1 of %lu", stride);
	printf(", %lu wrong\n", failed);
	*status = failed ? 1 : 0;
	outcome_free(clean);
	return true;
}

static int main_again(int argc, char **argv, char **envp)
{
	const char *name = getenv("FAULT");
	int status = 2;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (name && !strcmp(name, kinds[i].name))
			kind = &kinds[i];
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	out_fd = memfd_create("out", 0);
	err_fd = memfd_create("err", 0);
	if (!kind || shared == MAP_FAILED || out_fd < 0 || err_fd < 0) {
		fprintf(stderr, "faults: FAULT is no kind of fault, or there is no memory\n");
		_exit(2);
	}
	if (!run_all(&status))
		return real_main(argc, argv, envp);
	fflush(stdout);
	_exit(status);
}

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
		      void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
	int (*next)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
		    void (*)(void), void *) = dlsym(RTLD_NEXT, "__libc_start_main");

	real_main = main;
	return next(main_again, argc, argv, init, fini, rtld_fini, stack_end);
}
