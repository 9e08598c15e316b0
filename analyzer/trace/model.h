/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * model - the logs, their attaches, and what was seen of threads; built from records, in any order of
 * an attach's own records. The model owns every object; strings in them live as long as they do.
 *
 * Only open attaches, and closed ones until they are taken, stay in memory. Up to version 3 an attach closes
 * as soon as it is complete; from version 4 on, where a record may come later than the one that ends its
 * attach, with the next sum of the log (a total, once a second), or after a while. One whose end never came
 * closes, incomplete, with its log, when the open ones need too much memory, or when its ID is used again.
 */
#ifndef TRACE_MODEL_H
#define TRACE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sequence.h"
#include "base/util.h"
#include "trace/record.h"
#include "trace/skim.h"

#define MODEL_OPEN_BYTES (24u << 20) /* of open attaches */
#define MODEL_LOGS_MAX	 (16u << 20) /* bytes that logs take, a kilobyte or two each */

struct snapshot;
struct log_memory;

/* Refused writes that were counted and not recorded. */
struct counted {
	const char *fn, *comm; /* as in the log, escaped */
	int64_t ret;
	int32_t tgid;
	uint64_t dir, n;
};

/* One recording: a file, or a part of one from a header on. */
struct log {
	struct log *next;
	struct arena arena;
	char *file;
	unsigned long line;		/* where it begins */
	enum record_format format;	/* FORMAT_ANY as long as it is not known */
	bool has_header, has_trailer;
	struct record_log header;
	struct record_trailer trailer;	/* of version 4 `t` and `filtered` alone */
	uint32_t version;		/* KERNEL_VERSION of the release, 0 if unknown */
	struct sequence sequence;	/* up to version 3 */
	uint64_t damaged, repeated;	/* lines passed over */
	uint64_t attaches, refused, incomplete;
	struct snapshot *snapshot;	/* NULL unless model_keep_snapshot() */

	/* From version 4 on. */
	uint64_t armed_ns;		    /* 0: it never was, or that record is lost */
	struct record_totals totals;	    /* the latest sums that are here, made at: */
	uint64_t totals_ns;		    /* 0: none */
	struct record_totals here;	    /* the same of what arrived: *_told, counted */
	struct record_totals before;	    /* the same of the segments before this one */
	bool continued;			    /* it goes on in another segment, `next_segment` */
	uint64_t next_segment;
	bool skipped;			  /* a segment between two that are here is not */
	uint64_t before_seq;		  /* of the record that states `before`; 0: none */
	struct record_unkept unkept;	  /* all of these together; `since` is that of the first */
	struct record_unkept unkept_here; /* of these, what `before` does not include */
	uint64_t missing;		    /* records of attaches that are here */
	uint64_t headless;		    /* attaches that lack the record that ends them */
	uint64_t kernels, subtrees, clones; /* of `attaches`: in none of the sums of writes */
	uint64_t
		interrupted; /* clone3() that a signal interrupted, and that began anew: no attach */
	uint64_t failed;     /* handlers of the recorder that gave up */
	uint64_t properties; /* refused writes to cgroup.subtree_control that moved nothing */
	struct counted *counted;
	size_t counted_count, counted_room;
	struct log_memory *memory; /* intake_after.c's */
};

/* A target, thread, stop, group or parent record. */
struct task {
	enum record_kind kind;
	enum record_format format;
	uint64_t seq;
	unsigned long line;
	struct record_task r;
};

/* A ret record. */
struct answer {
	uint64_t seq;
	unsigned long line;
	struct record_ret r;
};

struct attach {
	struct attach *next, *older, *newer;	/* in its list: the model's affair */
	struct log *log;
	struct arena arena;
	uint64_t id;	   /* the log's; from version 4 on the place among its attaches */
	uint64_t raw_id;   /* the log's */
	size_t bytes;	   /* of memory, about, as far as the model counted them */
	uint64_t received; /* records; from version 4 on of those that `end.records` counts */
	bool begun, ended, complete;
	bool outside;			/* begun by a write record: no cgroup code was entered */
	bool placed, has_creator;
	unsigned long begin_line, end_line, last_line, place_line, creator_line;
	struct record_attach begin;	/* if begun; else all zeros, strings NULL */
	struct record_write write;	/* if outside; `begin` has as much of it as fits */
	struct record_place place;	/* if placed */
	struct record_creator creator;	/* if has_creator */
	struct record_end end; /* if ended; from version 4 on `t`, `ret` and `records` alone */

	/* From version 4 on. */
	bool has_writer, has_clone;
	bool kernel;	/* the kernel moved it on its own account */
	bool after_own; /* such a move of the same ID came before: it may have been of this write */
	const char *failed; /* where a handler of the recorder gave up; NULL if none did */
	bool unmoved;	    /* there was nothing to move */
	bool contradicted;  /* two records of it cannot both be true */
	bool accounted;	    /* every stop that was made by then is here */
	bool property;	    /* cgroup.subtree_control was refused, and no migration was */
	bool has_table;	    /* creator, parent and group are those of an earlier stop, or: */
	bool lacks_table;   /* they should be, and that is not here */
	unsigned long writer_line, clone_line;
	struct record_writer writer; /* if has_writer; `begin` has it as well */
	struct record_clone clone;   /* if has_clone; `begin` has as much of it as fits */
	uint64_t first_seq, last_seq;
	struct task *tasks;		/* by seq */
	size_t task_count, task_room;
	struct answer *answers;		/* by seq */
	size_t answer_count, answer_room;
};

