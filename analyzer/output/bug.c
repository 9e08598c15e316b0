/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --report-bug: one refusal as Markdown, for an issue at runc, systemd or the kernel. */
#include <stdlib.h>
#include <string.h>

#include "output/cells.h"
#include "output/formats.h"
#include "output/markdown.h"
#include "report/renderer.h"
#include "trace/phrases.h"

#define ULL(n) ((unsigned long long)(n))

/* Of a line of the log; an issue takes 64 KB in all. */
#define QUOTE_MAX 1000

struct bug {
	FILE *out;
	bool all_threads;
	const char *version;
	struct arena arena;
};

static const char *code(struct bug *b, const char *text)
{
	return markdown_code(&b->arena, text, false);
}

static const char *prose(struct bug *b, const char *text)
{
	return markdown_prose(&b->arena, text, false);
}

static void heading(struct bug *b, const char *text)
{
	fprintf(b->out, "\n## %s\n\n", text);
}

/* A row of a table; any bytes, NULL: no row. */
static void row(struct bug *b, const char *name, const char *value)
{
	if (value && *value)
		fprintf(b->out, "| %s | %s |\n", name, markdown_code(&b->arena, value, true));
}

static void *begin(const struct render_options *options, enum report_kind kind)
{
	struct bug *b = xcalloc(1, sizeof(*b));

	(void)kind;
	b->out = options->out;
	b->all_threads = options->all_threads;
	b->version = options->version;
	return b;
}

static void end(void *state)
{
	struct bug *b = state;

	arena_fini(&b->arena);
	free(b);
}

/* ---- what happened ---- */

static const char *release_of(const struct finding *f)
{
	const struct log *log = f->attach->log;

	return log->has_header ? log->header.release : NULL;
}

static const char *what_of(const struct finding *f)
{
	const struct attach *a = f->attach;

	return a->has_clone ? "clone3() into a cgroup" :
	       a->kernel    ? "the kernel's own move of tasks" :
	       a->property || f->premise.door == DOOR_SUBTREE_CONTROL ?
			   "a write to cgroup.subtree_control" :
			   "moving a process into a cgroup";
}

static void put_title(struct bug *b, const struct finding *f)
{
	const char *release = release_of(f);

	fprintf(b->out, "# %s from %s: %s", prose(b, phrase_errno(&b->arena, f->answer)),
		what_of(f), f->cause->title);
	if (release)
		fprintf(b->out, " (Linux %s)", prose(b, release));
	fputs("\n\n<!-- Made by cganalyze --report-bug. Read it before you send it: names of "
	      "containers, cgroups, "
	      "programs and files are in it, unless --redact was given. -->\n",
	      b->out);
}

static const char *hierarchy_of(struct bug *b, const struct report_attach *a)
{
	const struct record_attach *begin = &a->finding->attach->begin;

	if (!begin->v)
		return NULL;
	return arena_printf(&b->arena, "v%u%s%s", begin->v, *a->controllers ? ", " : "",
			    a->controllers);
}

static const char *words_of_container(struct bug *b, const struct report_attach *a)
{
	const struct container *c = &a->container;

	if (!a->has_container)
		return NULL;
	return arena_printf(&b->arena, "%s%s%s%s%s%s%s", c->engine ? c->engine : "",
			    c->engine ? " " : "", c->id ? c->id : "", c->pod_uid ? " pod " : "",
			    c->pod_uid ? c->pod_uid : "", c->unit && !c->id ? " unit " : "",
			    c->unit && !c->id ? c->unit : "");
}

static const char *errno_of(struct bug *b, const struct finding *f)
{
	return arena_printf(&b->arena, "%s (%lld)", phrase_errno(&b->arena, f->answer),
			    (long long)f->answer);
}

static const char *function_of(struct bug *b, const struct report_attach *a)
{
	const struct finding *f = a->finding;

	if (!f->function)
		return NULL;
	return arena_printf(&b->arena, "%s()%s%s%s", f->function, a->source ? ", " : "",
			    a->source ? a->source : "", f->function_deduced ? " (deduced)" : "");
}

/* The number, or the text if it is none. */
static const char *written_of(struct bug *b, const struct report_attach *a)
{
	const struct attach *attach = a->finding->attach;

	if (!attach->begun || attach->outside || attach->has_clone || attach->kernel)
		return NULL;
	return a->written >= 0 ? arena_printf(&b->arena, "%lld", (long long)a->written) :
				 arena_printf(&b->arena, "\"%s\"", attach->begin.text);
}

