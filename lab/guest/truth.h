/*
 * The ground truth of a workload: every write(2) to a cgroup file, what it returned and why it had
 * to, one line each. ../compare compares the recorder and the analyzer with it.
 *
 *     write tid=N tgid=N wrote="TEXT" file="NAME" path="PATH" errno=N before=NS after=NS
 *           target=PID blocking=PID cause=ID no_effect=ID         (in one line)
 *
 * TEXT is the first 64 bytes; a byte that is not a visible ASCII character, or is a quote, a
 * backslash or "=", is an octal escape of three digits. Pids outside TEXT are those of the initial
 * pid namespace. `blocking` is the thread that blocked the move. `cause` is the analyzer's name for
 * why the kernel refused, - if it did not. `no_effect` is why an accepted write had no effect. A
 * clone3() into a cgroup is such a line as well (clone.c).
 *
 * The lines are kept in memory that all processes of the workload share, and truth_fini() writes
 * them to the file, so that only the two readings of the clock are beside the write.
 */
#ifndef LAB_TRUTH_H
#define LAB_TRUTH_H

#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

/* A file of a cgroup, kept open. `name` is the caller's. */
struct truth_file {
	char path[PATH_MAX];
	const char *name;
	int fd;
};

int truth_file_init(struct truth_file *file, const char *dir, const char *name);
void truth_file_fini(struct truth_file *file);

/* What is known beforehand of a write; the strings are static. */
struct truth_note {
	pid_t target;			/* the process that it is about */
	pid_t blocking;			/* 0 if unknown */
	int expected;			/* the errno that it must have; -1: any, or none */
	const char *cause;		/* if so, this is why */
	const char *no_effect;
};

struct truth {
	const char *path;		/* the caller's */
	struct truth_shared *shared;
};

/* It belongs to the process that called this, and to its children. */
void truth_init(struct truth *truth, const char *path);

/* Writes the truth to its file as well; -1 if that failed. */
int truth_fini(struct truth *truth);

/* A child that is going to write calls this first, in whatever pid namespace it lives. */
void truth_enter(void);

long truth_count(const struct truth *truth);
long truth_accepted(const struct truth *truth);
long truth_refused(const struct truth *truth);
long truth_einval(const struct truth *truth);
/* Writes that did not end as expected; each was complained about. */
long truth_surprises(const struct truth *truth);

/*
 * Around a write of whatever kind: `text` is what stands in memory, NULL if nothing can be read
 * there. truth_end() takes what the system call returned, and returns 0 or the errno.
 */
struct truth_line *truth_begin(struct truth *truth, const struct truth_file *file,
			       const void *text, size_t length, const struct truth_note *note);
int truth_end(struct truth *truth, struct truth_line *line, ssize_t result);

/* write(2) itself. */
int truth_write(struct truth *truth, const struct truth_file *file, const void *text,
		size_t length, const struct truth_note *note);
int truth_write_pid(struct truth *truth, const struct truth_file *file, pid_t pid,
		    const struct truth_note *note);

#endif
