/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>
#include <string.h>

#include "trace/phrases.h"
#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_lookup.h"

#define START "cgroup_procs_write_start"
#define FIND  "find_task_by_vpid"

/* Why the kernel looks up no number for the text that is here, whether or not it read this one; NULL if it does. */
static const char *nothing_sought(const struct finding *f)
{
	enum pidtext what;
	int32_t pid;

	if (!f->attach->begun || f->attach->outside || text_from(f) == TEXT_NOWHERE)
		return NULL;
	what = text_of(f, &pid);
	if (pidtext_complaint(what))
		return "the text is not a number";
	return what == PIDTEXT_GOOD && !pid ? "0 means the writer itself" : NULL;
}

/* Did it read this one? Then the claim says so. */
static bool contradicts(const struct finding *f, struct claim *claim)
{
	const char *why = text_is_kernels(f) ? nothing_sought(f) : NULL;

	if (why)
		claim_fact(claim,
			   "the records contradict each other: no task was found, but for this "
			   "text the kernel looks for none (%s)",
			   why);
	return why;
}

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	const struct answer *found = find_refusal(f, FIND), *start = find_refusal(f, START);
	bool none = f->target && !strcmp(f->target->r.fn, FIND) && !f->target->r.found;

	if ((!found && !start && !none) || f->stage != STAGE_LOOKUP)
		return CONFIDENCE_NONE;
	if ((f->target && !none) || contradicts(f, claim))
		return CONFIDENCE_NONE;
	say_namespace(f, claim);
	if (found)
		claim_cite(claim, found->line, FIND "() found no task");
	else if (none)
		claim_cite(claim, f->target->line, FIND "() found no task");
	if (!found && !none)
		return claim_inferred(claim,
				      "the return value of " FIND "() is not in the log, but " START
				      "() has no other reason to return this");
	if (!f->attach->begun)
		return claim_inferred(claim, "what was written is not known");
	return CONFIDENCE_PROVEN;
}

/* A task has the number now. */
static enum confidence found_afterwards(const struct finding *f, struct claim *claim)
{
	const struct row *row = &f->target->r.row;
	bool is_certain = text_from(f) == TEXT_IN_BOTH, same = f->target->r.found == row->pid;
	const char *what = " that was found, which is probably, but not certainly, the one that "
			   "the kernel read";

	if (is_certain && lookup_is_older(f))
		return claim_inferred(
			claim,
			"after the write had returned, thread %d (%s) had the number, "
			"and it is older: the records contradict each other",
			f->target->r.found, row->comm);
	if (is_certain)
		what = same && task_age(f->target) >= 0 ?
			       arena_printf(claim->arena,
					    ": it was created %s before that, so probably in "
					    "between",
					    phrase_duration(claim->arena, task_age(f->target))) :
			       ": it was probably created in between";
	claim_fact(claim, "after the write had returned, thread %d (%s) had the number%s",
		   f->target->r.found, row->comm, what);
	return CONFIDENCE_PROVEN;
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	const struct attach *a = f->attach;

	if (!is_refused_early(f) || contradicts(f, claim))
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->begin_line,
		   "the write returned ESRCH, which it does only if find_task_by_vpid() finds no "
		   "task");
	if (may_be_scheduler(f))
		return after_only_here(f, claim);
	if (a->has_writer)
		say_namespace(f, claim);
	if (text_is_cut(f))
		claim_fact(claim, "only the first 64 bytes of the text were recorded: the number "
				  "is not known");
	if (nothing_sought(f)) {
		claim_fact(claim, "the text that was found is not what the kernel read: %s",
			   nothing_sought(f));
		return CONFIDENCE_PROVEN;
	}
	return f->target && f->target->r.found ? found_afterwards(f, claim) : CONFIDENCE_PROVEN;
}

static const char *ruled_out(struct finding *f)
{
	return text_is_kernels(f) ? nothing_sought(f) : NULL;
}

const struct cause cause_no_such_process = {
	.id = "no_such_process",
	.title = "the writer's pid namespace has no process of that number",
	.doors = DOOR_WRITE,
	.errnos = { ESRCH },
	/* The only one of its errno. */
	.commonness = COMMONNESS_MOST,
	.kernel_words = "all",
	.stage = STAGE_LOOKUP,
	.functions = { FIND, START },
	.advice_for = {
		{ "kubernetes",
		  "The container's process ended before it could be moved: kubectl logs --previous and kubectl describe pod show why it ended." },
		{ "docker",
		  "The container's process ended before it could be moved: docker logs and docker inspect show why it ended." },
		{ "systemd",
		  "The process ended before systemd moved it: look at its own messages (journalctl -u UNIT); a wrong PIDFile= has the same effect." },
	},
	.checks = {
		{ 0, "cat /proc/<pid>/cgroup",
		  "\"No such file\" here, too: no_such_process" },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "unless a new process gets the number",
	.proof = "find_task_by_vpid() found no task.",
	.advice = {
			"The process has ended, or the number is from another pid namespace: it is "
			"looked up in the writer's, whatever namespace the cgroup file was opened "
			"in.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
	.ruled_out = ruled_out,
};
