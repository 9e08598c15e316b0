/* A child with another identity (user, namespace) that writes when it is told to. */
#ifndef LAB_AGENT_H
#define LAB_AGENT_H

#include <stddef.h>

#include "truth.h"

enum { AGENT_FILES = 8 };

struct agent {
	pid_t pid;
	int fd;
};

/*
 * Runs in the child: it becomes who it shall be and fills `files`, which requests name by their
 * index. -1 ends the child.
 */
typedef int (*agent_setup)(struct truth_file *files, void *arg);

int agent_start(struct agent *agent, struct truth *truth, agent_setup setup, void *arg);
/* The same, as the first process of a pid namespace of its own. */
int agent_start_in_pid_ns(struct agent *agent, struct truth *truth, agent_setup setup, void *arg);

/* One write; returns 0 or its errno, -1 if the agent is gone. */
int agent_write(struct agent *agent, int file, const char *text, const struct truth_note *note);
int agent_write_pid(struct agent *agent, int file, pid_t pid, const struct truth_note *note);

/* For setup functions. */
int become_nobody(void);

#endif
