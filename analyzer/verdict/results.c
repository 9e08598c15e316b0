/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/results.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "facts/kernel.h"
#include "trace/parse.h"

#define LONG_GROUP 24	/* rows; what is longer is shortened */
#define NEIGHBOURS 2	/* rows shown on either side of one that matters */

void report_init(struct report *report)
{
	memset(report, 0, sizeof(*report));
	report->incidents = incidents_new();
	report->summary.causes = xcalloc(cause_count, sizeof(*report->summary.causes));
	for (size_t i = 0; i < cause_count; i++)
		report->summary.causes[i].cause = &causes[i];
}

void report_fini(struct report *report)
{
	for (size_t i = 0; i < report->count; i++)
		finding_free(report->findings[i]);
	for (size_t i = 0; i < report->kept_count; i++)
		finding_free(report->kept[i]);
	for (size_t i = 0; i < cause_count; i++)
		free(report->summary.causes[i].excluded);
	incidents_free(report->incidents);
	free(report->findings);
	free(report->kept);
	free(report->silent);
	arena_fini(&report->silent_arena);
	free(report->summary.causes);
	arena_fini(&report->arena);
}

void report_count(struct report *report, const struct finding *finding)
{
	struct summary *s = &report->summary;
	struct cause_count *cause = &s->causes[finding->cause - causes];

	s->refused++;
	cause->count++;
	cause->proven += finding->confidence == CONFIDENCE_PROVEN;
	cause->inferred += finding->confidence == CONFIDENCE_INFERRED;
	s->unexplained += !finding->cause->test;
	incidents_add(report->incidents, finding->attach, finding->cause);
}

void report_note_accepted(struct report *report, const struct attach *attach)
{
	enum silence kind = silence_of(attach);

	incidents_add(report->incidents, attach, NULL);
	if (!kind)
		return;
	report->summary.silent[kind]++;
	if (report->silent_count == SILENT_MAX)
		return;
	struct arena *arena = &report->silent_arena;
	const struct record_attach *b = &attach->begin;
	const struct task *task = silence_task(attach);

	report->silent = xgrow(report->silent, report->silent_count, &report->silent_room,
			       sizeof(*report->silent));
	report->silent[report->silent_count++] = (struct silent){
		.id = attach->id, .kind = kind, .log = attach->log->file,
		.writer = arena_strdup(arena, b->comm), .writer_pid = b->pid,
		.file = arena_strdup(arena, b->file), .cgroup = arena_strdup(arena, b->dst),
		.text = arena_strdup(arena, b->text), .comm = arena_strdup(arena, task->r.row.comm),
		.pid = task->r.row.pid, .tgid = task->r.row.tgid,
	};
}

void report_finish(struct report *report, const struct log *logs)
{
	struct summary *s = &report->summary;

	report->logs = logs;
	incidents_finish(report->incidents);
	s->whole = true;
	for (const struct log *log = logs; log; log = log->next) {
		s->attempts += log->attaches + log_lost_attaches(log);
		s->lost_attaches += log_lost_attaches(log);
		s->lost += log_lost(log);
		s->incomplete += log->incomplete;
		s->damaged += log->damaged;
		s->repeated += log->repeated;
		s->filtered += log->has_trailer ? log->trailer.filtered : 0;
		s->unmatched += log->has_trailer ? log->trailer.unmatched : 0;
		s->shed += log->has_trailer ? log->trailer.shed : 0;
		s->cut_short |= !log->has_trailer;
		s->no_header |= !log->has_header;
		s->whole &= log_is_whole(log);
	}
}

int report_status(const struct report *report)
{
	if (!report->summary.whole)
		return 3;
	if (report->summary.unexplained)
		return 2;
	return report->summary.refused ? 1 : 0;
}

const char *report_duration(struct arena *arena, uint64_t ns)
{
	if (ns < 1000)
		return arena_printf(arena, "%llu ns", (unsigned long long)ns);
	if (ns < 1000000)
		return arena_printf(arena, "%.1f us", ns / 1e3);
	if (ns < 1000000000)
		return arena_printf(arena, "%.1f ms", ns / 1e6);
	return arena_printf(arena, "%.1f s", ns / 1e9);
}