static const char *writer_of(struct bug *b, const struct attach *a)
{
	return arena_printf(&b->arena, "%s (pid %d, tgid %d)", a->begin.comm, a->begin.pid,
			    a->begin.tgid);
}

static void put_facts(struct bug *b, const struct report_attach *a)
{
	const struct finding *f = a->finding;
	const struct attach *attach = f->attach;
	const struct record_log *header = attach->log->has_header ? &attach->log->header : NULL;

	heading(b, "What happened");
	fputs("| | |\n|---|---|\n", b->out);
	if (a->wall_ns && a->time_ns)
		row(b, "time", phrase_wall(&b->arena, a->wall_ns));
	if (attach->begun && !attach->kernel) {
		row(b, "writer", writer_of(b, attach));
		row(b, attach->has_clone ? "opened" : "file",
		    attach->has_clone ? NULL : attach->begin.file);
		row(b, "written", written_of(b, a));
		row(b, "cgroup", attach->begin.dst);
		row(b, "from", attach->begin.src);
	}
	row(b, "cgroup version", hierarchy_of(b, a));
	row(b, "container", words_of_container(b, a));
	row(b, "answer", errno_of(b, f));
	row(b, "refused by", function_of(b, a));
	row(b, "controller", f->controller);
	row(b, "kernel", header ? header->release : "not known: the log has no header");
	row(b, "kernel build", header ? header->build : NULL);
	row(b, "architecture", header ? header->machine : NULL);
	if (a->retries)
		fprintf(b->out, "\nRetries: %s.\n", prose(b, a->retries));
}

/* ---- why ---- */

static void put_blocker(struct bug *b, const struct finding *f)
{
	const struct row *r = &f->blocker->r.row;
	int64_t age = task_age(f->blocker);

	fprintf(b->out, "- The thread that blocked the move: %d of process %d, %s, state %s",
		r->pid, r->tgid, code(b, r->comm),
		code(b, phrase_state(&b->arena, r, f->attach->log->version)));
	if (age >= 0)
		fprintf(b->out, ", %s old", phrase_duration(&b->arena, age));
	fputc('\n', b->out);
}

static void put_creator(struct bug *b, const struct report_creator *c)
{
	fprintf(b->out, "- It was created by %s", prose(b, c->words));
	if (c->call)
		fprintf(b->out, ", with `%s()`", c->call);
	if (c->symbol)
		fprintf(b->out, " in %s",
			code(b, arena_printf(&b->arena, "%s+0x%llx", c->symbol,
					     ULL(c->symbol_offset))));
	if (c->file && *c->file)
		fprintf(b->out, " of %s",
			code(b, arena_printf(&b->arena, "%s (offset 0x%llx)", c->file,
					     ULL(c->offset))));
	if (c->go && *c->go)
		fprintf(b->out, ", built by %s", code(b, c->go));
	fputc('\n', b->out);
}

static void put_cause(struct bug *b, const struct report_attach *a)
{
	const struct finding *f = a->finding;
	const char *confidence = confidence_name(f->confidence), *proof = proof_name(f->proof);

	heading(b, "Cause");
	fprintf(b->out, "`%s`%s%s%s%s: %s.\n\n", f->cause->id, confidence ? ", " : "",
		confidence ? confidence : "", proof ? ", state " : "", proof ? proof : "",
		prose(b, f->cause->title));
	fprintf(b->out, "- %s: %s\n", persistence_name(f->cause->persistence),
		prose(b, f->cause->lasts));
	if (f->blocker)
		put_blocker(b, f);
	if (a->has_creator)
		put_creator(b, &a->creator);
	for (size_t i = 0; i < f->facts.count; i++)
		fprintf(b->out, "- %s\n", prose(b, f->facts.items[i]));
	for (size_t i = 0; i < f->advice.count; i++)
		fprintf(b->out, "- What helps: %s\n", prose(b, f->advice.items[i]));
}

static void put_moment(struct bug *b, const char *what, uint64_t at, uint64_t first)
{
	if (at)
		fprintf(b->out, "| +%s | %s |\n", phrase_duration(&b->arena, at - first), what);
}

static void put_timeline(struct bug *b, const struct timeline *t)
{
	heading(b, "Timeline");
	fputs("| since the thread was created | |\n|---:|---|\n", b->out);
	put_moment(b, "the new thread was created", t->created, t->created);
	put_moment(b, "the move was refused", t->refused, t->created);
	put_moment(b, "the thread was woken for the first time", t->woken, t->created);
	put_moment(b, "the write was answered", t->answered, t->created);
}

/* ---- threads ---- */

