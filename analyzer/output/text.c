/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/render.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/wrap.h"
#include "facts/kernel.h"
#include "output/cells.h"
#include "symbols/creator.h"
#include "trace/parse.h"
#include "trace/phrases.h"
#include "verdict/retries.h"
#include "verdict/rules_lookup.h"

#define ULL(n) ((unsigned long long)(n))

static const char *const bold = "\033[1m", *const red = "\033[1;31m", *const plain = "\033[0m";

static const char *colour(const struct render_options *o, const char *code)
{
	return o->colour ? code : "";
}

static void print_cell(FILE *out, const char *cell, int width, bool right)
{
	fprintf(out, "  %*s", right ? width : -width, cell);
}

static void print_cells(const struct render_options *o, const struct cells *cells)
{
	int width[CELLS_COLUMNS];

	for (size_t c = 0; c < cells->columns; c++) {
		width[c] = strlen(cells->title[c]);
		for (size_t i = 0; i < cells->count; i++) {
			int len = cells->rows[i].gap ? 0 : strlen(cells->rows[i].cell[c]);

			width[c] = len > width[c] ? len : width[c];
		}
	}
	fprintf(o->out, "  ");
	for (size_t c = 0; c < cells->columns; c++)
		print_cell(o->out, cells->title[c], c + 1 < cells->columns ? width[c] : 0,
			   cells->right[c]);
	fputc('\n', o->out);
	for (size_t i = 0; i < cells->count; i++) {
		const struct cells_row *row = &cells->rows[i];
		const char *code = row->culprit ? red : row->written ? bold : NULL;

		fprintf(o->out, "  %s", code ? colour(o, code) : "");
		for (size_t c = 0; c < cells->columns && !row->gap; c++)
			print_cell(o->out, row->cell[c],
				   c + 1 < cells->columns || row->note ? width[c] : 0,
				   cells->right[c]);
		if (row->note)
			fprintf(o->out, "  %s", row->note);
		fprintf(o->out, "%s\n", code ? colour(o, plain) : "");
	}
}

static void print_title(const struct render_options *o, struct results *r, const struct finding *f)
{
	const struct attach *a = f->attach;
	uint64_t t = attach_time(a), wall = log_wall_ns(a->log, t);

	fprintf(o->out, "\n%s#%llu%s", colour(o, bold), ULL(a->id), colour(o, plain));
	if (wall && t)
		fprintf(o->out, "  %s,", phrase_wall(&r->arena, wall));
	fprintf(o->out, "  %llu.%09llu s on the monotonic clock", ULL(t / 1000000000),
		ULL(t % 1000000000));
	if (r->logs && r->logs->next)
		fprintf(o->out, "  [%s]", text_safe(&r->arena, a->log->file));
	fputc('\n', o->out);
}

/* The number that was written may be another one here. */
static void print_target(const struct render_options *o, const struct finding *f, int64_t written)
{
	int32_t target = finding_target(f);

	if (!target || target == written)
		return;
	if (f->attach->begin.level)
		fprintf(o->out, " (pid %d in the initial namespace)", target);
	else
		fprintf(o->out, written > 0 ? " (of process %d)" : " (pid %d)", target);
}

static void print_namespace(const struct render_options *o, const struct finding *f, int64_t written)
{
	const struct record_attach *b = &f->attach->begin;

	if (!attach_is_nested(f->attach))
		return;
	fprintf(o->out, "  pid namespace of the writer: %llu (level %u), where it is pid %d", ULL(b->ns),
		b->level, b->nspid);
	if (written > 0 && finding_target(f))
		fprintf(o->out, "; %lld there is pid %d in the initial one", (long long)written,
			finding_target(f));
	fputc('\n', o->out);
}

static void print_clone(const struct render_options *o, struct results *r, const struct finding *f,
			const char *answer)
{
	const struct record_attach *b = &f->attach->begin;

	fprintf(o->out, ") called clone3() into %s",
		*b->dst ? b->dst : "a cgroup that is not known");
	if (b->v)
		fprintf(o->out, " (cgroup v%u)", b->v);
	fprintf(o->out, ": %s%s%s\n", colour(o, bold), answer, colour(o, plain));
	print_namespace(o, f, -1);
	render_container(o, parse_plain(&r->arena, b->dst), &r->arena);
}

/* The rest is not known. */
static void print_cut_text(const struct render_options *o, const struct record_attach *b)
{
	if (b->nbytes)
		fprintf(o->out, ") wrote %llu bytes that begin with \"%s\"", ULL(b->nbytes),
			b->text);
	else
		fprintf(o->out, ") wrote a text that begins with \"%s\"", b->text);
}

