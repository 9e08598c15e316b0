#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

volatile sig_atomic_t workload_stop;

int complain(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s: ", program_invocation_short_name);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return -1;
}

long count_arg(const char *text)
{
	char *end;

	errno = 0;
	long count = strtol(text, &end, 10);
	if (errno || end == text || *end || count < 0) {
		complain("'%s' is not a count", text);
		exit(2);
	}
	return count;
}

int kernel_version(void)
{
	struct utsname name;
	int major, minor;

	uname(&name);
	if (sscanf(name.release, "%d.%d", &major, &minor) != 2) {
		complain("'%s' is no kernel's release", name.release);
		exit(1);
	}
	return major * 1000 + minor;
}

bool kernel_refuses_new_threads(void)
{
	int version = kernel_version();

	return version >= 4008 && version < 6001;
}

static void on_stop(int signal)
{
	(void)signal;
	workload_stop = 1;
}

void stop_with_parent(void)
{
	struct sigaction stop = { .sa_handler = on_stop };

	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGHUP, &stop, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

void die_with_parent(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It may have died before the prctl. */
	if (getppid() != parent)
		_exit(1);
}

int set_file(const char *dir, const char *name, const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return complain("cannot open '%s': %s", path, strerror(errno));
	ssize_t written = write(fd, text, strlen(text));
	int error = errno;
	close(fd);
	if (written < 0)
		return complain("cannot write '%s' to '%s': %s", text, path, strerror(error));
	return 0;
}
