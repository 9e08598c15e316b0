/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why an attach was refused. */
#include "output/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/wrap.h"
#include "facts/kernel.h"
#include "trace/phrases.h"

/* Of a cause; it depends on the hierarchy and on how far the write came. */
#define EXCLUDED 8

/* What was printed of a cause is not printed again. */
struct printed {
	const struct cause *cause;
	struct {
		uint64_t id; /* 0: none yet */
		const struct log *log;
	} advised; /* the attach of which its advice was printed */
	struct {
		uint64_t id;
		const struct log *log;
		char *text;
	} excluded
		[EXCLUDED]; /* the same of what rules the others out, which was this text; NULL none */
	size_t next;	    /* of them to be replaced */
};

static struct printed *printed_of(struct text_out *o, const struct cause *cause)
{
	for (size_t i = 0; i < o->printed_count; i++)
		if (o->printed[i].cause == cause)
			return &o->printed[i];
	o->printed = xgrow(o->printed, o->printed_count, &o->printed_room, sizeof(*o->printed));
	o->printed[o->printed_count] = (struct printed){ .cause = cause };
	return &o->printed[o->printed_count++];
}

void text_refusal_fini(struct text_out *o)
{
	for (size_t i = 0; i < o->printed_count; i++)
		for (size_t k = 0; k < EXCLUDED; k++)
			free(o->printed[i].excluded[k].text);
	free(o->printed);
}

static void print_walk(const struct text_out *o, const struct report_attach *a)
{
	const struct finding *f = a->finding;
	bool together = kernel_asks_together(f->function);
	bool after = log_is_afterwards(f->attach->log);
	uint32_t n = after || !together ? a->place : f->stop->r.walked;

	if (!after && !f->stop->r.walked) {
		fprintf(o->out, ", before any thread was checked");
		return;
	}
	/* cpuset looks at the first thread before it asks about any. */
	if (!n || (together && n < a->moving))
		return;
	fprintf(o->out, together ? ", after thread %u" : ", at thread %u", n);
	if (a->moving)
		fprintf(o->out, " of %u", a->moving);
}

static void print_function(const struct text_out *o, const struct report_attach *a)
{
	const struct finding *f = a->finding;

	if (!f->function)
		return;
	fprintf(o->out, "  refused by %s()", f->function);
	if (a->source)
		fprintf(o->out, " (%s)", a->source);
	if (f->controller)
		fprintf(o->out, " of controller %s", f->controller);
	if (f->function_deduced)
		fprintf(o->out, " (deduced)");
	if (f->stop)
		print_walk(o, a);
	fputc('\n', o->out);
}

static void print_blocker(struct text_out *o, const struct finding *f)
{
	const struct row *row = &f->blocker->r.row;
	int64_t age = task_age(f->blocker);
	struct text text;

	text_begin(&text);
	fprintf(text.out, "blocked by: %sthread %d of process %d (%s), state %s%s", text_red(o),
		row->pid, row->tgid, row->comm,
		phrase_state(&o->arena, row, f->attach->log->version), text_plain(o));
	if (age >= 0)
		fprintf(text.out, ", %s old", phrase_duration(&o->arena, age));
	if (f->proof == PROOF_DEDUCED)
		fprintf(text.out, " when it was read;\nat the check it was NEW (deduced)");
	/* Of another clock, which may be a tick behind; only whether a new thread was NEW hangs on it. */
	if (f->proof && stop_woken(f->blocker) >= 0)
		fprintf(text.out, ";\nfirst woken %s before its state was read",
			phrase_duration(&o->arena, stop_woken(f->blocker)));
	wrap_hanging(o->out, text_end(&text, &o->arena));
}

static void print_creator(struct text_out *o, const struct report_creator *c)
{
	struct text text;

	text_wrap(o, "created by: ", c->words);
	if (!c->ip)
		return;
	text_begin(&text);
	if (c->call)
		fprintf(text.out, "%s() in ", c->call);
	else
		fputs("the system call in ", text.out);
	if (c->symbol)
		fprintf(text.out, "%s+0x%llx of %s", text_any(o, c->symbol), ULL(c->symbol_offset),
			c->file);
	else if (*c->file)
		fprintf(text.out, "%s at 0x%llx (%s)", c->file, ULL(c->offset),
			text_any(o, c->why_not));
	else
		fprintf(text.out, "no file, at 0x%llx (%s)", ULL(c->ip), c->why_not);
	if (c->table)
		fprintf(text.out, " (%s%s%s)", c->table, c->note ? "; " : "",
			c->note ? text_any(o, c->note) : "");
	text_wrap(o, "            ", text_end(&text, &o->arena));
}

