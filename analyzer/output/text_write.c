/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which attach it is: when, who wrote what, where. */
#include "output/text.h"

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
static void print_target(const struct text_out *o, const struct report_attach *a)
{
	if (!a->target || a->target == a->written)
		return;
	if (a->finding->attach->begin.level)
		fprintf(o->out, " (pid %d in the initial namespace)", a->target);
	else
		fprintf(o->out, a->written > 0 ? " (of process %d)" : " (pid %d)", a->target);
}

/* `written`: of a write alone. */
static void print_namespace(const struct text_out *o, const struct report_attach *a,
			    int64_t written)
{
	const struct record_attach *b = &a->finding->attach->begin;

	if (!attach_is_nested(a->finding->attach))
		return;
	fprintf(o->out, "  pid namespace of the writer: %llu (level %u), where it is pid %d",
		ULL(b->ns), b->level, b->nspid);
	if (written > 0 && a->target)
		fprintf(o->out, "; %lld there is pid %d in the initial one", (long long)written,
			a->target);
	fputc('\n', o->out);
}

static void print_clone(struct text_out *o, const struct report_attach *a, const char *answer)
{
	const struct record_attach *b = &a->finding->attach->begin;

	fprintf(o->out, ") called clone3() into %s", *b->dst ? b->dst : "an unknown cgroup");
	if (b->v)
		fprintf(o->out, " (cgroup v%u)", b->v);
	fprintf(o->out, ": %s%s%s\n", text_bold(o), answer, text_plain(o));
	print_namespace(o, a, -1);
	if (a->has_container)
		text_container(o, &a->container);
}

static void print_text(const struct text_out *o, const struct report_attach *a)
{
	const struct record_attach *b = &a->finding->attach->begin;

	if (a->written >= 0)
		fprintf(o->out, ") wrote %lld", (long long)a->written);
	else if (!*b->text && b->nbytes)
		fprintf(o->out, ") wrote %llu bytes", ULL(b->nbytes));
	else if (a->text_cut && b->nbytes)
		fprintf(o->out, ") wrote %llu bytes that begin with \"%s\"", ULL(b->nbytes),
			b->text);
	else if (a->text_cut)
		fprintf(o->out, ") wrote a text that begins with \"%s\"", b->text);
	else
		fprintf(o->out, ") wrote \"%s\"", b->text);
}

/* No process wrote, or who wrote what is lost. */
static void print_unknown(const struct text_out *o, const struct finding *f, const char *answer)
{
	const struct task *stop = f->stop;

	if (f->attach->kernel)
		fprintf(o->out,
			"  the kernel moved tasks on its own (in thread %d of process %d): %s\n",
			stop->r.wpid, stop->r.wtgid, answer);
	else if (stop && stop->r.wpid)
		fprintf(o->out,
			"  thread %d of process %d wrote to a cgroup (what and where is lost): "
			"%s%s%s\n",
			stop->r.wpid, stop->r.wtgid, text_bold(o), answer, text_plain(o));
	else
		fprintf(o->out, "  a process wrote to a cgroup (the record of it is lost): %s\n",
			answer);
}

void text_write(struct text_out *o, const struct report_attach *a)
{
	const struct finding *f = a->finding;
	const struct record_attach *b = &f->attach->begin;
	const char *answer = f->answer < 0 ? phrase_errno(&o->arena, f->answer) : "ok";

	if (f->attach->kernel || !f->attach->begun) {
		print_unknown(o, f, answer);
		return;
	}
	fprintf(o->out, "  %s (pid %d", b->comm, b->pid);
	if (b->tgid != b->pid)
		fprintf(o->out, ", tgid %d", b->tgid);
	if (f->attach->outside) {
		fprintf(o->out, ") tried to write to %s of %s: %s%s%s\n", b->file, b->dst,
			text_bold(o), answer, text_plain(o));
		return;
	}
	if (f->attach->has_clone) {
		print_clone(o, a, answer);
		return;
	}
	print_text(o, a);
	print_target(o, a);
	fprintf(o->out, " to %s of %s (cgroup v%u%s%s%s%s): %s%s%s\n", b->file, b->dst, b->v,
		*b->controllers ? ", " : "", b->controllers, *b->name ? ", name=" : "", b->name,
		text_bold(o), answer, text_plain(o));
	print_namespace(o, a, a->written);
	if (a->has_container)
		text_container(o, &a->container);
}
