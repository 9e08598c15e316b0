/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "facts/kernel.h"
#include "facts/pid_text.h"
#include "trace/parse.h"

#define START "cgroup_procs_write_start"
#define FIND "find_task_by_vpid"

#define TEXT_MAX 64 /* bytes that are recorded */

/* Format 4 has the number of bytes in a record of its own; the kernel's copy has lost blanks at its end. */
static bool is_cut(const struct finding *f, size_t n)
{
	const struct attach *a = f->attach;

	if (!log_is_afterwards(a->log))
		return a->begin.nbytes > n;
	return a->has_writer ? a->writer.nbytes > TEXT_MAX : n >= TEXT_MAX;
}

enum pidtext text_of(const struct finding *f, int32_t *pid)
{
	const struct record_attach *b = &f->attach->begin;
	char *raw = xcalloc(strlen(b->text) + 1, 1);
	size_t n = parse_unescape(raw, b->text);
	enum pidtext what = pidtext_read(raw, n, is_cut(f, n), pid);

	free(raw);
	return what;
}

bool text_is_cut(const struct finding *f)
{
	const char *text = f->attach->begin.text;
	char *raw = xcalloc(strlen(text) + 1, 1);
	bool cut = is_cut(f, parse_unescape(raw, text));

	free(raw);
	return cut;
}

bool text_is_good(const struct finding *f)
{
	int32_t pid;

	return f->attach->begun && !f->attach->outside && !is_subtree(f) &&
	       text_of(f, &pid) == PIDTEXT_GOOD;
}

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
	if (!find_refusal(f, START) || !is_silent(f, FIND))
		return CONFIDENCE_NONE;
	claim_cite(claim, f->attach->begin_line, "no task was looked up");
	return claim_inferred(claim, "the text has %llu bytes, of which the first 64 were recorded: "
			      "what is wrong with it does not show",
			      (unsigned long long)f->attach->begin.nbytes);
}

enum confidence rule_bad_pid_text(const struct finding *f, struct claim *claim)
{
	int32_t pid;

	if (!ended_in_start(f) || f->target || find_answer(f, FIND) || is_harmless(f))
		return CONFIDENCE_NONE;
	enum pidtext what = text_of(f, &pid);

	if (what == PIDTEXT_GOOD)
		return CONFIDENCE_NONE;
	if (what == PIDTEXT_UNKNOWN)
		return unknown_text(f, claim);
	claim_cite(claim, f->attach->begin_line, "the text is no pid: %s", pidtext_complaint(what));
	if (!find_refusal(f, START))
		return claim_inferred(claim, "the answer of " START "() is not in the log, but it "
				      "never takes this text");
	if (!is_silent(f, FIND))
		return claim_inferred(claim, "whether a task was looked up is not known, but " START
				      "() never takes this text");
	return CONFIDENCE_PROVEN;
}

void say_namespace(const struct finding *f, struct claim *claim)
{
	const struct record_attach *b = &f->attach->begin;
	int32_t pid;

	if (!text_is_good(f) || text_of(f, &pid))
		return;
	if (b->level)
		claim_fact(claim, "the number %d was looked up in the writer's pid namespace %llu (level "
			   "%u): a process that has it in another namespace is not meant", pid,
			   (unsigned long long)b->ns, b->level);
	else
		claim_fact(claim, "the number %d was looked up in the initial pid namespace, where the "
			   "writer lives; a number from inside a container means nothing there", pid);
}

enum confidence rule_no_such_process(const struct finding *f, struct claim *claim)
{
	const struct answer *found = find_refusal(f, FIND), *start = find_refusal(f, START);
	bool none = f->target && !strcmp(f->target->r.fn, FIND) && !f->target->r.found;

	if ((!found && !start && !none) || f->stage != STAGE_LOOKUP)
		return CONFIDENCE_NONE;
	if (f->target && !none)
		return CONFIDENCE_NONE;
	say_namespace(f, claim);
	if (found)
		claim_cite(claim, found->line, FIND "() found no task");
	else if (none)
		claim_cite(claim, f->target->line, FIND "() found no task");
	if (!found && !none)
		return claim_inferred(claim, "the answer of " FIND "() is not in the log, but " START
				      "() has no other reason to answer so");
	if (!f->attach->begun)
		return claim_inferred(claim, "what was written is not known");
	return CONFIDENCE_PROVEN;
}

/* The task which start() found and then judged; `bit` is what it was refused for. */
static enum confidence refused_task(const struct finding *f, struct claim *claim, const char *bit)
{
	const struct row *row = &f->target->r.row;

	claim->culprit = f->target;
	claim_cite(claim, f->target->line, FIND "() found thread %d; of thread %d (%s) %s",
		   f->target->r.found, row->pid, row->comm, bit);
	if (!find_refusal(f, START))
		return claim_inferred(claim, "the answer of " START "() is not in the log");
	if (!f->attach->begun)
		return claim_inferred(claim, "the record of the attach's beginning is lost");
	return CONFIDENCE_PROVEN;
}

static bool was_found(const struct finding *f)
{
	return target_of(f, FIND) && f->stage == STAGE_LOOKUP && (!f->attach->begun || is_early(f));
}

enum confidence rule_no_setaffinity(const struct finding *f, struct claim *claim)
{
	if (!was_found(f) || f->target->r.no_cgroup_migration ||
	    !(f->target->r.row.flags & KERNEL_PF_NO_SETAFFINITY))
		return CONFIDENCE_NONE;
	return refused_task(f, claim, "PF_NO_SETAFFINITY is set");
}

enum confidence rule_kthreadd(const struct finding *f, struct claim *claim)
{
	if (!was_found(f) || !f->target->r.no_cgroup_migration)
		return CONFIDENCE_NONE;
	return refused_task(f, claim, "no_cgroup_migration is set");
}
