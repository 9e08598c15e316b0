/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Logs, attaches and their verdicts. */
#include "report/redact_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/wellknown.h"
#include "report/creator.h"
#include "report/redact_names.h"
#include "trace/parse.h"
#include "verdict/cause.h"
#include "verdict/diagnose.h"

struct redact *redact_new(void)
{
	struct redact *r = xcalloc(1, sizeof(*r));

	r->aliases = aliases_new();
	return r;
}

void redact_free(struct redact *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++) {
		free(r->logs[i]->to.counted);
		free(r->logs[i]);
	}
	free(r->logs);
	aliases_free(r->aliases);
	arena_fini(&r->arena);
	free(r);
}

struct aliases *redact_aliases(struct redact *r)
{
	return r->aliases;
}

/* ---- logs ---- */

static struct record_log header_of(struct redact *r, const struct record_log *from)
{
	struct record_log to = *from;
	struct arena *arena = &r->arena;

	to.release = redact_release_logged(r->aliases, from->release, arena);
	to.build = NULL; /* who built it, where */
	to.machine = redact_name_logged(r->aliases, wellknown_machine, from->machine, arena);
	to.prefix = redact_cgroup_logged(r->aliases, from->prefix, arena);
	to.controllers = redact_controllers_logged(r->aliases, from->controllers, arena);
	to.armed = redact_functions_logged(r->aliases, from->armed, arena);
	to.watched = redact_functions_logged(r->aliases, from->watched, arena);
	to.absent = redact_functions_logged(r->aliases, from->absent, arena);
	return to;
}

static struct shown_log *find_log(struct redact *r, const struct log *from)
{
	/* Mostly it is the same once more, or the next one. */
	for (size_t i = 0; i < r->count; i++) {
		size_t n = (r->last + i) % r->count;

		if (r->logs[n]->from == from)
			return r->logs[r->last = n];
	}
	struct shown_log *shown = xcalloc(1, sizeof(*shown));

	shown->from = from;
	shown->to.file =
		arena_strdup(&r->arena, redact_log_file(r->aliases, from->file, &r->arena));
	r->logs = xgrow(r->logs, r->count, &r->room, sizeof(struct shown_log *));
	return r->logs[r->count++] = shown;
}

struct log *redact_log(struct redact *r, const struct log *from)
{
	if (!from)
		return NULL;
	struct shown_log *shown = find_log(r, from);
	struct log old = shown->to;

	shown->to = *from;
	shown->to.next = old.next;
	shown->to.file = old.file;
	shown->to.header =
		old.has_header || !from->has_header ? old.header : header_of(r, &from->header);
	shown->to.counted = old.counted;
	shown->to.counted_count = old.counted_count;
	shown->to.snapshot = NULL;
	shown->to.memory = NULL;
	memset(&shown->to.arena, 0, sizeof(shown->to.arena));
	memset(&shown->to.sequence, 0, sizeof(shown->to.sequence));
	return &shown->to;
}

static void copy_counted(struct redact *r, struct log *to, const struct log *from)
{
	if (to->counted && to->counted_count == from->counted_count)
		return;
	free(to->counted);
	to->counted = xcalloc(from->counted_count + 1, sizeof(*to->counted));
	to->counted_count = from->counted_count;
	for (size_t i = 0; i < from->counted_count; i++) {
		struct counted *c = &to->counted[i];

		*c = from->counted[i];
		c->fn = redact_function_logged(r->aliases, c->fn, &r->arena);
		c->comm = redact_program_logged(r->aliases, c->comm, &r->arena);
	}
}

const struct log *redact_all_logs(struct redact *r, const struct log *logs)
{
	struct log *first = redact_log(r, logs);

	if (logs && r->all == logs)
		return first;
	r->all = logs;
	for (struct log *to = first; logs; logs = logs->next, to = to->next) {
		to->next = redact_log(r, logs->next);
		copy_counted(r, to, logs);
	}
	return first;
}

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
		.stop_row = a->stop_row ?
				    thread_table_find(&f->table, a->stop_row->task->r.row.pid) :
				    NULL,
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
}

void redact_attach_fini(struct redacted_attach *a)
{
	strings_fini(&a->report.answer_sources);
	free(a->report.quotes);
	finding_free(a->finding);
}