static void print_write(const struct render_options *o, struct results *r, const struct finding *f)
{
	const struct record_attach *b = &f->attach->begin;
	int64_t pid = attach_written_pid(f->attach);
	const char *answer = f->answer < 0 ? phrase_errno(&r->arena, f->answer) : "ok";

	if (f->attach->kernel) {
		fprintf(o->out,
			"  the kernel moved tasks on its own account (in thread %d of process %d): "
			"%s\n",
			f->stop->r.wpid, f->stop->r.wtgid, answer);
		return;
	}
	if (!f->attach->begun && f->stop && f->stop->r.wpid) {
		fprintf(o->out,
			"  thread %d of process %d wrote to a cgroup (what and where is lost): "
			"%s%s%s\n",
			f->stop->r.wpid, f->stop->r.wtgid, colour(o, bold), answer,
			colour(o, plain));
		return;
	}
	if (!f->attach->begun) {
		fprintf(o->out, "  somebody wrote to a cgroup (the record of it is lost): %s\n", answer);
		return;
	}
	fprintf(o->out, "  %s (pid %d", b->comm, b->pid);
	if (b->tgid != b->pid)
		fprintf(o->out, ", tgid %d", b->tgid);
	if (f->attach->outside) {
		fprintf(o->out, ") tried to write to %s of %s: %s%s%s\n", b->file, b->dst,
			colour(o, bold), answer, colour(o, plain));
		return;
	}
	if (f->attach->has_clone) {
		print_clone(o, r, f, answer);
		return;
	}
	if (pid >= 0)
		fprintf(o->out, ") wrote %lld", (long long)pid);
	else if (!*b->text && b->nbytes)
		fprintf(o->out, ") wrote %llu bytes", ULL(b->nbytes));
	else if (text_is_cut(f))
		print_cut_text(o, b);
	else
		fprintf(o->out, ") wrote \"%s\"", b->text);
	print_target(o, f, pid);
	fprintf(o->out, " to %s of %s (cgroup v%u%s%s%s%s): %s%s%s\n", b->file, b->dst, b->v,
		*b->controllers ? ", " : "", b->controllers, *b->name ? ", name=" : "", b->name,
		colour(o, bold), answer, colour(o, plain));
	print_namespace(o, f, pid);
	render_container(o, parse_plain(&r->arena, b->dst), &r->arena);
}

/* The place of the thread in its group. */
static void print_place(const struct render_options *o, const struct finding *f)
{
	const struct thread_row *row = thread_table_find(&f->table, f->stop->r.row.pid);
	uint32_t threads = f->attach->begun ? f->attach->begin.threads : 0;

	if (!stop_has_thread(f->stop) || !row || row->n == UINT32_MAX ||
	    kernel_asks_together(f->function))
		return;
	fprintf(o->out, ", at thread %u", row->n);
	if (threads >= row->n)
		fprintf(o->out, " of %u", threads);
}

static void print_walk(const struct render_options *o, const struct finding *f)
{
	if (log_is_afterwards(f->attach->log)) {
		print_place(o, f);
		return;
	}
	uint32_t walked = f->stop->r.walked, threads = f->attach->begun ? f->attach->begin.threads : 0;

	if (!walked) {
		fprintf(o->out, ", before any thread was looked at");
		return;
	}
	/* cpuset looks at the first thread before it asks about any. */
	if (kernel_asks_together(f->function) && walked < threads)
		return;
	fprintf(o->out, kernel_asks_together(f->function) ? ", after thread %u" : ", at thread %u", walked);
	if (threads)
		fprintf(o->out, " of %u", threads);
}

static void print_function(const struct render_options *o, const struct finding *f)
{
	const struct log *log = f->attach->log;
	const char *where;

	if (!f->function)
		return;
	fprintf(o->out, "  refused by %s()", f->function);
	where = kernel_source_find(o->kernel_source, f->function,
				   log->has_header ? log->header.release : NULL);
	if (where)
		fprintf(o->out, " (%s)", where);
	if (f->controller)
		fprintf(o->out, " of controller %s", f->controller);
	if (f->function_deduced)
		fprintf(o->out, " (deduced)");
	if (f->stop)
		print_walk(o, f);
	fputc('\n', o->out);
}

