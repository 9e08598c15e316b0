/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program's own main(), which can be run many times here: it ends nothing, and its stdout is a stream in memory. */
#define _GNU_SOURCE
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"

static FILE *report_to;

int cganalyze_main(int argc, char **argv);

#undef stdout
#define stdout report_to
#define main   cganalyze_main
/* close_stdout() does so but once; and there is no end of the process to wait for. */
#define fclose(file)	 fflush(file)
#define atexit(function) ((void)(function), 0)

#include "analyzer/cganalyze.c"

#undef fclose
#undef atexit

static void check_characters(const char *text, size_t len)
{
	for (size_t at = 0, n; at < len; at += n) {
		uint32_t c;

		n = strspn(text + at, " etaoinsrhldcumfpgwybvkxjqz0123456789\n\"{}[]:,._-/()#=");
		if (n)
			continue;
		n = utf8_get(text + at, len - at, &c);
		if (!n)
			fuzz_wrong("it is no UTF-8", text + at, len - at);
		if (c != '\n' && (c < 0x20 || utf8_is_control(c)))
			fuzz_wrong("a control character", text + at, len - at);
	}
}

static void check_json(const char *text, size_t len)
{
	json_error_t error;
	json_t *json = json_loadb(
		text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);

	if (!json)
		fuzz_wrong(error.text, text, len);
	json_decref(json);
}

static void check_lines(const char *text, size_t len)
{
	for (size_t n; len; text += n + 1, len -= n + 1) {
		const char *end = memchr(text, '\n', len);

		if (!end)
			fuzz_wrong("a line without its end", text, len);
		n = end - text;
		check_json(text, n);
	}
}

static void check_output(enum fuzz_format format, int status, const char *text, size_t len)
{
	if (status < 0 || status > STATUS_ERROR)
		fuzz_wrong("status", text, len);
	check_characters(text, len);
	if (format == FUZZ_JSON && len)
		check_json(text, len);
	if (format == FUZZ_NDJSON)
		check_lines(text, len);
	if (!len && status < STATUS_ERROR)
		fuzz_wrong("nothing was printed", text, len);
}

int fuzz_cganalyze(enum fuzz_format format, const char *const *arguments)
{
	char *argv[32] = { (char *)"cganalyze" }, *text;
	size_t len;
	int argc = 1;
	struct sigaction interrupt;

	if (format != FUZZ_TEXT)
		argv[argc++] = (char *)(format == FUZZ_JSON ? "--json" : "--ndjson");
	while (*arguments)
		argv[argc++] = (char *)*arguments++;
	report_to = open_memstream(&text, &len);
	sigaction(SIGINT, NULL, &interrupt);
	int status = cganalyze_main(argc, argv);

	sigaction(SIGINT, &interrupt, NULL);
	fclose(report_to);
	check_output(format, status, text, len);
	free(text);
	return status;
}
