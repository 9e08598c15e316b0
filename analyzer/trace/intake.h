/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * intake - how records become the model: what both formats need, for intake.c (versions 2 and 3) and
 * intake_after.c. Nobody else includes it.
 */
#ifndef TRACE_INTAKE_H
#define TRACE_INTAKE_H

#include "trace/model.h"

#define MODEL_BUCKETS 16384

/* A record that came, by its number: one of the same with other content shows that neither can be believed. */
struct number {
	uint64_t seq, id, hash; /* hash 0: none */
};

struct model {
	struct log *logs, **last_log, *log; /* `log` is the one being read */
	const char *file;
	unsigned long line;
	struct attach *bucket[MODEL_BUCKETS];
	struct attach *oldest, *newest;
	size_t open, open_tasks, log_bytes;
	struct number *numbers; /* of the log being read, up to version 3; NULL: none yet */
	struct attach *closed, **last_closed;
	bool keep_snapshot, snapshot_wall;
	uint64_t snapshot_time;
};

/* The latest open attach of that ID, NULL if there is none. */
struct attach *model_find(struct model *model, uint64_t raw_id);
/* Opens one; the oldest is closed if they are too many. */
struct attach *model_open(struct model *model, uint64_t raw_id);
/* Nothing more comes of it. */
void model_close(struct model *model, struct attach *attach);
/* Closes the oldest ones if there are too many rows. */
void model_limit(struct model *model);

struct task *attach_add_task(struct model *model, struct attach *attach,
			     const struct record *record, unsigned long line);
void attach_set_creator(struct attach *attach, const struct record_creator *creator,
			unsigned long line);
void attach_set_write(struct attach *attach, const struct record_write *write, unsigned long line);
void attach_see_writer(const struct attach *attach);

/* ---- intake_after.c ---- */

/* As model_add(), of a log whose records are of after the decision. */
int after_add(struct model *model, const struct record *record, unsigned long line);
/* Can a header that was made at `mono_ns` be this log's, which has none yet? */
bool after_fits(const struct log *log, uint64_t mono_ns);
/* What is to be done before such an attach is closed, and the counts. False if its records are of no attach. */
bool after_close(struct attach *attach);
void log_memory_free(struct log_memory *memory);

#endif
