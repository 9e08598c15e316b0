/* SPDX-License-Identifier: GPL-2.0-or-later */
/* redact_attach - an attach and its verdict, as redact.h says. */
#ifndef REPORT_REDACT_ATTACH_H
#define REPORT_REDACT_ATTACH_H

#include "report/redact_logs.h"
#include "report/report.h"

struct redacted_attach {
	struct report_attach report;
	struct finding *finding;
};

void redact_attach_init(struct redacted_attach *ret, struct redact *redact,
			const struct report_attach *attach, struct arena *arena);
void redact_attach_fini(struct redacted_attach *attach);

#endif
