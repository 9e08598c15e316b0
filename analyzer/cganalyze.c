/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cganalyze - why the kernel refused to attach a task to a cgroup, from the logs of cgattach.stp.
 */
#define _GNU_SOURCE /* strptime, timegm */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/clock.h"
#include "base/journal.h"
#include "base/options.h"
#include "base/progress.h"
#include "base/screen.h"
#include "base/textfile.h"
#include "base/version.h"
#include "base/whole_file.h"
#include "base/wrap.h"
#include "errors/read_text.h"
#include "facts/kernel.h"
#include "output/formats.h"
#include "output/journal.h"
#include "output/textfile.h"
#include "output/watch.h"
#include "report/pods.h"
#include "report/reporter.h"
#include "trace/load.h"
#include "trace/recent_lines.h"
#include "verdict/diagnose.h"

#define STATUS_ERROR 4

/* Groups that are shown unless asked otherwise. */
#define TOP 20

/* After so long without a line, every attach that was made before it is here. */
#define SILENCE_MS 3000

/* Seconds between two files for node_exporter, which reads them as often as Prometheus asks. */
#define INTERVAL 15

/* The screen of --watch is drawn at most once in so many ns. */
#define DRAW_NS 100000000ull

static const char about[] =
	"Explains why the kernel refused to attach a task to a cgroup, from logs of cgattach.stp "
	"('-' is standard input).";

static const char more[] =
	"TIME is CLOCK_MONOTONIC in seconds ('12.345', or a whole number below 1000000000) or in "
	"nanoseconds (a larger whole number), or UTC: 'YYYY-MM-DD HH:MM:SS[.fraction]'. ID is the "
	"number "
	"after '#', FILE:ID if several logs have it.\n\n"
	"From a pipe, each refusal is reported as soon as it is complete, and the summary at the "
	"end. The first Ctrl-C stops only the recorder, so that its trailer can still be read.\n\n"
	"EXAMPLES\n"
	"  sudo cgattach record -o - | cganalyze -\n"
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
	"The highest that applies is returned, whatever is selected.";

/* OPT_FORMAT and those that follow it are the rows of the table of formats. */
enum {
	OPT_AT = 256,
	OPT_ATTACH,
	OPT_REPORT_BUG,
	OPT_VMLINUX,
	OPT_ALL_THREADS,
	OPT_NO_TRUNC,
	OPT_EACH,
	OPT_TOP,
	OPT_ALL_GROUPS,
	OPT_SINCE,
	OPT_UNTIL,
	OPT_CAUSE,
	OPT_CGROUP,
	OPT_COMM,
	OPT_CONTAINER,
	OPT_CAUSES,
	OPT_REDACT,
	OPT_ERRORS,
	OPT_EXPLAIN,
	OPT_KERNEL,
	OPT_HERE,
	OPT_SYSROOT,
	OPT_JOURNALD,
	OPT_TEXTFILE,
	OPT_INTERVAL,
	OPT_TEXT,
	OPT_PODS,
	OPT_HTML,
	OPT_PERFETTO,
	OPT_SVG,
	OPT_WATCH,
	OPT_FORMAT
};

static const struct option_row rows[] = {
	{ "at", OPT_AT, "TIME", "show the processes and threads as last seen at TIME" },
	{ "attach", OPT_ATTACH, "ID", "show one attach and its threads, refused or not" },
	{ "report-bug", OPT_REPORT_BUG, "ID",
	  "print one refusal as Markdown, for an issue at runc, systemd or the kernel; --redact "
	  "goes well "
	  "with it" },
	{ "vmlinux", OPT_VMLINUX, "FILE",
	  "take source lines from the DWARF of FILE, instead of the installed debug package" },
	{ "all-threads", OPT_ALL_THREADS, NULL, "do not shorten long thread groups" },
	{ "no-trunc", OPT_NO_TRUNC, NULL,
	  "do not cut container IDs to 12 digits; JSON always has them in full" },
	{ "each", OPT_EACH, NULL, "show every refusal, not one example of those that are alike" },
	{ "top", OPT_TOP, "N", "show the N largest groups of refusals that are alike (20)" },
	{ "all-groups", OPT_ALL_GROUPS, NULL, "show all groups of refusals that are alike" },
	{ "since", OPT_SINCE, "TIME", "show refusals from TIME on" },
	{ "until", OPT_UNTIL, "TIME", "show refusals before TIME" },
	{ "cause", OPT_CAUSE, "CAUSE", "show refusals of this cause (see --causes)" },
	{ "cgroup", OPT_CGROUP, "PREFIX",
	  "show refusals whose destination's path begins with PREFIX" },
	{ "comm", OPT_COMM, "NAME", "show refusals of writes by the program NAME" },
	{ "container", OPT_CONTAINER, "ID",
	  "show refusals at the container ID; its first digits are enough" },
	{ "errors", OPT_ERRORS, "FILE",
	  "find the refusal behind each error line of FILE ('-' is standard "
	  "input): a log of docker, kubelet, runc, a shell, as it is" },
	{ "explain", OPT_EXPLAIN, "LINE", "explain an error line without a log, and exit" },
	{ "kernel", OPT_KERNEL, "RELEASE",
	  "with --explain: the kernel of the machine that the line came from, 'here' for the "
	  "running one; unknown unless given, or unless the line is from this machine's journal" },
	{ "here", OPT_HERE, NULL,
	  "with --explain: look for the line's cgroup and process on this machine, and take it as "
	  "the one the line came from; changes nothing" },
	{ "sysroot", OPT_SYSROOT, "DIR",
	  "look below DIR for the programs and debug files of the recorded machine "
	  "(or CGANALYZE_SYSROOT=DIR)" },
	{ "journald", OPT_JOURNALD, NULL,
	  "send an entry to systemd's journal for each incident, when its outcome is known, and "
	  "print no "
	  "report (see docs/journal.md)" },
	{ "textfile", OPT_TEXTFILE, "DIR",
	  "write counts to DIR/cgattach.prom for node_exporter, anew while a log is recorded, and "
	  "print no "
	  "report (see docs/monitoring.md)" },
	{ "interval", OPT_INTERVAL, "SECONDS", "with --textfile: how often (15)" },
	{ "text", OPT_TEXT, NULL,
	  "print the report all the same, besides what goes to a file or the journal; with "
	  "--watch: "
	  "lines, also on a terminal" },
	{ "pods", OPT_PODS, "FILE",
	  "take the names of pods, namespaces and containers from FILE, JSON of crictl or kubectl; "
	  "'auto': from this node" },
	{ "perfetto", OPT_PERFETTO, "FILE",
	  "write all attaches to FILE ('-' is standard output) as a trace for ui.perfetto.dev, and "
	  "print no report (see docs/trace.md)" },
	{ "svg", OPT_SVG, "FILE",
	  "with --attach: draw it to scale in FILE ('-' is standard output), and print no report" },
	{ "redact", OPT_REDACT, NULL,
	  "show no private names: of containers, pods, cgroups, programs and files, a number "
	  "stands "
	  "for each" },
	{ "html", OPT_HTML, "FILE",
	  "write a page for a browser to FILE ('-' is standard output), and print no report (see "
	  "docs/html.md)" },
	{ "watch", OPT_WATCH, NULL,
	  "show a line for each incident of a log that is being recorded, before the report; on a "
	  "terminal a screen with counts, until 'q'" },
	{ "causes", OPT_CAUSES, NULL, "list every known cause, and exit; needs no log" },
};

