/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "base/version.h"
#include "facts/kernel.h"
#include "facts/runtimes.h"

#define ULL(n) ((unsigned long long)(n))

/* Refusals whose labels are kept until their incident is settled; of an older one the controller is not known. */
#define KEPT 4096

/* Of so many sets of labels each is counted on its own; real logs have some dozens. */
#define SERIES_MAX 300

/* What became of an incident. */
enum { HIDDEN, FAILED, OPEN, OUTCOMES };
static const char *const outcomes[] = { "hidden", "failed", "unknown" };

/* All are static strings, "" where there is none. */
struct labels {
	const char *cause, *controller, *error, *runtime, *outcome;
};

struct counter {
	struct labels labels;
	uint64_t n, refused, tries;
};

struct counters {
	struct counter *list;
	size_t count, room;
};

/* Seconds, upper bounds. runc's retries take 30 ms each. */
static const double bounds[] = { 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10 };

struct histogram {
	uint64_t buckets[ARRAY_SIZE(bounds) + 1], count;
	double sum;
};

enum state { STATE_NONE, STATE_STARTING, STATE_RECORDING, STATE_ENDED, STATE_CUT_SHORT, STATES };
static const char *const states[] = { NULL, "starting", "recording", "ended", "cut_short" };

/* What logs show as sums. */
struct sums {
	uint64_t accepted, refused, counted, lost, lost_attaches, incomplete, damaged, failed;
};

struct metrics {
	struct counters refusals, incidents;
	struct histogram cost[OUTCOMES];
	uint64_t outcomes[OUTCOMES], unexplained;
	struct {
		uint64_t number; /* and 1; 0: none */
		struct labels labels;
	} kept[KEPT];
	struct sums sums;
	enum state state;
	uint64_t armed_ns, last_ns; /* wall clock; 0: not known */
	uint32_t format;	    /* of the last log; 0 not known */
	uint32_t release;	    /* KERNEL_VERSION of the last log's kernel, 0 not known */
	bool refuses_new;
};

struct metrics *metrics_new(void)
{
	return xcalloc(1, sizeof(struct metrics));
}

void metrics_free(struct metrics *m)
{
	free(m->refusals.list);
	free(m->incidents.list);
	free(m);
}

/* ---- counting ---- */

static bool same_labels(const struct labels *a, const struct labels *b)
{
	return !strcmp(a->cause, b->cause) && !strcmp(a->controller, b->controller) &&
	       !strcmp(a->error, b->error) && !strcmp(a->runtime, b->runtime) &&
	       !strcmp(a->outcome, b->outcome);
}

static struct counter *find_counter(const struct counters *in, const struct labels *labels)
{
	for (size_t i = 0; i < in->count; i++)
		if (same_labels(&in->list[i].labels, labels))
			return &in->list[i];
	return NULL;
}

/* Where the sets are too many, only the outcome is told of what has a new one. */
static struct counter *counter_of(struct counters *in, const struct labels *labels)
{
	const struct labels other = { "other", "other", "other", "other", labels->outcome };
	struct counter *found = find_counter(in, labels);

	if (!found && in->count >= SERIES_MAX) {
		labels = &other;
		found = find_counter(in, labels);
	}
	if (found)
		return found;
	in->list = xgrow(in->list, in->count, &in->room, sizeof(*in->list));
	in->list[in->count] = (struct counter){ .labels = *labels };
	return &in->list[in->count++];
}

/* A number without a name may be any. */
static const char *error_label(int64_t answer)
{
	const char *name = kernel_answer_name(answer);

	return name ? name : "other";
}

static const char *runtime_label(const struct finding *f)
{
	return f->premise.door == DOOR_KERNEL ? "kernel" : runtimes_label(f->attach->begin.comm);
}

static struct labels labels_of(const struct finding *f)
{
	return (struct labels){
		.cause = f->cause->id,
		.controller = f->controller ? f->controller : "",
		.error = error_label(f->answer),
		.runtime = runtime_label(f),
		.outcome = "",
	};
}

