/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/rules_lookup.h"

#include <stdlib.h>
#include <string.h>

#include "trace/parse.h"
#include "verdict/after.h"
#include "verdict/causes/list.h"
#include "verdict/rules.h"

#define START "cgroup_procs_write_start"
#define FIND  "find_task_by_vpid"

#define TEXT_MAX 64	       /* bytes that are recorded */
#define OLD_NS	 1000000000ull /* who is older was there before the write was judged */

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

bool text_is_no_number(const struct finding *f)
{
	int32_t pid;

	return f->attach->begun && !f->attach->outside && !f->attach->has_clone && !is_subtree(f) &&
	       text_is_kernels(f) && pidtext_complaint(text_of(f, &pid));
}

void say_namespace(const struct finding *f, struct claim *claim)
{
	const struct record_attach *b = &f->attach->begin;
	int32_t pid;

	if (!text_is_good(f) || text_of(f, &pid) || !pid)
		return;
	if (b->level)
		claim_fact(claim,
			   "the number %d was looked up in the writer's pid namespace %llu (level "
			   "%u); a process with this number in another namespace is a different "
			   "one",
			   pid, (unsigned long long)b->ns, b->level);
	else
		claim_fact(claim,
			   "the number %d was looked up in the initial pid namespace, where the "
			   "writer lives; a number from inside a container means nothing there",
			   pid);
}

uint32_t text_from(const struct finding *f)
{
	if (!f->attach->has_writer)
		return f->attach->begun && *f->attach->begin.text ? TEXT_IN_WRITER : TEXT_NOWHERE;
	return f->attach->writer.from;
}

/* ---- records that were made on the way ---- */

bool lookup_found(const struct finding *f)
{
	return target_of(f, FIND) && f->stage == STAGE_LOOKUP && (!f->attach->begun || is_early(f));
}

enum confidence lookup_refused(const struct finding *f, struct claim *claim, const char *bit)
{
	const struct row *row = &f->target->r.row;

	claim->blocker = f->target;
	claim_cite(claim, f->target->line, FIND "() found thread %d; in thread %d (%s), %s",
		   f->target->r.found, row->pid, row->comm, bit);
	if (!find_refusal(f, START))
		return claim_inferred(claim, "the return value of " START "() is not in the log");
	if (!f->attach->begun)
		return claim_inferred(claim, "the record of the attach's beginning is lost");
	return CONFIDENCE_PROVEN;
}

/* ---- afterwards ---- */

bool lookup_is_older(const struct finding *f)
{
	const struct record_task *target = &f->target->r;

	/* The row is the leader's where a process is meant; the number may be a thread's. */
	return target->found == target->row.pid && task_age(f->target) >= (int64_t)OLD_NS;
}

/* The task that the number means now; was it the one that the kernel judged? */
static bool is_certain_target(const struct finding *f, struct claim *claim)
{
	if (!text_is_good(f) || text_from(f) != TEXT_IN_BOTH) {
		claim_fact(claim,
			   "this is probably, but not certainly, the number that the kernel read");
		return false;
	}
	if (f->target->r.found != f->target->r.row.pid) {
		claim_fact(claim,
			   "the age of thread %d, which has the number, is not known: it may "
			   "have belonged to another task when the kernel looked it up",
			   f->target->r.found);
		return false;
	}
	if (!lookup_is_older(f)) {
		claim_fact(claim, "the task is so young that its number may have belonged to "
				  "another task when the kernel looked it up");
		return false;
	}
	return true;
}

bool lookup_has_target(const struct finding *f)
{
	int32_t pid;
	enum pidtext what;

	if (!is_refused_early(f) || !f->target || !f->target->r.row.pid ||
	    text_from(f) == TEXT_NOWHERE)
		return false;
	what = text_of(f, &pid);
	return what == PIDTEXT_GOOD || what == PIDTEXT_UNKNOWN;
}

enum confidence lookup_refused_afterwards(const struct finding *f, struct claim *claim,
					  const char *bit)
{
	const struct row *row = &f->target->r.row;

	claim->blocker = f->target;
	claim_cite(claim, f->target->line,
		   "the number is that of thread %d; in thread %d (%s), %s: " START "() refuses it",
		   f->target->r.found, row->pid, row->comm, bit);
	return is_certain_target(f, claim) ? CONFIDENCE_PROVEN : CONFIDENCE_INFERRED;
}

/* ---- both ---- */

const struct task *lookup_judged(const struct finding *f)
{
	if (!is_afterwards(f))
		return f->target;
	return is_refused_early(f) && f->target && f->target->r.row.pid ? f->target : NULL;
}

const char *lookup_nothing(const struct finding *f)
{
	bool none = is_afterwards(f) ? text_is_no_number(f) :
				       f->cause == &cause_bad_pid_text || did_not_refuse(f, FIND);

	return none ? "no task was looked up" : NULL;
}
