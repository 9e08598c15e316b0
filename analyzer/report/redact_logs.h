/* SPDX-License-Identifier: GPL-2.0-or-later */
/* redact_logs - the logs, as redact.h says, and what all copies of a run have in common. */
#ifndef REPORT_REDACT_LOGS_H
#define REPORT_REDACT_LOGS_H

#include "report/aliases.h"
#include "trace/model.h"

struct shown_log {
	const struct log *from;
	struct log to;
};

struct redact {
	struct aliases *aliases;
	struct arena arena; /* of the logs' strings */
	struct shown_log **logs;
	size_t count, room, last; /* last: that was found */
	const struct log *all;	  /* redact_all_logs() has made them a list */
};

struct redact *redact_new(void);
void redact_free(struct redact *redact);

/* The copy of a log, with its counts as they are now; NULL of NULL. It lives as long as `redact`. */
struct log *redact_log(struct redact *redact, const struct log *log);

/* Of all logs, in their order, with what they counted; after the last attach. */
const struct log *redact_all_logs(struct redact *redact, const struct log *logs);

#endif
