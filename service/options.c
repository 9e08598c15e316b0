/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/options.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/say.h"

#define LOG_MAX	    (200ull << 20)
#define LOG_MAX_MIN (64ull << 10)
#define RUN_DIR_MAX 400 /* with the names of its files it stays below 512 bytes */
#define RENEW_AFTER (64ull << 20)

static const char usage[] =
	"Usage: cgattach-keep [OPTION]... -- RECORDER... [-- ANALYZER...]\n"
	"Runs RECORDER, keeps the log that it prints, and hands it to ANALYZER's stdin.\n"
	"  --log-dir DIR     where logs are kept (/var/log/cgattach)\n"
	"  --log-max SIZE    at most so many bytes of logs in all; K, M, G (200M)\n"
	"  --run-dir DIR     where the file `status` is (/run/cgattach)\n"
	"  --module NAME     the recorder's module, removed if it was left behind\n"
	"  --share PERCENT   ends when it takes more of one CPU than this; 0: no limit (5)\n"
	"  --renew-after SIZE  ANALYZER is started anew when it has read so much (64M)\n"
	"  --window SECONDS  what that is averaged over (60)\n"
	"Exit status: 0 stopped, 1 the recorder ended, 2 wrong usage or configuration,\n"
	"  10 it took more than its share\n";

/* 64K, 200M, 1G, or bytes; 0 if it is none. */
static uint64_t size_of(const char *text)
{
	static const char units[] = "KMG";
	char *end;
	unsigned long long n = strtoull(text, &end, 10);
	const char *unit = *end ? strchr(units, *end) : NULL;
	unsigned int shift = unit ? 10 * (unit - units + 1) : 0;

	if (*text < '0' || *text > '9' || (*end && (!unit || end[1])) || n > UINT64_MAX >> 31)
		return 0;
	return (uint64_t)n << shift;
}

static int wrong(const char *what, const char *value)
{
	say(SAY_ERROR, "%s '%s'; see --help", what, value);
	return -1;
}

static int take_log_max(struct options *o, const char *value)
{
	o->log_max = size_of(value);
	if (!o->log_max)
		return wrong("not a size:", value);
	return o->log_max < LOG_MAX_MIN ? wrong("less than 64K for all logs:", value) : 0;
}

static int take_renew_after(struct options *o, const char *value)
{
	o->renew_after = size_of(value);
	return o->renew_after ? 0 : wrong("not a size:", value);
}

static int take_share(struct options *o, const char *value)
{
	char *end;

	o->share = strtod(value, &end);
	if (*value < '0' || *value > '9' || value[strspn(value, "0123456789.")] || *end ||
	    !isfinite(o->share))
		return wrong("not a share in percent:", value);
	return 0;
}

static int take_window(struct options *o, const char *value)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	if (end == value || *end || !n || n > 86400)
		return wrong("not a number of seconds:", value);
	o->window = n;
	return 0;
}

static int take(struct options *o, int option, const char *value)
{
	switch (option) {
	case 'l':
		o->log_dir = value;
		return 0;
	case 'r':
		o->run_dir = value;
		return strlen(value) < RUN_DIR_MAX ? 0 : wrong("too long:", value);
	case 'm':
		o->module = value;
		return 0;
	case 'M':
		return take_log_max(o, value);
	case 's':
		return take_share(o, value);
	case 'R':
		return take_renew_after(o, value);
	case 'w':
		return take_window(o, value);
	case 'h':
		fputs(usage, stdout);
		return 1;
	default:
		return -1;
	}
}

/* RECORDER... [-- ANALYZER...] */
static int take_commands(struct options *o, char **argv)
{
	o->recorder = argv;
	while (*argv && strcmp(*argv, "--"))
		argv++;
	if (*argv) {
		*argv = NULL;
		o->analyzer = argv[1] ? argv + 1 : NULL;
	}
	if (*o->recorder)
		return 0;
	say(SAY_ERROR, "no recorder is named; see --help");
	return -1;
}

int options_read(struct options *options, int argc, char **argv)
{
	static const struct option longs[] = { { "log-dir", 1, NULL, 'l' },
					       { "run-dir", 1, NULL, 'r' },
					       { "log-max", 1, NULL, 'M' },
					       { "module", 1, NULL, 'm' },
					       { "share", 1, NULL, 's' },
					       { "window", 1, NULL, 'w' },
					       { "help", 0, NULL, 'h' },
					       { "renew-after", 1, NULL, 'R' },
					       { 0 } };
	int option;

	*options = (struct options){ .log_dir = "/var/log/cgattach",
				     .run_dir = "/run/cgattach",
				     .log_max = LOG_MAX,
				     .renew_after = RENEW_AFTER,
				     .share = 5,
				     .window = 60 };
	while ((option = getopt_long(argc, argv, "+h", longs, NULL)) != -1) {
		int ret = take(options, option, optarg);

		if (ret)
			return ret;
	}
	return take_commands(options, argv + optind);
}
