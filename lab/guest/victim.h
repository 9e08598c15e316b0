/*
 * A process of which one thread can be held in TASK_NEW for any length of time, so that the pid of
 * the thread that blocks the move is known before the kernel refuses.
 *
 * clone(CLONE_PARENT_SETTID) stores the new pid after the thread has become visible and before it
 * is woken for the first time. Here the store goes to a page that userfaultfd holds back, so the
 * creator sleeps in clone(2) and the new thread stays in TASK_NEW.
 */
#ifndef LAB_VICTIM_H
#define LAB_VICTIM_H

#include <sys/types.h>

struct victim {
	pid_t pid;			/* in the initial pid namespace */
	pid_t nspid;			/* in its own */
	int fd;
	int far;			/* its end, until it has been forked */
};

/* With `idle` threads besides its first. */
int victim_start(struct victim *victim, long idle);

/* In three steps, for one that somebody else forks: the channel, the fork, the greeting. */
int victim_open(struct victim *victim);
int victim_fork(struct victim *victim, long idle);
int victim_greet(struct victim *victim);

/* Returns the held thread, -1 if there is none. */
pid_t victim_hold(struct victim *victim);
int victim_add_idle(struct victim *victim, long idle);
int victim_release(struct victim *victim);
/* The thread that was released ends. */
int victim_end_thread(struct victim *victim);

/* Kills it and waits for it; for whoever forked it. */
void victim_stop(struct victim *victim);

#endif
