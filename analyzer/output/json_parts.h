/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_parts - parts of the JSON output that have files of their own; analyzer/JSON.md describes them. */
#ifndef OUTPUT_JSON_PARTS_H
#define OUTPUT_JSON_PARTS_H

#include "output/json_stream.h"
#include "output/json_values.h"
#include "report/report.h"

/* Of one object, or of each line. */
#define JSON_FORMAT 2

/* An object with kernel, summary and logs[]. And one of no_effect[]. */
json_t *json_summary(const struct report_summary *summary);
json_t *json_no_effect(const struct no_effect_attach *attach);
/* Of the log's kernel. */
json_t *json_release(const struct log *log);

/* summary.incidents. And the keys of one of incidents[]. */
json_t *json_retries(const struct retry_counts *counts);
void json_put_incident(struct json_stream *s, const struct incident *incident);

/* The keys of one of attaches[] or refusals[], and of moments[]. */
void json_put_attach(struct json_stream *s, const struct report_attach *attach);
void json_put_moment(struct json_stream *s, const struct report_moment *moment);

/* One of --causes. */
json_t *json_cause(const struct cause *cause);

json_t *json_container(const struct container *container);

/* One of errors[]. */
json_t *json_error(const struct report_error *error);

/* All of --explain. */
json_t *json_line(const struct report_line *line);

#endif
