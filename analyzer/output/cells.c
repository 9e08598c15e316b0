/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/cells.h"

#include <stdlib.h>
#include <string.h>

#include "facts/kernel.h"
#include "trace/phrases.h"

#define LONG_GROUP 24 /* rows; what is longer is shortened */
#define NEIGHBOURS 2  /* rows shown on either side of one that matters */

void cells_fini(struct cells *cells)
{
	arena_fini(&cells->arena);
	free(cells->rows);
}

static struct cells_row *new_row(struct cells *cells)
{
	cells->rows = xgrow(cells->rows, cells->count, &cells->room, sizeof(*cells->rows));
	struct cells_row *row = &cells->rows[cells->count++];

	memset(row, 0, sizeof(*row));
	return row;
}

static void init(struct cells *cells, const char *state, const char *last)
{
	const char *const titles[] = { "PPID", "PID", "TGID", state, "COMM" };

	memset(cells, 0, sizeof(*cells));
	for (size_t i = 0; i < ARRAY_SIZE(titles); i++) {
		cells->title[i] = titles[i];
		cells->right[i] = i < 3;
	}
	cells->columns = ARRAY_SIZE(titles);
	if (last)
		cells->title[cells->columns++] = last;
}

static struct cells_row *add(struct cells *cells, const struct row *row, uint32_t version)
{
	struct arena *arena = &cells->arena;
	struct cells_row *cell = new_row(cells);

	cell->cell[0] = arena_printf(arena, "%d", row->ppid);
	cell->cell[1] = arena_printf(arena, "%d", row->pid);
	cell->cell[2] = arena_printf(arena, "%d", row->tgid);
	cell->cell[3] = phrase_state(arena, row, version);
	cell->cell[4] = arena_strdup(arena, row->comm);
	return cell;
}

static void add_gap(struct cells *cells, size_t threads)
{
	struct cells_row *row = new_row(cells);

	row->gap = true;
	row->note = arena_printf(&cells->arena, "... %zu more threads (--all-threads shows them)",
				 threads);
}

static bool matters(const struct finding *f, size_t i)
{
	const struct thread_row *row = &f->table.rows[i];
	const struct row *r = &row->task->r.row;

	return row->task->kind == RECORD_PARENT || row->written || r->pid == r->tgid ||
	       r->state == KERNEL_TASK_NEW || task_is(f->blocker, r) || task_is(f->stop, r);
}

/* What matters, and its neighbours; marks decided once, so that no thread is looked at twice. */
static bool *choose(const struct finding *f, bool all)
{
	size_t n = f->table.count;
	bool *shown = xcalloc(n, sizeof(*shown));
	size_t budget = 4 * LONG_GROUP;

	all = all || n <= LONG_GROUP;
	for (size_t i = 0; i < n; i++) {
		if (all)
			shown[i] = true;
		if (all || !matters(f, i))
			continue;
		bool must = task_is(f->blocker, &f->table.rows[i].task->r.row) ||
			    f->table.rows[i].written || i < 2;

		if (!must && !budget)
			continue;
		budget -= budget > 0;
		for (size_t j = i > NEIGHBOURS ? i - NEIGHBOURS : 0; j < n && j <= i + NEIGHBOURS;
		     j++)
			shown[j] = true;
	}
	return shown;
}

static const char *note_of(const struct finding *f, const struct thread_row *row,
			   const struct cells_row *cell)
{
	if (cell->blocker)
		return cell->written ? "<- written, refused here" : "<- refused here";
	if (log_is_afterwards(f->attach->log) && task_is(f->stop, &row->task->r.row))
		return cell->written ? "<- written, the check ended here" :
				       "<- the check ended here";
	if (f->stop && task_is(f->stop, &row->task->r.row) && !kernel_asks_together(f->stop->r.fn))
		return cell->written ? "<- written, the walk stopped here" :
				       "<- the walk stopped here";
	return cell->written ? "<- written" : NULL;
}

static const char *at_check(const struct finding *f, const struct row *row)
{
	if (!f->proof || !task_is(f->blocker, row))
		return "-";
	return f->proof == PROOF_SEEN ? "NEW (seen)" : "NEW (deduced)";
}

void cells_init_table(struct cells *cells, const struct finding *f, bool all)
{
	bool *shown = choose(f, all), after = log_is_afterwards(f->attach->log) && f->stop;
	size_t hidden = 0;

	/* A state that was read afterwards need not be the one that was checked. */
	init(cells, after ? "STATE READ" : "STATE", after ? "AT THE CHECK" : NULL);
	for (size_t i = 0; i < f->table.count; i++) {
		const struct thread_row *row = &f->table.rows[i];

		if (!shown[i]) {
			hidden++;
			continue;
		}
		if (hidden)
			add_gap(cells, hidden);
		hidden = 0;
		struct cells_row *cell = add(cells, &row->task->r.row, f->attach->log->version);

		cell->written = row->written;
		cell->blocker = task_is(f->blocker, &row->task->r.row);
		if (after)
			cell->cell[5] = at_check(f, &row->task->r.row);
		cell->note = note_of(f, row, cell);
	}
	if (hidden)
		add_gap(cells, hidden);
	free(shown);
}

void cells_init_moment(struct cells *cells, const struct report_moment *m)
{
	init(cells, "STATE", "SEEN");
	for (size_t i = 0; i < m->count; i++) {
		const struct row *row = &m->sightings[i]->row;
		struct cells_row *cell = add(cells, row, m->log->version);

		if (!m->sightings[i]->has_state)
			cell->cell[3] = "-";
		cell->cell[5] = arena_printf(&cells->arena, "%s earlier",
					     phrase_duration(&cells->arena, m->time_ns - row->t));
	}
}