struct run {
	const char *vmlinux, *attach_file, *errors, *explain, *kernel, *sysroot, *pods;
	bool by_time, by_attach, bug, causes, here, redact;
	bool each;
	bool groups; /* they are asked for: also of a pipe */
	size_t top;
	struct selection selection;
	struct moment at;
	uint64_t attach_id;
	char **files;
	struct extent *extents; /* of each file */
	bool can_repeat;
	int file_count;
	bool live, failed;
	struct model *model;
	struct results results;
	struct refusals *refusals; /* what the error lines are compared with */
	struct matches matches;
	struct render_options out;
	struct reporter reporter;
	bool journald, text; /* --text: the report, too */
	bool watch;
	uint64_t draw_ns; /* of CLOCK_MONOTONIC: not drawn before */
	const char *textfile_dir;
	size_t interval;	   /* seconds; 0: not given */
	bool grows;		   /* what is read now is a pipe */
	unsigned int silent_ms;	   /* since the last line of it, at least */
	uint64_t due_ns, last_ns;  /* of CLOCK_MONOTONIC here; of the log: its latest attach */
	struct journal *journal;   /* NULL unless --journald */
	struct textfile *textfile; /* the same */
	const char *trace_path, *picture_path;
	struct whole_file *trace_file, *picture_file; /* NULL: not asked for */
	struct tries *tries;			      /* for both */
	struct reporter *trace;			      /* one of: */
	struct reporter *screen;		      /* the same, of --watch on a terminal */
	struct reporter besides[4]; /* what is told as it comes, besides any report */
	size_t beside_count;
	const char *html_path;
	struct whole_file *html_file; /* NULL unless --html */
	struct reporter page;	      /* into it */
	struct recent_lines *lines;   /* that it quotes */
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

/* Cuts what says that it is UTC off a copy of `arg`. */
static bool copy_utc(const char *arg, char *to, size_t room)
{
	static const char *const zones[] = { " UTC", "Z", "+00:00" };
	size_t len = strlen(arg);

	for (size_t i = 0; i < ARRAY_SIZE(zones); i++) {
		size_t zone = strlen(zones[i]);

		if (len > zone && !strcmp(arg + len - zone, zones[i])) {
			len -= zone;
			break;
		}
	}
	return (size_t)snprintf(to, room, "%.*s", (int)len, arg) < room;
}

/* As a report prints it, and as programs do: with a T or a blank, with or without seconds. */
static bool parse_wall(const char *arg, uint64_t *ret)
{
	static const char *const forms[] = { "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
					     "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M" };
	char text[64];
	struct tm tm, given;
	const char *rest = NULL;
	uint64_t fraction = 0;

	if (!copy_utc(arg, text, sizeof(text)))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		memset(&tm, 0, sizeof(tm));
		rest = strptime(text, forms[i], &tm);
		if (rest && (i < 2 ? parse_fraction(rest, &fraction) : !*rest))
			break;
		rest = NULL;
	}
	if (!rest)
		return false;
	given = tm;
	time_t seconds = timegm(&tm);

