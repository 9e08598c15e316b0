/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The head of the text: the counts, what is missing, and the logs. */
#include "output/text.h"

#include "base/text.h"
#include "base/wrap.h"
#include "facts/kernel.h"
#include "trace/phrases.h"

#define NO_EFFECT_SHOWN 5
#define COUNTED_SHOWN 10

static size_t causes_found(const struct summary *s)
{
	size_t found = 0;

	for (size_t i = 0; i < cause_count; i++)
		found += s->causes[i].count != 0;
	return found;
}

static const char *cause_words(struct text_out *o, const struct cause_count *c)
{
	struct text text;

	text_begin(&text);
	fprintf(text.out, "%llu %s", ULL(c->count), c->cause->id);
	if (c->proven && c->inferred)
		fprintf(text.out, " (%llu proven, %llu inferred)", ULL(c->proven),
			ULL(c->inferred));
	else if (c->proven || c->inferred)
		fprintf(text.out, " (%s)", c->proven ? "proven" : "inferred");
	fprintf(text.out, ", %s", c->cause->title);
	return text_end(&text, &o->arena);
}

/* The largest count first, and among equal ones the order of the causes; after `before`, NULL none. */
static size_t next_cause(const struct summary *s, const struct cause_count *before)
{
	size_t best = cause_count;

	for (size_t i = 0; i < cause_count; i++) {
		const struct cause_count *c = &s->causes[i];
		bool comes = !before || c->count < before->count ||
			     (c->count == before->count && c > before);

		if (c->count && comes && (best == cause_count || c->count > s->causes[best].count))
			best = i;
	}
	return best;
}

/* One cause stays in the line of the answer, several have a line each. */
static void print_answer(struct text_out *o, const struct summary *s)
{
	size_t found = causes_found(s);
	const char *answer =
		arena_printf(&o->arena, "%s%llu %s, %llu refused%s%s", text_bold(o),
			     ULL(s->attempts), phrase_plural(s->attempts, "attach", "attaches"),
			     ULL(s->refused), text_plain(o), found ? ":" : "");

	if (found != 1)
		wrap_indented(o->out, 0, 4, answer);
	for (size_t i = 0, last = 0; i < found; i++) {
		last = next_cause(s, i ? &s->causes[last] : NULL);
		const char *words = cause_words(o, &s->causes[last]);

		if (found == 1)
			wrap_indented(o->out, 0, 4,
				      arena_printf(&o->arena, "%s %s", answer, words));
		else
			wrap_indented(o->out, 2, 6, words);
	}
}

static void print_count(FILE *out, const char **before, uint64_t n, const char *what)
{
	if (!n)
		return;
	fprintf(out, "%s%llu %s", *before, ULL(n), what);
	*before = ", ";
}

static void print_lost(const struct text_out *o, const struct summary *s)
{
	const char *before = "lost: ";

	if (s->whole) {
		fprintf(o->out, "lost: nothing\n");
		return;
	}
	print_count(o->out, &before, s->lost, phrase_plural(s->lost, "record", "records"));
	print_count(o->out, &before, s->lost_attaches,
		    phrase_plural(s->lost_attaches, "whole attach", "whole attaches"));
	print_count(
		o->out, &before, s->incomplete,
		phrase_plural(s->incomplete, "attach is incomplete", "attaches are incomplete"));
	print_count(o->out, &before, s->damaged,
		    phrase_plural(s->damaged, "damaged line", "damaged lines"));
	print_count(o->out, &before, s->repeated,
		    phrase_plural(s->repeated, "misplaced record", "misplaced records"));
	print_count(o->out, &before, s->failed,
		    phrase_plural(s->failed, "write that the recorder gave up on",
				  "writes that the recorder gave up on"));
	if (s->no_header) {
		fprintf(o->out, "%sthe header", before);
		before = ", ";
	}
	if (s->cut_short) {
		fprintf(o->out, "%sthe trailer: the log was cut short, more may be lost", before);
		before = ", ";
	}
	if (s->not_armed) {
		fprintf(o->out,
			"%sthe record of when the recorder was armed: it may never have been",
			before);
		before = ", ";
	}
	if (before[0] == 'l')
		fprintf(o->out, "lost: the trailer contradicts the log");
	fputc('\n', o->out);
}

