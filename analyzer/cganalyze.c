/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cganalyze - why the kernel refused to attach a task to a cgroup, from the logs of cgattach.stp.
 */
#define _GNU_SOURCE	/* strptime, timegm */
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "errors/read_text.h"
#include "output/formats.h"
#include "report/reporter.h"
#include "trace/load.h"
#include "verdict/diagnose.h"

#define STATUS_ERROR 4

const char *argp_program_version = "cganalyze 1";

static const char doc[] =
	"Explains why the kernel refused to attach a task to a cgroup, from logs of cgattach.stp "
	"('-' is standard input)."
	"\v"
	"TIME is CLOCK_MONOTONIC in seconds ('12.345', or a whole number below 1000000000) or in "
	"nanoseconds (a larger whole number), or UTC: 'YYYY-MM-DD HH:MM:SS[.fraction]'. ID is the "
	"number "
	"after '#', FILE:ID if several logs have it.\n\n"
	"From a pipe, each refusal is reported as soon as it is complete, and the summary at the "
	"end. The first Ctrl-C stops only the recorder, so that its trailer can still be read.\n\n"
	"EXAMPLES\n"
	"  sudo stap stap/cgattach.stp | cganalyze -\n"
	"  cganalyze trace.log\n"
	"  cganalyze --json trace.log | jq '.refusals[] | .cause'\n"
	"  cganalyze --vmlinux /usr/lib/debug/boot/vmlinux-5.10.0-32-amd64 trace.log\n"
	"  cganalyze --at '2026-11-23 10:12:13.5' trace.log\n"
	"  cganalyze trace.log --errors docker.log\n"
	"  journalctl -u docker | cganalyze trace.log --errors -\n"
	"  cganalyze --explain \"$(tail -n 1 docker.log)\"\n"
	"  cganalyze --causes\n\n"
	"EXIT STATUS\n"
	"  0  nothing was refused\n"
	"  1  something was refused, and every refusal is explained\n"
	"  2  at least one refusal is unexplained\n"
	"  3  a log is damaged or incomplete, whatever was found in it\n"
	"  4  usage error, input or output error, or a file that is not a log\n"
	"The highest that applies is returned.\n";

/* OPT_FORMAT and those that follow it are the rows of the table of formats. */
enum {
	OPT_AT = 256,
	OPT_ATTACH,
	OPT_VMLINUX,
	OPT_ALL_THREADS,
	OPT_NO_TRUNC,
	OPT_CAUSES,
	OPT_ERRORS,
	OPT_EXPLAIN,
	OPT_KERNEL,
	OPT_HERE,
	OPT_SYSROOT,
	OPT_FORMAT
};

static const struct argp_option options[] = {
	{ "at", OPT_AT, "TIME", 0, "show the processes and threads as last seen at TIME", 0 },
	{ "attach", OPT_ATTACH, "ID", 0, "show one attach and its threads, refused or not", 0 },
	{ "vmlinux", OPT_VMLINUX, "FILE", 0,
	  "take source lines from the DWARF of FILE, instead of the installed debug package", 0 },
	{ "all-threads", OPT_ALL_THREADS, NULL, 0, "do not shorten long thread groups", 0 },
	{ "no-trunc", OPT_NO_TRUNC, NULL, 0,
	  "do not cut container IDs to 12 digits; JSON always has them in full", 0 },
	{ "errors", OPT_ERRORS, "FILE", 0,
	  "find the refusal behind each error line of FILE ('-' is standard "
	  "input): a log of docker, kubelet, runc, a shell, as it is",
	  0 },
	{ "explain", OPT_EXPLAIN, "LINE", 0, "explain an error line without a log, and exit", 0 },
	{ "kernel", OPT_KERNEL, "RELEASE", 0,
	  "with --explain: the kernel of the machine that the line came from, 'here' for the "
	  "running one; unknown unless given, or unless the line is from this machine's journal",
	  0 },
	{ "here", OPT_HERE, NULL, 0,
	  "with --explain: look for the line's cgroup and process on this machine, and take it as "
	  "the one the line came from; changes nothing",
	  0 },
	{ "sysroot", OPT_SYSROOT, "DIR", 0,
	  "look below DIR for the programs and debug files of the recorded machine "
	  "(or CGANALYZE_SYSROOT=DIR)",
	  0 },
	{ "causes", OPT_CAUSES, NULL, 0, "list every known cause, and exit; needs no log", 0 },
	{ NULL, 'h', NULL, OPTION_HIDDEN, NULL, 0 },
	{ 0 }
};

struct run {
	const char *vmlinux, *attach_file, *errors, *explain, *kernel, *sysroot;
	bool by_time, by_attach, wall, causes, here;
	uint64_t time, attach_id;
	char **files;
	int file_count;
	bool live, failed;
	struct model *model;
	struct results results;
	struct matches matches;
	struct render_options out;
	struct reporter reporter;
};

