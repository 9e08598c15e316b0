/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/diagnose.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/kernel.h"
#include "verdict/cause.h"
#include "verdict/ruled_out.h"
#include "verdict/rules.h"
#include "verdict/rules_lookup.h"
#include "verdict/stage.h"

static void cite(struct finding *f, unsigned long line, const char *what)
{
	f->evidence = xgrow(f->evidence, f->evidence_count, &f->evidence_room,
			    sizeof(*f->evidence));
	f->evidence[f->evidence_count++] = (struct evidence){ line, what };
}

static void take_evidence(struct finding *f, const struct claim *claim)
{
	for (size_t i = 0; i < claim->evidence_count; i++)
		cite(f, claim->evidence[i].line, claim->evidence[i].what);
}

static void take(struct finding *f, const struct cause *cause, enum confidence confidence,
		 const struct claim *claim)
{
	f->cause = cause;
	f->confidence = confidence;
	f->blocker = claim->blocker;
	f->proof = claim->proof;
	strings_add_all(&f->facts, &claim->facts);
	take_evidence(f, claim);
}

/* No two rules can hold; if they do all the same, neither is believed. */
static void ask_rules(struct finding *f)
{
	struct strings objections = { 0 };
	size_t held = 0;

	for (size_t i = 0; i < cause_count && held < 2; i++) {
		const struct cause *cause = causes[i];
		struct claim claim = { .arena = &f->arena };
		rule *test = cause_rule(cause, f);

		if (!test || !cause_answers(cause, f->answer, f->premise.door))
			continue;
		enum confidence confidence = test(f, &claim);
		const char *why_not = confidence ? ruled_out_outright(f, cause) : NULL;

		if (why_not)
			strings_add(&objections, arena_printf(&f->arena,
							      "the records contradict each other: "
							      "they show %s, and %s",
							      cause->id, why_not));
		else if (confidence && ++held == 1)
			take(f, cause, confidence, &claim);
		else if (confidence)
			strings_add(&f->facts, arena_printf(&f->arena,
							    "the records fit %s and %s equally "
							    "well",
							    f->cause->id, cause->id));
		else
			strings_add_all(&objections, &claim.facts);
		claim_fini(&claim);
	}
	if (!held)
		strings_add_all(&f->facts, &objections);
	strings_fini(&objections);
	if (held < 2)
		return;
	f->cause = causes[cause_count - 1];
	f->confidence = CONFIDENCE_NONE;
	f->proof = PROOF_NONE;
	f->blocker = NULL;
}

static void describe_kernel(struct finding *f)
{
	const struct log *log = f->attach->log;

	if (!log->has_header)
		strings_add(&f->facts, "the log's header is missing, so the kernel is not known");
	else if (!log->version)
		strings_add(&f->facts, "the kernel's release cannot be parsed");
	for (size_t i = 0; i < cause_count && log->version && f->controller; i++) {
		const struct cause *cause = causes[i];

		if (cause->taken && cause->controller &&
		    !strcmp(cause->controller, f->controller) &&
		    !cause_has_kernel(cause, log->version))
			strings_add(&f->facts,
				    arena_printf(&f->arena, "kernel %s does not refuse %s",
						 log->header.release, cause->taken));
	}
}

/* What could still be it, after all that could be ruled out. */
static void describe_possible(struct finding *f)
{
	const char *before = "not ruled out: ";
	struct text text;

	text_begin(&text);
	for (size_t i = 0; i + 1 < cause_count; i++) {
		if (!cause_is_reported(causes[i], &f->premise, f->answer) ||
		    ruled_out_why(f, causes[i]))
			continue;
		fprintf(text.out, "%s%s", before, causes[i]->id);
		before = ", ";
	}
	const char *list = text_end(&text, &f->arena);

	if (*list)
		strings_add(&f->facts, list);
}

