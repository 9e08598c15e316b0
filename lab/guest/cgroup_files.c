#include "cgroup_files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "workload.h"

int open_procs(int files[2], char **dirs)
{
	char path[PATH_MAX];

	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/cgroup.procs", dirs[i]);
		files[i] = open(path, O_WRONLY | O_CLOEXEC);
		if (files[i] < 0)
			return complain("cannot open %s: %s", path, strerror(errno));
	}
	return 0;
}

int write_pid(int file, pid_t pid)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", (int)pid);

	return write(file, text, length) < 0 ? -1 : 0;
}