	/* timegm() makes the 30th of February the 2nd of March. */
	if (seconds < 0 || given.tm_mday != tm.tm_mday || given.tm_sec != tm.tm_sec)
		return false;
	return !__builtin_mul_overflow((uint64_t)seconds, 1000000000ull, ret) &&
	       !__builtin_add_overflow(*ret, fraction, ret);
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

static bool parse_time(struct moment *m, const char *arg)
{
	m->given = true;
	m->wall = strchr(arg, ':') != NULL;
	return m->wall ? parse_wall(arg, &m->ns) : parse_mono(arg, &m->ns);
}

static bool parse_cause(const struct cause **ret, const char *id)
{
	*ret = NULL;
	for (size_t i = 0; i < cause_count && !*ret; i++)
		if (!strcmp(causes[i]->id, id))
			*ret = causes[i];
	return *ret;
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

static bool parse_count(const char *arg, size_t *ret)
{
	char *end;

	errno = 0;
	*ret = all_digits(arg, strlen(arg)) ? strtoul(arg, &end, 10) : 0;
	return *ret && !errno;
}

static bool reads_stdin(const struct run *run)
{
	for (int i = 0; i < run->file_count; i++)
		if (!strcmp(run->files[i], "-"))
			return true;
	return false;
}

static void __attribute__((noreturn)) refuse(const char *what)
{
	options_refuse("cganalyze", what, STATUS_ERROR);
}

static void __attribute__((noreturn))
refuse_value(const char *option, const char *value, const char *why)
{
	static char text[512];

	snprintf(text, sizeof(text), "--%s '%.200s': %s", option, value, why);
	/* A value may hold any bytes. */
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e)
			*c = '?';
	refuse(text);
}

static void once(const char *option, bool given)
{
	static char text[64];

	snprintf(text, sizeof(text), "--%s can be given once", option);
	if (given)
		refuse(text);
}

static void take_time(struct moment *to, const char *option, const char *arg)
{
	if (!parse_time(to, arg))
		refuse_value(option, arg,
			     "not a time: give seconds, or 'YYYY-MM-DD HH:MM:SS' in UTC");
}

static void take_text(const char **to, const char *option, const char *arg, bool is_good,
		      const char *why)
{
	once(option, *to);
	if (!is_good)
		refuse_value(option, arg, why);
	*to = arg;
}

static void take_option(void *context, int key, char *arg)
{
	struct run *run = context;

	if (key >= OPT_FORMAT && key - OPT_FORMAT < (int)format_count) {
		run->reporter.renderer = formats[key - OPT_FORMAT].renderer;
		return;
	}
	switch (key) {
	case OPT_AT:
		run->by_time = true;
		take_time(&run->at, "at", arg);
		return;
	case OPT_ATTACH:
		if (!parse_attach(run, arg))
			refuse("--attach: not an ID or FILE:ID");
		return;
	case OPT_REPORT_BUG:
		if (!parse_attach(run, arg))
			refuse("--report-bug: not an ID or FILE:ID");
		run->bug = true;
		return;
	case OPT_VMLINUX:
		run->vmlinux = arg;
		return;
	case OPT_ALL_THREADS:
		run->out.all_threads = true;
		return;
	case OPT_NO_TRUNC:
		run->out.no_trunc = true;
		return;
	case OPT_SINCE:
		once("since", run->selection.since.given);
		take_time(&run->selection.since, "since", arg);
		return;
	case OPT_UNTIL:
		once("until", run->selection.until.given);
		take_time(&run->selection.until, "until", arg);
		return;
	case OPT_CAUSE:
		once("cause", run->selection.cause);
		if (!parse_cause(&run->selection.cause, arg))
			refuse_value("cause", arg, "there is no such cause; --causes lists them");
		return;
	case OPT_CGROUP:
		take_text(&run->selection.cgroup, "cgroup", arg,
			  *arg == '/' && strncmp(arg, "/sys/fs/cgroup", 14) != 0,
			  "give the path inside the hierarchy, as reports have it: /docker");
		return;
	case OPT_COMM:
		take_text(&run->selection.comm, "comm", arg, *arg, "give a program's name");
		return;
	case OPT_CONTAINER:
		take_text(&run->selection.container, "container", arg, *arg,
			  "give an ID, or how it begins");
		return;
	case OPT_EACH:
		run->each = true;
		return;
	case OPT_TOP:
		if (!parse_count(arg, &run->top))
			refuse_value("top", arg, "give a number above 0");
		run->groups = true;
		return;
	case OPT_ALL_GROUPS:
		run->top = SIZE_MAX;
		run->groups = true;
		return;
	case OPT_ERRORS:
		run->errors = arg;
		return;
	case OPT_EXPLAIN:
		run->explain = arg;
		return;
	case OPT_KERNEL:
		run->kernel = arg;
		return;
	case OPT_HERE:
		run->here = true;
		return;
	case OPT_REDACT:
		run->redact = true;
		return;
	case OPT_SYSROOT:
		run->sysroot = arg;
		return;
	case OPT_JOURNALD:
		run->journald = true;
		return;
	case OPT_TEXTFILE:
		once("textfile", run->textfile_dir);
		run->textfile_dir = arg;
		return;
	case OPT_INTERVAL:
		if (!parse_count(arg, &run->interval) || run->interval > 86400)
			refuse_value("interval", arg, "give a number of seconds from 1 to 86400");
		return;
	case OPT_TEXT:
		run->text = true;
		return;
	case OPT_PODS:
		run->pods = arg;
		return;
	case OPT_PERFETTO:
		once("perfetto", run->trace_path);
		run->trace_path = arg;
		return;
	case OPT_SVG:
		once("svg", run->picture_path);
		run->picture_path = arg;
		return;
	case OPT_WATCH:
		run->watch = true;
		return;
	case OPT_CAUSES:
		run->causes = true;
		return;
	case OPT_HTML:
		once("html", run->html_path);
		run->html_path = arg;
		return;
	}
}

/* Is a report printed at all? */
static bool has_report(const struct run *run)
{
	bool is_told = run->journald || run->textfile_dir,
	     is_drawn = run->html_path || run->trace_path || run->picture_path;

	if (run->text || run->watch || run->each || run->groups ||
	    run->reporter.renderer != formats[0].renderer)
		return true;
	return run->errors ? !run->html_path : !is_told && !is_drawn;
}

static bool is_stdout(const char *path)
{
	return path && !strcmp(path, "-");
}

/* Is something asked for that is not about all refusals of a log? */
static bool has_other_subject(const struct run *run)
{
	return run->by_time || run->by_attach || run->causes || run->explain;
}

/* The same regular file under whatever names; or the same name of one that is not there yet. */
static bool is_same_file(const char *a, const char *b)
{
	struct stat of_a, of_b;

	if (!a || !b || is_stdout(a) || is_stdout(b))
		return false;
	if (stat(a, &of_a) || stat(b, &of_b))
		return !strcmp(a, b);
	return S_ISREG(of_a.st_mode) && of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

/* `cganalyze --html *.log` would replace the first of the logs. */
static void check_outputs(const struct run *run)
{
	const char *outputs[] = { run->html_path, run->trace_path, run->picture_path };
	const char *inputs[] = { run->errors, run->pods, run->vmlinux };

	for (size_t i = 0; i < ARRAY_SIZE(outputs); i++) {
		for (size_t n = i + 1; n < ARRAY_SIZE(outputs); n++)
			if (is_same_file(outputs[i], outputs[n]))
				refuse("two outputs cannot be in the same file");
		for (size_t n = 0; n < ARRAY_SIZE(inputs); n++)
			if (is_same_file(outputs[i], inputs[n]))
				refuse("the output would replace a file that is to be read");
		for (int n = 0; n < run->file_count; n++)
			if (is_same_file(outputs[i], run->files[n]))
				refuse("the output would replace a log that is to be read");
	}
}

static void check_drawings(const struct run *run)
{
	if (run->html_path && has_other_subject(run))
		refuse("--html is about the refusals of a log");
	if (run->trace_path && has_other_subject(run))
		refuse("--perfetto is about all attaches of a log");
	if (run->picture_path && (!run->by_attach || run->bug))
		refuse("--svg goes with --attach");
	if (is_stdout(run->html_path) && has_report(run))
		refuse("--html - and a report cannot both be on standard output");
	if (is_stdout(run->trace_path) && has_report(run))
		refuse("--perfetto - and a report cannot both be on standard output");
	if (is_stdout(run->picture_path) && has_report(run))
		refuse("--svg - and a report cannot both be on standard output");
	if (is_stdout(run->html_path) && is_stdout(run->trace_path))
		refuse("--html - and --perfetto - cannot both be on standard output");
}

static void check_watch(const struct run *run)
{
	if (!run->watch)
		return;
	if (has_other_subject(run) || run->errors)
		refuse("--watch is about the refusals of a log");
	if (run->each || run->reporter.renderer != formats[0].renderer)
		refuse("--watch ends with a report in text, of groups");
	if (is_stdout(run->html_path) || is_stdout(run->trace_path))
		refuse("--watch has standard output for itself");
}

static void check_options(const struct run *run)
{
	const struct cause *cause;

	if (!run->file_count && !run->causes && !run->explain)
		refuse("no log given; --explain LINE needs none");
	if (run->by_time && run->by_attach)
		refuse("--at and --attach cannot be used together");
	if (run->causes && (run->by_time || run->by_attach || run->file_count))
		refuse("--causes takes no log");
	if (run->explain &&
	    (run->by_time || run->by_attach || run->file_count || run->errors || run->causes))
		refuse(run->file_count ?
			       "--explain takes no log, and its line stands in quotes" :
			       "--explain goes with none of --at, --attach, --errors and --causes");
	if (run->explain && parse_cause(&cause, run->explain))
		refuse("--explain takes an error line, and this is the name of a cause: --causes "
		       "tells about it");
	if (run->bug && run->reporter.renderer != formats[0].renderer)
		refuse("--report-bug has a format of its own");
	if (run->bug && reads_stdin(run))
		refuse("--report-bug reads its log twice: give a file");
	if (run->errors && (run->by_time || run->by_attach))
		refuse("--errors cannot be used with --at or --attach");
	if (run->errors && reads_stdin(run) && !strcmp(run->errors, "-"))
		refuse("standard input cannot be both the log and the error lines");
	if (!selection_is_empty(&run->selection) && has_other_subject(run))
		refuse("--since, --until, --cause, --cgroup, --comm and --container "
		       "select from the report of a log");
	if (run->groups && (run->each || run->reporter.renderer->streams || run->by_time ||
			    run->by_attach || run->causes || run->explain))
		refuse("--top and --all-groups are about the groups of a report in text");
	if (run->selection.since.given && run->selection.until.given &&
	    run->selection.since.wall == run->selection.until.wall &&
	    run->selection.until.ns <= run->selection.since.ns)
		refuse("--until is not later than --since");
	if (run->journald && has_other_subject(run))
		refuse("--journald is about the refusals of a log");
	if (run->textfile_dir && has_other_subject(run))
		refuse("--textfile is about the refusals of a log");
	if (run->reporter.renderer == &render_openmetrics &&
	    (has_other_subject(run) || run->errors))
		refuse("--openmetrics is about the refusals of a log");
	if (run->text && !run->journald && !run->textfile_dir && !run->html_path &&
	    !run->trace_path && !run->picture_path && !run->watch)
		refuse("--text goes with --html, --journald, --perfetto, --svg, --textfile or "
		       "--watch");
	if (run->interval && !run->textfile_dir)
		refuse("--interval goes with --textfile");
	check_watch(run);
	check_drawings(run);
	check_outputs(run);
	if (run->here && !run->explain)
		refuse("--here goes with --explain");
	if (run->kernel && strcmp(run->kernel, "here") && !kernel_version(run->kernel))
		refuse("--kernel needs a release such as 5.10.0-32-amd64, or 'here'");
	if (run->kernel && !run->explain)
		refuse("--kernel needs --explain: a log names its own kernel");
}

/* `rows`, and one for each format that has one. The caller's to free. */
static struct option_row *all_rows(size_t *count)
{
	struct option_row *all = xcalloc(format_count + ARRAY_SIZE(rows), sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < format_count; i++)
		if (formats[i].help)
			all[n++] = (struct option_row){ .name = formats[i].name,
							.key = OPT_FORMAT + (int)i,
							.help = formats[i].help };
	memcpy(all + n, rows, sizeof(rows));
	*count = n + ARRAY_SIZE(rows);
	return all;
}

static void parse_options(struct run *run, int argc, char **argv)
{
	size_t count;
	struct option_row *all = all_rows(&count);
	const struct options options = {
		.program = "cganalyze",
		.rows = all,
		.count = count,
		.arguments = "LOG...",
		.about = about,
		.more = more,
		.take = take_option,
		.context = run,
	};
	int first = options_parse(&options, argc, argv, STATUS_ERROR);

	run->files = argv + first;
	run->file_count = argc - first;
	check_options(run);
	if (run->redact)
		run->reporter.with.redact = redact_new();
	if (run->bug)
		run->reporter.renderer = &render_bug;
	run->reporter.with.quotes = run->bug;
	free(all);
}

static bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) && term && strcmp(term, "dumb");
}

