/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/rules.h"

#include <string.h>

#include "base/list.h"

bool kernel_is(const struct finding *f, uint32_t since, uint32_t before)
{
	uint32_t version = f->attach->log->version;

	return version && version >= since && version < before;
}

bool is_armed(const struct finding *f, const char *fn)
{
	return f->attach->log->has_header && list_has(f->attach->log->header.armed, fn);
}

bool is_absent(const struct finding *f, const char *fn)
{
	return f->attach->log->has_header && list_has(f->attach->log->header.absent, fn);
}

const struct task *find_stop(const struct finding *f, const char *fn)
{
	for (size_t i = 0; i < f->attach->task_count; i++) {
		const struct task *task = &f->attach->tasks[i];

		if (task->kind == RECORD_STOP && !strcmp(task->r.fn, fn) &&
		    task->r.ret == f->answer)
			return task;
	}
	return NULL;
}

const struct answer *find_answer(const struct finding *f, const char *fn)
{
	for (size_t i = 0; i < f->attach->answer_count; i++)
		if (!strcmp(f->attach->answers[i].r.fn, fn))
			return &f->attach->answers[i];
	return NULL;
}

const struct answer *find_refusal(const struct finding *f, const char *fn)
{
	const struct answer *answer = find_answer(f, fn);

	return answer && answer->r.ret == f->answer ? answer : NULL;
}

bool refused_by(const struct finding *f, const char *fn)
{
	return find_stop(f, fn) || find_refusal(f, fn);
}

bool did_not_refuse(const struct finding *f, const char *fn)
{
	return is_armed(f, fn) && f->attach->complete && !refused_by(f, fn);
}

const struct task *target_of(const struct finding *f, const char *fn)
{
	const struct task *target = f->target;

	if (!target || strcmp(target->r.fn, fn))
		return NULL;
	const struct row *row = &target->r.row;

	/* The thread itself, or its leader. */
	return row->pid && (row->pid == row->tgid || row->pid == target->r.found) ? target : NULL;
}

bool is_file(const struct finding *f, const char *file)
{
	return f->attach->begun && !strcmp(f->attach->begin.file, file);
}

bool is_subtree(const struct finding *f)
{
	return is_file(f, "cgroup.subtree_control");
}

/* An attach's beginning names the task as soon as there was one to attach. */
bool is_early(const struct finding *f)
{
	return f->attach->begun && !f->attach->outside && !f->attach->begin.tpid &&
	       !is_subtree(f) && !f->stop && f->stage < STAGE_MIGRATION;
}

bool belongs(const struct finding *f, const struct row *row)
{
	const struct record_attach *begin = &f->attach->begin;
	bool begun = f->attach->begun;
	const struct row *stop = f->stop ? &f->stop->r.row : NULL;

	/* The text is lost, or has changed since: it does not name what the kernel moved. */
	if (log_is_afterwards(f->attach->log) &&
	    (begun ? begin->ttgid && !text_is_kernels(f) : !!stop))
		return stop && row->tgid == stop->tgid &&
		       (!begun || begin->threadgroup || row->pid == stop->pid);
	if (!begun || !begin->ttgid)
		return true;
	return row->tgid == begin->ttgid && (begin->threadgroup || row->pid == begin->tpid);
}

bool text_is_kernels(const struct finding *f)
{
	return f->attach->has_writer ? f->attach->writer.from & TEXT_IN_KERNEL :
				       !log_is_afterwards(f->attach->log);
}

const char *why_unsure(const struct finding *f, const struct task *stop)
{
	if (!stop)
		return "the record of where the walk stopped is lost";
	if (!stop->r.walked || !stop->r.row.pid)
		return "the walk itself was not recorded";
	if (!f->attach->begun)
		return "the record of the attach's beginning is lost";
	if (stop->r.curpid == -1)
		return "the recorder could not read which thread the kernel's taskset points to";
	if (stop->r.curpid != stop->r.row.pid)
		return "the recorder missed a probe: the kernel's taskset points to another thread";
	return NULL;
}

bool is_sure(const struct finding *f, const struct task *stop)
{
	return !why_unsure(f, stop) && belongs(f, &stop->r.row);
}

const struct row *stop_row(const struct finding *f)
{
	if (!f->stop)
		return NULL;
	if (log_is_afterwards(f->attach->log))
		return stop_has_thread(f->stop) ? &f->stop->r.row : NULL;
	return f->function && is_sure(f, f->stop) ? &f->stop->r.row : NULL;
}
