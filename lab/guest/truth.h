/*
 * The ground truth of a workload: every write(2) of a pid to a cgroup file and what it
 * answered, one line each. ../compare holds the recorder and the analyzer against it.
 *
 * The lines are kept in memory and reach the file in truth_fini(), so that nothing but the
 * two readings of the clock stands beside the write that is being watched.
 */
#ifndef LAB_TRUTH_H
#define LAB_TRUTH_H

#include <limits.h>
#include <sys/types.h>

/* A cgroup.procs, tasks or cgroup.threads file, kept open. `name` is the caller's. */
struct truth_file {
	char path[PATH_MAX];
	const char *name;
	int fd;
};

int truth_file_init(struct truth_file *file, const char *dir, const char *name);
void truth_file_fini(struct truth_file *file);

struct truth {
	const char *path;		/* the caller's */
	struct truth_line *lines;
	long count;
	long capacity;
	long accepted;
	long einval;
};

void truth_init(struct truth *truth, const char *path);

/* Writes the truth to its file as well; -1 if that failed. */
int truth_fini(struct truth *truth);

/*
 * Writes `pid`, a thread of the process `target`, and returns 0 or the errno. `culprit` is
 * the thread that must be the reason if the kernel refuses, 0 if nobody can know.
 */
int truth_write(struct truth *truth, const struct truth_file *file, pid_t pid,
		pid_t target, pid_t culprit);

#endif
