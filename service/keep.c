/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cgattach-keep - what the service runs: the recorder writes its log to us, and we keep it in files of bounded size,
 * hand it to an analyzer, and watch what it all costs. What could not be kept is counted, and stands in the log.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/util.h"
#include "service/child.h"
#include "service/feed.h"
#include "service/options.h"
#include "service/records.h"
#include "service/say.h"
#include "service/segments.h"
#include "service/share.h"
#include "service/tally.h"

#define ULL(n) ((unsigned long long)(n))
#define SECOND 1000000000ull
#define QUIET_MS                                                                                   \
	300 /* no record for so long: a good moment to begin the next file. stapio looks five times a second */
#define PATIENT_NS (2 * SECOND) /* then any moment between two attaches will do, */
#define LATEST_NS  (5 * SECOND) /* and then any */
#define RETRY_NS   SECOND	/* how often a full disk is tried */
#define STOP_NS	   (20 * SECOND)

enum { STATUS_STOPPED = 0, STATUS_ENDED = 1, STATUS_USAGE = 2, STATUS_SHARE = 10 };

struct keep {
	struct options options;
	struct segments segments;
	struct tally tally;
	struct feed feed;
	struct share share;
	pid_t recorder;
	int from, signals; /* the recorder's pipe, or -1 at its end; signalfd */
	int recorder_status;
	char line[TALLY_LINE_MAX]; /* the beginning of the next line */
	size_t line_len;
	char *batch; /* whole lines that are not yet in the file */
	size_t batch_len, batch_room;
	uint64_t cut_wanted;		      /* since when the file is full; 0: it is not */
	struct missed unkept;		      /* since the disk is full, and not yet in the log */
	struct missed lost;		      /* what the log says of that */
	uint64_t retry_at, stopping, told_at; /* 0: not */
	time_t began;
	bool begun, ready; /* the first line has come; it was armed */
	const char *state;
	char *last_status;
	int exit_status;
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static const char *stamp(time_t t, char to[32])
{
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(to, 32, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return to;
}

/* ---- the log's files ---- */

static bool is_open(const struct keep *k)
{
	return k->segments.fd >= 0;
}

static void begin_loss(struct keep *k, int error, uint64_t now)
{
	k->retry_at = now + RETRY_NS;
	if (k->unkept.since)
		return;
	say(SAY_ERROR, "cannot write to %s: %s; what is refused is counted until that is mended",
	    k->options.log_dir, strerror(error));
	k->state = "cannot-write";
}

static void add_loss(struct keep *k, const char *text, size_t len, uint64_t now)
{
	missed_add(&k->unkept, text, len, now);
	missed_add(&k->lost, text, len, now);
}

static void end_loss(struct keep *k)
{
	if (!k->unkept.since)
		return;
	say(SAY_WARNING,
	    "keeps the log again; not kept were %llu records with %llu refusals (%llu bytes)",
	    ULL(k->unkept.records), ULL(k->unkept.refusals), ULL(k->unkept.bytes));
	k->unkept = (struct missed){ 0 };
	k->state = k->stopping ? "stopping" : "recording";
}

static void begin_segment(struct keep *k, uint64_t now)
{
	size_t len;
	char *text = tally_preamble(&k->tally, k->segments.n + 1, &k->unkept, now, &len);

	if (segments_begin(&k->segments, text, len))
		begin_loss(k, errno, now);
	else
		end_loss(k);
	free(text);
	if (!is_open(k))
		return;
	k->tally.dropped = (struct missed){ 0 };
	k->cut_wanted = 0;
}

/* What the batch has after `done` bytes does not fit into the file, which ends here. */
static void lose_rest(struct keep *k, size_t done, uint64_t now)
{
	int error = errno;

	segments_end(&k->segments);
	begin_loss(k, error, now);
	add_loss(k, k->batch + done, k->batch_len - done, now);
}

static void flush_batch(struct keep *k, uint64_t now)
{
	if (!k->batch_len)
		return;
	if (!is_open(k)) {
		add_loss(k, k->batch, k->batch_len, now);
	} else {
		size_t done = segments_write(&k->segments, k->batch, k->batch_len);

		if (done < k->batch_len)
			lose_rest(k, done, now);
	}
	k->batch_len = 0;
	if (is_open(k) && !k->cut_wanted && k->segments.bytes >= k->segments.max_each)
		k->cut_wanted = now;
}

static void cut(struct keep *k, uint64_t now)
{
	char record[RECORDS_MAX];
	struct record_totals sums;

	flush_batch(k, now);
	if (!is_open(k))
		return;
	sums = tally_sums(&k->tally);
	records_continued(record, now, k->segments.n + 1, &sums);
	size_t len = strlen(record);

	if (segments_write(&k->segments, record, len) < len) {
		int error = errno;

		segments_end(&k->segments);
		begin_loss(k, error, now);
		return;
	}
	segments_end(&k->segments);
	begin_segment(k, now);
	if (feed_is_due(&k->feed, k->options.renew_after) && !tally_has_open(&k->tally))
		feed_renew(&k->feed, &k->tally, record, now);
}

static bool is_good_moment(const struct keep *k, bool quiet, uint64_t waited)
{
	return !tally_has_open(&k->tally) && (quiet || waited >= PATIENT_NS);
}

/* Between two attaches if possible. `quiet`: nothing has come for a while. */
static void cut_if_due(struct keep *k, bool quiet, uint64_t now)
{
	uint64_t waited = now - k->cut_wanted;
	bool last_moment =
		waited >= LATEST_NS || k->segments.bytes >= SEGMENTS_OVER * k->segments.max_each;

	if (!k->cut_wanted || k->tally.has_trailer)
		return;
	if (last_moment || is_good_moment(k, quiet, waited))
		cut(k, now);
}

static void retry(struct keep *k, uint64_t now)
{
	if (is_open(k) || now < k->retry_at)
		return;
	begin_segment(k, now);
}

/* ---- lines ---- */

static void batch_add(struct keep *k, const char *text, size_t len)
{
	while (k->batch_len + len + 1 > k->batch_room) {
		k->batch_room = k->batch_room ? 2 * k->batch_room : 1 << 16;
		k->batch = realloc(k->batch, k->batch_room);
		if (!k->batch)
			out_of_memory();
	}
	memcpy(k->batch + k->batch_len, text, len);
	k->batch_len += len;
	k->batch[k->batch_len++] = '\n';
}

static void tell_status(struct keep *k);

static void note_armed(struct keep *k)
{
	if (!k->tally.armed || k->ready)
		return;
	k->ready = true;
	k->state = is_open(k) ? "recording" : "cannot-write";
	say(SAY_INFO, "armed: refusals are recorded in %s", k->options.log_dir);
	/* Who waits for systemctl to start us reads it next. */
	tell_status(k);
	notify("READY=1");
}

static void take_line(struct keep *k, uint64_t now)
{
	bool first = !k->begun;
	size_t len = k->line_len;

	tally_take(&k->tally, k->line, len, now);
	k->line[len] = '\n';
	k->line_len = 0;
	if (first) {
		k->begun = true;
		begin_segment(k, now);
		feed_keep_up(&k->feed, &k->tally, now);
	}
	note_armed(k);
	/* A file begins with it. */
	if (first && k->tally.header)
		return;
	batch_add(k, k->line, len);
	feed_put(&k->feed, k->line, len + 1, now);
}

static void take_text(struct keep *k, const char *text, size_t len, uint64_t now)
{
	for (const char *end = text + len; text < end; text++) {
		if (*text != '\n')
			k->line[k->line_len++] = *text;
		if (*text == '\n' || k->line_len == sizeof(k->line) - 1)
			take_line(k, now);
	}
}

/* The last line may lack its end. */
static void end_of_log(struct keep *k, uint64_t now)
{
	if (k->line_len)
		take_line(k, now);
	flush_batch(k, now);
	close(k->from);
	k->from = -1;
}

static void read_recorder(struct keep *k, uint64_t now)
{
	static char text[1 << 16];
	ssize_t n = read(k->from, text, sizeof(text));

	if (n > 0) {
		take_text(k, text, n, now);
		flush_batch(k, now);
	} else if (!n || (errno != EINTR && errno != EAGAIN)) {
		end_of_log(k, now);
	}
}

/* ---- the module that a recorder left when it was killed ---- */

static const char *note_path(const struct keep *k, char to[512])
{
	snprintf(to, 512, "%s/module", k->options.run_dir);
	return to;
}

static bool has_module(const char *name)
{
	char line[512];
	size_t len = strlen(name);
	bool found = false;
	FILE *in = fopen("/proc/modules", "re");

	while (in && !found && fgets(line, sizeof(line), in))
		found = !strncmp(line, name, len) && line[len] == ' ';
	if (in)
		fclose(in);
	return found;
}

/* Only what this service loaded: it left a note. */
static bool is_ours(const struct keep *k)
{
	char path[512], name[128] = "";
	FILE *in = fopen(note_path(k, path), "re");
	bool good = in && fgets(name, sizeof(name), in);

	if (in)
		fclose(in);
	name[strcspn(name, "\n")] = 0;
	return good && !strcmp(name, k->options.module);
}

static int remove_module(struct keep *k)
{
	/* The recorder's own staprun: it may be the only one here. */
	char *argv[] = { k->options.recorder[0], "-d", (char *)k->options.module, NULL };

	if (!k->options.module || !has_module(k->options.module))
		return 0;
	if (!is_ours(k)) {
		say(SAY_ERROR,
		    "a module '%s' is loaded that this service did not load; to remove it: staprun "
		    "-d %s",
		    k->options.module, k->options.module);
		return -1;
	}
	child_run(argv, 60);
	if (has_module(k->options.module)) {
		say(SAY_ERROR,
		    "the module '%s' of an earlier recording cannot be removed: is it still in "
		    "use?",
		    k->options.module);
		return -1;
	}
	say(SAY_NOTICE, "removed the module '%s', which a recorder that was killed had left",
	    k->options.module);
	return 0;
}

static void note_module(const struct keep *k)
{
	char path[512];
	FILE *out = k->options.module ? fopen(note_path(k, path), "we") : NULL;

	if (!out)
		return;
	fprintf(out, "%s\n", k->options.module);
	fclose(out);
}

/* ---- status ---- */

static void put_missed(FILE *out, const char *what, const struct missed *missed)
{
	fprintf(out, "refusals_%s=%llu\nrecords_%s=%llu\nbytes_%s=%llu\n", what,
		ULL(missed->refusals), what, ULL(missed->records), what, ULL(missed->bytes));
}

static uint64_t counted(const struct keep *k)
{
	const struct record_totals *sums = &k->tally.latest;

	return !k->tally.filters && sums->refused > k->tally.sums.refused_told ?
		       sums->refused - k->tally.sums.refused_told :
		       k->tally.sums.counted;
}

static char *status_text(const struct keep *k)
{
	char *text = NULL, time[32];
	size_t len;
	FILE *out = open_memstream(&text, &len);
	double percent = share_percent(&k->share);

	if (!out)
		out_of_memory();
	fprintf(out, "state=%s\nsince=%s\npid=%d\nrecorder_pid=%d\nanalyzer_pid=%d\n", k->state,
		stamp(k->began, time), (int)getpid(), (int)k->recorder, (int)k->feed.pid);
	fprintf(out,
		"log=%s/"
		"%s\nsegments=%llu\nlog_files=%llu\nlog_bytes=%llu\nlog_files_removed=%llu\n",
		k->options.log_dir, k->segments.name, ULL(k->segments.n),
		ULL(k->segments.kept + is_open(k)), ULL(segments_bytes(&k->segments)),
		ULL(k->segments.removed));
	fprintf(out, "refusals_kept=%llu\n", ULL(k->tally.refusals - k->lost.refusals));
	put_missed(out, "lost", &k->lost);
	fprintf(out, "refusals_counted=%llu\nattaches=%llu\n", ULL(counted(k)),
		ULL(k->tally.latest.accepted + k->tally.latest.refused));
	if (k->feed.argv) {
		fprintf(out, "analyzer_restarts=%llu\n", ULL(k->feed.restarts));
		put_missed(out, "not_analyzed", &k->feed.all);
	}
	if (percent >= 0)
		fprintf(out, "cpu_percent=%.2f\n", percent);
	fprintf(out, "share=%g\n", k->options.share);
	fprintf(out, "message=%s\n", say_last());
	fclose(out);
	return text;
}

static void replace_status(const struct keep *k, const char *text)
{
	char path[512], new[520];

	snprintf(path, sizeof(path), "%s/status", k->options.run_dir);
	snprintf(new, sizeof(new), "%s.new", path);
	FILE *out = fopen(new, "we");

	if (!out)
		return;
	fputs(text, out);
	if (fclose(out) || rename(new, path))
		unlink(new);
}

static void tell_status(struct keep *k)
{
	char *text = status_text(k);

	if (k->last_status && !strcmp(text, k->last_status)) {
		free(text);
		return;
	}
	replace_status(k, text);
	notify("STATUS=%s: %llu refusals kept, %llu lost", k->state,
	       ULL(k->tally.refusals - k->lost.refusals), ULL(k->lost.refusals));
	free(k->last_status);
	k->last_status = text;
}

/* ---- begin and end ---- */

/* What a recording that had no end leaves unknown is said once, here. */
static void tell_gap(struct keep *k)
{
	struct former former;
	char time[32];

	if (!segments_former(&k->segments, &former))
		return;
	stamp(former.changed, time);
	if (former.has_trailer)
		say(SAY_INFO, "nothing was recorded from %s, when %s ended, until now", time,
		    former.name);
	else
		say(SAY_WARNING,
		    "%s has no end: its recorder was killed, or the machine stopped; what was "
		    "refused from %s until now is not recorded",
		    former.name, time);
}

static int start_recorder(struct keep *k)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC)) {
		say(SAY_ERROR, "no pipe: %s", strerror(errno));
		return -1;
	}
	fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
	k->recorder = child_start(k->options.recorder, &(struct child_io){ -1, ends[1], SIGINT });
	close(ends[1]);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	k->from = ends[0];
	return k->recorder < 0 ? -1 : 0;
}

