/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * results - what all verdicts come to: the counts, the findings that are kept, and the accepted
 * attaches without effect. Prints nothing.
 */
#ifndef VERDICT_RESULTS_H
#define VERDICT_RESULTS_H

#include "trace/no_effect.h"
#include "trace/snapshot.h"
#include "verdict/cause.h"
#include "verdict/groups.h"
#include "verdict/incidents.h"
#include "verdict/selection.h"

struct cause_count {
	const struct cause *cause;
	uint64_t proven, inferred, count;
};

#define NO_EFFECT_MAX 1000 /* kept; all are counted */

/* An accepted attach without effect. */
struct no_effect_attach {
	uint64_t id;
	enum no_effect kind;
	/* But for `log`: as in the log, escaped. */
	const char *log, *writer, *file, *cgroup, *text, *comm;
	int32_t writer_pid, pid, tgid;
};

struct summary {
	uint64_t attempts; /* attaches recorded or counted, even without a record left */
	uint64_t refused, unexplained;
	uint64_t selected; /* of `refused`: those that are asked for */
	uint64_t counted; /* of `refused`: those that were not recorded one by one */
	uint64_t counted_by_kind; /* of `counted`: those of known errno, function and writer */
	uint64_t
		properties; /* refused writes to cgroup.subtree_control that moved nothing; of none of these */
	uint64_t no_effect[NO_EFFECT_KINDS];
	uint64_t filtered, unmatched, shed;
	uint64_t lost, lost_attaches, incomplete, damaged, repeated;
	uint64_t
		failed; /* handlers of the recorder that gave up: their writes are not recorded, or not wholly */
	bool cut_short;		/* a log without trailer: more may be lost than is known */
	bool no_header;
	bool not_armed;		/* a log without the record of when its recorder was armed */
	bool whole;		/* nothing of all that */
	struct cause_count *causes;	/* one per cause, in their order */
};

struct results {
	struct summary summary;
	const struct log *logs;
	uint64_t findings_counted;
	struct groups
		*groups; /* owned; NULL unless results_fold(); the caller offers the examples */
	const struct selection *selection; /* borrowed; NULL: all refusals */
	struct no_effect_attach *no_effect;
	size_t no_effect_count, no_effect_room;
	struct arena no_effect_arena;
	struct finding **kept;		/* owned; what --attach asked for, refused or not */
	size_t kept_count, kept_room;
	struct incidents *incidents;	/* owned */
};

void results_init(struct results *results);
void results_fini(struct results *results);

/*
 * Counts a refused attach, whose `number` it sets. Of `finding` nothing is kept. False: it is not one that is asked for.
 */
bool results_count(struct results *results, struct finding *finding);
/* Before the first: those that are alike are counted together. */
void results_fold(struct results *results);

/* Takes note of an accepted attach, and counts it if it had no effect. Of `attach` nothing is kept. */
void results_note_accepted(struct results *results, const struct attach *attach);

/* After the last finding: completes the summary from the logs, which the report borrows. */
void results_finish(struct results *results, const struct log *logs);

/* 0 to 3, as --help explains them. */
int results_status(const struct results *results);

#endif