static void describe_unexplained(struct finding *f)
{
	describe_kernel(f);
	if (f->stop && !f->evidence_count && log_is_afterwards(f->attach->log))
		cite(f, f->stop->line,
		     arena_printf(&f->arena,
				  "%s() returned %d; the kernel's taskset pointed to thread %d "
				  "(%s), whose state was 0x%llx when it was read",
				  f->stop->r.fn, f->stop->r.ret, f->stop->r.row.pid,
				  f->stop->r.row.comm, (unsigned long long)f->stop->r.row.state));
	else if (f->stop && !f->evidence_count)
		cite(f, f->stop->line,
		     arena_printf(&f->arena,
				  "%s() returned %d at thread %d, number %u of its walk, whose "
				  "state was "
				  "0x%llx",
				  f->stop->r.fn, f->stop->r.ret, f->stop->r.row.pid,
				  f->stop->r.walked, (unsigned long long)f->stop->r.row.state));
	if (f->attach->has_clone)
		strings_add(
			&f->facts,
			"clone3() can fail for reasons that have nothing to do with the cgroup");
	else if (!f->function && !f->attach->outside && !f->attach->failed)
		strings_add(&f->facts, !log_is_afterwards(f->attach->log) ?
					       "no function that refused was recorded" :
				       f->attach->accounted ?
					       "no controller refused" :
					       "no controller is known to have refused, but the "
					       "record of one may be lost");
	if (!f->contradiction)
		describe_possible(f);
}

static void exclude_others(struct finding *f)
{
	for (size_t i = 0; i + 1 < cause_count && !f->contradiction; i++) {
		const struct cause *cause = causes[i];

		if (cause == f->cause || !cause_is_reported(cause, &f->premise, f->answer))
			continue;
		const char *why = ruled_out_why(f, cause);

		if (!why)
			continue;
		f->excluded = xgrow(f->excluded, f->excluded_count, &f->excluded_room,
				    sizeof(*f->excluded));
		f->excluded[f->excluded_count++] = (struct exclusion){ cause, why };
	}
}

/* Of a write that a controller refused: the text may have been overwritten since, or a splice had none. */
static void describe_text(struct finding *f)
{
	const struct attach *a = f->attach;
	const struct row *row = stop_row(f);
	const char *what = "this is probably, but not certainly, the number that it took";
	int32_t pid;

	if (!f->stop || !a->begun || a->kernel || text_is_kernels(f))
		return;
	if (text_from(f) == TEXT_NOWHERE) {
		strings_add(&f->facts, "what was written is not known: the text was not found");
		return;
	}
	if (is_subtree(f))
		what = "this is probably, but not certainly, what it read";
	else if (pidtext_complaint(text_of(f, &pid)))
		what = "this is not what it read, for it takes no number from this";
	else if (a->begin.ttgid && row &&
		 (row->tgid != a->begin.ttgid ||
		  (!a->begin.threadgroup && row->pid != a->begin.tpid)))
		what = arena_printf(&f->arena,
				    "this is not the number that it took, for it moved %s %d",
				    a->begin.threadgroup ? "process" : "thread",
				    a->begin.threadgroup ? row->tgid : row->pid);
	strings_add(&f->facts,
		    arena_printf(&f->arena, "%s: %s",
				 a->has_writer ? "the writer's text may have changed since the "
						 "kernel read it" :
						 "the record of where the text was found is lost",
				 what));
}

static void describe_loss_after(struct finding *f)
{
	const struct attach *a = f->attach;

	if (!a->ended && !a->kernel)
		strings_add(&f->facts, "the end of this attach is not in the log: it is not known "
				       "what was written, or where");
	else if (a->ended && a->received < a->end.records)
		strings_add(
			&f->facts,
			arena_printf(&f->arena,
				     "%llu of this attach's %llu records about the write are here",
				     (unsigned long long)a->received,
				     (unsigned long long)a->end.records));
	describe_text(f);
	if (a->failed)
		strings_add(
			&f->facts,
			arena_printf(&f->arena,
				     "the recorder met something unexpected in %s() and gave up "
				     "there",
				     a->failed));
	if (a->lacks_table)
		strings_add(&f->facts, "the thread group was recorded with an earlier refusal, "
				       "which is not in the log: only the thread that blocked the "
				       "move is shown");
	else if (a->has_table)
		strings_add(&f->facts, "the thread group was recorded less than 50 ms earlier, at "
				       "another refusal of the same thread");
}

