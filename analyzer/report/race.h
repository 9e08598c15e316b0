/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * race - one attach as a drawing to scale: a lane for the writer and one for each thread that was seen. All times are of
 * CLOCK_MONOTONIC, ns.
 *
 * Nothing is drawn that the log does not say. A span whose beginning or end is not recorded says so (`open_from`,
 * `open_to`), and what a thread did while nobody looked is RACE_ALIVE. Spans of one lane nest or follow each other; they
 * are in the order of their beginnings, the longer first.
 */
#ifndef REPORT_RACE_H
#define REPORT_RACE_H

#include "report/report.h"
#include "report/tries.h"

enum race_lane_kind { RACE_WRITER, RACE_THREAD, RACE_PARENT };

enum race_span_kind {
	RACE_WRITE, /* the system call, as far as it is recorded */
	RACE_CHECK, /* in it, up to the return of a function of the kernel, from the last moment before that is known */
	RACE_NEW,  /* the thread was being created (TASK_NEW) */
	RACE_ALIVE /* it was there; what it did is not recorded */
};

struct race_span {
	enum race_span_kind kind;
	uint64_t from, to;
	bool open_from, open_to; /* it began earlier, or went on: how far is not known */
	const char *function;	 /* of RACE_CHECK; else NULL */
	int64_t answer;		 /* of RACE_CHECK and RACE_WRITE: what was returned */
};

enum race_mark_kind {
	RACE_CREATED,
	RACE_SEEN,    /* the recorder read the thread's state */
	RACE_REFUSED, /* a function of the kernel refused: `function` if it is known */
	RACE_WOKEN,   /* put into a CPU's queue for the first time */
	RACE_ANSWERED /* the system call returned */
};

struct race_mark {
	enum race_mark_kind kind;
	uint64_t at;
	bool by_then;	      /* of RACE_REFUSED: it was earlier, and that is when it was noticed */
	const char *state;    /* of RACE_SEEN: "NEW (0x800)"; else NULL */
	const char *function; /* of RACE_REFUSED; NULL: not known */
	int64_t answer;	      /* of RACE_REFUSED and RACE_ANSWERED */
};

struct race_lane {
	enum race_lane_kind kind;
	int32_t pid, tgid; /* 0: not known */
	const char *comm;  /* as in the log, escaped; NULL: not known */
	uint64_t start;	   /* when the thread was created; 0: not known */
	bool blocker;	   /* because of it the attach was refused */
	bool proven_new;   /* and it was TASK_NEW then */
	bool written;	   /* its number was written */
	struct race_span *spans;
	size_t span_count, span_room;
	struct race_mark *marks; /* in the order of time */
	size_t mark_count, mark_room;
};

struct race {
	uint64_t from,
		to; /* what is worth looking at; equal if only a moment is known, 0 if none is */
	struct race_lane *
		lanes; /* the writer first; then the blocker, the written one, the others; parents last */
	size_t lane_count;
	const struct tries_chain
		*tries; /* borrowed; NULL: it was the only attempt, as far as is known */
};

/*
 * Of a report that is complete but for this; its strings are borrowed, others are in `arena`. `tries` may be NULL. Free
 * with race_free(), which takes NULL.
 */
struct race *race_new(const struct report_attach *attach, const struct tries_chain *tries,
		      struct arena *arena);
void race_free(struct race *race);

#endif