void metrics_add_attach(struct metrics *m, const struct report_attach *a)
{
	const struct finding *f = a->finding;

	if (f->answer >= 0)
		return;
	struct labels labels = labels_of(f);

	counter_of(&m->refusals, &labels)->n++;
	m->unexplained += f->confidence == CONFIDENCE_NONE;
	m->kept[f->number % KEPT].number = f->number + 1;
	m->kept[f->number % KEPT].labels = labels;
}

static const char *controller_of_first(const struct metrics *m, uint64_t number)
{
	return m->kept[number % KEPT].number == number + 1 ?
		       m->kept[number % KEPT].labels.controller :
		       "";
}

static int outcome_of(const struct incident *i)
{
	return i->outcome == OUTCOME_SUCCEEDED ? HIDDEN :
	       i->outcome == OUTCOME_GAVE_UP   ? FAILED :
						 OPEN;
}

static void add_cost(struct histogram *h, double seconds)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(bounds) && seconds > bounds[i])
		i++;
	h->buckets[i]++;
	h->count++;
	h->sum += seconds;
}

void metrics_add_incident(struct metrics *m, const struct incident *i)
{
	int outcome = outcome_of(i);
	struct labels labels = {
		.cause = i->mixed || !i->cause ? "several" : i->cause->id,
		.controller = controller_of_first(m, i->first),
		.error = error_label(i->answer),
		.runtime = runtimes_label(i->comm),
		.outcome = outcomes[outcome],
	};
	struct counter *c = counter_of(&m->incidents, &labels);

	m->outcomes[outcome]++;
	c->n++;
	c->refused += i->refused;
	c->tries += i->tries;
	if (i->tries > 1 && incident_has_cost(i))
		add_cost(&m->cost[outcome], (double)incident_cost(i) / 1e9);
}

/* ---- the logs ---- */

static void add_log(struct sums *s, const struct log *log)
{
	uint64_t attempts = log_attempts(log), refused = log_refused(log);

	/* The sums tell of refusals whose records are lost, or still to come. */
	if (log->totals.refused > log->before.refused)
		raise_to(&refused, log->totals.refused - log->before.refused);
	s->accepted += attempts > refused ? attempts - refused : 0;
	s->refused += refused;
	s->counted += log_counted(log);
	s->lost += log_lost(log);
	s->lost_attaches += log_lost_attaches(log);
	s->incomplete += log->incomplete;
	s->damaged += log->damaged + log->repeated;
	s->failed += log->failed;
}

static enum state state_of(const struct log *log, bool ended)
{
	if (log->has_trailer)
		return STATE_ENDED;
	if (ended)
		return STATE_CUT_SHORT;
	return log_is_afterwards(log) && !log->armed_ns ? STATE_STARTING : STATE_RECORDING;
}

/* The last log is the one that is being recorded. */
static void take_recorder(struct metrics *m, const struct log *log, const struct report_now *now)
{
	m->state = state_of(log, now->ended);
	m->armed_ns = log->armed_ns ? log_wall_ns(log, log->armed_ns) : 0;
	m->last_ns = now->last_ns ? log_wall_ns(log, now->last_ns) : 0;
	m->format = log->has_header ? log->header.version : 0;
	m->release = log->version;
	m->refuses_new = now->refuses_new;
}

void metrics_set_now(struct metrics *m, const struct report_now *now)
{
	struct sums s = { 0 };

	for (const struct log *log = now->logs; log; log = log->next) {
		add_log(&s, log);
		if (!log->next)
			take_recorder(m, log, now);
	}
	raise_to(&m->sums.accepted, s.accepted);
	raise_to(&m->sums.refused, s.refused);
	raise_to(&m->sums.counted, s.counted);
	raise_to(&m->sums.lost, s.lost);
	raise_to(&m->sums.lost_attaches, s.lost_attaches);
	raise_to(&m->sums.incomplete, s.incomplete);
	raise_to(&m->sums.damaged, s.damaged);
	raise_to(&m->sums.failed, s.failed);
}

/* ---- printing ---- */

