/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * metrics - a report in numbers, for Prometheus: counts by labels of which there are only so many, whatever a log holds
 * (causes, controllers, errnos, runtimes), so without a pid, a container or a cgroup. docs/monitoring.md lists them. Their
 * combinations are too many all the same: a log with more than some hundred gets the rest as "other".
 *
 * No counter ever goes down: a refusal is counted when it is known, an incident once its outcome is, and what the log's
 * sums show at the most they ever showed.
 */
#ifndef OUTPUT_METRICS_H
#define OUTPUT_METRICS_H

#include <stdio.h>

#include "report/report.h"

struct metrics;

struct metrics *metrics_new(void);
void metrics_free(struct metrics *metrics);

/* A refusal; others are not counted here. */
void metrics_add_attach(struct metrics *metrics, const struct report_attach *attach);
/* Whose outcome is settled. */
void metrics_add_incident(struct metrics *metrics, const struct incident *incident);
/* The sums of the logs and the state of their recorder; each time in place of the last. */
void metrics_set_now(struct metrics *metrics, const struct report_now *now);

/* In Prometheus's own text format, or as OpenMetrics 1.0. */
void metrics_print(const struct metrics *metrics, FILE *out, bool openmetrics);

#endif
