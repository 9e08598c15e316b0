/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report - what renderers are given: attaches, error lines and moments, each with all that is shown of it, looked
 * up and worked out beforehand. Data alone; complete.h makes it.
 *
 * All of it is borrowed, until the renderer returns. Strings are safe for a terminal as they are unless said
 * otherwise; "escaped" is as in the log.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "facts/container.h"
#include "match/match.h"
#include "trace/no_effect.h"
#include "trace/snapshot.h"
#include "verdict/results.h"
#include "verdict/retries.h"
#include "verdict/timeline.h"

struct race;

/* Which report it is. */
enum report_kind {
	REPORT_ALL,	 /* error lines, summary, each refusal */
	REPORT_ATTACHES, /* what --attach asked for, refused or not */
	REPORT_MOMENTS,
	REPORT_CAUSES,
	REPORT_LINE /* --explain */
};

/* Who made the thread because of which an attach was refused, and the function that made the system call. */
struct report_creator {
	const char *kind;  /* "go", "libc", "io_uring", "fork", "program"; NULL: not known */
	const char *words; /* for people: "the Go runtime of /usr/sbin/runc" */
	const char *call;  /* the system call: "clone3"; NULL if not known */
	uint64_t ip; /* the instruction after it, 0 if there is none; then nothing below is known */
	const char *file, *exe; /* which is mapped there, and of the process; escaped */
	uint64_t offset;	/* of ip in `file` */
	bool in_libc;		/* that is the file, or the one it stands for */
	const char *
		go; /* the version of Go that built the program: "go1.19.8"; "" unknown; NULL none */
	const char *symbol; /* any bytes, as are `note` and `why_not`; NULL if not known */
	uint64_t symbol_offset;
	const char *table;   /* that has the symbol; NULL */
	const char *note;    /* on how it was found; NULL */
	const char *why_not; /* no symbol; NULL if there is one */
};

/* A line of the log that carries a verdict. */
struct report_quote {
	unsigned long line;
	const char *text; /* a whole record, printable; NULL: it could not be read again */
};

/* An attach, refused or not. */
struct report_attach {
	const struct finding *finding;
	bool several_logs;	   /* it may be of any of them */
	uint64_t time_ns, wall_ns; /* 0: not known */
	int64_t written;	   /* the number; -1: it was not one */
	bool text_cut;		   /* more was written than is known */
	int32_t target; /* the task that is meant, in the initial namespace; 0: not known */
	uint32_t moving;	 /* threads that were to be moved; 0: not known */
	uint32_t place;		 /* among these, of the one at which it stopped; 0: not known */
	const char *controllers; /* of the hierarchy, as its version names them: "cpu,io" */
	bool has_container;
	struct container container; /* of the destination; any bytes */
	enum no_effect no_effect;
	const struct race *race; /* report/race.h; NULL unless asked for */

	/* Of one that was refused alone. */
	const char *source;	       /* of finding->function: "kernel/sched/core.c:7679"; NULL */
	struct strings answer_sources; /* the same of finding->attach->answers, each may be NULL */
	bool has_creator;
	struct report_creator creator;
	const char *retries; /* what became of it; NULL if it was not tried again */
	bool has_timeline;   /* it was refused for a new thread whose age is known */
	struct timeline timeline;
	struct report_quote *quotes; /* in the order of the log; none unless asked for */
	size_t quote_count;
};

/* An error line, and what it shows on its own. */
struct report_line {
	const struct errline *line;
	const struct explain_kernel *kernel;
	struct explanation explanation;
	struct strings
		found; /* on this machine, of what the line speaks of; none unless asked for */
	bool has_container;
	struct container container; /* of its path; any bytes */
};

/* One of --errors, with its refusal if there is one. */
struct report_error {
	struct report_line line;
	struct errline errline; /* `line` has a pointer to it */
	const struct match *match;
	struct refusal refusal;	  /* if one fits */
	struct incident incident; /* of it */
	const char *why_not;	  /* NULL if one fits */
	struct strings how;  /* they match: "path", "time" */
	const char *retries; /* as above */
	bool is_open;	     /* the kernel refused, but which refusal that was is not known */
	const char *own_errno; /* of a failure's later record, if the first has another; NULL */
};

/* All of --errors. */
struct report_errors {
	const char *file; /* any bytes */
	unsigned long lines;
	size_t count, matched,
		repeated; /* those about a cgroup; of them with a refusal; once more with it */
	size_t failures_repeated; /* of a failure that an earlier one tells of; without a refusal */
};

struct report_moment {
	const struct log *log;
	uint64_t time_ns, wall_ns; /* wall: 0 if not known */
	bool armed;		   /* the recorder knew */
	const struct sighting *const *sightings;
	size_t count;
};

struct report_log {
	const struct log *log;
	uint64_t attempts, counted, lost, lost_attaches; /* as model.h has them */
	bool whole;
	bool can_be_task_new;	   /* its kernel is known and can refuse for it */
	uint32_t task_new_removed; /* KERNEL_VERSION; 0: not before the log's kernel */
};

struct report_summary {
	const struct results *results;
	const struct report_log *logs;
	size_t log_count;
	struct retry_counts retries;
};

/* How things stand while logs are read, and in the end. */
struct report_now {
	const struct log *logs;
	bool ended; /* no more is to come */
	uint64_t
		last_ns; /* of the last log, CLOCK_MONOTONIC: when its latest attach or sum was recorded; 0 none */
	bool refuses_new; /* its kernel is known, and refuses for a new thread */
};

/* What became of a refusal, which is known when all is read. */
struct report_outcome {
	uint64_t number; /* the finding's */
	bool is_known;
	uint64_t incident; /* its number */
	unsigned int try;  /* which of its tries it was, from 1 */
};

/* Refusals that are alike. */
struct report_group {
	const struct group *group;
	uint64_t first_wall_ns, last_wall_ns; /* 0: not known */
	const struct report_attach *example;  /* NULL if none was kept */
};

/* What is not shown of them. */
struct report_more_groups {
	uint64_t groups, refusals;
	const bool *left_out;		      /* [cause_count]: no group of that cause was shown */
	uint64_t given_up, refusals_given_up; /* not among them: those that were too many to keep */
};

#endif
