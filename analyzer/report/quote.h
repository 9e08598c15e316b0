/* SPDX-License-Identifier: GPL-2.0-or-later */
/* quote - the log's own lines behind a verdict, read once more from its file. */
#ifndef REPORT_QUOTE_H
#define REPORT_QUOTE_H

#include "report/report.h"
#include "trace/recent_lines.h"

#define QUOTES_MAX 40

/*
 * The lines of the evidence, and those that say what was written and answered; in the order of the log, at most
 * QUOTES_MAX. One that cannot be read again, or is another one now, has no text. The array is the caller's to free.
 */
struct report_quote *quote_lines(const struct finding *finding, size_t *count, struct arena *arena);

/* Those of the evidence alone, from what is kept while the log is read: one that is not kept any more has no text. */
struct report_quote *quote_recent(const struct finding *finding, const struct recent_lines *lines,
				  size_t *count, struct arena *arena);

#endif
