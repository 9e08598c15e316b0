/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace/thread_table.h"

#include <stdlib.h>

#include "facts/kernel.h"

/* Which record of a thread shows its state. */
static int rank(enum record_kind kind)
{
	static const int ranks[RECORD_KINDS] = {
		[RECORD_THREAD] = 1, [RECORD_GROUP] = 2, [RECORD_TARGET] = 3, [RECORD_PARENT] = 4,
	};

	return ranks[kind];
}

static int same_thread(const struct row *a, const struct row *b)
{
	return a->pid == b->pid && a->start == b->start;
}

static int by_thread(const void *left, const void *right)
{
	const struct thread_row *a = left, *b = right;
	const struct row *p = &a->task->r.row, *q = &b->task->r.row;

	if (p->pid != q->pid)
		return p->pid < q->pid ? -1 : 1;
	if (p->start != q->start)
		return p->start < q->start ? -1 : 1;
	if (a->task->kind != b->task->kind)
		return rank(a->task->kind) - rank(b->task->kind);
	return (a->task->seq > b->task->seq) - (a->task->seq < b->task->seq);
}

static int by_place(const void *left, const void *right)
{
	const struct thread_row *a = left, *b = right;

	if (a->n != b->n)
		return a->n < b->n ? -1 : 1;
	return (a->task->seq > b->task->seq) - (a->task->seq < b->task->seq);
}

/* Afterwards only the group's list shows the place: without it, the thread comes last. */
static uint32_t place(const struct task *task)
{
	if (task->kind != RECORD_STOP)
		return task->r.n;
	return task->format == FORMAT_AFTERWARDS ? UINT32_MAX : task->r.walked;
}

/* The group's order counts; a thread that left between the walk and the listing has only the walk's. */
static size_t merge(struct thread_row *rows, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0, next; i < count; i = next) {
		struct thread_row row = rows[i];

		for (next = i + 1; next < count; next++) {
			const struct task *other = rows[next].task;

			if (!same_thread(&other->r.row, &row.task->r.row))
				break;
			if (other->kind == RECORD_GROUP || (other->kind == RECORD_THREAD && !row.n))
				row.n = other->r.n;
			if (other->kind == RECORD_PARENT)
				row.n = 0;
		}
		rows[kept++] = row;
	}
	return kept;
}

/* Of a write that ended before there was a task to attach the target record tells. */
static bool is_written(const struct attach *attach, const struct task *task)
{
	int32_t pid = task->r.row.pid;

	return pid == attach->begin.tpid || (task->kind == RECORD_TARGET && pid == task->r.found);
}

void thread_table_init(struct thread_table *table, const struct attach *attach)
{
	size_t n = 0;
	struct thread_row *rows = xcalloc(attach->task_count, sizeof(*rows));

	for (size_t i = 0; i < attach->task_count; i++) {
		const struct task *task = &attach->tasks[i];

		/* A stop before any thread was checked, or of a taskset that was not found, has a row of zeros, as a target that was not found. */
		if ((task->kind == RECORD_STOP && !stop_has_thread(task)) || !task->r.row.pid)
			continue;
		rows[n++] = (struct thread_row){ task, place(task), false };
	}
	sort(rows, n, sizeof(*rows), by_thread);
	n = merge(rows, n);
	for (size_t i = 0; i < n; i++)
		rows[i].written = is_written(attach, rows[i].task);
	sort(rows, n, sizeof(*rows), by_place);
	table->rows = rows;
	table->count = n;
}

void thread_table_fini(struct thread_table *table)
{
	free(table->rows);
	table->rows = NULL;
	table->count = 0;
}

const struct thread_row *thread_table_find(const struct thread_table *table, int32_t pid)
{
	const struct thread_row *found = NULL;

	for (size_t i = 0; i < table->count; i++) {
		if (table->rows[i].task->r.row.pid != pid)
			continue;
		if (found)
			return NULL;
		found = &table->rows[i];
	}
	return found;
}

const struct thread_row *thread_table_find_new(const struct thread_table *table)
{
	const struct thread_row *found = NULL;

	for (size_t i = 0; i < table->count; i++) {
		const struct task *task = table->rows[i].task;

		if (task->kind == RECORD_PARENT || task->r.row.state != KERNEL_TASK_NEW)
			continue;
		if (found)
			return NULL;
		found = &table->rows[i];
	}
	return found;
}
