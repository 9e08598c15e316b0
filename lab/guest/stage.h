/*
 * Where the makers of refusals work: one writer's cgroups in every mounted hierarchy, an idle
 * process to move, and the truth. The makers of one writer share one stage, and nothing with other
 * writers.
 */
#ifndef LAB_STAGE_H
#define LAB_STAGE_H

#include <stdbool.h>

#include "truth.h"

enum where { CPU, CPUSET, BLKIO, MEMORY, NAMED, HIERARCHIES };

/* On v1 one per controller, on v2 the only one. Cgroups a and b have different CPUs. */
struct hierarchy {
	char dir[96];			/* the writer's own */
	struct truth_file procs[2];	/* of a and b */
	struct truth_file threads[2];	/* tasks, or on v2 cgroup.threads */
	int idle_in;			/* where the idle process is */
};

struct stage {
	struct truth *truth;
	int version;			/* of cgroups */
	int kernel;			/* 5010 */
	int writer;			/* counts from 0 */
	unsigned random;
	struct hierarchy *in[HIERARCHIES];	/* NULL: not mounted */
	struct hierarchy *all[HIERARCHIES];	/* each once */
	int count;
	pid_t idle;			/* root's, with some threads */
};

int stage_init(struct stage *stage, const char *root);
/* Ends the idle process; the cgroups stay. */
void stage_fini(struct stage *stage);

unsigned stage_random(struct stage *stage, unsigned below);
struct hierarchy *stage_any(struct stage *stage);
/* cgroup.procs or the other file, of a or b. */
const struct truth_file *stage_any_file(struct stage *stage);

/* The idle process to the other of a and b; must succeed. */
int stage_move_idle(struct stage *stage, struct hierarchy *h, const char *text, size_t length);

/* A write of `pid` that nothing stands against; -1 if it fails all the same. */
int stage_move(struct stage *stage, const struct truth_file *file, pid_t pid);

/* dir/name below the writer's own cgroup, made if it is not there. */
int stage_cgroup(const struct hierarchy *h, const char *name, char *ret, size_t size);

/* Its file, opened; both in one. */
int stage_file(const struct hierarchy *h, const char *name, const char *file,
	       struct truth_file *ret);

/* A child that runs `body`, if there is one, and then waits for its end. */
pid_t stage_child(void (*body)(void));

#endif
