/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/quote.h"

#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "trace/load.h"
#include "trace/parse.h"

static void add(struct report_quote *quotes, size_t *count, unsigned long line)
{
	if (!line || *count == QUOTES_MAX)
		return;
	for (size_t i = 0; i < *count; i++)
		if (quotes[i].line == line)
			return;
	quotes[(*count)++].line = line;
}

static int by_line(const void *left, const void *right)
{
	const struct report_quote *a = left, *b = right;

	return (a->line > b->line) - (a->line < b->line);
}

/* Groups are in the table of threads. */
static void choose(struct report_quote *quotes, size_t *count, const struct finding *f)
{
	const struct attach *a = f->attach;

	for (size_t i = 0; i < f->evidence_count; i++)
		add(quotes, count, f->evidence[i].line);
	add(quotes, count, a->begin_line);
	add(quotes, count, a->end_line);
	add(quotes, count, a->writer_line);
	add(quotes, count, a->clone_line);
	add(quotes, count, a->place_line);
	add(quotes, count, f->stop ? f->stop->line : 0);
	add(quotes, count, f->target ? f->target->line : 0);
	add(quotes, count, f->blocker ? f->blocker->line : 0);
	sort(quotes, *count, sizeof(*quotes), by_line);
}

/* The file may be another one by now. A record that this attach shares with an earlier one has that one's ID. */
static const char *text_of(const struct line *line, struct arena *arena)
{
	struct parse_error error;
	struct record record;
	char *copy = xcalloc(line->len + 1, 1);

	memcpy(copy, line->text, line->len);
	bool good = !parse_record(copy, line->len, &record, &error);

	free(copy);
	return good ? arena_strdup(arena, line->text) : NULL;
}

static void read_lines(struct report_quote *quotes, size_t count, const char *file,
		       struct arena *arena)
{
	struct reader *reader = reader_open(file);
	struct line line;
	size_t i = 0;

	while (reader && i < count && reader_line(reader, &line) > 0) {
		if (line.pos.line < quotes[i].line)
			continue;
		quotes[i++].text = line.too_long ? NULL : text_of(&line, arena);
	}
	if (reader)
		reader_close(reader);
}

struct report_quote *quote_lines(const struct finding *f, size_t *count, struct arena *arena)
{
	struct report_quote *quotes = xcalloc(QUOTES_MAX, sizeof(*quotes));

	*count = 0;
	choose(quotes, count, f);
	if (load_can_repeat(f->attach->log->file))
		read_lines(quotes, *count, f->attach->log->file, arena);
	return quotes;
}

/* A record has no NUL; a line that is damaged is no evidence, but what was rescued of it is. */
static const char *recent_text(const struct recent_lines *lines, unsigned long number,
			       struct arena *arena)
{
	const char *text = recent_lines_find(lines, number);
	struct line line = { .len = text ? strlen(text) : 0, .text = (char *)text };

	return text ? text_of(&line, arena) : NULL;
}

struct report_quote *quote_recent(const struct finding *f, const struct recent_lines *lines,
				  size_t *count, struct arena *arena)
{
	struct report_quote *quotes = xcalloc(QUOTES_MAX, sizeof(*quotes));

	*count = 0;
	for (size_t i = 0; i < f->evidence_count; i++)
		add(quotes, count, f->evidence[i].line);
	for (size_t i = 0; i < *count; i++)
		quotes[i].text = recent_text(lines, quotes[i].line, arena);
	return quotes;
}
