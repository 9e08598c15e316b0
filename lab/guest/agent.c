#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "workload.h"

enum { NOBODY = 65534 };

struct request {
	int file;
	char text[64];
	struct truth_note note;
};

int become_nobody(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return complain("cannot become nobody: %s", strerror(errno));
	return 0;
}

static _Noreturn void be_agent(int fd, pid_t parent, struct truth *truth, agent_setup setup,
			       void *arg)
{
	static struct truth_file files[AGENT_FILES];
	struct request request;
	int answer = 0;

	truth_enter();
	if (setup(files, arg))
		_exit(1);
	/* Only now: another user's process loses the signal. */
	die_with_parent(parent);
	while (send(fd, &answer, sizeof(answer), MSG_NOSIGNAL) == sizeof(answer) &&
	       recv(fd, &request, sizeof(request), 0) == sizeof(request))
		answer = truth_write(truth, &files[request.file], request.text,
				     strlen(request.text), &request.note);
	_exit(0);
}

static int hear(struct agent *agent)
{
	int answer;

	if (recv(agent->fd, &answer, sizeof(answer), 0) != sizeof(answer))
		return complain("an agent does not answer");
	return answer;
}

static int start(struct agent *agent, struct truth *truth, agent_setup setup, void *arg,
		 pid_t parent)
{
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
		return complain("cannot create a socket: %s", strerror(errno));
	agent->fd = fds[0];
	agent->pid = fork();
	if (agent->pid == 0) {
		close(fds[0]);
		be_agent(fds[1], parent, truth, setup, arg);
	}
	close(fds[1]);
	if (agent->pid < 0)
		return complain("cannot fork: %s", strerror(errno));
	return 0;
}

int agent_start(struct agent *agent, struct truth *truth, agent_setup setup, void *arg)
{
	if (start(agent, truth, setup, arg, getpid()))
		return -1;
	return hear(agent);
}

int agent_start_in_pid_ns(struct agent *agent, struct truth *truth, agent_setup setup, void *arg)
{
	int own = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);

	if (own < 0 || unshare(CLONE_NEWPID))
		return complain("cannot make a pid namespace: %s", strerror(errno));
	/* In it, a parent from outside has the number 0. */
	int result = start(agent, truth, setup, arg, 0);
	if (setns(own, CLONE_NEWPID))
		return complain("cannot go back to the pid namespace: %s", strerror(errno));
	close(own);
	return result ? result : hear(agent);
}

int agent_write(struct agent *agent, int file, const char *text, const struct truth_note *note)
{
	struct request request = { .file = file, .note = *note };

	snprintf(request.text, sizeof(request.text), "%s", text);
	if (send(agent->fd, &request, sizeof(request), MSG_NOSIGNAL) != sizeof(request))
		return complain("an agent is gone");
	return hear(agent);
}

int agent_write_pid(struct agent *agent, int file, pid_t pid, const struct truth_note *note)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	return agent_write(agent, file, text, note);
}
