/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * redact - what a renderer is given, with aliases in place of private names (redact_names.h). The reporter asks for it
 * between completing a piece and handing it over, so that no format can show a name: it never has one.
 *
 * Of everything there is a copy. Those of report.h's structs are made from nothing: a member that is new there is NULL
 * or 0 until it is copied here. Records and what else came from below are copied whole, and then their strings replaced;
 * tests/redact has a marker for every string of every record. Prose is not searched for names. It is made again, by those who made it, from the copy: its records get
 * their verdict a second time, its error line its explanation. Cause and confidence are those of the true names; should
 * the copy come to others, they stay, and the words are left out.
 *
 * Kept: numbers (pids, uids, times, sizes), and what facts/wellknown.h knows.
 */
#ifndef REPORT_REDACT_H
#define REPORT_REDACT_H

#include "base/diag.h"
#include "report/redact_attach.h"

/*
 * Each lives until its _fini(), or with `arena` if it has none, and borrows what is not a name. `redact` keeps
 * the logs.
 */
struct redacted_line {
	struct report_line report;
	struct errline line;
	struct explain_kernel kernel;
};

/* `here`: it looks on this machine itself, see report_line_init(). */
void redact_line_init(struct redacted_line *ret, struct redact *redact,
		      const struct report_line *line, bool here, struct arena *arena);
void redact_line_fini(struct redacted_line *line);

struct redacted_error {
	struct report_error report;
	struct redacted_line line;
	struct match match;
	struct candidate candidate, nearest;
	struct refusal_form forms[3];
};

void redact_error_init(struct redacted_error *ret, struct redact *redact,
		       const struct report_error *error, const struct results *results,
		       struct arena *arena);
void redact_error_fini(struct redacted_error *error);

struct redacted_summary {
	struct report_summary report;
	struct results results;
	struct selection selection;
};

void redact_summary_init(struct redacted_summary *ret, struct redact *redact,
			 const struct report_summary *summary, struct arena *arena);
void redact_summary_fini(struct redacted_summary *summary);

struct report_moment redact_moment(struct redact *redact, const struct report_moment *moment,
				   struct arena *arena);
void redact_moment_fini(struct report_moment *moment);

/* `example` is set by the caller. */
struct redacted_group {
	struct report_group report;
	struct group group;
};

void redact_group_init(struct redacted_group *ret, struct redact *redact,
		       const struct report_group *group, struct arena *arena);

struct report_errors redact_errors(struct redact *redact, const struct report_errors *errors,
				   struct arena *arena);
struct incident redact_incident(struct redact *redact, const struct incident *incident,
				struct arena *arena);
struct pos redact_pos(struct redact *redact, const struct pos *pos, struct arena *arena);

#endif
