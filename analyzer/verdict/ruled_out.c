/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/ruled_out.h"

#include <string.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_lookup.h"

#define START "cgroup_procs_write_start"

#define SAY(...) arena_printf(&f->arena, __VA_ARGS__)

static const char *by_absence(struct finding *f, const struct cause *cause)
{
	if (cause->stage != STAGE_CONTROLLER || !cause->functions[0])
		return NULL;
	for (size_t i = 0; i < CAUSE_FUNCTIONS && cause->functions[i]; i++)
		if (!is_absent(f, cause->functions[i]))
			return NULL;
	return SAY("this kernel has no %s()", cause->functions[0]);
}

static const char *past(enum stage stage)
{
	switch (stage) {
	case STAGE_OUTSIDE:
		return "the write reached the kernel's cgroup files";
	case STAGE_KERNFS:
		return "kernfs accepted the write, and the cgroup existed";
	case STAGE_LOOKUP:
		return START "() accepted the text and the task";
	case STAGE_PERMISSION:
		return "the permission and placement checks passed";
	default:
		return "a controller was called";
	}
}

static const char *not_yet(enum stage at)
{
	switch (at) {
	case STAGE_OUTSIDE:
		return "the write never entered the kernel's cgroup code";
	case STAGE_KERNFS:
		return "the attach was refused before the text was parsed";
	case STAGE_LOOKUP:
		return "the attach was refused before a task was accepted, so before any "
		       "controller was "
		       "called";
	case STAGE_PERMISSION:
		return "the attach was refused before cgroup_attach_task(), so before any "
		       "controller was "
		       "called";
	default:
		return "the attach was refused before any controller was called";
	}
}

/* Where no record shows how far the write got, a cause that is proven does. */
static enum stage known_stage(const struct finding *f)
{
	return f->stage || f->confidence != CONFIDENCE_PROVEN ? f->stage : f->cause->stage;
}

static const char *by_stage(const struct finding *f, const struct cause *cause)
{
	enum stage at = known_stage(f);

	if (!at || cause->stage == at || cause->any_stage)
		return NULL;
	return cause->stage < at ? past(cause->stage) : not_yet(at);
}

static const char *by_answer(struct finding *f, const struct cause *cause)
{
	bool is_one = false;

	if (cause->stage != STAGE_CONTROLLER)
		return NULL;
	for (size_t i = 0; i < CAUSE_FUNCTIONS && cause->functions[i]; i++) {
		const struct answer *answer = find_answer(f, cause->functions[i]);

		/* sched_rt_can_attach() refuses with a 0. */
		if (answer && !answer->r.ret && strcmp(answer->r.fn, "sched_rt_can_attach"))
			return SAY("%s() returned 0", cause->functions[i]);
		/* A caller passes on what this one said; whom it called has a reason of its own. */
		is_one |= f->function && kernel_calls(f->function, cause->functions[i]);
	}
	return f->function && !is_one ? SAY("%s() refused the attach", f->function) : NULL;
}

/* Of records that were made afterwards: had a controller refused, it would be there. */
static const char *by_account(const struct finding *f, const struct cause *cause)
{
	return cause->stage == STAGE_CONTROLLER && is_afterwards(f) && is_refused_early(f) &&
			       f->attach->accounted ?
		       "no controller refused" :
		       NULL;
}

const char *ruled_out_outright(struct finding *f, const struct cause *cause)
{
	const char *why = cause_impossible(cause, &f->premise, &f->arena);

	if (!why && is_afterwards(f) && f->stage == STAGE_KERNFS && cause->stage > STAGE_KERNFS &&
	    !cause->any_stage)
		return not_yet(STAGE_KERNFS);
	return !why && cause->stage > STAGE_LOOKUP && !cause->any_stage && text_is_no_number(f) ?
		       "the text is not a number, so no task was looked up" :
		       why;
}

const char *ruled_out_why(struct finding *f, const struct cause *cause)
{
	const char *why = ruled_out_outright(f, cause);

	/* No record shows how far a clone3() got. */
	if (f->premise.door != DOOR_CLONE) {
		why = why ? why : by_absence(f, cause);
		why = why ? why : by_stage(f, cause);
		why = why ? why : by_answer(f, cause);
		why = why ? why : by_account(f, cause);
	}
	return why || !cause->ruled_out ? why : cause->ruled_out(f);
}
