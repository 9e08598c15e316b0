/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/journal.h"
#include "base/text.h"
#include "facts/door.h"
#include "trace/phrases.h"

/* The kinds of entries: service/cgattach.catalog has each. They never change. */
#define ID_REFUSED "445c6b3808724d5887cbb7ba8ab02a3a"
#define ID_HIDDEN  "5f7c13afe14849db9e97f7e95f733856"
#define ID_LOSSES  "d8d6867ed66a4033bf89032537d86026"
#define ID_DROPPED "44ff3c4798b24004a2d18dc1015c1b1a"

#define PRIORITY_WARNING "4"
#define PRIORITY_NOTICE	 "5"

/* Bytes of a value, and of a cgroup or a text in MESSAGE. */
#define VALUE_MOST 4096
#define QUOTE_MOST 300

/* Refusals whose details are kept until their incident is settled; of one that is older its incident has to do. */
#define PREPARED 1024

#define ULL(n) ((unsigned long long)(n))

/* A refusal as it is told, but for what became of it. */
struct prepared {
	uint64_t number; /* and 1; 0: none */
	struct arena arena;
	struct strings fields;
	const char *message;
};

struct journal_out {
	struct journal *journal; /* borrowed */
	struct prepared prepared[PREPARED];
	uint64_t told; /* of those that were dropped */
};

/* ---- fields ---- */

/* `value` is printable ASCII; without one there is no field. */
static void add(struct strings *to, struct arena *arena, const char *name, const char *value)
{
	if (value && *value)
		strings_add(to, arena_printf(arena, "%s=%.*s", name, VALUE_MOST, value));
}

static void add_any(struct strings *to, struct arena *arena, const char *name, const char *value)
{
	add(to, arena, name, value ? text_safe(arena, value) : NULL);
}

static void add_number(struct strings *to, struct arena *arena, const char *name, uint64_t n)
{
	strings_add(to, arena_printf(arena, "%s=%llu", name, ULL(n)));
}

static void add_head(struct strings *to, struct arena *arena, const char *id, const char *priority,
		     const char *message)
{
	add(to, arena, "MESSAGE", message);
	add(to, arena, "MESSAGE_ID", id);
	add(to, arena, "PRIORITY", priority);
	add(to, arena, "SYSLOG_IDENTIFIER", "cgattach");
}

static void add_container(struct strings *to, struct arena *arena, const struct container *c)
{
	add(to, arena, "CGATTACH_ENGINE", c->engine);
	add_any(to, arena, "CGATTACH_CONTAINER", c->id);
	add_any(to, arena, "CGATTACH_CONTAINER_NAME", c->name);
	add_any(to, arena, "CGATTACH_POD_UID", c->pod_uid);
	add_any(to, arena, "CGATTACH_POD_NAME", c->pod_name);
	add_any(to, arena, "CGATTACH_POD_NAMESPACE", c->pod_namespace);
	add_any(to, arena, "CGATTACH_UNIT", c->unit);
}

static void add_blocker(struct strings *to, struct arena *arena, const struct finding *f)
{
	if (!f->blocker)
		return;
	const struct row *row = &f->blocker->r.row;

	add_number(to, arena, "CGATTACH_BLOCKER_PID", row->pid);
	add_number(to, arena, "CGATTACH_BLOCKER_TGID", row->tgid);
	add(to, arena, "CGATTACH_BLOCKER_COMM", row->comm);
	add(to, arena, "CGATTACH_BLOCKER_STATE", phrase_state(arena, row, f->attach->log->version));
}

static void add_time(struct strings *to, struct arena *arena, uint64_t wall_ns)
{
	if (wall_ns)
		add_number(to, arena, "CGATTACH_TIME", wall_ns / 1000);
}

static void add_cause(struct strings *to, struct arena *arena, const struct cause *cause,
		      int64_t answer)
{
	add(to, arena, "CGATTACH_CAUSE", cause->id);
	add(to, arena, "CGATTACH_TITLE", cause->title);
	add(to, arena, "CGATTACH_PERSISTENCE", persistence_name(cause->persistence));
	add(to, arena, "CGATTACH_ERRNO", phrase_errno(arena, answer));
}

/* The catalog names the cgroup and the writer: unlike the others these are always there. */
static void add_place(struct strings *to, struct arena *arena, const char *cgroup, const char *comm,
		      int32_t pid, int32_t tgid)
{
	add(to, arena, "CGATTACH_CGROUP", cgroup && *cgroup ? cgroup : "unknown");
	add(to, arena, "CGATTACH_WRITER_COMM", comm && *comm ? comm : "unknown");
	add_number(to, arena, "CGATTACH_WRITER_PID", pid);
	add_number(to, arena, "CGATTACH_WRITER_TGID", tgid);
}

