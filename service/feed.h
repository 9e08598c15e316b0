/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * feed - the analyzer that reads the log as it comes. It can be slow, or die: the log does not wait for it. What it did
 * not get is counted, and told to it in an `unkept` record; it is started again, after a pause that grows.
 */
#ifndef SERVICE_FEED_H
#define SERVICE_FEED_H

#include <stdbool.h>
#include <sys/types.h>

#include "service/tally.h"

struct feed {
	char **argv; /* NULL: there is none; borrowed */
	pid_t pid;   /* 0: it does not run */
	int fd;	     /* of its pipe; -1: none */
	char *buffer;
	size_t begin, end;
	uint64_t next_start, pause, started; /* ns */
	uint64_t restarts;
	uint64_t taken;	      /* bytes that this one was given */
	uint64_t renewed_at;  /* 0: not; the next one starts when this one has ended */
	struct missed missed; /* and not yet told */
	struct missed all;    /* since the beginning */
};

void feed_init(struct feed *feed, char **argv);
void feed_fini(struct feed *feed);

/* Starts it if it is time, with what a segment begins with. */
void feed_keep_up(struct feed *feed, struct tally *tally, uint64_t now);

/*
 * An analyzer keeps something of each refusal. After `limit` bytes it is to end in order, and another one begins, between
 * two attaches: is it time? What comes meanwhile waits for the next one.
 */
bool feed_is_due(const struct feed *feed, uint64_t limit);

/* `continued` is the record with which the log ends for this one. */
void feed_renew(struct feed *feed, struct tally *tally, const char *continued, uint64_t now);

/* Hands over whole lines, or counts them. */
void feed_put(struct feed *feed, const char *text, size_t len, uint64_t now);

/* Does it have something to write? Then poll(2) for POLLOUT, and: */
int feed_pending(const struct feed *feed);
void feed_flush(struct feed *feed, uint64_t now);

/* It ended, with this status. */
void feed_ended(struct feed *feed, int status, uint64_t now);

/* No more comes: hands over what it can, closes the pipe, and waits for its end. */
void feed_finish(struct feed *feed, int seconds);

#endif
