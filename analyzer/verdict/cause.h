/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cause - one reason for which the kernel refuses an attach, and everything that is known of it. Each has a file
 * of its own, causes/ID.c, with its data and its rules; causes/list.h lists them. Nothing else names one.
 * `cganalyze --causes` prints them.
 *
 * What data can say is data. What it cannot is a hook: a function of that file.
 */
#ifndef VERDICT_CAUSE_H
#define VERDICT_CAUSE_H

#include "facts/door.h"
#include "verdict/claim.h"
#include "verdict/premise.h"

enum persistence {
	PERSISTENCE_TRANSIENT, /* a retry may succeed */
	PERSISTENCE_PERMANENT, /* a retry will not, as long as nothing else changes */
	PERSISTENCE_DEPENDS
};

/* Of a kernel's configuration; bits. */
enum config { CONFIG_RT_GROUP_SCHED = 1, CONFIG_SCHED_CLASS_EXT = 2 };

/*
 * Kernels that can refuse for it, or some of whose stable releases can: two of these say that a check was
 * taken back into a stable series, or that it differs between v1 and v2.
 */
struct kernel_range {
	uint32_t cgroup;	/* at this version of cgroup alone; 0: at both */
	uint32_t since, before; /* KERNEL_VERSION; 0: no limit */
};

/*
 * How often it is met, beside the others of its errno; the grounds stand with each cause. Two of one degree are in
 * the order of the list.
 */
enum commonness {
	COMMONNESS_NEARLY_NEVER = 1,
	COMMONNESS_RARE,
	COMMONNESS_SELDOM,
	COMMONNESS_OFTEN,
	COMMONNESS_MOST
};

/* A command that changes nothing, at one version of cgroup or at both (0), and what its output tells. */
struct cause_check {
	uint32_t cgroup;
	const char *command; /* <dir>, <file> and <pid> stand for those of the line */
	const char *tells;
};

#define CAUSE_ERRNOS	3
#define CAUSE_RANGES	4
#define CAUSE_FILES	2
#define CAUSE_FUNCTIONS 3
#define CAUSE_PASSES	4
#define CAUSE_ADVICE	4
#define CAUSE_FOR	5
#define CAUSE_CHECKS	2

/* Unused places at the end of an array are 0. */
struct cause {
	const char *id;		  /* "task_new": the same in every version and output */
	const char *title;	  /* what a person reads */
	unsigned int doors;	  /* enum door: where it can be met */
	int errnos[CAUSE_ERRNOS]; /* none: any */
	struct {
		unsigned int doors;
		int number;
	} errno_at; /* one more errno, at these doors */

	enum commonness commonness;
	struct {
		unsigned int doors;
		enum commonness commonness;
	} commonness_at;		     /* instead, at these doors */
	enum commonness commonness_by_shell; /* instead, if a shell wrote; 0: the same */

	/* Where it is possible. */
	unsigned int calls; /* enum call, that fail for it; 0: CALL_WRITE */
	bool only_lines;    /* no log can show it: recorded attaches are not checked for it */
	struct kernel_range kernels[CAUSE_RANGES]; /* none: all */
	const char *kernel_words;		   /* the same for people, and more exactly */
	unsigned int needs, excludes;		   /* enum config */
	const char *controller; /* that refuses, as v1 names it; NULL: none, or not one alone */
	const char *files[CAUSE_FILES]; /* at DOOR_WRITE the only ones; none: all */

	/* Where in the kernel. */
	enum stage stage;
	bool any_stage;				/* `stage` is but the most likely one */
	const char *functions[CAUSE_FUNCTIONS]; /* that refuse for it */
	/*
	 * Functions besides, which no recorder watches, that refuse for it on some kernel, or first return what
	 * it made another one refuse: a trace may name them. See kernel_path_calls().
	 */
	const char *passes[CAUSE_PASSES];