const char *report_wall(struct arena *arena, uint64_t wall_ns)
{
	time_t seconds = wall_ns / 1000000000;
	struct tm tm;
	char date[40];

	gmtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
	return arena_printf(arena, "%s.%06llu UTC", date,
			    (unsigned long long)(wall_ns % 1000000000 / 1000));
}

const char *report_state(struct arena *arena, const struct row *row, uint32_t version)
{
	char name[KERNEL_STATE_MAX];

	kernel_state_name(name, version, row->state, row->exit_state);
	if (!strncmp(name, "0x", 2))
		return arena_strdup(arena, name);
	return arena_printf(arena, "%s (0x%llx)", name,
			    (unsigned long long)(row->exit_state ? row->exit_state : row->state));
}

const char *report_errno(struct arena *arena, int64_t answer)
{
	const char *name = kernel_errno_name(-answer);

	return name ? name : arena_printf(arena, "errno %lld", -(long long)answer);
}

const char *report_safe(struct arena *arena, const char *name)
{
	char *safe = arena_printf(arena, "%*s", (int)(4 * strlen(name)), "");
	char *to = safe;

	for (; *name; name++) {
		unsigned char c = *name;

		if (c >= 0x20 && c < 0x7f && c != '\\') {
			*to++ = c;
			continue;
		}
		*to++ = '\\';
		*to++ = '0' + (c >> 6);
		*to++ = '0' + (c >> 3 & 7);
		*to++ = '0' + (c & 7);
	}
	*to = 0;
	return safe;
}

const char *report_plain(struct arena *arena, const char *escaped)
{
	char *bytes = arena_strdup(arena, escaped);

	bytes[parse_unescape(bytes, escaped)] = 0;
	return bytes;
}

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

static void init(struct cells *cells, const char *last)
{
	static const char *const titles[] = { "PPID", "PID", "TGID", "STATE", "COMM" };

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
	cell->cell[3] = report_state(arena, row, version);
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
	const struct table_row *row = &f->table.rows[i];
	const struct row *r = &row->task->r.row;

	return row->task->kind == RECORD_PARENT || row->written || r->pid == r->tgid ||
	       r->state == KERNEL_TASK_NEW || task_is(f->culprit, r) || task_is(f->stop, r);
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
		bool must = task_is(f->culprit, &f->table.rows[i].task->r.row) ||
			    f->table.rows[i].written || i < 2;

		if (!must && !budget)
			continue;
		budget -= budget > 0;
		for (size_t j = i > NEIGHBOURS ? i - NEIGHBOURS : 0; j < n && j <= i + NEIGHBOURS; j++)
			shown[j] = true;
	}
	return shown;
}

static const char *note_of(const struct finding *f, const struct table_row *row,
			   const struct cells_row *cell)
{
	if (cell->culprit)
		return cell->written ? "<- written, refused here" : "<- refused here";
	if (task_is(f->stop, &row->task->r.row) && !kernel_asks_together(f->stop->r.fn))
		return cell->written ? "<- written, the walk stopped here" :
		       "<- the walk stopped here";
	return cell->written ? "<- written" : NULL;
}

void cells_init_table(struct cells *cells, const struct finding *f, bool all)
{
	bool *shown = choose(f, all);
	size_t hidden = 0;

	init(cells, NULL);
	for (size_t i = 0; i < f->table.count; i++) {
		const struct table_row *row = &f->table.rows[i];

		if (!shown[i]) {
			hidden++;
			continue;
		}
		if (hidden)
			add_gap(cells, hidden);
		hidden = 0;
		struct cells_row *cell = add(cells, &row->task->r.row, f->attach->log->version);

		cell->written = row->written;
		cell->culprit = task_is(f->culprit, &row->task->r.row);
		cell->note = note_of(f, row, cell);
	}
	if (hidden)
		add_gap(cells, hidden);
	free(shown);
}

void cells_init_seen(struct cells *cells, const struct log *log)
{
	size_t count;
	const struct sighting **list = seen_list(log->seen, &count);

	init(cells, "SEEN");
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &list[i]->row;
		struct cells_row *cell = add(cells, row, log->version);

		if (!list[i]->has_state)
			cell->cell[3] = "-";
		cell->cell[5] = arena_printf(&cells->arena, "%s before",
			report_duration(&cells->arena, seen_time(log->seen) - row->t));
	}
	free(list);
}
