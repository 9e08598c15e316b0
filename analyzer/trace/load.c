/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace/load.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/reader.h"
#include "trace/parse.h"
#include "trace/recent_lines.h"

#define MESSAGES_MAX 100	/* about damaged lines, per file */

struct loading {
	struct model *model;
	const struct load_hooks *hooks;
	struct pos file;
	uint64_t good, damaged;
	struct pos first;	/* the first damaged line, if it came before any record */
	char first_what[256];
};

/* Without a word of its text. */
static void describe_only(char *to, size_t room, const struct parse_error *e)
{
	if (e->foreign)
		snprintf(to, room, "foreign line");
	else
		snprintf(to, room, "damaged line: %s%s%s%s at column %zu", e->key ? "'" : "",
			 e->key ? e->key : "", e->key ? "': " : "", e->what, e->column + 1);
}

static void describe(char *to, size_t room, const struct line *line, const struct parse_error *e,
		     bool no_quotes)
{
	const char *dots = line->len > e->column + 24 ? "..." : "";
	int n = line->len > e->column ? (int)(line->len - e->column) : 0;

	if (line->len && line->text[line->len - 1] == '\r')
		snprintf(to, room, "damaged line: it ends in CR LF; was the log converted?");
	else if (e->ran_out)
		snprintf(to, room, "torn line: cut off after %zu bytes%s%s%s", line->len,
			 e->key ? " at '" : "", e->key ? e->key : "", e->key ? "'" : "");
	else if (e->foreign && !line->text[0])
		snprintf(to, room, "foreign line: binary data");
	else if (no_quotes)
		describe_only(to, room, e);
	else if (e->foreign)
		snprintf(to, room, "foreign line: '%.24s%s'", line->text,
			 line->len > 24 ? "..." : "");
	else
		snprintf(to, room, "damaged line: %s%s%s%s at column %zu, near '%.*s%s'",
			 e->key ? "'" : "", e->key ? e->key : "", e->key ? "': " : "", e->what,
			 e->column + 1, n > 24 ? 24 : n, line->text + e->column, dots);
}

static void say(const struct loading *state, const struct pos *pos, const char *what)
{
	if (!state->hooks->again)
		error_at(pos, "%s", what);
}

/* Before the first record it is not known whether this is a log at all. */
static void damaged(struct loading *state, const struct pos *pos, const char *what)
{
	if (state->hooks->damage)
		state->hooks->damage(state->hooks->context, pos, what);
	if (!state->good && !state->damaged++) {
		state->first = *pos;
		snprintf(state->first_what, sizeof(state->first_what), "%s", what);
		return;
	}
	if (!state->good)
		return;
	state->damaged++;
	model_note_damage(state->model, 1);
	if (state->damaged <= MESSAGES_MAX)
		say(state, pos, what);
}

static void first_record(struct loading *state)
{
	state->good = 1;
	if (!state->damaged)
		return;
	model_note_damage(state->model, state->damaged);
	say(state, &state->first, state->first_what);
	if (state->damaged > 1 && !state->hooks->again)
		error_at(&state->first, "and %llu more such lines before the first record",
			 (unsigned long long)state->damaged - 1);
}

static void take(struct loading *state, struct record *record, const struct pos *pos)
{
	char what[96];

	if (!state->good)
		first_record(state);
	if (!model_add(state->model, record, pos->line))
		return;
	snprintf(what, sizeof(what), "record %llu occurred before, or belongs to another log",
		 (unsigned long long)record->seq);
	state->damaged++;
	if (state->hooks->damage)
		state->hooks->damage(state->hooks->context, pos, what);
	if (state->damaged <= MESSAGES_MAX)
		say(state, pos, what);
}

/* Before it is parsed, which changes it. */
static void keep_line(const struct loading *state, const struct line *line)
{
	if (state->hooks->lines)
		recent_lines_add(state->hooks->lines, line->pos.line, line->text, line->len);
}