static void stop_recorder(struct keep *k, uint64_t now)
{
	if (k->stopping)
		return;
	k->stopping = now;
	k->state = "stopping";
	notify("STOPPING=1");
	if (k->recorder > 0)
		kill(k->recorder, SIGINT);
}

static void force_recorder(struct keep *k, uint64_t now)
{
	if (!k->stopping || k->recorder <= 0 || now - k->stopping < STOP_NS)
		return;
	say(SAY_WARNING, "the recorder does not end: killed");
	kill(k->recorder, SIGKILL);
}

static void reap(struct keep *k, uint64_t now)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == k->recorder) {
			k->recorder = 0;
			k->recorder_status = status;
		} else if (pid == k->feed.pid) {
			feed_ended(&k->feed, status, now);
		}
	}
}

static void take_signals(struct keep *k, uint64_t now)
{
	struct signalfd_siginfo info;

	while (read(k->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap(k, now);
		else
			stop_recorder(k, now);
	}
}

static void watch_share(struct keep *k, uint64_t now)
{
	pid_t children[] = { k->recorder, k->feed.pid };

	/* Loading the module is not what it costs. */
	if (!k->tally.armed || k->stopping)
		return;
	share_sample(&k->share, now, children, ARRAY_SIZE(children));
	double percent = share_percent(&k->share);

	if (!k->options.share || percent <= k->options.share)
		return;
	say(SAY_ERROR,
	    "stops: it took %.1f %% of one CPU over %u s, more than its share of %g %% (SHARE in "
	    "cgattach.conf); refusals are no longer recorded",
	    percent, k->options.window, k->options.share);
	k->exit_status = STATUS_SHARE;
	stop_recorder(k, now);
}

static int wait_ms(const struct keep *k)
{
	return k->cut_wanted ? QUIET_MS : 500;
}

/* The recorder's pipe may be held by a program that it left behind: its own end is enough, once all is read. */
static bool is_over(const struct keep *k, bool quiet)
{
	return k->from < 0 || (k->recorder <= 0 && quiet);
}

static void run(struct keep *k)
{
	bool quiet = false;

	while (!is_over(k, quiet)) {
		struct pollfd fds[] = { { .fd = k->from, .events = POLLIN },
					{ .fd = k->signals, .events = POLLIN },
					{ .fd = feed_pending(&k->feed) ? k->feed.fd : -1,
					  .events = POLLOUT } };

		quiet = !poll(fds, ARRAY_SIZE(fds), wait_ms(k));
		uint64_t now = now_ns();

		if (fds[0].revents)
			read_recorder(k, now);
		if (fds[1].revents)
			take_signals(k, now);
		if (fds[2].revents)
			feed_flush(&k->feed, now);
		if (k->begun) {
			retry(k, now);
			cut_if_due(k, quiet, now);
			feed_keep_up(&k->feed, &k->tally, now);
		}
		watch_share(k, now);
		force_recorder(k, now);
		if (now - k->told_at > SECOND) {
			k->told_at = now;
			tell_status(k);
			notify("WATCHDOG=1");
		}
	}
	if (k->from >= 0)
		end_of_log(k, now_ns());
}

static void judge_end(struct keep *k)
{
	if (k->recorder > 0)
		k->recorder_status = child_wait(k->recorder, 10);
	k->recorder = 0;
	if (k->stopping && k->tally.has_trailer) {
		k->state = k->exit_status == STATUS_SHARE ? "stopped-share" : "stopped";
		return;
	}
	k->state = "failed";
	if (k->exit_status != STATUS_SHARE)
		k->exit_status = STATUS_ENDED;
	if (!k->tally.armed && !k->stopping)
		say(SAY_ERROR, "the recorder did not start (%s)", child_fate(k->recorder_status));
	else if (k->tally.has_trailer)
		say(SAY_ERROR, "the recorder ended, though it was not told to (%s)",
		    child_fate(k->recorder_status));
	else
		say(SAY_ERROR,
		    "the recorder came to a bad end (%s): what was refused last may not be in the "
		    "log",
		    child_fate(k->recorder_status));
}

/* A disk that is still full has its say in the next recording alone, which begins with another file: here. */
static void tell_lost(struct keep *k)
{
	k->retry_at = 0;
	if (k->begun)
		retry(k, now_ns());
	if (k->unkept.since)
		say(SAY_ERROR,
		    "%llu records with %llu refusals (%llu bytes) were not kept: there was no room "
		    "in %s",
		    ULL(k->unkept.records), ULL(k->unkept.refusals), ULL(k->unkept.bytes),
		    k->options.log_dir);
}

static void finish(struct keep *k)
{
	tell_lost(k);
	segments_end(&k->segments);
	judge_end(k);
	feed_finish(&k->feed, 10);
	/* For who killed it left its module. */
	if (remove_module(k) && !k->exit_status)
		k->exit_status = STATUS_ENDED;
	tell_status(k);
	say(SAY_INFO, "%llu refusals kept, %llu lost, %llu only counted",
	    ULL(k->tally.refusals - k->lost.refusals), ULL(k->lost.refusals), ULL(counted(k)));
}

static int prepare_signals(struct keep *k)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	k->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return k->signals;
}

