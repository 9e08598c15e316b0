/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace/model.h"

#include <string.h>

#include "facts/kernel.h"

int64_t attach_answer(const struct attach *attach)
{
	if (attach->ended)
		return attach->end.ret;
	for (size_t i = 0; i < attach->task_count; i++)
		if (attach->tasks[i].kind == RECORD_STOP && attach->tasks[i].r.ret < 0)
			return attach->tasks[i].r.ret;
	for (size_t i = 0; i < attach->answer_count; i++)
		if (attach->answers[i].r.ret < 0)
			return attach->answers[i].r.ret;
	return 0;
}

uint64_t attach_time(const struct attach *attach)
{
	for (size_t i = 0; i < attach->task_count; i++)
		if (attach->tasks[i].kind == RECORD_STOP)
			return attach->tasks[i].r.row.t ? attach->tasks[i].r.row.t :
			       attach->end.t;
	return attach->ended   ? attach->end.t :
	       attach->begin.t ? attach->begin.t :
				 attach->first_seq;
}

uint64_t attach_began(const struct attach *attach)
{
	return log_is_afterwards(attach->log) ? attach->first_seq : attach->begin.t;
}

bool stop_has_thread(const struct task *stop)
{
	return stop->r.row.pid && (stop->format == FORMAT_AFTERWARDS || stop->r.walked);
}

uint32_t attach_moving(const struct attach *attach, const struct task *stop)
{
	/* Before 4.15 the recorder finds another field there (struct cgroup_taskset). */
	bool counts = !attach->log->version || attach->log->version >= KERNEL_VERSION(4, 15);

	if (log_is_afterwards(attach->log))
		return stop && counts ? stop->r.moving : 0;
	return attach->begun ? attach->begin.threads : 0;
}

int64_t stop_woken(const struct task *stop)
{
	bool counts = stop->kind == RECORD_STOP && stop->format == FORMAT_AFTERWARDS &&
		      stop->r.row.state != KERNEL_TASK_NEW && !stop->r.row.arrivals &&
		      stop->r.woken >= 0;

	return counts ? stop->r.woken : -1;
}

uint64_t log_wall_ns(const struct log *log, uint64_t mono_ns)
{
	if (!log->has_header)
		return 0;
	return log->header.wall_ns - log->header.mono_ns + mono_ns;
}

int64_t attach_written_pid(const struct attach *attach)
{
	const char *s = attach->begin.text;
	int64_t pid = 0;
	size_t n = 0;

	for (; s && s[n] >= '0' && s[n] <= '9' && n < 10; n++)
		pid = pid * 10 + s[n] - '0';
	if (!n || (s[0] == '0' && n > 1) || pid > INT32_MAX)
		return -1;
	return !s[n] || !strcmp(s + n, "\\n") ? pid : -1;
}

bool attach_knows_writer(const struct attach *attach)
{
	return attach->begun && (!log_is_afterwards(attach->log) || attach->has_writer ||
				 attach->has_clone || attach->outside);
}

bool attach_is_nested(const struct attach *attach)
{
	return attach_knows_writer(attach) &&
	       (attach->begin.level || attach->begin.nspid != attach->begin.pid);
}

int64_t task_age(const struct task *task)
{
	const struct row *row = &task->r.row;
	uint64_t age = row->t - row->start;

	return row->start && row->start <= row->t && age <= INT64_MAX ? (int64_t)age : -1;
}

bool task_is(const struct task *task, const struct row *row)
{
	return task && task->r.row.pid == row->pid && task->r.row.start == row->start;
}