static int take_line(struct loading *state, struct line *line)
{
	struct record record;
	struct skimmed skimmed;
	struct parse_error e;
	char what[256];

	keep_line(state, line);
	if (line->too_long) {
		snprintf(what, sizeof(what), "damaged line: longer than %u bytes", READER_LINE_MAX);
		damaged(state, &line->pos, what);
		return 0;
	}
	if (skim_accepted(&skimmed, line->text, line->len) &&
	    model_add_skimmed(state->model, &skimmed, line->text, line->len, line->pos.line)) {
		if (!state->good)
			first_record(state);
		return 0;
	}
	if (!parse_record(line->text, line->len, &record, &e)) {
		if (record.kind == RECORD_CGATTACH && model_is_full(state->model))
			return error_at(&line->pos, "too many logs: from here on nothing was read");
		take(state, &record, &line->pos);
		return 0;
	}
	if (e.version)
		return error_at(&line->pos,
				"the log's format is none of the versions %d to %d, which this "
				"program can read",
				RECORD_VERSION_OLDEST, RECORD_VERSION);
	describe(what, sizeof(what), line, &e, state->hooks->no_quotes);
	/* Only a newline shows that a line's end was written; see is_torn_head() for the rest. */
	size_t at = line->ended ? parse_rescue(line->text, line->len, &record) : 0;

	if (at)
		snprintf(what, sizeof(what), "torn line: a whole %s record follows at column %zu",
			 parse_kind_name(record.kind), at + 1);
	damaged(state, &line->pos, what);
	if (at)
		take(state, &record, &line->pos);
	return 0;
}

static enum load finish(struct loading *state)
{
	if (state->hooks->again)
		return LOAD_OK;
	if (state->damaged > MESSAGES_MAX && state->good)
		error_at(&state->file, "%llu more damaged lines",
			 (unsigned long long)state->damaged - MESSAGES_MAX);
	if (state->good)
		return LOAD_OK;
	if (state->damaged)
		error_at(&state->file, "not a cgattach log: it has no record; line %lu: %s",
			 state->first.line, state->first_what);
	else
		error_at(&state->file, "not a cgattach log: it is empty");
	return LOAD_NO_LOG;
}

static bool is_same_file(const struct reader *reader, const struct extent *extent)
{
	dev_t dev;
	ino_t ino;

	reader_file(reader, &dev, &ino);
	return dev == extent->dev && ino == extent->ino;
}

static enum load changed(const char *file)
{
	error_at(&(struct pos){ file, 0 },
		 "the file was changed while it was read: not every refusal "
		 "can be shown");
	return LOAD_ERROR;
}

enum load load_file(struct model *model, const char *path, const struct load_hooks *hooks,
		    struct extent *extent)
{
	/* A pipe would be waited for. */
	struct reader *reader = hooks->again && !load_can_repeat(path) ? NULL : reader_open(path);
	struct line line;
	unsigned long most = hooks->again ? extent->lines : ULONG_MAX, read = 0;
	int more = 0;

	if (!reader)
		return hooks->again ? changed(path) : LOAD_ERROR;
	struct loading state = { .model = model, .hooks = hooks };

	state.file.file = strcmp(path, "-") ? path : "<stdin>";
	if (hooks->again && !is_same_file(reader, extent)) {
		reader_close(reader);
		return changed(state.file.file);
	}
	reader_file(reader, &extent->dev, &extent->ino);
	if (hooks->again)
		reader_limit(reader, extent->bytes);
	if (hooks->idle)
		reader_on_idle(reader, LOAD_IDLE_MS, hooks->idle, hooks->context);
	if (hooks->wake)
		reader_on_wake(reader, hooks->wake_fd, hooks->wake, hooks->context);
	model_begin_file(model, state.file.file);
	if (hooks->lines)
		recent_lines_forget(hooks->lines);
	while (read < most && (more = reader_line(reader, &line)) > 0) {
		read++;
		if (take_line(&state, &line)) {
			more = -2;
			break;
		}
		if (hooks->progress)
			hooks->progress(hooks->context);
	}
	bool is_other = hooks->again && reader_bytes(reader) < extent->bytes;

	extent->lines = read;
	extent->bytes = reader_bytes(reader);
	reader_close(reader);
	model_end_file(model);
	if (hooks->progress)
		hooks->progress(hooks->context);
	if (is_other && more >= 0)
		return changed(state.file.file);
	if (more < 0)
		return more == -2 && !state.good ? LOAD_NO_LOG : LOAD_ERROR;
	return finish(&state);
}

bool load_is_live(const char *path)
{
	struct stat st;

	return (strcmp(path, "-") ? stat(path, &st) : fstat(0, &st)) == 0 && !S_ISREG(st.st_mode);
}

bool load_can_repeat(const char *path)
{
	struct stat st;

	return strcmp(path, "-") && !stat(path, &st) && S_ISREG(st.st_mode);
}