static void describe_loss(struct finding *f)
{
	const struct attach *a = f->attach;

	if (log_is_afterwards(a->log)) {
		describe_loss_after(f);
		return;
	}
	if (!a->begun)
		strings_add(&f->facts,
			    "the record of the attach's beginning is lost: the writer is not "
			    "known");
	if (!a->ended)
		strings_add(&f->facts, "the end of this attach is not in the log");
	else if (a->received != a->end.records)
		strings_add(&f->facts,
			    arena_printf(&f->arena, "%llu of this attach's %llu records are here",
					 (unsigned long long)a->received,
					 (unsigned long long)a->end.records));
}

static void cite_answers(struct finding *f)
{
	const struct answer *answer = stage_first_refusal(f);
	bool cited = false;

	for (size_t i = 0; answer && i < f->evidence_count; i++)
		cited |= f->evidence[i].line == answer->line;
	if (answer && !cited)
		cite(f, answer->line,
		     arena_printf(&f->arena, "%s() returned %d", answer->r.fn, answer->r.ret));
	if (f->attach->ended && log_is_afterwards(f->attach->log))
		cite(f, f->attach->end_line,
		     arena_printf(&f->arena, "%s returned %lld",
				  f->attach->has_clone ? "clone3()" : "the write",
				  (long long)f->answer));
	else if (f->attach->ended)
		cite(f, f->attach->end_line,
		     arena_printf(&f->arena, "the write returned %lld", (long long)f->answer));
}

static void cite_creator(struct finding *f)
{
	const struct attach *a = f->attach;

	if (a->has_creator && a->creator.ip && f->blocker &&
	    a->creator.pid == f->blocker->r.row.pid &&
	    (f->blocker->r.row.state == KERNEL_TASK_NEW || log_is_afterwards(a->log)))
		cite(f, a->creator_line,
		     arena_printf(&f->arena,
				  "its registers were still its creator's: a system "
				  "call that ends at 0x%llx",
				  (unsigned long long)a->creator.ip));
}

/* Where the text, the number and the task are looked at there is one function for each, on every kernel. */
static void deduce_function(struct finding *f)
{
	if (!log_is_afterwards(f->attach->log) || f->function ||
	    f->confidence != CONFIDENCE_PROVEN || f->cause->stage != STAGE_LOOKUP)
		return;
	f->function = f->cause->functions[0];
	f->function_deduced = true;
}

static void diagnose(struct finding *f)
{
	stage_find(f);
	describe_loss(f);
	f->cause = causes[cause_count - 1];
	if (f->contradiction)
		strings_add(&f->facts, f->contradiction);
	else
		ask_rules(f);
	deduce_function(f);
	if (cause_is_unexplained(f->cause))
		describe_unexplained(f);
}

void finding_fill_in(struct finding *f)
{
	const char *advice;

	if (f->filled_in || f->answer >= 0)
		return;
	f->filled_in = true;
	for (size_t i = 0; (advice = cause_advice(f->cause, f->premise.door, i)); i++)
		strings_add(&f->advice, cause_expand(advice, f));
	exclude_others(f);
	cite_creator(f);
	cite_answers(f);
}

/*
 * Afterwards the recorder reads the number itself; where the kernel finds none there is no task, whatever the
 * recorder made of the text.
 */
static void forget_target(struct finding *f)
{
	struct attach *a = f->attach;
	size_t kept = 0;
	int32_t pid;

	if (!log_is_afterwards(a->log) || !a->begun || a->outside || a->has_clone ||
	    is_subtree(f) || !pidtext_complaint(text_of(f, &pid)))
		return;
	a->begin.tpid = a->begin.ttgid = a->begin.tnspid = 0;
	for (size_t i = 0; i < a->task_count; i++)
		if (a->tasks[i].kind != RECORD_TARGET)
			a->tasks[kept++] = a->tasks[i];
	a->task_count = kept;
}

struct finding *finding_new_steal(struct attach *attach)
{
	struct finding *f = xcalloc(1, sizeof(*f));

	f->attach = attach;
	forget_target(f);
	finding_set_premise(f);
	f->answer = attach_answer(attach);
	thread_table_init(&f->table, attach);
	if (f->answer < 0)
		diagnose(f);
	return f;
}