struct printer {
	FILE *out;
	bool openmetrics;
};

/* OpenMetrics names a counter without its _total here. */
static void head(const struct printer *p, const char *name, const char *type, const char *help)
{
	bool counter = !strcmp(type, "counter");
	int len = (int)strlen(name) - (counter && p->openmetrics ? (int)strlen("_total") : 0);

	fprintf(p->out, "# HELP %.*s %s\n# TYPE %.*s %s\n", len, name, help, len, name, type);
}

static void print_sum(const struct printer *p, const char *name, const char *help, uint64_t n)
{
	head(p, name, "counter", help);
	fprintf(p->out, "%s %llu\n", name, ULL(n));
}

static void print_labels(FILE *out, const struct labels *l)
{
	fprintf(out, "{cause=\"%s\",controller=\"%s\",errno=\"%s\",runtime=\"%s\"", l->cause,
		l->controller, l->error, l->runtime);
	if (*l->outcome)
		fprintf(out, ",outcome=\"%s\"", l->outcome);
	fputc('}', out);
}

enum what { COUNT, REFUSED, TRIES };

static void print_counters(const struct printer *p, const char *name, const char *help,
			   const struct counters *list, enum what what)
{
	head(p, name, "counter", help);
	for (size_t i = 0; i < list->count; i++) {
		const struct counter *c = &list->list[i];
		uint64_t n = what == COUNT ? c->n : what == REFUSED ? c->refused : c->tries;

		fputs(name, p->out);
		print_labels(p->out, &c->labels);
		fprintf(p->out, " %llu\n", ULL(n));
	}
}

static void print_histogram(const struct printer *p, const char *name, const char *outcome,
			    const struct histogram *h)
{
	uint64_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(bounds); i++) {
		n += h->buckets[i];
		fprintf(p->out, "%s_bucket{outcome=\"%s\",le=\"%g\"} %llu\n", name, outcome,
			bounds[i], ULL(n));
	}
	fprintf(p->out, "%s_bucket{outcome=\"%s\",le=\"+Inf\"} %llu\n", name, outcome,
		ULL(h->count));
	fprintf(p->out, "%s_sum{outcome=\"%s\"} %.9g\n%s_count{outcome=\"%s\"} %llu\n", name,
		outcome, h->sum, name, outcome, ULL(h->count));
}

static void print_costs(const struct printer *p, const struct metrics *m)
{
	static const char name[] = "cgattach_retry_duration_seconds";

	head(p, name, "histogram",
	     "How long the tries of an attach took that was tried again, from the first refusal "
	     "on.");
	for (int i = 0; i < OUTCOMES; i++)
		if (i != OPEN)
			print_histogram(p, name, outcomes[i], &m->cost[i]);
}

static void print_attaches(const struct printer *p, const struct metrics *m)
{
	head(p, "cgattach_attaches_total", "counter",
	     "Attaches that the recorder saw, recorded or only counted.");
	fprintf(p->out,
		"cgattach_attaches_total{result=\"accepted\"} %llu\n"
		"cgattach_attaches_total{result=\"refused\"} %llu\n",
		ULL(m->sums.accepted), ULL(m->sums.refused));
}

/* Each is there from the beginning: of a series that begins with 1 increase() does not see the first. */
static void print_outcomes(const struct printer *p, const struct metrics *m)
{
	head(p, "cgattach_outcomes_total", "counter", "The same incidents by their outcome alone.");
	for (int i = 0; i < OUTCOMES; i++)
		fprintf(p->out, "cgattach_outcomes_total{outcome=\"%s\"} %llu\n", outcomes[i],
			ULL(m->outcomes[i]));
	print_sum(p, "cgattach_refusals_unexplained_total",
		  "Recorded refusals without a cause that fits.", m->unexplained);
}

