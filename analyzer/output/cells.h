/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cells - tables of threads, before they are printed: what is in each cell, and which rows matter. */
#ifndef OUTPUT_CELLS_H
#define OUTPUT_CELLS_H

#include "report/report.h"

/* A row without cells is a gap, its note says how wide. */
#define CELLS_COLUMNS 7

struct cells_row {
	const char *cell[CELLS_COLUMNS];
	const char *note; /* right of the table; or all there is in a gap */
	bool written, blocker, gap;
};

struct cells {
	struct arena arena;
	const char *title[CELLS_COLUMNS];
	bool right[CELLS_COLUMNS]; /* numbers */
	struct cells_row *rows;
	size_t columns, count, room;
};

void cells_fini(struct cells *cells);

/* The thread table of one attach; long groups shortened unless `all`. */
void cells_init_table(struct cells *cells, const struct finding *finding, bool all);

/* The table of a moment. */
void cells_init_moment(struct cells *cells, const struct report_moment *moment);

#endif
