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
	size_t open_bytes; /* of the open attaches */
	size_t log_bytes;
	struct number *numbers; /* of the log being read, up to version 3; NULL: none yet */
	struct attach *closed, **last_closed;
	struct skim_ring *ring; /* intake_skim.c's; NULL as long as nothing is skimmed */
	bool keep_snapshot, snapshot_wall, keep_accepted;
	uint64_t snapshot_time;
};

/* The latest open attach of that ID, NULL if there is none. */
struct attach *model_find(struct model *model, uint64_t raw_id);
/* Opens one. */
struct attach *model_open(struct model *model, uint64_t raw_id);
/* Nothing more comes of it. */
void model_close(struct model *model, struct attach *attach);
/* After something was added to one: closes the oldest ones if all need too much memory. */
void model_limit(struct model *model, struct attach *attach);

struct task *attach_add_task(struct attach *attach, const struct record *record,
			     unsigned long line);
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
/* Is there nothing of this ID, and was no record of this key here before? Takes note of it then, and of its time. */
bool after_takes_skimmed(struct log *log, const struct skimmed *skimmed);
/* A number for an attach; and one that closes. */
uint64_t after_next_id(struct log *log);
void after_close_skimmed(struct log *log, uint64_t id, uint64_t ns);
/* An attach of one record, which is in no list. */
struct attach *after_attach_of(struct log *log, const struct record *record, uint64_t id,
			       unsigned long line);
/* As after_add(), of a record that was here already; as the attach of that number. */
void after_add_again(struct model *model, const struct record *record, uint64_t id,
		     unsigned long line);

/* ---- intake_skim.c ---- */

/* Those that were made until then close. */
void skim_close_until(struct model *model, uint64_t ns);
/* One that has not closed is to be built up after all: another record of its ID is here. */
void skim_revive(struct model *model, uint64_t id);
void skim_ring_free(struct skim_ring *ring);

#endif