struct model;

struct model *model_new(void);
void model_free(struct model *model);

/* Keep the rows that were last seen at `time`; on the wall clock if `wall`, else CLOCK_MONOTONIC. ns. */
void model_keep_snapshot(struct model *model, uint64_t time, bool wall);

/* A file begins or ends. Between them come its lines: good ones here, and notes of the others. */
void model_begin_file(struct model *model, const char *file);
void model_end_file(struct model *model);
void model_note_damage(struct model *model, uint64_t lines);

/*
 * Takes in a record that stood in `line`; nothing of it is borrowed. 0, or -1 if a record of the same
 * number was here before or the log cannot have one of this number, which is passed over then.
 */
int model_add(struct model *model, const struct record *record, unsigned long line);

/*
 * The same of a line with an accepted attach alone, as skim.h has it; the line is copied. False: nothing was done, and
 * model_add() is to be asked.
 */
bool model_add_skimmed(struct model *model, const struct skimmed *skimmed, const char *text,
		       size_t len, unsigned long line);

/* Before the first line: nothing is skimmed, so that every accepted attach is one of model_steal_closed(). */
void model_keep_accepted(struct model *model);

/*
 * Of those that were skimmed and have closed: the next one whose writer (its tgid) matters to the caller, NULL if there
 * is none now. The others are dropped. Free with attach_free().
 */
struct attach *model_steal_skimmed(struct model *model,
				   bool (*matters)(void *context, int32_t tgid), void *context);

/* The SEQ of the first of those that were skimmed and not yet handed over; UINT64_MAX: there is none. */
uint64_t model_oldest_skimmed(const struct model *model);

/* Do the logs take so much memory that no other may begin? */
bool model_is_full(const struct model *model);

/* When the attach began that is open for the longest time; UINT64_MAX if none is, or its beginning is not here. */
uint64_t model_oldest_began(const struct model *model);

/* A closed attach, the longest closed first; NULL if there is none now. */
struct attach *model_steal_closed(struct model *model);
void attach_free(struct attach *attach);

/* The logs in the order in which they came. */
const struct log *model_logs(const struct model *model);

/* Is its evidence of after the decision (version 4)? */
bool log_is_afterwards(const struct log *log);

/* Records that never arrived: at least so many, and up to version 3 exactly so many if there is a trailer. */
uint64_t log_lost(const struct log *log);
/* Attaches of which not one record arrived, as far as the trailer tells. */
uint64_t log_lost_attaches(const struct log *log);
/* Attaches that the recorder saw, recorded or not. */
uint64_t log_attempts(const struct log *log);
/* Accepted ones that the recorder only counted: it was asked for none, or there were too many. */
uint64_t log_unrecorded(const struct log *log);
/* Refused ones that the recorder only counted; without a trailer, those of known kinds. */
uint64_t log_counted(const struct log *log);
/* Refused ones that were recorded, and those. */
uint64_t log_refused(const struct log *log);
/* Does it lack its end, and is not said to go on in another segment? More may be lost than is known. */
bool log_is_cut_short(const struct log *log);
/* Is everything there that was recorded? */
bool log_is_whole(const struct log *log);

/*
 * What the write returned: 0 or more, or a negative errno. Without its end that is the first refusal
 * recorded, or 0 if there is none.
 */
int64_t attach_answer(const struct attach *attach);

/* When it was refused: the stop, else the end, else the beginning; 0 if none is known. */
uint64_t attach_time(const struct attach *attach);

/* The pid that was written, if it was one decimal number and nothing else; else -1. */
int64_t attach_written_pid(const struct attach *attach);

/* Is more known of the writer than its pid, tgid and comm? */
bool attach_knows_writer(const struct attach *attach);

/* Does the writer live in a pid namespace of its own, or count differently there? */
bool attach_is_nested(const struct attach *attach);

/* When it began, as far as is known: from version 4 on, when its first record was made. */
uint64_t attach_began(const struct attach *attach);

/* Did the kernel's taskset stand on a thread, and is that the row of this stop? */
bool stop_has_thread(const struct task *stop);

/*
 * How many threads a controller walks over; 0 if that is not known. `stop`: where it ended, or NULL. From version 4 on the
 * taskset tells, since the attach's own count is of when the write has ended.
 */
uint32_t attach_moving(const struct attach *attach, const struct task *stop);

/*
 * How long before its row was read the thread of this stop had been woken for the first time, ns; -1 if it had not, or
 * if that is not known. Of a thread that was in TASK_NEW it was read a moment later, and does not count; nor does that
 * of one that has run: it may include a second wait (sched_info_dequeued() in kernel/sched/stats.h).
 */
int64_t stop_woken(const struct task *stop);

/* The age of a thread when its row was read, ns; -1 if unknown. */
int64_t task_age(const struct task *task);

/* Is this row the thread that `task` shows? */
bool task_is(const struct task *task, const struct row *row);

/* CLOCK_MONOTONIC of this log to wall clock; 0 if the log has no header. */
uint64_t log_wall_ns(const struct log *log, uint64_t mono_ns);

#endif