static void print_culprit(const struct render_options *o, struct results *r,
			  const struct finding *f)
{
	const struct row *row = &f->culprit->r.row;
	int64_t age = task_age(f->culprit);

	fprintf(o->out, "  culprit: %sthread %d of process %d (%s), state %s%s", colour(o, red),
		row->pid, row->tgid, row->comm,
		phrase_state(&r->arena, row, f->attach->log->version), colour(o, plain));
	if (age >= 0)
		fprintf(o->out, ", %s old", phrase_duration(&r->arena, age));
	if (f->proof == PROOF_DEDUCED)
		fprintf(o->out, " when it was read; at the check it was NEW (deduced)");
	if (log_is_afterwards(f->attach->log) && f->culprit->kind == RECORD_STOP &&
	    f->culprit->r.woken >= 0)
		fprintf(o->out, "; woken %s before it was read",
			phrase_duration(&r->arena, f->culprit->r.woken));
	fputc('\n', o->out);
}

static void print_creator(const struct render_options *o, struct results *r,
			  const struct finding *f)
{
	struct arena *arena = &r->arena;
	struct creator c;
	struct text text;

	if (!creator_find(&c, f, o->user_symbols, arena))
		return;
	wrap(o->out, "made by: ", c.words);
	if (!c.ip)
		return;
	text_begin(&text);
	if (c.call)
		fprintf(text.out, "%s() in ", c.call);
	else
		fputs("the system call in ", text.out);
	if (c.where.symbol)
		fprintf(text.out, "%s+0x%llx of %s", text_safe(arena, c.where.symbol),
			ULL(c.where.offset), c.file);
	else if (*c.file)
		fprintf(text.out, "%s at 0x%llx (%s)", c.file, ULL(c.offset),
			text_safe(arena, c.where.why_not));
	else
		fprintf(text.out, "no file, at 0x%llx (%s)", ULL(c.ip), c.where.why_not);
	if (c.where.table)
		fprintf(text.out, " (%s%s%s)", c.where.table, c.where.note ? "; " : "",
			c.where.note ? text_safe(arena, c.where.note) : "");
	wrap(o->out, "         ", text_end(&text, arena));
}

/* Up to format 3 a proof of TASK_NEW is always that it was seen. */
static const char *phrase_proof(const struct finding *f)
{
	if (!f->proof || !log_is_afterwards(f->attach->log))
		return "";
	return f->proof == PROOF_SEEN ? " (state seen)" : " (state deduced)";
}

static void print_cause(const struct render_options *o, struct results *r, const struct finding *f)
{
	const char *confidence = confidence_name(f->confidence),
		   *retries = retries_phrase(&r->arena, r->incidents, f);

	fprintf(o->out, "  cause: %s%s%s%s%s%s: %s\n", colour(o, bold), f->cause->id,
		confidence ? ", " : "", confidence ? confidence : "", phrase_proof(f),
		colour(o, plain), f->cause->title);
	wrap(o->out, arena_printf(&r->arena, "%s: ", persistence_name(f->cause->persistence)),
	     f->cause->lasts);
	if (f->culprit)
		print_culprit(o, r, f);
	print_creator(o, r, f);
	if (retries)
		wrap(o->out, "retried: ", retries);
	for (size_t i = 0; i < f->facts.count; i++)
		wrap(o->out, "known: ", f->facts.items[i]);
}

static void print_evidence(const struct render_options *o, struct results *r,
			   const struct finding *f)
{
	bool several = r->logs && r->logs->next;

	for (size_t i = 0; i < f->evidence_count; i++) {
		unsigned long line = f->evidence[i].line;
		const char *label =
			several ? arena_printf(&r->arena, "evidence: %s:%lu: ",
					       text_safe(&r->arena, f->attach->log->file), line) :
				  arena_printf(&r->arena, "evidence: line %lu: ", line);

		wrap(o->out, label, f->evidence[i].what);
	}
}

/* Where the functions on the way are written, but for the one that refused, of which it was said. */
static void print_sources(const struct render_options *o, struct results *r,
			  const struct finding *f)
{
	const struct log *log = f->attach->log;
	const char *release = log->has_header ? log->header.release : NULL;

	for (size_t i = 0; i < f->attach->answer_count; i++) {
		const char *fn = f->attach->answers[i].r.fn,
			   *where = kernel_source_find(o->kernel_source, fn, release);

		if (where && (!f->function || strcmp(fn, f->function)))
			wrap(o->out, "source: ", arena_printf(&r->arena, "%s() %s", fn, where));
	}
}

static const char *exclusions(struct results *r, const struct finding *f)
{
	struct text text;

	text_begin(&text);
	for (size_t i = 0; i < f->excluded_count; i++)
		fprintf(text.out, "    %s: %s\n", f->excluded[i].cause->id, f->excluded[i].why);
	return text_end(&text, &r->arena);
}