static bool all_digits(const char *s, size_t len)
{
	return len && strspn(s, "0123456789") >= len;
}

/* Up to nine digits after a point, as nanoseconds. */
static bool parse_fraction(const char *s, uint64_t *ret)
{
	uint64_t scale = 100000000;

	*ret = 0;
	if (!*s)
		return true;
	if (*s++ != '.' || !all_digits(s, strlen(s)))
		return false;
	for (; *s && scale; s++, scale /= 10)
		*ret += (*s - '0') * scale;
	return true;
}

static bool parse_wall(const char *arg, uint64_t *ret)
{
	struct tm tm = { 0 };
	const char *rest = strptime(arg, "%Y-%m-%d %H:%M:%S", &tm);
	uint64_t fraction;

	if (!rest || !parse_fraction(rest, &fraction))
		return false;
	time_t seconds = timegm(&tm);

	if (seconds < 0)
		return false;
	*ret = (uint64_t)seconds * 1000000000 + fraction;
	return true;
}

static bool parse_mono(const char *arg, uint64_t *ret)
{
	size_t whole = strcspn(arg, ".");
	uint64_t fraction;

	if (!all_digits(arg, whole) || !parse_fraction(arg + whole, &fraction))
		return false;
	errno = 0;
	*ret = strtoull(arg, NULL, 10);
	if (errno)
		return false;
	if (!arg[whole] && *ret >= 1000000000)
		return true;
	return !__builtin_mul_overflow(*ret, 1000000000ull, ret) &&
	       !__builtin_add_overflow(*ret, fraction, ret);
}

static bool parse_time(struct run *run, const char *arg)
{
	run->by_time = true;
	run->wall = strchr(arg, ':') != NULL;
	return run->wall ? parse_wall(arg, &run->time) : parse_mono(arg, &run->time);
}

static bool parse_attach(struct run *run, char *arg)
{
	char *colon = strrchr(arg, ':'), *id = colon ? colon + 1 : arg;

	if (!all_digits(id, strlen(id)))
		return false;
	errno = 0;
	run->attach_id = strtoull(id, NULL, 10);
	run->by_attach = true;
	if (colon) {
		*colon = 0;
		run->attach_file = strcmp(arg, "-") ? arg : "<stdin>";
	}
	return !errno;
}

static bool reads_stdin(const struct run *run)
{
	for (int i = 0; i < run->file_count; i++)
		if (!strcmp(run->files[i], "-"))
			return true;
	return false;
}

