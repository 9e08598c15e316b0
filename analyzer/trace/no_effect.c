/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace/no_effect.h"

#include <string.h>

#include "base/list.h"
#include "facts/kernel.h"

const struct task *no_effect_task(const struct attach *attach)
{
	for (size_t i = 0; i < attach->task_count; i++)
		if (attach->tasks[i].kind == RECORD_TARGET && attach->tasks[i].r.fn &&
		    !strcmp(attach->tasks[i].r.fn, "cgroup_attach_task"))
			return &attach->tasks[i];
	return NULL;
}

/*
 * cgroup_migrate_add_task() passes over every thread that is exiting. A leader may have exited before its
 * other threads; those would have been moved, and seen by a controller that looks at threads.
 */
static bool is_gone(const struct record_attach *b, const struct row *row)
{
	if (!row->exit_state && !(row->flags & KERNEL_PF_EXITING))
		return false;
	return !b->threadgroup || b->threads <= 1 ||
	       (b->v == 1 && list_has_any(b->controllers, "cpu,cpuset,pids"));
}

/*
 * Nobody was walked over either where no controller looks at threads (devices, a named hierarchy), though
 * they were moved: hence the two paths. One whose head is missing is not compared.
 */
enum no_effect no_effect_of(const struct attach *attach)
{
	const struct task *task = no_effect_task(attach);
	const struct record_attach *b = &attach->begin;

	if (attach->unmoved)
		return attach->ended && attach->end.ret >= 0 ? NO_EFFECT_EITHER : NO_EFFECT_NONE;
	if (!task || !attach->complete || attach->end.ret < 0 || attach->end.walked)
		return NO_EFFECT_NONE;
	if (is_gone(b, &task->r.row))
		return NO_EFFECT_ZOMBIE;
	return *b->src == '/' && !strcmp(b->src, b->dst) ? NO_EFFECT_ALREADY_THERE : NO_EFFECT_NONE;
}

const char *no_effect_name(enum no_effect kind)
{
	static const char *const names[] = { NULL, "zombie", "already_there", "either" };

	return names[kind];
}

const char *no_effect_phrase(enum no_effect kind)
{
	static const char *const phrases[] = {
		NULL,
		"is a zombie",
		"was there already, so no controller was called",
		"is a zombie, or was there already",
	};

	return phrases[kind];
}