static void add_finding(struct strings *to, struct arena *arena, const struct report_attach *a)
{
	const struct finding *f = a->finding;
	const struct record_attach *b = &f->attach->begin;
	const char *confidence = confidence_name(f->confidence);

	add_cause(to, arena, f->cause, f->answer);
	add(to, arena, "CGATTACH_CONFIDENCE", confidence ? confidence : "none");
	add(to, arena, "CGATTACH_PROOF", proof_name(f->proof));
	add(to, arena, "CGATTACH_FUNCTION", f->function);
	add(to, arena, "CGATTACH_CONTROLLER", f->controller);
	add(to, arena, "CGATTACH_DOOR", door_name(f->premise.door));
	if (f->attach->begun || !f->stop)
		add_place(to, arena, b->dst, b->comm, b->pid, b->tgid);
	else
		add_place(to, arena, b->dst, NULL, f->stop->r.wpid, f->stop->r.wtgid);
	add(to, arena, "CGATTACH_FILE", f->attach->has_clone ? NULL : b->file);
	if (a->written >= 0)
		add_number(to, arena, "CGATTACH_PID", a->written);
	else if (!f->attach->outside && !f->attach->has_clone)
		add(to, arena, "CGATTACH_TEXT", b->text);
	if (a->target)
		add_number(to, arena, "CGATTACH_TARGET_PID", a->target);
	if (a->has_container)
		add_container(to, arena, &a->container);
	add_blocker(to, arena, f);
	if (a->has_creator)
		add(to, arena, "CGATTACH_CREATOR", a->creator.words);
	add(to, arena, "CGATTACH_ADVICE",
	    f->advice.count ? f->advice.items[0] : "cganalyze has no advice for this cause.");
	add_number(to, arena, "CGATTACH_REFUSAL", f->attach->id);
	add_any(to, arena, "CGATTACH_LOG", f->attach->log->file);
	add_time(to, arena, a->wall_ns);
}

/* ---- MESSAGE ---- */

/* Of what the log has, or an id is cut as people have it. */
static const char *quote(struct arena *arena, const char *s)
{
	const char *cut = text_cut_ids(arena, s);

	return strlen(cut) > QUOTE_MOST ? arena_printf(arena, "%.*s...", QUOTE_MOST, cut) : cut;
}

static const char *what_of(struct arena *arena, const struct report_attach *a)
{
	const struct attach *attach = a->finding->attach;

	switch (a->finding->premise.door) {
	case DOOR_SUBTREE_CONTROL:
		return "write to cgroup.subtree_control of";
	case DOOR_CLONE:
		return "clone3() into";
	case DOOR_KERNEL:
		return "move by the kernel to";
	case DOOR_WRITE:
		break;
	}
	if (!a->written)
		return "attach of itself to";
	if (a->written > 0)
		return arena_printf(arena, "attach of %lld to", (long long)a->written);
	if (!attach->outside && attach->begin.text && *attach->begin.text)
		return arena_printf(arena, "attach of \"%s\" to", quote(arena, attach->begin.text));
	return "attach to";
}

static const char *pod_of(struct arena *arena, const struct report_attach *a)
{
	const struct container *c = &a->container;

	if (!a->has_container || !c->pod_name)
		return "";
	return arena_printf(arena, " (pod %s/%s%s%s)",
			    c->pod_namespace ? text_safe(arena, c->pod_namespace) : "?",
			    text_safe(arena, c->pod_name), c->name ? ", container " : "",
			    c->name ? text_safe(arena, c->name) : "");
}

static const char *message_of(struct arena *arena, const struct report_attach *a)
{
	const struct finding *f = a->finding;
	const struct record_attach *b = &f->attach->begin;
	const char *confidence = confidence_name(f->confidence);

	return arena_printf(arena, "%s: %s %s%s refused with %s: %s%s%s: %s",
			    b->comm && *b->comm ? b->comm : "unknown writer", what_of(arena, a),
			    b->dst && *b->dst ? quote(arena, b->dst) : "an unknown cgroup",
			    pod_of(arena, a), phrase_errno(arena, f->answer), f->cause->id,
			    confidence ? ", " : "", confidence ? confidence : "", f->cause->title);
}