/* Of the terminal, if standard output is one. */
static void learn_columns(void)
{
	int columns = wrap_terminal_columns(STDOUT_FILENO);

	if (columns)
		wrap_set_columns(columns);
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

static void keep(struct results *r, struct finding *f)
{
	r->kept = xgrow(r->kept, r->kept_count, &r->kept_room, sizeof(*r->kept));
	r->kept[r->kept_count++] = f;
}

static bool is_asked_for(const struct run *run, const struct attach *attach)
{
	return attach->id == run->attach_id &&
	       (!run->attach_file || !strcmp(run->attach_file, attach->log->file));
}

static bool can_repeat(const struct run *run)
{
	for (int i = 0; i < run->file_count; i++)
		if (!load_can_repeat(run->files[i]))
			return false;
	return true;
}

/* Is each refusal reported as it comes? */
static bool is_streamed(const struct run *run)
{
	if (!has_report(run))
		return false;
	if (run->by_time || run->by_attach)
		return false;
	return run->live || run->reporter.renderer->streams || (run->each && !run->can_repeat);
}

static void begin_all(struct run *run)
{
	if (!run->reporter.state)
		reporter_begin(&run->reporter, &run->out, REPORT_ALL);
}

static void tell_refusal(struct run *run, struct finding *f)
{
	for (size_t i = 0; i < run->beside_count; i++)
		reporter_attach(&run->besides[i], f);
}

/* Takes an attach that is in no report. */
static void tell_accepted(struct run *run, struct attach *attach)
{
	const struct selection *selection = run->results.selection;

	if (!run->trace) {
		attach_free(attach);
		return;
	}
	struct finding *f = finding_new_steal(attach);

	if (!selection || selection_has(selection, f))
		reporter_attach(run->trace, f);
	finding_free(f);
}

/* Those that will get no further attempt by `passed`. */
static void tell_settled(struct run *run, uint64_t passed)
{
	struct arena arena = { 0 };
	struct incident incident;

	while (incidents_next_settled(run->results.incidents, passed, &incident, &arena)) {
		for (size_t i = 0; i < run->beside_count; i++)
			reporter_incident(&run->besides[i], &incident);
		arena_fini(&arena);
	}
	arena_fini(&arena);
}

static void tell_now(struct run *run, bool ended)
{
	for (size_t i = 0; i < run->beside_count; i++)
		reporter_now(&run->besides[i], model_logs(run->model), run->last_ns, ended);
}

/* The first time at once: whoever looks sees that there is a recorder. */
static void tell_if_due(struct run *run)
{
	uint64_t now = run->textfile && run->grows ? clock_now() : 0;

	if (!now || now < run->due_ns)
		return;
	run->due_ns = now + (run->interval ? run->interval : INTERVAL) * 1000000000ull;
	tell_now(run, false);
}

/* Takes the finding. */
static void take_refusal(struct run *run, struct finding *f)
{
	struct results *r = &run->results;
	bool streamed = is_streamed(run);

	bool selected = results_count(r, f);

	if (streamed && selected) {
		begin_all(run);
		reporter_attach(&run->reporter, f);
		if (run->live)
			fflush(run->out.out);
	}
	if (selected)
		tell_refusal(run, f);
	if (run->html_file && selected)
		reporter_attach(&run->page, f);
	if (run->errors)
		refusals_note(run->refusals, f);
	finding_free(r->groups && selected ? groups_offer(r->groups, f) : f);
}

static bool matters(void *context, int32_t tgid)
{
	return incidents_know(((struct run *)context)->results.incidents, tgid);
}

/* Nothing that began earlier is still to be handed over, but for what comes more than a moment late. */
static uint64_t oldest_to_come(const struct model *model)
{
	uint64_t open = model_oldest_began(model), skimmed = model_oldest_skimmed(model);

	return open < skimmed ? open : skimmed;
}

/* Attaches that closed since the last time get their verdicts. */
static void diagnose_closed(void *context)
{
	struct run *run = context;
	struct results *r = &run->results;

	for (struct attach *attach; (attach = model_steal_closed(run->model));) {
		bool accepted = attach_answer(attach) >= 0,
		     asked = run->by_attach && is_asked_for(run, attach);

		run->last_ns = attach_time(attach) ? attach_time(attach) : run->last_ns;
		if (run->tries)
			tries_note(run->tries, attach, asked);
		if (accepted)
			results_note_accepted(r, attach);
		if (accepted && !asked) {
			tell_accepted(run, attach);
			continue;
		}
		struct finding *f = finding_new_steal(attach);

		if (!run->by_attach) {
			take_refusal(run, f);
			continue;
		}
		if (!accepted)
			results_count(r, f);
		if (asked)
			keep(r, f);
		else
			finding_free(f);
	}
	for (struct attach *attach; (attach = model_steal_skimmed(run->model, matters, run));) {
		results_note_accepted(r, attach);
		attach_free(attach);
	}
	incidents_take_until(r->incidents, oldest_to_come(run->model));
	run->silent_ms = 0;
	if (!run->beside_count)
		return;
	tell_settled(run, incidents_pass(r->incidents, oldest_to_come(run->model), false));
	tell_if_due(run);
}

/* Nothing came from the pipe for a moment. After some of them no more is on its way of what was made before. */
static void take_silence(void *context)
{
	struct run *run = context;

	run->silent_ms += LOAD_IDLE_MS;
	if (run->silent_ms >= SILENCE_MS)
		tell_settled(run, incidents_pass(run->results.incidents, UINT64_MAX, true));
	tell_if_due(run);
}

static void note_damage(void *context, const struct pos *pos, const char *what)
{
	struct run *run = context;

	begin_all(run);
	reporter_damage(&run->reporter, pos, what);
}

/* Is a log among them that is being recorded? */
static bool reads_live(const struct run *run)
{
	bool live = false;

	for (int i = 0; i < run->file_count; i++)
		live |= load_is_live(run->files[i]);
	return live;
}

/* Nobody waits for what becomes of a file, but a recorder must not wait for a journal. */
#define PATIENCE_LIVE 50
#define PATIENCE_FILE 5000 /* ms */

static struct journal *open_journal(const struct run *run)
{
	return journal_open(reads_live(run) ? PATIENCE_LIVE : PATIENCE_FILE);
}

static void tell_screen(struct run *run)
{
	reporter_now(run->screen, model_logs(run->model), run->last_ns, false);
}

/*
 * 'q' is what Ctrl-C is: the recorder, which belongs to the same job, ends its log, which is read to its end. The second
 * one does not wait for that. False: no more is to be read.
 */
static bool take_wake(void *context)
{
	struct run *run = context;

	for (char key; (key = screen_key());) {
		if (key != 'q' && key != 'Q')
			continue;
		if (screen_is_interrupted())
			return false;
		kill(0, SIGINT);
	}
	uint64_t now = clock_now();

	if (now >= run->draw_ns) {
		run->draw_ns = now + DRAW_NS;
		tell_screen(run);
	} else {
		screen_wake_in(run->draw_ns - now);
	}
	return true;
}

static void end_besides(struct run *run)
{
	if (run->beside_count)
		tell_settled(run, UINT64_MAX);
	tell_now(run, true);
	for (size_t i = 0; i < run->beside_count; i++) {
		reporter_summary(&run->besides[i]);
		reporter_end(&run->besides[i]);
	}
	run->trace = NULL;
	run->screen = NULL;
	screen_end();
	if (run->textfile && textfile_failed(run->textfile))
		run->failed = true;
}

/* If nothing could be read there is nothing in it. */
static void end_file(struct run *run, struct whole_file **file)
{
	if (!*file)
		return;
	if (!run->results.logs)
		whole_file_free(*file);
	else if (whole_file_finish(*file))
		run->failed = true;
	*file = NULL;
}

static void read_logs(struct run *run)
{
	struct load_hooks hooks = { .progress = diagnose_closed,
				    .context = run,
				    .no_quotes = run->redact };

	if (run->reporter.renderer->damage && is_streamed(run))
		hooks.damage = note_damage;
	if (run->beside_count)
		hooks.idle = take_silence;
	if (run->screen) {
		hooks.wake = take_wake;
		hooks.wake_fd = screen_fd();
	}
	run->extents = xcalloc(run->file_count, sizeof(*run->extents));
	run->can_repeat = can_repeat(run);
	hooks.lines = run->lines;
	if (has_report(run) && !run->each && !run->by_attach && !run->by_time &&
	    !run->reporter.renderer->streams)
		results_fold(&run->results);
	for (int i = 0; i < run->file_count; i++) {
		const char *path = run->files[i];
		bool live = run->grows = load_is_live(path);

		run->live = run->out.live = live && !run->groups && !run->watch &&
					    !run->by_attach && !run->errors && !run->by_time &&
					    run->file_count == 1;
		if (live && !run->screen)
			survive_first_interrupt();
		progress_allow((!is_streamed(run) && !run->watch) || !isatty(STDOUT_FILENO));
		if (load_file(run->model, path, &hooks, &run->extents[i]) != LOAD_OK)
			run->failed = true;
	}
	results_finish(&run->results, model_logs(run->model));
	end_besides(run);
	end_file(run, &run->trace_file);
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
	if (run->bug && r->kept[0]->answer >= 0)
		return error("attach %llu was not refused: there is nothing to report",
			     (unsigned long long)run->attach_id);
	return 0;
}

static void check_moment(struct run *run)
{
	for (const struct log *log = run->results.logs; log; log = log->next)
		if (!log->snapshot)
			error_at(&(struct pos){ log->file, 0 }, "no header: its wall clock is not known");
}

/* What became of the retries, and the counts, were known at the end of the first reading alone. */
struct second_reading {
	struct run *run;
	struct model *model;
	uint64_t number;
};

static bool matters_not(void *context, int32_t tgid)
{
	(void)context;
	(void)tgid;
	return false;
}

static void report_closed(void *context)
{
	struct second_reading *second = context;

	for (struct attach *attach; (attach = model_steal_closed(second->model));) {
		if (attach_answer(attach) >= 0) {
			attach_free(attach);
			continue;
		}
		struct finding *f = finding_new_steal(attach);

		f->number = second->number++;
		if (selection_has(&second->run->selection, f))
			reporter_attach(&second->run->reporter, f);
		finding_free(f);
	}
	model_steal_skimmed(second->model, matters_not, NULL);
}

static void report_each(struct run *run)
{
	struct second_reading second = { .run = run, .model = model_new() };
	const struct load_hooks hooks = { .progress = report_closed,
					  .context = &second,
					  .no_quotes = run->redact,
					  .again = true };

	progress_allow(!isatty(STDOUT_FILENO));
	for (int i = 0; i < run->file_count; i++)
		if (load_file(second.model, run->files[i], &hooks, &run->extents[i]) != LOAD_OK)
			run->failed = true;
	model_free(second.model);
}

static void report_all(struct run *run)
{
	struct reporter *reporter = &run->reporter;
	bool streamed = is_streamed(run);

	begin_all(run);
	if (run->errors)
		reporter_errors(reporter, &run->matches);
	if (streamed)
		reporter_incidents(reporter);
	reporter_now(reporter, run->results.logs, run->last_ns, true);
	if (run->watch) {
		/* Whoever watched sees the end of it. */
		reporter_groups(reporter, run->top);
		reporter_summary(reporter);
		return;
	}
	reporter_summary(reporter);
	if (streamed)
		return;
	if (run->each) {
		report_each(run);
		return;
	}
	reporter_groups(reporter, run->top);
}

static void report_attaches(struct run *run)
{
	const struct results *r = &run->results;

	reporter_begin(&run->reporter, &run->out, REPORT_ATTACHES);
	for (size_t i = 0; i < r->kept_count; i++)
		reporter_attach(&run->reporter, r->kept[i]);
	reporter_incidents(&run->reporter);
	reporter_summary(&run->reporter);
}

static void report_moments(struct run *run)
{
	check_moment(run);
	reporter_begin(&run->reporter, &run->out, REPORT_MOMENTS);
	reporter_moments(&run->reporter);
	reporter_summary(&run->reporter);
}

static void draw_attach(struct run *run)
{
	struct reporter picture = { .renderer = &render_svg, .with = run->reporter.with };
	struct render_options options = run->out;

	picture.with.tries = run->tries;
	options.out = whole_file_stream(run->picture_file);
	reporter_begin(&picture, &options, REPORT_ATTACHES);
	for (size_t i = 0; i < run->results.kept_count; i++)
		reporter_attach(&picture, run->results.kept[i]);
	reporter_end(&picture);
	end_file(run, &run->picture_file);
}

/* The page, if there is anything to be seen on it. */
static void report_page(struct run *run)
{
	if (!run->html_file)
		return;
	if (run->errors)
		reporter_errors(&run->page, &run->matches);
	reporter_incidents(&run->page);
	reporter_outcomes(&run->page);
	reporter_summary(&run->page);
	reporter_end(&run->page);
	run->failed |= whole_file_finish(run->html_file) != 0;
	run->html_file = NULL;
}

static void report(struct run *run)
{
	if (!run->results.logs)
		return;
	if (run->by_attach && check_attach(run)) {
		run->failed = true;
		return;
	}
	if (run->picture_file)
		draw_attach(run);
	report_page(run);
	if (!has_report(run))
		return;
	if (run->by_time)
		report_moments(run);
	else if (!run->by_attach)
		report_all(run);
	else
		report_attaches(run);
}

/* False, and reported, if not all that was printed has been written. */
static bool close_stdout(void)
{
	static bool closed;
	bool failed = !closed && ferror(stdout);

	errno = 0;
	if (closed || (!fclose(stdout) && !failed))
		return closed = true;
	closed = true;
	error("cannot write the report: %s", errno ? strerror(errno) : "output error");
	return false;
}

/* Also of the help, which ends the program itself. */
static void close_at_exit(void)
{
	if (!close_stdout())
		_exit(STATUS_ERROR);
}

static void close_output(struct run *run)
{
	if (run->reporter.state)
		reporter_end(&run->reporter);
	if (!close_stdout())
		run->failed = true;
}

static void run_init(struct run *run)
{
	run->model = model_new();
	results_init(&run->results);
	run->reporter =
		(struct reporter){ .renderer = formats[0].renderer, .with.results = &run->results };
	run->out = (struct render_options){ .out = stdout,
					    .colour = wants_colour(),
					    .version = version_number };
	run->top = TOP;
	learn_columns();
}

static void run_fini(struct run *run)
{
	if (run->page.state)
		reporter_end(&run->page);
	whole_file_free(run->html_file);
	recent_lines_free(run->lines);
	matches_fini(&run->matches);
	refusals_free(run->refusals);
	results_fini(&run->results);
	for (size_t i = 0; i < run->beside_count; i++)
		if (run->besides[i].state)
			reporter_end(&run->besides[i]);
	whole_file_free(run->trace_file);
	whole_file_free(run->picture_file);
	tries_free(run->tries);
	journal_free(run->journal);
	textfile_free(run->textfile);
	pods_free(run->reporter.with.pods);
	user_symbols_free(run->reporter.with.user_symbols);
	kernel_source_free(run->reporter.with.kernel_source);
	redact_free(run->reporter.with.redact);
	model_free(run->model);
	free(run->extents);
}

/* False, and reported, if the file cannot be made. */
static bool open_page(struct run *run)
{
	struct render_options options = run->out;

	if (!run->html_path)
		return true;
	run->html_file = whole_file_open(run->html_path);
	if (!run->html_file)
		return false;
	run->lines = recent_lines_new();
	run->page = (struct reporter){ .renderer = &render_html, .with = run->reporter.with };
	run->page.with.lines = run->lines;
	options.out = whole_file_stream(run->html_file);
	reporter_begin(&run->page, &options, REPORT_ALL);
	return true;
}

static void open_pods(struct run *run)
{
	if (run->pods)
		run->reporter.with.pods = pods_new(run->pods, run->sysroot);
}

static struct reporter *add_beside(struct run *run, const struct renderer *renderer, FILE *out)
{
	struct reporter *reporter = &run->besides[run->beside_count++];
	struct render_options options = run->out;

	options.out = out;
	*reporter = (struct reporter){ .renderer = renderer, .with = run->reporter.with };
	reporter_begin(reporter, &options, REPORT_ALL);
	return reporter;
}

static bool open_file(struct whole_file **file, const char *path)
{
	return !path || (*file = whole_file_open(path));
}

/* False, and reported, if one cannot be made. */
static bool open_drawings(struct run *run)
{
	if (!open_file(&run->trace_file, run->trace_path) ||
	    !open_file(&run->picture_file, run->picture_path))
		return false;
	if (run->trace_file || run->picture_file)
		run->tries = tries_new();
	if (!run->trace_file)
		return true;
	model_keep_accepted(run->model);
	run->trace = add_beside(run, &render_trace, whole_file_stream(run->trace_file));
	run->trace->with.tries = run->tries;
	return true;
}

static void open_watch(struct run *run)
{
	run->out.live = reads_live(run);

	bool on_screen = run->out.live && !run->text && screen_begin();
	struct reporter *watch = add_beside(run, &render_watch, run->out.out);

	run->screen = on_screen ? watch : NULL;
}

/* False, and reported, if one cannot be had. */
static bool open_besides(struct run *run)
{
	if (run->journald && !(run->journal = run->out.journal = open_journal(run)))
		return false;
	if (run->textfile_dir)
		run->textfile = run->out.textfile = textfile_new(run->textfile_dir);
	if (run->journal)
		add_beside(run, &render_journal, run->out.out);
	if (run->textfile)
		add_beside(run, &render_textfile, run->out.out);
	if (run->watch)
		open_watch(run);
	return true;
}

static int explain_line(struct run *run)
{
	struct arena arena = { 0 };
	struct errline line;
	bool here = run->here || explain_kernel_is_here(run->explain);
	const char *release = run->kernel ? run->kernel : here ? "here" : NULL;
	struct explain_kernel kernel = explain_kernel(release, &arena);

	errline_parse(&line, run->explain, strlen(run->explain));
	open_pods(run);
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
	matches_find(&run->matches, &run->results, run->refusals, &kernel);
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
	if (atexit(close_at_exit))
		out_of_memory();
	/* A file that may grow no more is an error like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	run_init(&run);
	parse_options(&run, argc, argv);
	if (!run.sysroot)
		run.sysroot = getenv("CGANALYZE_SYSROOT");
	if (run.causes)
		return list_causes(&run);
	if (run.explain)
		return explain_line(&run);
	struct complete_with *with = &run.reporter.with;

	with->kernel_source = run.vmlinux ? kernel_source_open(run.vmlinux) :
					    kernel_source_new_installed(run.sysroot);
	if (!with->kernel_source) {
		run_fini(&run);
		return STATUS_ERROR;
	}
	with->user_symbols = user_symbols_new(run.sysroot);
	open_pods(&run);
	if (!selection_is_empty(&run.selection))
		run.results.selection = &run.selection;
	if (run.errors)
		run.refusals = refusals_new();
	if (run.by_attach)
		model_keep_accepted(run.model);
	if (run.by_time)
		model_keep_snapshot(run.model, run.at.ns, run.at.wall);
	if (!open_besides(&run) || !open_page(&run) || !open_drawings(&run)) {
		run_fini(&run);
		return STATUS_ERROR;
	}
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
