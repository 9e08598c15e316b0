/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread_table - the processes and threads of one attach: the parent, then the group in the kernel's order.
 *
 * A thread was recorded up to three times: when the kernel's walk gave it, when the walk stopped at it,
 * and after the refusal with its group. It shows the state of the stop, else of the walk, else of the
 * group. Rows are one thread only if pid and start agree; a pid that was used again is another thread.
 */
#ifndef TRACE_THREAD_TABLE_H
#define TRACE_THREAD_TABLE_H

#include "trace/model.h"

struct thread_row {
	const struct task *task;	/* the attach's */
	uint32_t n;			/* place in the order of the kernel, from 1; 0 the parent */
	bool written;			/* the one whose number was written */
};

struct thread_table {
	struct thread_row *rows;
	size_t count;
};

void thread_table_init(struct thread_table *table, const struct attach *attach);
void thread_table_fini(struct thread_table *table);

/* The row of `pid`, NULL if there is none or it is ambiguous. */
const struct thread_row *thread_table_find(const struct thread_table *table, int32_t pid);

/* The only thread, parents aside, whose state is TASK_NEW; NULL if there is none or more than one. */
const struct thread_row *thread_table_find_new(const struct thread_table *table);

#endif