	/* For people. */
	enum persistence persistence;
	const char *lasts; /* goes on after "transient: " */
	const char *proof;
	const char *advice[CAUSE_ADVICE]; /* see cause_expand() */
	struct {
		unsigned int doors;
		const char *text;
	} advice_at; /* instead, at these doors */
	struct {
		/* "retries", "cgroup v2", "kubernetes", "systemd", "docker", "shell", a runtime */
		const char *who;
		const char *text; /* instead of the first advice */
	} advice_for[CAUSE_FOR];
	struct cause_check checks[CAUSE_CHECKS];
	/*
	 * What a kernel without it takes, "a TASK_NEW thread"; reported for an unexplained refusal by its controller.
	 * NULL: nothing is reported.
	 */
	const char *taken;

	/*
	 * Its rules: of records that were made on the way to the decision (up to format 3), afterwards, and
	 * of clone3(), which is recorded afterwards. Without one no such record is explained by it. The
	 * unexplained one has none.
	 */
	struct {
		rule *on_the_way, *afterwards, *clone;
	} rules;

	/*
	 * Hooks; each may be NULL. They return one sentence, static or in the arena (the finding's), or NULL.
	 *
	 * impossible: why this premise rules it out, beyond the data above.
	 * ruled_out:  why the evidence of this refusal does.
	 * possible:   under which condition it is possible: "if ...", "on ...".
	 */
	const char *(*impossible)(const struct premise *premise, struct arena *arena);
	const char *(*ruled_out)(struct finding *finding);
	const char *(*possible)(const struct premise *premise, struct arena *arena);
};

/* causes/list.c. The last one says that no other holds. */
extern const struct cause *const causes[];
extern const size_t cause_count;

bool cause_is_unexplained(const struct cause *cause);

/* Its place in causes[]. */
size_t cause_index(const struct cause *cause);

/* NULL if no rule of it is for this finding's records. */
rule *cause_rule(const struct cause *cause, const struct finding *finding);

/* May an attach have been refused for it with `answer`, negative, at this door? */
bool cause_answers(const struct cause *cause, int64_t answer, enum door door);

/*
 * Is it worth a line, if only to rule it out? Not at a door of which it is none, unless it is usual for a
 * write and this is a recorded write, too; nor, if it can have any errno, of another than EINVAL on a kernel
 * that never refuses for it.
 */
bool cause_is_reported(const struct cause *cause, const struct premise *premise, int64_t answer);

/* Is the kernel known, and one that can refuse for it? */
bool cause_has_kernel(const struct cause *cause, uint32_t version);

/* KERNEL_VERSION from which on no kernel refuses for it, if `version` is not older; otherwise 0. */
uint32_t cause_removed(const struct cause *cause, uint32_t version);

/* Why no refusal of this premise can be for it, in `arena` or static; NULL if one can be. */
const char *cause_impossible(const struct cause *cause, const struct premise *premise,
			     struct arena *arena);

/* Under which condition it is possible, all that speaks against it put aside; in `arena`, or static. */
const char *cause_possible(const struct cause *cause, const struct premise *premise,
			   struct arena *arena);

/* How often it is met at that door and by that writer. */
enum commonness cause_commonness(const struct cause *cause, const struct premise *premise);

/* "EPERM, EACCES", in `arena`. */
const char *cause_errnos(const struct cause *cause, struct arena *arena);

/* The advice for `who`, NULL if there is none. */
const char *cause_advice_for(const struct cause *cause, const char *who);

/* The n-th advice at this door, NULL after the last. */
const char *cause_advice(const struct cause *cause, enum door door, size_t n);

/* "transient", "permanent", "depends". */
const char *persistence_name(enum persistence persistence);

/*
 * Advice with its places filled in from `f`, in its arena: <kernel> the release, <thread> the blocker,
 * <cgroup> the destination. What is not known becomes words.
 */
const char *cause_expand(const char *advice, struct finding *f);

/* The same from what is known instead: pairs of a place and its value, the last place is NULL. In `arena`. */
struct cause_place {
	const char *name, *value;
};
const char *cause_fill(const char *text, const struct cause_place *places, struct arena *arena);

#endif
