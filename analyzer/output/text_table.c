/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables of threads. */
#include "output/text.h"

#include <string.h>

#include "output/cells.h"

static void print_cell(FILE *out, const char *cell, int width, bool right)
{
	fprintf(out, "  %*s", right ? width : -width, cell);
}

static void print_cells(const struct text_out *o, const struct cells *cells)
{
	int width[CELLS_COLUMNS];

	for (size_t c = 0; c < cells->columns; c++) {
		width[c] = strlen(cells->title[c]);
		for (size_t i = 0; i < cells->count; i++) {
			int len = cells->rows[i].gap ? 0 : strlen(cells->rows[i].cell[c]);

			width[c] = len > width[c] ? len : width[c];
		}
	}
	fprintf(o->out, "  ");
	for (size_t c = 0; c < cells->columns; c++)
		print_cell(o->out, cells->title[c], c + 1 < cells->columns ? width[c] : 0,
			   cells->right[c]);
	fputc('\n', o->out);
	for (size_t i = 0; i < cells->count; i++) {
		const struct cells_row *row = &cells->rows[i];
		const char *code = row->blocker ? text_red(o) : row->written ? text_bold(o) : NULL;

		fprintf(o->out, "  %s", code ? code : "");
		for (size_t c = 0; c < cells->columns && !row->gap; c++)
			print_cell(o->out, row->cell[c],
				   c + 1 < cells->columns || row->note ? width[c] : 0,
				   cells->right[c]);
		if (row->note)
			fprintf(o->out, "  %s", row->note);
		fprintf(o->out, "%s\n", code ? text_plain(o) : "");
	}
}

void text_threads(struct text_out *o, const struct finding *f)
{
	struct cells cells;

	if (!f->table.count)
		return;
	fputc('\n', o->out);
	cells_init_table(&cells, f, o->all_threads);
	print_cells(o, &cells);
	cells_fini(&cells);
	fputc('\n', o->out);
}

void text_sightings(struct text_out *o, const struct report_moment *m)
{
	struct cells cells;

	cells_init_moment(&cells, m);
	print_cells(o, &cells);
	cells_fini(&cells);
}
