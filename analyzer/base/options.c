/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "base/version.h"

#define WIDTH 79
#define HELP  29 /* the column of an option's help */

enum { KEY_USAGE = 1 };

/* What every program has. */
static const struct own {
	struct option_row row;
	char letter; /* 0: none */
} own[] = {
	{ { "help", 'h', NULL, "Give this help list" }, '?' },
	{ { "usage", KEY_USAGE, NULL, "Give a short usage message" }, 0 },
	{ { "version", 'V', NULL, "Print program version" }, 'V' },
};

/* ---- help ---- */

/* `text` from column `at` on, broken between words, the following lines after `indent` blanks; a '\n' stays one. */
static void fill(const char *text, int at, int indent)
{
	while (*text) {
		int len = (int)strcspn(text, " \n");
		int blanks = (int)strspn(text + len, " ");

		printf("%.*s", len, text);
		at += len;
		text += len + blanks;
		if (*text == '\n') {
			putchar('\n');
			text++;
			at = 0;
			continue;
		}
		if (*text && at + blanks + (int)strcspn(text, " \n") > WIDTH) {
			printf("\n%*s", indent, "");
			at = indent;
		} else if (*text) {
			printf("%*s", blanks, "");
			at += blanks;
		}
	}
	putchar('\n');
}

static void help_about(const struct option_row *row, char letter)
{
	char head[64], label[80];

	snprintf(head, sizeof(head), letter ? "  -%c, " : "      ", letter);
	int len = snprintf(label, sizeof(label), "%s--%s%s%s", head, row->name, row->arg ? "=" : "",
			   row->arg ? row->arg : "");

	printf("%-*s", HELP, label);
	if (len >= HELP)
		printf("\n%*s", HELP, "");
	fill(row->help, HELP, HELP);
}

/* The first row behind `last`, by its name; NULL after all. */
static const struct option_row *next_row(const struct options *o, const struct option_row *last)
{
	const struct option_row *best = NULL;

	for (size_t i = 0; i < o->count; i++)
		if ((!last || strcmp(o->rows[i].name, last->name) > 0) &&
		    (!best || strcmp(o->rows[i].name, best->name) < 0))
			best = &o->rows[i];
	return best;
}

static void __attribute__((noreturn)) help(const struct options *o)
{
	printf("Usage: %s [OPTION...] %s\n", o->program, o->arguments);
	fill(o->about, 0, 0);
	putchar('\n');
	for (const struct option_row *row = NULL; (row = next_row(o, row));)
		help_about(row, 0);
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		help_about(&own[i].row, own[i].letter);
	putchar('\n');
	fill(o->more, 0, 0);
	exit(0);
}

static void usage_of(const struct option_row *row, int *at)
{
	char text[80];
	int len = snprintf(text, sizeof(text), "[--%s%s%s]", row->name, row->arg ? "=" : "",
			   row->arg ? row->arg : "");

	if (*at + 1 + len > WIDTH)
		*at = printf("\n%11s", "") - 1;
	*at += printf(" %s", text);
}

static void __attribute__((noreturn)) usage(const struct options *o)
{
	int at = printf("Usage: %s [-?V]", o->program);

	for (const struct option_row *row = NULL; (row = next_row(o, row));)
		usage_of(row, &at);
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		usage_of(&own[i].row, &at);
	if (at + 1 + (int)strlen(o->arguments) > WIDTH)
		printf("\n%11s", "");
	printf(" %s\n", o->arguments);
	exit(0);
}

static void __attribute__((noreturn)) point_to_help(const char *program, int status)
{
	fprintf(stderr, "Try `%s --help' or `%s --usage' for more information.\n", program,
		program);
	exit(status);
}

void options_refuse(const char *program, const char *what, int status)
{
	fprintf(stderr, "%s: %s\n", program, what);
	point_to_help(program, status);
}

/* ---- parsing ---- */

static void add(struct option *to, const struct option_row *row)
{
	*to = (struct option){
		.name = row->name,
		.has_arg = row->arg ? required_argument : no_argument,
		.val = row->key,
	};
}

int options_parse(const struct options *o, int argc, char **argv, int status)
{
	static struct option *all; /* reachable, also when the help ends the program */
	int key;

	all = xcalloc(o->count + ARRAY_SIZE(own) + 1, sizeof(*all));
	for (size_t i = 0; i < o->count; i++)
		add(&all[i], &o->rows[i]);
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		add(&all[o->count + i], &own[i].row);
	optind = 0; /* from the start, whoever parsed before */
	while ((key = getopt_long(argc, argv, "h?V", all, NULL)) != -1) {
		/* It returns the same for a wrong one. */
		if (key == '?' && !strcmp(argv[optind - 1], "-?"))
			key = 'h';
		if (key == '?')
			point_to_help(o->program, status);
		if (key == 'h')
			help(o);
		if (key == KEY_USAGE)
			usage(o);
		if (key == 'V') {
			printf("%s %s\n%s\n", o->program, version_number, version_licence);
			exit(0);
		}
		o->take(o->context, key, optarg);
	}
	free(all);
	return optind;
}