/* What was said before of the same cause is not said again. */
static void print_excluded(const struct render_options *o, struct results *r,
			   const struct finding *f)
{
	struct cause_count *cause = &r->summary.causes[cause_index(f->cause)];
	const char *text = exclusions(r, f);

	if (!*text)
		return;
	if (cause->excluded && !strcmp(cause->excluded, text)) {
		fprintf(o->out, "  ruled out: as for #%llu\n", ULL(cause->excluded_id));
		return;
	}
	free(cause->excluded);
	cause->excluded = xstrdup(text);
	cause->excluded_id = f->attach->id;
	fprintf(o->out, "  ruled out:\n%s", text);
}

/* In full once per cause: with a hundred refusals nobody wants to read it a hundred times. */
static void print_advice(const struct render_options *o, struct results *r, const struct finding *f)
{
	struct cause_count *cause = &r->summary.causes[cause_index(f->cause)];

	if (!f->advice.count)
		return;
	if (cause->advised_id) {
		fprintf(o->out, "  advice: as for #%llu\n", ULL(cause->advised_id));
		return;
	}
	cause->advised_id = f->attach->id;
	for (size_t i = 0; i < f->advice.count; i++)
		wrap(o->out, "advice: ", f->advice.items[i]);
}

static void print_table(const struct render_options *o, const struct finding *f)
{
	struct cells cells;

	if (!f->table.count)
		return;
	fputc('\n', o->out);
	cells_init_table(&cells, f, o->all_threads);
	print_cells(o, &cells);
	cells_fini(&cells);
	fputc('\n', o->out);
}

static void text_refusal(const struct render_options *o, struct results *r, const struct finding *f)
{
	print_title(o, r, f);
	print_write(o, r, f);
	print_function(o, f);
	print_cause(o, r, f);
	print_table(o, f);
	print_evidence(o, r, f);
	print_sources(o, r, f);
	print_excluded(o, r, f);
	print_advice(o, r, f);
	arena_fini(&r->arena);
}

static void text_report(const struct render_options *o, struct results *r)
{
	render_errors(o, r);
	render_summary(o, r);
	for (size_t i = 0; i < r->count; i++)
		text_refusal(o, r, r->findings[i]);
}

static void text_attaches(const struct render_options *o, struct results *r)
{
	for (size_t i = 0; i < r->kept_count; i++) {
		const struct finding *f = r->kept[i];

		if (f->answer < 0) {
			text_refusal(o, r, f);
			continue;
		}
		print_title(o, r, f);
		print_write(o, r, f);
		if (!f->attach->complete)
			fprintf(o->out, "  records of this attach are lost\n");
		if (no_effect_of(f->attach))
			fprintf(o->out, "  moved nothing: %d %s\n", f->attach->begin.tpid,
				no_effect_phrase(no_effect_of(f->attach)));
		if (f->table.count)
			print_table(o, f);
		else
			fprintf(o->out, "  no thread of it was recorded\n");
		arena_fini(&r->arena);
	}
}

static void text_moment(const struct render_options *o, struct results *r)
{
	for (const struct log *log = r->logs; log; log = log->next) {
		if (!log->snapshot)
			continue;
		uint64_t t = snapshot_time(log->snapshot), wall = log_wall_ns(log, t);
		struct cells cells;

		fprintf(o->out, "%s: as last seen by %llu.%09llu s on the monotonic clock",
			text_safe(&r->arena, log->file), ULL(t / 1000000000), ULL(t % 1000000000));
		fprintf(o->out, "%s%s\n\n", wall ? ", " : "",
			wall ? phrase_wall(&r->arena, wall) : "");
		if (log_is_afterwards(log) && (!log->armed_ns || t < log->armed_ns))
			fprintf(o->out, "the recorder was not armed yet%s%s\n\n",
				log->armed_ns && wall ? ": it knows from " : "",
				log->armed_ns && wall ?
					arena_printf(&r->arena, "%s on",
						     phrase_wall(&r->arena,
								 log_wall_ns(log, log->armed_ns))) :
					"");
		cells_init_snapshot(&cells, log);
		print_cells(o, &cells);
		cells_fini(&cells);
		arena_fini(&r->arena);
	}
}

const struct renderer render_text = {
	.name = "text",
	.refusal = text_refusal,
	.summary = render_summary,
	.report = text_report,
	.attaches = text_attaches,
	.causes = render_causes,
	.explain = render_explanation,
	.moment = text_moment,
};
