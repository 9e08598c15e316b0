/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which attach it is: when, who wrote what, where. */
#include "output/text.h"

#include "base/text.h"
#include "base/wrap.h"
#include "trace/phrases.h"

void text_title(struct text_out *o, const struct report_attach *a)
{
	uint64_t t = a->time_ns;

	fprintf(o->out, "\n%s#%llu%s", text_bold(o), ULL(a->finding->attach->id), text_plain(o));
	if (a->wall_ns && t)
		fprintf(o->out, "  %s,", phrase_wall(&o->arena, a->wall_ns));
	fprintf(o->out, "  %llu.%09llu s on the monotonic clock", ULL(t / 1000000000),
		ULL(t % 1000000000));
	if (a->several_logs)
		fprintf(o->out, "  [%s]", text_any(o, a->finding->attach->log->file));
	fputc('\n', o->out);
}

/* The number that was written may be another one here. */
static void put_target(FILE *out, const struct report_attach *a)
{
	if (!a->target || a->target == a->written)
		return;
	if (a->finding->attach->begin.level)
		fprintf(out, " (pid %d in the initial namespace)", a->target);
	else
		fprintf(out, a->written > 0 ? " (of process %d)" : " (pid %d)", a->target);
}

/* `written`: of a write alone. */
static void print_namespace(struct text_out *o, const struct report_attach *a, int64_t written)
{
	const struct record_attach *b = &a->finding->attach->begin;

	struct text text;

	if (!attach_is_nested(a->finding->attach))
		return;
	text_begin(&text);
	fprintf(text.out, "pid namespace of the writer: %llu (level %u), where it is pid %d",
		ULL(b->ns), b->level, b->nspid);
	if (written > 0 && a->target)
		fprintf(text.out, ";\n%lld there is pid %d in the initial one", (long long)written,
			a->target);
	wrap_hanging(o->out, text_end(&text, &o->arena));
}

static void put_clone(FILE *out, const struct record_attach *b, const char *dst)
{
	fprintf(out, ") called clone3()\ninto %s", *dst ? dst : "an unknown cgroup");
	if (b->v)
		fprintf(out, "\n(cgroup v%u)", b->v);
}

static void put_text(FILE *out, const struct report_attach *a)
{
	const struct record_attach *b = &a->finding->attach->begin;

	if (a->written >= 0)
		fprintf(out, ") wrote %lld", (long long)a->written);
	else if (!*b->text && b->nbytes)
		fprintf(out, ") wrote %llu bytes", ULL(b->nbytes));
	else if (a->text_cut && b->nbytes)
		fprintf(out, ") wrote %llu bytes that begin with\n\"%s\"", ULL(b->nbytes), b->text);
	else if (a->text_cut)
		fprintf(out, ") wrote a text that begins with\n\"%s\"", b->text);
	else
		fprintf(out, ")\nwrote \"%s\"", b->text);
}

static void put_write(FILE *out, const struct report_attach *a, const char *dst)
{
	const struct record_attach *b = &a->finding->attach->begin;

	put_text(out, a);
	put_target(out, a);
	if (*b->file)
		fprintf(out, "\nto %s of %s", b->file, dst);
	else
		fprintf(out, "\nto a cgroup file that was not found");
	fprintf(out, "\n(cgroup v%u%s%s%s%s)", b->v, *a->controllers ? ", " : "", a->controllers,
		*b->name ? ", name=" : "", b->name);
}

/* No process wrote, or who wrote what is lost. */
static void put_unknown(FILE *out, const struct finding *f)
{
	const struct task *stop = f->stop;

	if (f->attach->kernel)
		fprintf(out, "the kernel moved tasks on its own (in thread %d of process %d)",
			stop->r.wpid, stop->r.wtgid);
	else if (stop && stop->r.wpid)
		fprintf(out, "thread %d of process %d wrote to a cgroup (what and where is lost)",
			stop->r.wpid, stop->r.wtgid);
	else
		fputs("a process wrote to a cgroup (the record of it is lost)", out);
}

/* `dst`: that of the attach, its ids cut. */
static void put_known(FILE *out, const struct report_attach *a, const char *dst)
{
	const struct attach *attach = a->finding->attach;
	const struct record_attach *b = &attach->begin;

	fprintf(out, "%s (pid %d", b->comm, b->pid);
	if (b->tgid != b->pid)
		fprintf(out, ", tgid %d", b->tgid);
	if (attach->outside)
		fprintf(out, ")\ntried to write to %s of %s", b->file, dst);
	else if (attach->has_clone)
		put_clone(out, b, dst);
	else
		put_write(out, a, dst);
}

void text_write(struct text_out *o, const struct report_attach *a)
{
	const struct finding *f = a->finding;
	bool is_known = f->attach->begun && !f->attach->kernel;
	struct text text;

	text_begin(&text);
	if (is_known)
		put_known(text.out, a, text_cut(o, f->attach->begin.dst));
	else
		put_unknown(text.out, f);
	fprintf(text.out, ": %s%s%s", text_bold(o),
		f->answer < 0 ? phrase_errno(&o->arena, f->answer) : "ok", text_plain(o));
	wrap_hanging(o->out, text_end(&text, &o->arena));
	if (!is_known || f->attach->outside)
		return;
	print_namespace(o, a, f->attach->has_clone ? -1 : a->written);
	if (a->has_container)
		text_container(o, &a->container);
}
