/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_parts - parts of the JSON output that have files of their own; analyzer/JSON.md describes them. */
#ifndef OUTPUT_JSON_PARTS_H
#define OUTPUT_JSON_PARTS_H

#include "output/json_values.h"
#include "verdict/results.h"

/* summary.incidents and incidents[]. */
json_t *json_incidents_summary(const struct results *results);
json_t *json_incidents(const struct results *results);

/* What a path of a cgroup tells of its container; null if nothing. Plain text. */
json_t *json_container(const char *path);

/* errors[]. */
struct matches;
json_t *json_errors(const struct matches *matches);

/* All of --explain. */
struct errline;
struct explanation;
struct explain_kernel;
json_t *json_explanation(const struct errline *line, const struct explanation *explanation,
			 const struct explain_kernel *kernel);

#endif
