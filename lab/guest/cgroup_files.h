/* The cgroup.procs of the benchmark's two cgroups, for writes that leave no truth (see truth.h). */
#ifndef LAB_CGROUP_FILES_H
#define LAB_CGROUP_FILES_H

#include <sys/types.h>

/* Complains and returns -1 if one of the two cannot be opened. */
int open_procs(int files[2], char **dirs);

/* 0, or -1 and errno, like write(2). */
int write_pid(int file, pid_t pid);

#endif
