/* SPDX-License-Identifier: GPL-2.0-or-later */
/* redact_parts - what the files of redact.h share. */
#ifndef REPORT_REDACT_PARTS_H
#define REPORT_REDACT_PARTS_H

#include "report/redact.h"

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

/* The copy of a log, with its counts as they are now; NULL of NULL. */
struct log *redact_log(struct redact *redact, const struct log *log);

/* Of all logs, in their order, with what they counted; after the last attach. */
const struct log *redact_all_logs(struct redact *redact, const struct log *logs);

#endif