static const char *outcome_of(struct arena *arena, const struct incident *i)
{
	const char *cost = phrase_duration(arena, incident_cost(i));

	switch (i->outcome) {
	case OUTCOME_SUCCEEDED:
		return arena_printf(arena, "; %s after %u tries, %s",
				    incident_hides_retries(i) ? "hidden by a retry" :
								"a retry succeeded",
				    i->tries, cost);
	case OUTCOME_GAVE_UP:
		return i->tries < 2 ? "; not tried again within 1 s" :
				      arena_printf(arena, "; the writer gave up after %u tries, %s",
						   i->tries, cost);
	default:
		return i->tries < 2 ? "" :
				      arena_printf(arena, "; the outcome of %u tries is not known",
						   i->tries);
	}
}

/* ---- what was dropped ---- */

static uint64_t all_of(struct journal_dropped d)
{
	return d.too_many + d.full + d.failed;
}

static void tell_dropped(struct journal_out *o)
{
	struct journal_dropped d = journal_dropped(o->journal);
	struct arena arena = { 0 };
	struct strings fields = { 0 };
	uint64_t n = all_of(d) - o->told;

	add_head(&fields, &arena, ID_DROPPED, PRIORITY_WARNING,
		 arena_printf(&arena,
			      "%llu entries about refused attaches were dropped since the "
			      "last one that says so",
			      ULL(n)));
	add_number(&fields, &arena, "CGATTACH_DROPPED", n);
	add_number(&fields, &arena, "CGATTACH_DROPPED_IN_ALL", all_of(d));
	add_number(&fields, &arena, "CGATTACH_DROPPED_TOO_MANY", d.too_many);
	add_number(&fields, &arena, "CGATTACH_DROPPED_FULL", d.full);
	add_number(&fields, &arena, "CGATTACH_DROPPED_FAILED", d.failed);
	/* If this one is dropped too, the next one tells of both. */
	if (journal_send_always(o->journal, &fields))
		o->told += n;
	strings_fini(&fields);
	arena_fini(&arena);
}

/* `ended`: CLOCK_MONOTONIC of the log, which measures the rate: a file is read faster than it was written. */
static void send(struct journal_out *o, const struct strings *fields, uint64_t ended)
{
	if (journal_send(o->journal, fields, ended) &&
	    all_of(journal_dropped(o->journal)) > o->told)
		tell_dropped(o);
}

/* ---- the renderer ---- */

static void prepared_fini(struct prepared *p)
{
	strings_fini(&p->fields);
	arena_fini(&p->arena);
	*p = (struct prepared){ 0 };
}

static void *begin(const struct render_options *options, enum report_kind kind)
{
	struct journal_out *o = xcalloc(1, sizeof(*o));

	(void)kind;
	o->journal = options->journal;
	return o;
}

/* In no incident: nothing is known of what its writer did before and after. */
static void send_alone(struct journal_out *o, struct prepared *p, uint64_t time)
{
	struct strings fields = { 0 };

	add_head(&fields, &p->arena, ID_REFUSED, PRIORITY_WARNING, p->message);
	strings_add_all(&fields, &p->fields);
	add(&fields, &p->arena, "CGATTACH_OUTCOME", "unknown");
	add_number(&fields, &p->arena, "CGATTACH_TRIES", 1);
	send(o, &fields, time);
	strings_fini(&fields);
	prepared_fini(p);
}

static void take_attach(void *state, const struct report_attach *a)
{
	struct journal_out *o = state;
	struct prepared *p = &o->prepared[a->finding->number % PREPARED];

	prepared_fini(p);
	p->number = a->finding->number + 1;
	add_finding(&p->fields, &p->arena, a);
	p->message = message_of(&p->arena, a);
	if (!a->finding->attach->begun)
		send_alone(o, p, a->time_ns);
}

/* Of an incident whose refusals are no longer here. */
static void prepare_bare(struct prepared *p, const struct incident *i)
{
	add_cause(&p->fields, &p->arena, i->cause, i->answer);
	add(&p->fields, &p->arena, "CGATTACH_CONFIDENCE", "unknown");
	add_place(&p->fields, &p->arena, i->cgroup, i->comm, i->writer_pid, i->writer_tgid);
	add(&p->fields, &p->arena, "CGATTACH_FILE", i->file);
	add(&p->fields, &p->arena, "CGATTACH_ADVICE", "cganalyze LOG shows the details.");
	add_number(&p->fields, &p->arena, "CGATTACH_REFUSAL", i->ids[0]);
	add_any(&p->fields, &p->arena, "CGATTACH_LOG", i->log->file);
	add_time(&p->fields, &p->arena, log_wall_ns(i->log, i->began_ns));
	p->message = arena_printf(&p->arena, "%s: attach of %s to %s refused with %s: %s: %s",
				  *i->comm ? i->comm : "unknown writer", quote(&p->arena, i->text),
				  quote(&p->arena, i->cgroup), phrase_errno(&p->arena, i->answer),
				  i->cause->id, i->cause->title);
}

