/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * results - what is said, before anybody knows how: counts, phrases and the cells of tables. Prints
 * nothing. All text in it is safe for a terminal: printable ASCII, whatever the log held.
 */
#ifndef VERDICT_RESULTS_H
#define VERDICT_RESULTS_H

#include "symbols/kernel_source.h"
#include "symbols/user_symbol.h"
#include "trace/no_effect.h"
#include "trace/snapshot.h"
#include "verdict/causes.h"
#include "verdict/incidents.h"

struct cause_count {
	const struct cause *cause;
	uint64_t proven, inferred, count;
	uint64_t advised_id;	/* the attach at which its advice was printed; 0 none yet */
	uint64_t excluded_id;	/* the same of what rules the others out, which was this text: */
	char *excluded;
};

struct matches;

#define SILENT_MAX 1000	/* kept; all are counted */

/* An accepted attach that moved nobody. */
struct silent {
	uint64_t id;
	enum silence kind;
	const char *log, *writer, *file, *cgroup, *text, *comm;	/* but for `log`: as in the log, escaped */
	int32_t writer_pid, pid, tgid;
};

struct summary {
	uint64_t attempts;	/* attaches recorded, those without a record left among them */
	uint64_t refused, unexplained;
	uint64_t silent[SILENCE_KINDS];
	uint64_t filtered, unmatched, shed;
	uint64_t lost, lost_attaches, incomplete, damaged, repeated;
	bool cut_short;		/* a log without trailer: more may be lost than is known */
	bool no_header;
	bool whole;		/* nothing of all that */
	struct cause_count *causes;	/* one per cause, in their order */
};

struct report {
	struct arena arena;
	struct summary summary;
	const struct log *logs;
	struct finding **findings;	/* owned; in the order in which they were complete */
	size_t count, room;
	struct silent *silent;
	size_t silent_count, silent_room;
	struct arena silent_arena;
	struct finding **kept;		/* owned; what --attach asked for, refused or not */
	size_t kept_count, kept_room;
	struct incidents *incidents;	/* owned */
	const struct matches *matches;	/* borrowed; NULL without --errors */
	struct usersyms *usersyms;	/* borrowed */
	struct symbols *symbols;	/* borrowed */
	bool all_threads;
};

void report_init(struct report *report);
void report_fini(struct report *report);

/* Counts a refused attach. Of `finding` nothing is kept. */
void report_count(struct report *report, const struct finding *finding);

/* Takes note of an accepted attach, and counts it if it moved nobody. Of `attach` nothing is kept. */
void report_note_accepted(struct report *report, const struct attach *attach);

/* After the last finding: completes the summary from the logs, which the report borrows. */
void report_finish(struct report *report, const struct log *logs);

/* What the retries came to; valid after report_finish(). */
struct incident_count {
	uint64_t all, retried, gave_up, in_vain;
	struct masked masked;
};

struct incident_count report_incidents(const struct report *report);

/* What became of the write that was refused, in words, in `arena`; NULL if it was not tried again. */
const char *report_retries(struct arena *arena, const struct report *report, const struct finding *finding);

/* 0 to 3, as --help explains them. */
int report_status(const struct report *report);

/* Cells of a table. A row without cells is a gap, its note says how wide. */
#define CELLS_COLUMNS 6

struct cells_row {
	const char *cell[CELLS_COLUMNS];
	const char *note;	/* right of the table; or all there is in a gap */
	bool written, culprit, gap;
};

struct cells {
	struct arena arena;
	const char *title[CELLS_COLUMNS];
	bool right[CELLS_COLUMNS];	/* numbers */
	struct cells_row *rows;
	size_t columns, count, room;
};

void cells_fini(struct cells *cells);

/* The thread table of one attach; long groups shortened unless `all`. */
void cells_init_table(struct cells *cells, const struct finding *finding, bool all);

/* The table of a moment. */
void cells_init_seen(struct cells *cells, const struct log *log);

/* Phrases, in `arena`. */
const char *report_duration(struct arena *arena, uint64_t ns);		/* "31.2 us" */
const char *report_wall(struct arena *arena, uint64_t wall_ns);		/* "... 10:12:13.123456 UTC" */
const char *report_state(struct arena *arena, const struct row *row, uint32_t version);	/* "NEW (0x800)" */
const char *report_errno(struct arena *arena, int64_t answer);		/* "EINVAL", "errno 999" */
const char *report_safe(struct arena *arena, const char *name);		/* a file name, escaped */

/* The bytes that a string of the log stands for, up to the first NUL. */
const char *report_plain(struct arena *arena, const char *escaped);

#endif
