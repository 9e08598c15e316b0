/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/redact_attach.h"

#include <stdlib.h>
#include <string.h>

#include "facts/wellknown.h"
#include "report/creator.h"
#include "report/race.h"
#include "report/redact_names.h"
#include "verdict/cause.h"
#include "verdict/diagnose.h"

/* ---- records ---- */

/* What copies the records of an attach; strings in its arena. */
struct copy {
	struct aliases *aliases;
	struct arena *arena;
};

static void in_cgroup(const struct copy *c, const char **path)
{
	*path = redact_cgroup_logged(c->aliases, *path, c->arena);
}

static void in_comm(const struct copy *c, const char **comm)
{
	*comm = redact_program_logged(c->aliases, *comm, c->arena);
}

static void in_function(const struct copy *c, const char **fn)
{
	*fn = redact_function_logged(c->aliases, *fn, c->arena);
}

static void in_begin(const struct copy *c, struct record_attach *begin)
{
	in_comm(c, &begin->comm);
	in_cgroup(c, &begin->dst);
	in_cgroup(c, &begin->src);
	begin->file = redact_cgroup_file_logged(c->aliases, begin->file, c->arena);
	begin->text = redact_text_logged(begin->text, c->arena);
	begin->name = redact_name_logged(c->aliases, wellknown_hierarchy, begin->name, c->arena);
	begin->controllers = redact_controllers_logged(c->aliases, begin->controllers, c->arena);
}

static void in_file(const struct copy *c, struct record_file *file)
{
	file->path = redact_file_logged(c->aliases, file->path, c->arena);
	file->fs = redact_name_logged(c->aliases, wellknown_filesystem, file->fs, c->arena);
}

static void in_others(const struct copy *c, struct attach *a)
{
	in_comm(c, &a->write.comm);
	in_cgroup(c, &a->write.path);
	a->write.file = redact_cgroup_file_logged(c->aliases, a->write.file, c->arena);
	in_file(c, &a->creator.map);
	in_file(c, &a->creator.exe);
	a->writer.name =
		redact_name_logged(c->aliases, wellknown_hierarchy, a->writer.name, c->arena);
	in_cgroup(c, &a->writer.src);
	in_comm(c, &a->clone.comm);
	in_cgroup(c, &a->clone.src);
	in_cgroup(c, &a->clone.dst);
	in_function(c, &a->failed);
}

static void *duplicate(const void *from, size_t count, size_t size)
{
	void *to = xcalloc(count + 1, size);

	if (count)
		memcpy(to, from, count * size);
	return to;
}

static struct attach *copy_attach(struct redact *r, const struct attach *from)
{
	struct attach *a = duplicate(from, 1, sizeof(*from));
	struct copy c = { r->aliases, &a->arena };

	a->next = a->older = a->newer = NULL;
	memset(&a->arena, 0, sizeof(a->arena));
	a->log = redact_log(r, from->log);
	in_begin(&c, &a->begin);
	in_others(&c, a);
	a->tasks = duplicate(from->tasks, from->task_count, sizeof(*a->tasks));
	for (size_t i = 0; i < a->task_count; i++) {
		in_function(&c, &a->tasks[i].r.fn);
		in_comm(&c, &a->tasks[i].r.row.comm);
	}
	a->answers = duplicate(from->answers, from->answer_count, sizeof(*a->answers));
	for (size_t i = 0; i < a->answer_count; i++)
		in_function(&c, &a->answers[i].r.fn);
	return a;
}

/* ---- verdicts ---- */

/* The copy's task in the place of one of the true attach's. */
static const struct task *task_of(const struct finding *copy, const struct finding *f,
				  const struct task *task)
{
	size_t i = task ? (size_t)(task - f->attach->tasks) : 0;

	return task && i < copy->attach->task_count ? &copy->attach->tasks[i] : NULL;
}

static bool is_same_line(const struct task *a, const struct task *b)
{
	return !a == !b && (!a || a->line == b->line);
}

static bool is_same_evidence(const struct finding *copy, const struct finding *f)
{
	for (size_t i = 0; i < f->evidence_count && i < copy->evidence_count; i++)
		if (copy->evidence[i].line != f->evidence[i].line)
			return false;
	return copy->evidence_count == f->evidence_count;
}

static bool is_same_exclusion(const struct finding *copy, const struct finding *f)
{
	for (size_t i = 0; i < f->excluded_count && i < copy->excluded_count; i++)
		if (copy->excluded[i].cause != f->excluded[i].cause)
			return false;
	return copy->excluded_count == f->excluded_count;
}

static bool is_same_verdict(const struct finding *copy, const struct finding *f)
{
	return copy->cause == f->cause && copy->confidence == f->confidence &&
	       copy->proof == f->proof && copy->stage == f->stage && copy->answer == f->answer &&
	       !copy->function == !f->function && copy->function_deduced == f->function_deduced &&
	       !copy->contradiction == !f->contradiction && copy->facts.count == f->facts.count &&
	       is_same_line(copy->stop, f->stop) && is_same_line(copy->target, f->target) &&
	       is_same_line(copy->blocker, f->blocker) && is_same_evidence(copy, f) &&
	       is_same_exclusion(copy, f);
}