static void print_log(struct text_out *o, const struct log *log)
{
	fprintf(o->out, "log: %s", text_any(o, log->file));
	if (log->line > 1)
		fprintf(o->out, " from line %lu", log->line);
	if (log->has_header)
		fprintf(o->out, ", kernel %s%s%s", log->header.release,
			*log->header.machine ? " " : "", log->header.machine);
	else
		fprintf(o->out, ", kernel unknown");
	if (log->armed_ns && log_wall_ns(log, log->armed_ns))
		fprintf(o->out, ", armed at %s",
			phrase_wall(&o->arena, log_wall_ns(log, log->armed_ns)));
}

static void print_logs(struct text_out *o, const struct report_summary *summary)
{
	for (size_t i = 0; i < summary->log_count; i++) {
		uint32_t removed = summary->logs[i].task_new_removed;

		print_log(o, summary->logs[i].log);
		if (removed)
			fprintf(o->out, "\n    (since %u.%u no kernel refuses for TASK_NEW)",
				KERNEL_MAJOR(removed), KERNEL_MINOR(removed));
		fputc('\n', o->out);
	}
}

static void print_no_effect(struct text_out *o, const struct results *r)
{
	const struct summary *s = &r->summary;
	uint64_t either = s->no_effect[NO_EFFECT_EITHER];
	uint64_t all =
		s->no_effect[NO_EFFECT_ZOMBIE] + s->no_effect[NO_EFFECT_ALREADY_THERE] + either;

	if (!all)
		return;
	if (either == all)
		fprintf(o->out,
			"no effect: %llu accepted %s (of zombies, or of tasks that were there "
			"already)\n",
			ULL(all), phrase_plural(all, "attach", "attaches"));
	else
		fprintf(o->out,
			"no effect: %llu accepted %s (%llu of zombies, %llu of tasks that were "
			"there already)\n",
			ULL(all), phrase_plural(all, "attach", "attaches"),
			ULL(s->no_effect[NO_EFFECT_ZOMBIE]),
			ULL(s->no_effect[NO_EFFECT_ALREADY_THERE]));
	for (size_t i = 0; i < r->no_effect_count && i < NO_EFFECT_SHOWN; i++) {
		const struct no_effect_attach *n = &r->no_effect[i];

		wrap_hanging(o->out,
			     arena_printf(&o->arena,
					  "#%llu  %s (pid %d) wrote \"%s\"\nto %s of %s:\n"
					  "the write succeeded and moved nothing:\n%d%s %s",
					  ULL(n->id), n->writer, n->writer_pid, n->text, n->file,
					  text_cut(o, n->cgroup), n->pid,
					  n->comm ? arena_printf(&o->arena, " (%s)", n->comm) : "",
					  no_effect_phrase(n->kind)));
	}
	if (all > NO_EFFECT_SHOWN)
		fprintf(o->out, "  ... and %llu more (--json has them)\n",
			ULL(all - NO_EFFECT_SHOWN));
}

/* In a flood; why they were refused is not known. */
static void print_counted(struct text_out *o, const struct results *r)
{
	if (!r->summary.counted)
		return;
	fprintf(o->out, "counted only: %llu %s, too many to record each", ULL(r->summary.counted),
		phrase_plural(r->summary.counted, "refusal", "refusals"));
	if (r->summary.counted_by_kind && r->summary.counted_by_kind < r->summary.counted)
		fprintf(o->out, "; a sample of %llu by kind", ULL(r->summary.counted_by_kind));
	fputc('\n', o->out);
	for (const struct log *log = r->logs; log; log = log->next)
		for (size_t i = 0; i < log->counted_count && i < COUNTED_SHOWN; i++) {
			const struct counted *c = &log->counted[i];

			fprintf(o->out, "  %llu %s by %s(), written by process %d (%s)\n",
				ULL(c->n), phrase_errno(&o->arena, c->ret), c->fn, c->tgid,
				c->comm);
		}
}