/* Up to format 3 a proof of TASK_NEW is always that it was seen. */
static const char *phrase_proof(const struct finding *f)
{
	if (!f->proof || !log_is_afterwards(f->attach->log))
		return "";
	return f->proof == PROOF_SEEN ? " (state seen)" : " (state deduced)";
}

static void print_cause(struct text_out *o, const struct report_attach *a)
{
	const struct finding *f = a->finding;
	const char *confidence = confidence_name(f->confidence);

	wrap_indented(o->out, 2, 6,
		      arena_printf(&o->arena, "cause: %s%s%s%s%s%s: %s", text_bold(o), f->cause->id,
				   confidence ? ", " : "", confidence ? confidence : "",
				   phrase_proof(f), text_plain(o), f->cause->title));
	text_wrap(o, arena_printf(&o->arena, "%s: ", persistence_name(f->cause->persistence)),
		  f->cause->lasts);
	if (f->blocker)
		print_blocker(o, f);
	text_timeline(o, a);
	if (a->has_creator)
		print_creator(o, &a->creator);
	if (a->retries)
		text_wrap(o, "retried: ", a->retries);
	for (size_t i = 0; i < f->facts.count; i++)
		text_wrap(o, "known: ", f->facts.items[i]);
}

static void print_evidence(struct text_out *o, const struct report_attach *a)
{
	const struct finding *f = a->finding;

	for (size_t i = 0; i < f->evidence_count; i++) {
		unsigned long line = f->evidence[i].line;
		const char *label = a->several_logs ?
					    arena_printf(&o->arena, "evidence: %s:%lu: ",
							 text_any(o, f->attach->log->file), line) :
					    arena_printf(&o->arena, "evidence: line %lu: ", line);

		text_wrap(o, label, f->evidence[i].what);
	}
}

/* Where the functions on the way are written, but for the one that refused, which is printed above. */
static void print_sources(struct text_out *o, const struct report_attach *a)
{
	const struct finding *f = a->finding;

	for (size_t i = 0; i < f->attach->answer_count; i++) {
		const char *fn = f->attach->answers[i].r.fn, *where = a->answer_sources.items[i];

		if (where && (!f->function || strcmp(fn, f->function)))
			text_wrap(o, "source: ", arena_printf(&o->arena, "%s() %s", fn, where));
	}
}

static const char *exclusions(struct text_out *o, const struct finding *f)
{
	struct text text;

	text_begin(&text);
	for (size_t i = 0; i < f->excluded_count; i++)
		wrap_indented(text.out, 4, 8,
			      arena_printf(&o->arena, "%s: %s", f->excluded[i].cause->id,
					   text_cut(o, f->excluded[i].why)));
	return text_end(&text, &o->arena);
}

/* An ID is its log's. */
static void print_same_as(struct text_out *o, const struct report_attach *a, const char *what,
			  uint64_t id, const struct log *log)
{
	fprintf(o->out, "  %s: same as #%llu", what, ULL(id));
	if (a->several_logs)
		fprintf(o->out, " of %s", text_any(o, log->file));
	fputc('\n', o->out);
}

static void print_excluded(struct text_out *o, const struct report_attach *a)
{
	const struct finding *f = a->finding;
	struct printed *printed = printed_of(o, f->cause);
	const char *text = exclusions(o, f);

	if (!*text)
		return;
	for (size_t i = 0; i < EXCLUDED; i++)
		if (printed->excluded[i].text && !strcmp(printed->excluded[i].text, text)) {
			print_same_as(o, a, "ruled out", printed->excluded[i].id,
				      printed->excluded[i].log);
			return;
		}
	free(printed->excluded[printed->next].text);
	printed->excluded[printed->next].text = xstrdup(text);
	printed->excluded[printed->next].id = f->attach->id;
	printed->excluded[printed->next].log = f->attach->log;
	printed->next = (printed->next + 1) % EXCLUDED;
	fprintf(o->out, "  ruled out:\n%s", text);
}

/* In full once per cause: not a hundred times for a hundred refusals. */
static void print_advice(struct text_out *o, const struct report_attach *a)
{
	const struct finding *f = a->finding;
	struct printed *printed = printed_of(o, f->cause);

	if (!f->advice.count)
		return;
	if (printed->advised.id) {
		print_same_as(o, a, "advice", printed->advised.id, printed->advised.log);
		return;
	}
	printed->advised.id = f->attach->id;
	printed->advised.log = f->attach->log;
	for (size_t i = 0; i < f->advice.count; i++)
		text_wrap(o, "advice: ", f->advice.items[i]);
}

void text_refusal(struct text_out *o, const struct report_attach *a)
{
	text_title(o, a);
	text_write(o, a);
	print_function(o, a);
	print_cause(o, a);
	text_threads(o, a->finding);
	print_evidence(o, a);
	print_sources(o, a);
	print_excluded(o, a);
	print_advice(o, a);
}