static const char *outcome_name(const struct incident *i)
{
	switch (i->outcome) {
	case OUTCOME_SUCCEEDED:
		return incident_hides_retries(i) ? "hidden" : "succeeded";
	case OUTCOME_GAVE_UP:
		return "gave_up";
	default:
		return "unknown";
	}
}

static void send_incident(struct journal_out *o, struct prepared *p, const struct incident *i)
{
	struct strings fields = { 0 };
	bool succeeded = incident_is_hidden(i);

	/* A writer that is not known to keep silent may have told its user. */
	add_head(&fields, &p->arena,
		 succeeded && incident_hides_retries(i) ? ID_HIDDEN : ID_REFUSED,
		 succeeded ? PRIORITY_NOTICE : PRIORITY_WARNING,
		 arena_printf(&p->arena, "%s%s", p->message, outcome_of(&p->arena, i)));
	strings_add_all(&fields, &p->fields);
	add(&fields, &p->arena, "CGATTACH_OUTCOME", outcome_name(i));
	add_number(&fields, &p->arena, "CGATTACH_TRIES", i->tries);
	add_number(&fields, &p->arena, "CGATTACH_REFUSED", i->refused);
	if (incident_has_cost(i) || succeeded)
		add_number(&fields, &p->arena, "CGATTACH_LATENCY_USEC", incident_cost(i) / 1000);
	send(o, &fields, i->ended_ns);
	strings_fini(&fields);
}

static void take_incident(void *state, const struct incident *i)
{
	struct journal_out *o = state;
	struct prepared *p = &o->prepared[i->first % PREPARED], bare = { 0 };

	if (p->number != i->first + 1) {
		prepare_bare(&bare, i);
		p = &bare;
	}
	send_incident(o, p, i);
	prepared_fini(p);
}

static void tell_losses(struct journal_out *o, const struct report_log *r)
{
	const struct log *log = r->log;
	struct arena arena = { 0 };
	struct strings fields = { 0 };
	const char *file = text_safe(&arena, log->file);

	add_head(&fields, &arena, ID_LOSSES, PRIORITY_WARNING,
		 arena_printf(&arena,
			      "%s: not all is known: %llu records and %llu attaches lost, "
			      "%llu refusals only counted, %llu damaged lines%s%s",
			      file, ULL(r->lost), ULL(r->lost_attaches), ULL(r->counted),
			      ULL(log->damaged), log->has_header ? "" : ", no header",
			      log->has_trailer ? "" : ", no end"));
	add(&fields, &arena, "CGATTACH_LOG", file);
	add_number(&fields, &arena, "CGATTACH_LOST", r->lost);
	add_number(&fields, &arena, "CGATTACH_LOST_ATTACHES", r->lost_attaches);
	add_number(&fields, &arena, "CGATTACH_COUNTED", r->counted);
	add_number(&fields, &arena, "CGATTACH_DAMAGED", log->damaged);
	add_number(&fields, &arena, "CGATTACH_FAILED", log->failed);
	if (!journal_send_always(o->journal, &fields))
		error("the journal did not take: %s: not all is known of this log", file);
	strings_fini(&fields);
	arena_fini(&arena);
}

static void take_summary(void *state, const struct report_summary *summary)
{
	for (size_t i = 0; i < summary->log_count; i++)
		if (!summary->logs[i].whole || summary->logs[i].counted)
			tell_losses(state, &summary->logs[i]);
}

static void end(void *state)
{
	struct journal_out *o = state;
	struct journal_dropped d = journal_dropped(o->journal);

	if (all_of(d) > o->told)
		tell_dropped(o);
	if (all_of(d))
		error("--journald: %llu entries were dropped: %llu because there were more than %d "
		      "a "
		      "second, %llu because the journal took no more, %llu because it was not "
		      "there",
		      ULL(all_of(d)), ULL(d.too_many), JOURNAL_RATE, ULL(d.full), ULL(d.failed));
	for (size_t i = 0; i < PREPARED; i++)
		prepared_fini(&o->prepared[i]);
	free(o);
}

const struct renderer render_journal = {
	.streams = true,
	.begin = begin,
	.attach = take_attach,
	.incident = take_incident,
	.summary = take_summary,
	.end = end,
};