static int prepare(struct keep *k)
{
	if (mkdir(k->options.run_dir, 0755) && errno != EEXIST)
		say(SAY_WARNING, "%s: %s", k->options.run_dir, strerror(errno));
	if (segments_open(&k->segments, k->options.log_dir, k->options.log_max))
		return STATUS_USAGE;
	tell_status(k);
	if (prepare_signals(k) < 0 || remove_module(k))
		return STATUS_ENDED;
	tell_gap(k);
	share_init(&k->share, k->options.window);
	feed_init(&k->feed, k->options.analyzer);
	note_module(k);
	return start_recorder(k) ? STATUS_ENDED : 0;
}

static void keep_fini(struct keep *k)
{
	tally_fini(&k->tally);
	feed_fini(&k->feed);
	free(k->batch);
	free(k->last_status);
}

int main(int argc, char **argv)
{
	static struct keep keep = { .from = -1, .signals = -1, .state = "starting" };
	int told = options_read(&keep.options, argc, argv);

	if (told)
		return told < 0 ? STATUS_USAGE : 0;
	keep.began = time(NULL);
	keep.exit_status = prepare(&keep);
	if (!keep.exit_status) {
		run(&keep);
		finish(&keep);
	} else {
		keep.state = "failed";
		tell_status(&keep);
	}
	keep_fini(&keep);
	return keep.exit_status;
}