#define LEFT_OUT "left out: it depends on a name"

/* The verdict of the true records, without its words. */
static void take_verdict(struct finding *copy, const struct finding *f, struct aliases *aliases)
{
	copy->cause = f->cause;
	copy->confidence = f->confidence;
	copy->proof = f->proof;
	copy->stage = f->stage;
	copy->answer = f->answer;
	copy->function = redact_function_logged(aliases, f->function, &copy->arena);
	copy->function_deduced = f->function_deduced;
	copy->controller = f->controller; /* static */
	copy->contradiction = f->contradiction ? LEFT_OUT : NULL;
	copy->stop = task_of(copy, f, f->stop);
	copy->target = task_of(copy, f, f->target);
	copy->blocker = task_of(copy, f, f->blocker);
	free(copy->evidence);
	copy->evidence = duplicate(f->evidence, f->evidence_count, sizeof(*f->evidence));
	copy->evidence_count = f->evidence_count;
	for (size_t i = 0; i < copy->evidence_count; i++)
		copy->evidence[i].what = LEFT_OUT;
	free(copy->excluded);
	copy->excluded = duplicate(f->excluded, f->excluded_count, sizeof(*f->excluded));
	copy->excluded_count = f->excluded_count;
	for (size_t i = 0; i < copy->excluded_count; i++)
		copy->excluded[i].why = LEFT_OUT;
	copy->facts.count = copy->advice.count = 0;
	for (size_t i = 0; i < f->facts.count; i++)
		strings_add(&copy->facts, LEFT_OUT);
	const char *advice;

	for (size_t i = 0; f->filled_in && (advice = cause_advice(f->cause, f->premise.door, i));
	     i++)
		strings_add(&copy->advice, cause_expand(advice, copy));
}

static struct finding *copy_finding(struct redact *r, const struct finding *f)
{
	struct finding *copy = finding_new_steal(copy_attach(r, f->attach));

	copy->number = f->number;
	if (f->filled_in)
		finding_fill_in(copy);
	if (!is_same_verdict(copy, f))
		take_verdict(copy, f, r->aliases);
	return copy;
}

/* ---- all of an attach ---- */

/* Of a kernel that somebody built: where its source was. */
static const char *source_of(const char *source)
{
	return source && *source != '/' ? source : NULL;
}

static struct report_creator creator_of(struct redact *r, const struct report_creator *from,
					const struct finding *f, struct arena *arena)
{
	struct report_creator to = {
		.call = from->call, /* static, as are `table`, `note` and `why_not` but for well-known paths */
		.ip = from->ip,
		.file = redact_file_logged(r->aliases, from->file, arena),
		.exe = redact_file_logged(r->aliases, from->exe, arena),
		.offset = from->offset,
		.in_libc = from->in_libc,
		.go = from->go ? redact_release(r->aliases, from->go, arena) : NULL,
		.symbol = redact_symbol(r->aliases, from->symbol, arena),
		.symbol_offset = from->symbol_offset,
		.table = from->table,
		.note = from->note,
		.why_not = from->why_not,
	};

	creator_tell(&to, f, arena);
	return to;
}

/* What is damaged is left out. */
static void copy_quotes(struct redact *r, struct report_attach *to,
			const struct report_attach *from, struct arena *arena)
{
	to->quotes = duplicate(from->quotes, from->quote_count, sizeof(*to->quotes));
	to->quote_count = from->quote_count;
	for (size_t i = 0; i < to->quote_count; i++)
		if (to->quotes[i].text)
			to->quotes[i].text = redact_record(r->aliases, to->quotes[i].text, arena);
}

void redact_attach_init(struct redacted_attach *ret, struct redact *r,
			const struct report_attach *a, struct arena *arena)
{
	struct finding *f = ret->finding = copy_finding(r, a->finding);

	ret->report = (struct report_attach){
		.finding = f,
		.several_logs = a->several_logs,
		.time_ns = a->time_ns,
		.wall_ns = a->wall_ns,
		.written = a->written,
		.text_cut = a->text_cut,
		.target = a->target,
		.place = a->place,
		.moving = a->moving,
		.controllers = redact_controllers(r->aliases, a->controllers, arena),
		.has_container = a->has_container,
		.no_effect = a->no_effect,
		.source = source_of(a->source),
		.has_creator = a->has_creator,
		.retries = a->retries, /* numbers alone */
		.has_timeline = a->has_timeline,
		.timeline = a->timeline,
	};
	if (a->has_container)
		ret->report.container = redact_container(r->aliases, &a->container, arena);
	for (size_t i = 0; i < a->answer_sources.count; i++)
		strings_add(&ret->report.answer_sources, source_of(a->answer_sources.items[i]));
	if (a->has_creator)
		ret->report.creator = creator_of(r, &a->creator, f, arena);
	copy_quotes(r, &ret->report, a, arena);
	if (a->race)
		ret->report.race = race_new(&ret->report, a->race->tries, arena);
}

void redact_attach_fini(struct redacted_attach *a)
{
	strings_fini(&a->report.answer_sources);
	free(a->report.quotes);
	race_free((struct race *)a->report.race);
	finding_free(a->finding);
}
