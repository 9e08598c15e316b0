/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * complete - what was found becomes what is shown: names and source lines are looked up, retries counted, lines
 * explained. All files that a report needs are opened here.
 */
#ifndef REPORT_COMPLETE_H
#define REPORT_COMPLETE_H

#include "report/pods.h"
#include "report/redact.h"
#include "report/report.h"
#include "report/tries.h"
#include "symbols/kernel_source.h"
#include "symbols/user_symbol.h"
#include "trace/recent_lines.h"

/* What to complete with; borrowed. */
struct complete_with {
	const struct results *results;
	struct kernel_source *kernel_source;
	struct user_symbols *user_symbols;
	const struct recent_lines *lines; /* quotes come from them; NULL: none are kept */
	struct pods *pods;		  /* NULL: they have no names */
	bool quotes;			  /* the log's own lines, which are read once more */
	const struct tries *tries;	  /* NULL: no races are drawn */
	struct redact *redact;		  /* NULL: names are shown as they are */
};

/* Each borrows what it is given. Strings in `arena`; the rest is the caller's until the _fini(). */
void report_attach_init(struct report_attach *ret, const struct finding *finding,
			const struct complete_with *with, struct arena *arena);
void report_attach_fini(struct report_attach *attach);

/* `here`: look on this machine for the line's cgroup and process. */
void report_line_init(struct report_line *ret, const struct errline *line,
		      const struct explain_kernel *kernel, bool here,
		      const struct complete_with *with, struct arena *arena);
void report_line_fini(struct report_line *line);

/* `match`: the nth of them. */
void report_error_init(struct report_error *ret, const struct match *match, size_t n,
		       const struct matches *matches, const struct complete_with *with,
		       struct arena *arena);
void report_error_fini(struct report_error *error);

/* Of a log that has a snapshot. */
void report_moment_init(struct report_moment *ret, const struct log *log);
void report_moment_fini(struct report_moment *moment);

struct report_errors report_errors_of(const struct matches *matches);

/* `logs`: in the order in which they were read. */
struct report_now report_now_of(const struct log *logs, uint64_t last_ns, bool ended);

/* After results_finish(). */
void report_summary_init(struct report_summary *ret, const struct results *results);
void report_summary_fini(struct report_summary *summary);

#endif