/* What was not hidden by a retry, and so reached users. Of one refusal its own lines say it. */
static void print_reached(struct text_out *o, const struct summary *s, const struct retry_counts *n)
{
	if (s->refused < 2 || !n->all)
		return;
	fprintf(o->out, "reached users%s: ", s->counted ? ", of those recorded" : "");
	if (n->failed)
		fprintf(o->out, "%llu %s failed in the end", ULL(n->failed),
			phrase_plural(n->failed, "attach", "attaches"));
	if (n->gave_up && n->gave_up < n->failed)
		fprintf(o->out, " (%llu in spite of retries)", ULL(n->gave_up));
	else if (n->gave_up)
		fputs(" in spite of retries", o->out);
	if (n->failed && n->open)
		fprintf(o->out, "; of %llu the log does not show it", ULL(n->open));
	else if (n->open)
		fprintf(o->out, "the log does not show it (%llu %s)", ULL(n->open),
			phrase_plural(n->open, "attach", "attaches"));
	if (!n->failed && !n->open)
		fputs("none", o->out);
	fputc('\n', o->out);
}

/* The refusals that no user saw. */
static void print_retries(struct text_out *o, const struct retry_counts *n)
{
	const char *before = ": ";

	if (!n->retried)
		return;
	fprintf(o->out, "retried: %llu %s", ULL(n->retried),
		phrase_plural(n->retried, "attach", "attaches"));
	print_count(o->out, &before, n->hidden.count, "succeeded in the end");
	print_count(o->out, &before, n->gave_up, "given up");
	if (n->in_vain)
		fprintf(o->out, "; %llu in vain, since the cause is permanent", ULL(n->in_vain));
	fputc('\n', o->out);
	if (!n->hidden.count)
		return;
	fprintf(o->out, "hidden by a retry: %llu %s; the retries took %s", ULL(n->hidden.refused),
		phrase_plural(n->hidden.refused, "refusal", "refusals"),
		phrase_duration(&o->arena, n->hidden.total));
	if (n->hidden.count > 1)
		fprintf(o->out, " in all,\n    %s to %s each (median %s, 90 %% within %s)",
			phrase_duration(&o->arena, n->hidden.min),
			phrase_duration(&o->arena, n->hidden.max),
			phrase_duration(&o->arena, n->hidden.median),
			phrase_duration(&o->arena, n->hidden.p90));
	fputc('\n', o->out);
}

void text_summary(void *state, const struct report_summary *summary)
{
	struct text_out *o = state;
	const struct results *r = summary->results;
	const struct summary *s = &r->summary;

	if (o->kind != REPORT_ALL)
		return;
	if (o->follows)
		fputc('\n', o->out);
	print_answer(o, s);
	print_reached(o, s, &summary->retries);
	print_retries(o, &summary->retries);
	print_lost(o, s);
	if (s->shed)
		fprintf(o->out, "not recorded under load: %llu accepted %s\n", ULL(s->shed),
			phrase_plural(s->shed, "attach", "attaches"));
	if (s->filtered)
		fprintf(o->out, "not recorded because of the recorder's options: %llu %s\n",
			ULL(s->filtered), phrase_plural(s->filtered, "attach", "attaches"));
	if (s->properties)
		fprintf(o->out,
			"refused property writes, which moved nothing: %llu to "
			"cgroup.subtree_control\n",
			ULL(s->properties));
	print_counted(o, r);
	print_no_effect(o, r);
	print_logs(o, summary);
	if (r->selection)
		fprintf(o->out,
			"selected: %llu of the %llu refusal%s; all else above is of the whole "
			"log\n",
			ULL(s->selected), ULL(s->refused), s->refused == 1 ? "" : "s");
	arena_fini(&o->arena);
}