static void print_refusals(const struct printer *p, const struct metrics *m)
{
	print_counters(p, "cgattach_refusals_total",
		       "Refusals that were recorded, by cause, when they happen.", &m->refusals,
		       COUNT);
	print_sum(p, "cgattach_refusals_counted_total",
		  "Refusals in floods, which the recorder only counted: their cause is not known.",
		  m->sums.counted);
	print_counters(p, "cgattach_incidents_total",
		       "Attaches that were refused at least once, with all their tries, when their "
		       "outcome is known: hidden by a retry that succeeded, failed, or unknown.",
		       &m->incidents, COUNT);
	print_counters(p, "cgattach_incident_refusals_total", "The refusals in these incidents.",
		       &m->incidents, REFUSED);
	print_counters(p, "cgattach_incident_tries_total", "The tries in these incidents.",
		       &m->incidents, TRIES);
	print_outcomes(p, m);
	print_costs(p, m);
}

static void print_losses(const struct printer *p, const struct metrics *m)
{
	print_sum(p, "cgattach_lost_records_total", "Records that never arrived.", m->sums.lost);
	print_sum(p, "cgattach_lost_attaches_total", "Attaches of which no record arrived.",
		  m->sums.lost_attaches);
	print_sum(p, "cgattach_incomplete_attaches_total",
		  "Attaches of which some records are missing.", m->sums.incomplete);
	print_sum(p, "cgattach_damaged_lines_total", "Lines of the log that were passed over.",
		  m->sums.damaged);
	print_sum(p, "cgattach_recorder_failures_total",
		  "Writes that the recorder could not record wholly.", m->sums.failed);
}

static void print_time(const struct printer *p, const char *name, const char *help, uint64_t ns)
{
	if (!ns)
		return;
	head(p, name, "gauge", help);
	fprintf(p->out, "%s %llu.%03llu\n", name, ULL(ns / 1000000000), ULL(ns / 1000000 % 1000));
}

static void print_states(const struct printer *p, const struct metrics *m)
{
	head(p, "cgattach_recorder_state", p->openmetrics ? "stateset" : "gauge",
	     "1 for the state that the recorder of the latest log is in.");
	for (int i = STATE_NONE + 1; i < STATES; i++)
		fprintf(p->out, "cgattach_recorder_state{%s=\"%s\"} %d\n",
			p->openmetrics ? "cgattach_recorder_state" : "state", states[i],
			m->state == (enum state)i);
}

static void print_recorder(const struct printer *p, const struct metrics *m)
{
	print_states(p, m);
	print_time(p, "cgattach_recorder_armed_timestamp_seconds",
		   "When its probes were live; nothing earlier is counted.", m->armed_ns);
	print_time(p, "cgattach_recorder_last_record_timestamp_seconds",
		   "When the latest record of an attach was made.", m->last_ns);
}

static void print_infos(const struct printer *p, const struct metrics *m)
{
	const char *type = p->openmetrics ? "info" : "gauge";

	head(p, p->openmetrics ? "cgattach_build" : "cgattach_build_info", type,
	     "The version of cganalyze.");
	fprintf(p->out, "cgattach_build_info{version=\"%s\"} 1\n", version_number);
	if (m->format) {
		head(p, p->openmetrics ? "cgattach_log" : "cgattach_log_info", type,
		     "The format of the latest log.");
		fprintf(p->out, "cgattach_log_info{format=\"%u\"} 1\n", m->format);
	}
	if (!m->release)
		return;
	head(p, p->openmetrics ? "cgattach_kernel" : "cgattach_kernel_info", type,
	     "The recorded kernel, and whether it refuses for a new thread (Linux 4.8 to 6.0).");
	fprintf(p->out, "cgattach_kernel_info{version=\"%u.%u\",refuses_new_threads=\"%s\"} 1\n",
		KERNEL_MAJOR(m->release), KERNEL_MINOR(m->release),
		m->refuses_new ? "true" : "false");
}

void metrics_print(const struct metrics *m, FILE *out, bool openmetrics)
{
	const struct printer p = { .out = out, .openmetrics = openmetrics };

	print_infos(&p, m);
	print_recorder(&p, m);
	print_attaches(&p, m);
	print_refusals(&p, m);
	print_losses(&p, m);
	if (openmetrics)
		fputs("# EOF\n", out);
}
