/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_index - what a page filters, groups and draws all refusals by; docs/html.md describes it. */
#ifndef OUTPUT_HTML_INDEX_H
#define OUTPUT_HTML_INDEX_H

#include "output/html_pack.h"
#include "report/report.h"

struct html_index;

struct html_index *html_index_new(void);
void html_index_free(struct html_index *index);

/* In the order of the log. `begins_part`: it is the first of a part. */
void html_index_add(struct html_index *index, const struct report_attach *attach, bool begins_part);
void html_index_add_incident(struct html_index *index, const struct incident *incident);
/* After all refusals, in the same order; of one that was not added it does nothing. */
void html_index_add_outcome(struct html_index *index, const struct report_outcome *outcome);

/* Adds the whole of it to `pack`. */
void html_index_write(const struct html_index *index, struct pack *pack);

#endif
