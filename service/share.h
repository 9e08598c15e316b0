/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * share - the CPU time that the service takes: that of its cgroup if it has one of its own, else of this process and its
 * children. What the probes take is not in it: they run in whoever writes to a cgroup file.
 */
#ifndef SERVICE_SHARE_H
#define SERVICE_SHARE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SHARE_SAMPLES 12

struct share {
	char path[512];	 /* of the cgroup's file; "": none */
	bool v1;	 /* it is cpuacct.usage, in ns; else cpu.stat */
	uint64_t window; /* ns */
	struct {
		uint64_t at, used; /* ns */
	} sample[SHARE_SAMPLES + 1];
	unsigned int count; /* samples so far */
	uint64_t next;	    /* when the next one is due */
};

/* Looks for the cgroup. `window`: what is averaged over, seconds. */
void share_init(struct share *share, unsigned int window);

/* Takes a sample if it is time; `children`, of `count`, are those that live. */
void share_sample(struct share *share, uint64_t now, const pid_t *children, int count);

/* Percent of one CPU, averaged over the window; negative as long as that has not passed. */
double share_percent(const struct share *share);

#endif