static void put_cells(struct bug *b, const struct cells *cells)
{
	for (size_t c = 0; c < cells->columns; c++)
		fprintf(b->out, "| %s ", cells->title[c]);
	fputs("| |\n", b->out);
	for (size_t c = 0; c < cells->columns; c++)
		fprintf(b->out, "|%s", cells->right[c] ? "---:" : "---");
	fputs("|---|\n", b->out);
	for (size_t i = 0; i < cells->count; i++) {
		const struct cells_row *r = &cells->rows[i];

		for (size_t c = 0; c < cells->columns; c++)
			fprintf(b->out, "| %s ",
				r->gap ? "" : markdown_code(&b->arena, r->cell[c], true));
		fprintf(b->out, "| %s |\n", r->note ? markdown_code(&b->arena, r->note, true) : "");
	}
}

static void put_threads(struct bug *b, const struct finding *f)
{
	struct cells cells;

	if (!f->table.count)
		return;
	heading(b, "Threads");
	cells_init_table(&cells, f, b->all_threads);
	put_cells(b, &cells);
	cells_fini(&cells);
}

/* ---- evidence ---- */

static const char *quoted(struct bug *b, const struct report_quote *q)
{
	if (!q->text)
		return "(left out)";
	const char *text = markdown_line(&b->arena, q->text);

	return strlen(text) > QUOTE_MAX ? arena_printf(&b->arena, "%.*s ...", QUOTE_MAX, text) :
					  text;
}

/* Each line begins with its number, so that none can begin like a fence. */
static void put_quotes(struct bug *b, const struct report_attach *a)
{
	size_t fence = 3;

	for (size_t i = 0; i < a->quote_count; i++)
		fence = markdown_fence(fence, quoted(b, &a->quotes[i]));
	fputs("\nThe log's own lines:\n\n", b->out);
	for (size_t i = 0; i < fence; i++)
		fputc('`', b->out);
	fputs("text\n", b->out);
	for (size_t i = 0; i < a->quote_count; i++)
		fprintf(b->out, "%lu: %s\n", a->quotes[i].line, quoted(b, &a->quotes[i]));
	for (size_t i = 0; i < fence; i++)
		fputc('`', b->out);
	fputc('\n', b->out);
}

static void put_evidence(struct bug *b, const struct report_attach *a)
{
	const struct finding *f = a->finding;

	heading(b, "Evidence");
	for (size_t i = 0; i < f->evidence_count; i++)
		fprintf(b->out, "- line %lu: %s\n", f->evidence[i].line,
			prose(b, f->evidence[i].what));
	if (!f->evidence_count)
		fputs("None of the log's lines carries this verdict.\n", b->out);
	if (a->quote_count)
		put_quotes(b, a);
}

static void put_ruled_out(struct bug *b, const struct finding *f)
{
	if (!f->excluded_count)
		return;
	heading(b, "Ruled out");
	fputs("| cause | why not |\n|---|---|\n", b->out);
	for (size_t i = 0; i < f->excluded_count; i++)
		fprintf(b->out, "| `%s` | %s |\n", f->excluded[i].cause->id,
			markdown_prose(&b->arena, f->excluded[i].why, true));
}

static void put_attach(void *state, const struct report_attach *a)
{
	struct bug *b = state;
	const struct finding *f = a->finding;

	put_title(b, f);
	put_facts(b, a);
	put_cause(b, a);
	if (a->has_timeline)
		put_timeline(b, &a->timeline);
	put_threads(b, f);
	put_evidence(b, a);
	put_ruled_out(b, f);
	arena_fini(&b->arena);
}

/* ---- the recording ---- */

static void put_log(struct bug *b, const struct report_log *l)
{
	fprintf(b->out, "- log: format %u, %llu attaches, %llu refused, %s\n",
		l->log->header.version, ULL(l->attempts), ULL(l->log->refused + l->counted),
		l->whole ? "nothing lost" : "records are missing");
}

static void put_summary(void *state, const struct report_summary *summary)
{
	struct bug *b = state;

	heading(b, "Versions and recording");
	fprintf(b->out, "- cganalyze %s\n- SystemTap: not in the log; `stap --version` tells\n",
		b->version);
	for (size_t i = 0; i < summary->log_count; i++)
		put_log(b, &summary->logs[i]);
	fputs("\nTo record it again:\n\n```sh\nsudo cgattach record -o trace.log\n# until it "
	      "has happened; "
	      "then Ctrl-C\ncganalyze --report-bug ID trace.log\n```\n",
	      b->out);
	arena_fini(&b->arena);
}

const struct renderer render_bug = {
	.begin = begin,
	.attach = put_attach,
	.summary = put_summary,
	.end = end,
};