static error_t option(int key, char *arg, struct argp_state *state)
{
	struct run *run = state->input;

	if (key >= OPT_FORMAT && key - OPT_FORMAT < (int)format_count) {
		run->reporter.renderer = formats[key - OPT_FORMAT].renderer;
		return 0;
	}
	switch (key) {
	case OPT_AT:
		if (!parse_time(run, arg))
			argp_error(state,
				   "--at: not a time: seconds, or 'YYYY-MM-DD HH:MM:SS' in UTC");
		return 0;
	case OPT_ATTACH:
		if (!parse_attach(run, arg))
			argp_error(state, "--attach: not an ID or FILE:ID");
		return 0;
	case OPT_VMLINUX:
		run->vmlinux = arg;
		return 0;
	case OPT_ALL_THREADS:
		run->out.all_threads = true;
		return 0;
	case OPT_NO_TRUNC:
		run->out.no_trunc = true;
		return 0;
	case OPT_ERRORS:
		run->errors = arg;
		return 0;
	case OPT_EXPLAIN:
		run->explain = arg;
		return 0;
	case OPT_KERNEL:
		run->kernel = arg;
		return 0;
	case OPT_HERE:
		run->here = true;
		return 0;
	case OPT_SYSROOT:
		run->sysroot = arg;
		return 0;
	case OPT_CAUSES:
		run->causes = true;
		return 0;
	case 'h':
		argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
		return 0;
	case ARGP_KEY_ARGS:
		run->files = state->argv + state->next;
		run->file_count = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		if (!run->causes && !run->explain)
			argp_error(state, "no log given; --explain LINE needs none");
		return 0;
	case ARGP_KEY_END:
		if (run->by_time && run->by_attach)
			argp_error(state, "--at and --attach cannot be used together");
		if (run->causes && (run->by_time || run->by_attach || run->file_count))
			argp_error(state, "--causes takes no log");
		if (run->explain && (run->by_time || run->by_attach || run->file_count || run->errors ||
				     run->causes))
			argp_error(state, "--explain takes no log");
		if (run->errors && (run->by_time || run->by_attach))
			argp_error(state, "--errors cannot be used with --at or --attach");
		if (run->errors && reads_stdin(run) && !strcmp(run->errors, "-"))
			argp_error(state, "standard input cannot be both the log and the error lines");
		if (run->here && !run->explain)
			argp_error(state, "--here goes with --explain");
		if (run->kernel && !run->explain)
			argp_error(state, "--kernel needs --explain: a log names its own kernel");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* `options`, and one for each format that has one. The caller's to free. */
static struct argp_option *all_options(void)
{
	struct argp_option *all = xcalloc(format_count + ARRAY_SIZE(options), sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < format_count; i++)
		if (formats[i].help)
			all[n++] = (struct argp_option){ .name = formats[i].name,
							 .key = OPT_FORMAT + (int)i,
							 .doc = formats[i].help };
	memcpy(all + n, options, sizeof(options));
	return all;
}

static void parse_options(struct run *run, int argc, char **argv)
{
	struct argp_option *all = all_options();
	const struct argp argp = { all, option, "LOG...", doc, NULL, NULL, NULL };

	argp_err_exit_status = STATUS_ERROR;
	argp_parse(&argp, argc, argv, 0, NULL, run);
	free(all);
}

static bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && term && strcmp(term, "dumb");
}

static void ignore_once(int signo)
{
	(void)signo;
}

/*
 * Ctrl-C reaches the whole pipeline, and the recorder then writes its trailer: the first one is
 * swallowed here, and the input read to its end. The second ends the program.
 */
static void survive_first_interrupt(void)
{
	struct sigaction action = { .sa_handler = ignore_once,
				    .sa_flags = SA_RESTART | SA_RESETHAND };

	sigaction(SIGINT, &action, NULL);
}

static void keep(struct run *run, struct finding *f)
{
	struct results *r = &run->results;

	if (run->by_attach) {
		r->kept = xgrow(r->kept, r->kept_count, &r->kept_room, sizeof(*r->kept));
		r->kept[r->kept_count++] = f;
	} else {
		r->findings = xgrow(r->findings, r->count, &r->room, sizeof(*r->findings));
		r->findings[r->count++] = f;
	}
}

static bool is_asked_for(const struct run *run, const struct attach *attach)
{
	if (!run->by_attach)
		return attach_answer(attach) < 0;
	return attach->id == run->attach_id &&
	       (!run->attach_file || !strcmp(run->attach_file, attach->log->file));
}

/* Attaches that closed since the last time get their verdicts, which a live run prints at once. */
static void diagnose_closed(void *context)
{
	struct run *run = context;

	for (struct attach *attach; (attach = model_steal_closed(run->model));) {
		bool accepted = attach_answer(attach) >= 0;

		if (accepted)
			results_note_accepted(&run->results, attach);
		if (accepted && !is_asked_for(run, attach)) {
			attach_free(attach);
			continue;
		}
		struct finding *f = finding_new_steal(attach);

		if (f->answer < 0)
			results_count(&run->results, f);
		if (run->live && f->answer < 0) {
			reporter_attach(&run->reporter, f);
			fflush(run->out.out);
		}
		if (run->live || run->by_time || !is_asked_for(run, f->attach))
			finding_free(f);
		else
			keep(run, f);
	}
}

static void read_logs(struct run *run)
{
	for (int i = 0; i < run->file_count; i++) {
		const char *path = run->files[i];

		run->live = load_is_live(path) && run->reporter.renderer->live && !run->by_attach &&
			    !run->errors && !run->by_time && run->file_count == 1;
		if (run->live)
			reporter_begin(&run->reporter, &run->out, REPORT_ALL);
		if (load_is_live(path))
			survive_first_interrupt();
		if (load_file(run->model, path, diagnose_closed, run) != LOAD_OK)
			run->failed = true;
	}
	results_finish(&run->results, model_logs(run->model));
}

static int check_attach(struct run *run)
{
	const struct results *r = &run->results;

	if (!r->kept_count)
		return error("no attach %llu in %s", (unsigned long long)run->attach_id,
			     run->attach_file ? run->attach_file : "these logs");
	if (r->kept_count > 1 && !run->attach_file)
		return error("%zu logs have an attach %llu: choose one with --attach FILE:%llu",
			     r->kept_count, (unsigned long long)run->attach_id,
			     (unsigned long long)run->attach_id);
	return 0;
}

static void check_moment(struct run *run)
{
	for (const struct log *log = run->results.logs; log; log = log->next)
		if (!log->snapshot)
			error_at(&(struct pos){ log->file, 0 }, "no header: its wall clock is not known");
}

static void report_all(struct run *run)
{
	struct reporter *reporter = &run->reporter;
	const struct results *r = &run->results;

	if (!run->live)
		reporter_begin(reporter, &run->out, REPORT_ALL);
	if (run->errors)
		reporter_errors(reporter, &run->matches);
	reporter_summary(reporter);
	for (size_t i = 0; i < r->count; i++)
		reporter_attach(reporter, r->findings[i]);
}

static void report_attaches(struct run *run)
{
	const struct results *r = &run->results;

	reporter_begin(&run->reporter, &run->out, REPORT_ATTACHES);
	reporter_summary(&run->reporter);
	for (size_t i = 0; i < r->kept_count; i++)
		reporter_attach(&run->reporter, r->kept[i]);
}

static void report_moments(struct run *run)
{
	check_moment(run);
	reporter_begin(&run->reporter, &run->out, REPORT_MOMENTS);
	reporter_summary(&run->reporter);
	reporter_moments(&run->reporter);
}

static void report(struct run *run)
{
	if (!run->results.logs)
		return;
	if (run->by_time)
		report_moments(run);
	else if (!run->by_attach)
		report_all(run);
	else if (check_attach(run))
		run->failed = true;
	else
		report_attaches(run);
}

static void close_output(struct run *run)
{
	if (run->reporter.state)
		reporter_end(&run->reporter);
	bool failed = ferror(run->out.out);

	errno = 0;
	if (fclose(run->out.out) || failed) {
		error("cannot write the report: %s", errno ? strerror(errno) : "output error");
		run->failed = true;
	}
}

static void run_init(struct run *run)
{
	run->model = model_new();
	results_init(&run->results);
	run->reporter =
		(struct reporter){ .renderer = formats[0].renderer, .with.results = &run->results };
	run->out = (struct render_options){ .out = stdout, .colour = wants_colour() };
}

static void run_fini(struct run *run)
{
	matches_fini(&run->matches);
	results_fini(&run->results);
	user_symbols_free(run->reporter.with.user_symbols);
	kernel_source_free(run->reporter.with.kernel_source);
	model_free(run->model);
}

static int explain_line(struct run *run)
{
	struct arena arena = { 0 };
	struct errline line;
	bool here = run->here || explain_kernel_is_here(run->explain);
	const char *release = run->kernel ? run->kernel : here ? "here" : NULL;
	struct explain_kernel kernel = explain_kernel(release, &arena);

	errline_parse(&line, run->explain, strlen(run->explain));
	reporter_begin(&run->reporter, &run->out, REPORT_LINE);
	reporter_line(&run->reporter, &line, &kernel, run->here);
	close_output(run);
	errline_fini(&line);
	arena_fini(&arena);
	run_fini(run);
	return run->failed ? STATUS_ERROR : 0;
}

/* The log's own kernel decides what was possible, if it is one. */
static void match_errors(struct run *run)
{
	const struct log *log = run->results.logs;
	struct explain_kernel kernel = { .rt_group_sched = -1, .sched_class_ext = -1 };

	bool one = log && log->has_header;

	for (const struct log *l = log; l; l = l->next)
		one = one && l->has_header && !strcmp(l->header.release, log->header.release);
	if (one)
		kernel = (struct explain_kernel){ log->header.release, log->version, "the log's",
						  log->header.rt_group_sched, log->header.sched_class_ext };
	matches_find(&run->matches, &run->results, &kernel);
}

static int list_causes(struct run *run)
{
	reporter_begin(&run->reporter, &run->out, REPORT_CAUSES);
	reporter_causes(&run->reporter);
	close_output(run);
	run_fini(run);
	return run->failed ? STATUS_ERROR : 0;
}

int main(int argc, char **argv)
{
	struct run run = { 0 };

	if (argc > 0)
		argv[0] = (char *)"cganalyze";
	run_init(&run);
	parse_options(&run, argc, argv);
	if (run.causes)
		return list_causes(&run);
	if (run.explain)
		return explain_line(&run);
	if (!run.sysroot)
		run.sysroot = getenv("CGANALYZE_SYSROOT");
	struct complete_with *with = &run.reporter.with;

	with->kernel_source = run.vmlinux ? kernel_source_open(run.vmlinux) :
					    kernel_source_new_installed(run.sysroot);
	if (!with->kernel_source) {
		run_fini(&run);
		return STATUS_ERROR;
	}
	with->user_symbols = user_symbols_new(run.sysroot);
	if (run.by_time)
		model_keep_snapshot(run.model, run.time, run.wall);
	read_logs(&run);
	bool unread = run.errors && matches_read(&run.matches, run.errors);

	run.failed |= unread;
	/* What could not be read at all has no answer, and half of it would pass for one. */
	if (!unread || run.matches.lines) {
		if (run.errors)
			match_errors(&run);
		report(&run);
	}
	close_output(&run);
	int status = run.failed ? STATUS_ERROR : results_status(&run.results);

	run_fini(&run);
	return status;
}
