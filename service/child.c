/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "service/say.h"

static void become(char *const argv[], const struct child_io *io, pid_t parent)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (io->death_signal) {
		prctl(PR_SET_PDEATHSIG, io->death_signal);
		/* It may have died meanwhile. */
		if (getppid() != parent)
			_exit(125);
	}
	if (io->in >= 0)
		dup2(io->in, STDIN_FILENO);
	if (io->out >= 0)
		dup2(io->out, STDOUT_FILENO);
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "cgattach: %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

pid_t child_start(char *const argv[], const struct child_io *io)
{
	pid_t parent = getpid(), pid = fork();

	if (!pid)
		become(argv, io, parent);
	if (pid < 0)
		say(SAY_ERROR, "%s: no process for it: %s", argv[0], strerror(errno));
	return pid;
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
}

int child_wait(pid_t pid, int seconds)
{
	int status = 0;

	for (int naps = seconds * 50; naps > 0; naps--) {
		pid_t ended = waitpid(pid, &status, WNOHANG);

		if (ended == pid || (ended < 0 && errno != EINTR))
			return status;
		nap();
	}
	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

int child_run(char *const argv[], int seconds)
{
	pid_t pid = child_start(argv, &(struct child_io){ -1, -1, 0 });
	int status = pid < 0 ? -1 : child_wait(pid, seconds);

	return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const char *child_fate(int status)
{
	static char text[64];

	if (WIFSIGNALED(status))
		snprintf(text, sizeof(text), "killed by signal %d", WTERMSIG(status));
	else
		snprintf(text, sizeof(text), "exit status %d", WEXITSTATUS(status));
	return text;
}
