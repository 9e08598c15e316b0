/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes/list.h"

#include <errno.h>

#include "facts/kernel.h"
#include "verdict/after.h"
#include "verdict/rules.h"
#include "verdict/rules_lookup.h"

#define START "cgroup_procs_write_start"
#define FIND  "find_task_by_vpid"

/* Did the write end in cgroup_procs_write_start(), as far as is known? */
static bool ended_in_start(const struct finding *f)
{
	const struct answer *start = find_answer(f, START);

	return is_early(f) && f->attach->begin.reached && f->stage <= STAGE_LOOKUP &&
	       (!start || start->r.ret == f->answer);
}

/* 5.10 and later answer a write of nothing with 0. */
static bool is_harmless(const struct finding *f)
{
	return !f->attach->begin.nbytes && !kernel_is(f, 0, KERNEL_VERSION(5, 10));
}

static enum confidence unknown_text(const struct finding *f, struct claim *claim)
{
	if (!find_refusal(f, START) || !did_not_refuse(f, FIND))
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->begin_line, "no task was looked up");
	return claim_inferred(claim,
			      "the text has %llu bytes, of which the first 64 were recorded: they "
			      "do not show what is wrong",
			      (unsigned long long)f->attach->begin.nbytes);
}

static enum confidence on_the_way(const struct finding *f, struct claim *claim)
{
	int32_t pid;

	if (!ended_in_start(f) || f->target || find_answer(f, FIND) || is_harmless(f))
		return CONFIDENCE_NONE;
	enum pidtext what = text_of(f, &pid);

	if (what == PIDTEXT_GOOD)
		return CONFIDENCE_NONE;
	if (what == PIDTEXT_UNKNOWN)
		return unknown_text(f, claim);
	claim_cite(claim, f->attach->begin_line, "the text is not a pid: %s",
		   pidtext_complaint(what));
	if (!find_refusal(f, START))
		return claim_inferred(claim, "the return value of " START
					     "() is not in the log, but it never accepts this "
					     "text");
	if (!did_not_refuse(f, FIND))
		return claim_inferred(claim, "whether a task was looked up is not known, but " START
					     "() never accepts this text");
	return CONFIDENCE_PROVEN;
}

static bool is_harmless_afterwards(const struct finding *f)
{
	return f->attach->has_writer && !f->attach->writer.nbytes &&
	       !kernel_is(f, 0, KERNEL_VERSION(5, 10));
}

static enum confidence afterwards(const struct finding *f, struct claim *claim)
{
	int32_t pid;

	if (!is_refused_early(f) || text_from(f) == TEXT_NOWHERE || is_harmless_afterwards(f))
		return CONFIDENCE_NONE;
	enum pidtext what = text_of(f, &pid);

	if (what == PIDTEXT_GOOD || what == PIDTEXT_UNKNOWN) {
		if (what == PIDTEXT_UNKNOWN)
			claim_fact(claim, "only the first 64 bytes of the text were recorded: they "
					  "do not show whether it is a number");
		return CONFIDENCE_NONE;
	}
	if (text_from(f) == TEXT_IN_WRITER && !f->attach->accounted) {
		claim_fact(claim, "the text is not a pid, but perhaps not the one that the kernel "
				  "read; and the record of a controller that refused may be lost");
		return CONFIDENCE_NONE;
	}
	claim_cite(claim, f->attach->begin_line, "the text is not a pid: %s",
		   pidtext_complaint(what));
	if (text_is_cut(f))
		return claim_inferred(
			claim,
			"only the first 64 bytes of the text were recorded, and they are not a "
			"pid");
	if (text_from(f) == TEXT_IN_BOTH) {
		claim_cite(claim, f->attach->writer_line,
			   "the kernel's copy, which is what the kernel reads, has the same text");
		return CONFIDENCE_PROVEN;
	}
	if (text_from(f) == TEXT_IN_KERNEL)
		return claim_inferred(claim, "the text is the kernel's copy, but the writer's "
					     "memory no longer has it");
	return claim_inferred(claim, "%s: the writer may have changed it since",
			      f->attach->has_writer ?
				      "the text is what the writer's memory held after the write" :
				      "where the text was found is not in the log");
}

static const char *impossible(const struct premise *p, struct arena *arena)
{
	if (p->pid >= 0)
		return arena_printf(arena, "the line gives the number, %lld, and it is valid",
				    (long long)p->pid);
	return premise_of_plain_write(p, arena);
}

static const char *ruled_out(struct finding *f)
{
	const struct attach *a = f->attach;

	if (!is_afterwards(f) && f->target)
		return arena_printf(&f->arena, "the text was valid: thread %d was found",
				    f->target->r.found);
	if (is_afterwards(f) &&
	    (!is_refused_early(f) || !a->has_writer || a->writer.from != TEXT_IN_BOTH))
		return NULL;
	return text_is_good(f) ? "the text is a single valid number" : NULL;
}

const struct cause cause_bad_pid_text = {
	.id = "bad_pid_text",
	.title = "the text written is not a single number",
	.doors = DOOR_WRITE,
	.errnos = { EINVAL },
	/* Programs format one number; scripts echo lists of them. */
	.commonness = COMMONNESS_SELDOM,
	.commonness_by_shell = COMMONNESS_OFTEN,
	.kernel_words = "all; for an empty write up to 5.9",
	.stage = STAGE_LOOKUP,
	.functions = { START },
	.advice_for = {
		{ "shell",
		  "Write one number in each write: for p in $(cat LIST); do echo $p > FILE; done." },
	},
	.persistence = PERSISTENCE_PERMANENT,
	.lasts = "the same text is refused every time",
	.proof = START "() returned EINVAL without looking up a task, and the text, parsed as the "
		       "kernel parses it, is not a number from 0 to 2147483647.",
	.advice = {
			"Write one number and nothing else in each write(2): decimal without leading zeros (0 makes it octal), or hexadecimal with 0x. White space around it does no harm.",
			"A buffered stream may join several numbers in one write: flush after each of them.",
		},
	.rules = { .on_the_way = on_the_way, .afterwards = afterwards },
	.impossible = impossible,
	.ruled_out = ruled_out,
};
