/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "errors/read_text.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "errors/json_strings.h"
#include "errors/message.h"
#include "errors/prompt.h"
#include "errors/time.h"
#include "errors/unquote.h"
#include "errors/writer.h"

/* Of so many line breaks each is tried as a space and as nothing. */
#define BREAKS_MAX 40
#define JOINED_MAX (16u * 1024)

enum joint { GLUE, SPACE };

/* So many ways to join the lines are remembered, not to be tried again. */
#define TRIED_MAX 256

/* A text with newlines in it, of which some replaced a space and some cut a word. */
struct joining {
	const char *text;
	size_t len, breaks;
	bool is_indented;		/* every line but the first */
	enum joint joints[BREAKS_MAX];
	char *joined;			/* with these joints */
	size_t joined_len;
	struct errreading best;
	struct erreffort *effort;
	uint64_t tried[TRIED_MAX]; /* a bit for each break that became a space */
	size_t tried_count;
};

/* Each reading costs as much as so many bytes, however short the text is. */
#define EFFORT_OF_TEXT 100

void erreffort_earn(struct erreffort *effort, size_t bytes)
{
	effort->left += ERREFFORT_PER_BYTE * bytes;
	if (effort->left > ERREFFORT_MOST)
		effort->left = ERREFFORT_MOST;
}

bool erreffort_spend(struct erreffort *effort, size_t bytes)
{
	if (effort->left <= 0)
		return false;
	effort->left -= bytes + EFFORT_OF_TEXT;
	return true;
}

static void reading_fini(struct errreading *r)
{
	arena_fini(&r->line.arena);
	*r = (struct errreading){ 0 };
}

static struct errreading read_plain(const char *text, size_t len)
{
	struct errreading r = { 0 };

	r.about = errmessage_read(&r.line, text, len);
	return r;
}

/* Keeps the better one, the first if they are equal, and frees the other. */
static bool keep_better(struct errreading *best, struct errreading *other)
{
	bool is_better = other->about.known > best->about.known;

	if (is_better) {
		struct errreading swap = *best;

		*best = *other;
		*other = swap;
	} else if (!best->about.known) {
		best->about.is_begun |= other->about.is_begun;
	}
	reading_fini(other);
	return is_better;
}

/* "/a/b.sh: line 7: ", "cat: " are no part of a path that the line before ends with. */
static bool is_script(const char *at)
{
	static const char *const programs[] = {
		"cat: ",  "tee: ",  "rmdir: ", "mkdir: ", "head: ", "tail: ",
		"grep: ", "bash: ", "-bash: ", "dash: ",  "zsh: ",
	};
	size_t n = strcspn(at, " \n");

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		if (!strncmp(at, programs[i], strlen(programs[i])))
			return true;
	return n > 1 && at[n - 1] == ':' && !strncmp(at + n, " line ", 6) &&
	       isdigit((unsigned char)at[n + 6]);
}

/* Without the space in front if one stands there already: unquote() leaves no other two. */
static void add_line(struct joining *j, const char *line, size_t len)
{
	size_t n = j->joined_len, twice = len && n && *line == ' ' && j->joined[n - 1] == ' ';

	memcpy(j->joined + n, line + twice, len - twice);
	j->joined_len += len - twice;
}

static void join(struct joining *j)
{
	const char *at = j->text, *end = j->text + j->len;
	size_t nth = 0;

	j->joined_len = 0;
	for (const char *newline; (newline = memchr(at, '\n', end - at));) {
		enum joint joint = nth < BREAKS_MAX ? j->joints[nth] : SPACE;

		nth++;
		add_line(j, at, newline - at);
		at = newline + 1;
		while (j->is_indented && at < end && *at == ' ')
			at++;
		if (joint == SPACE || is_script(at))
			add_line(j, " ", 1);
	}
	add_line(j, at, end - at);
	j->joined[j->joined_len] = 0;
}

/* Were they joined so before? Then it is no better now. */
static bool was_tried(struct joining *j)
{
	uint64_t way = 0;

	for (size_t i = 0; i < BREAKS_MAX && i < j->breaks; i++)
		way |= (uint64_t)(j->joints[i] == SPACE) << i;
	for (size_t i = 0; i < j->tried_count; i++)
		if (j->tried[i] == way)
			return true;
	if (j->tried_count < TRIED_MAX)
		j->tried[j->tried_count++] = way;
	return false;
}

static bool try(struct joining *j)
{
	if (was_tried(j) || !erreffort_spend(j->effort, j->len))
		return false;
	join(j);
	struct errreading r = read_plain(j->joined, j->joined_len);

	return keep_better(&j->best, &r);
}

static void set_all(struct joining *j, enum joint joint)
{
	for (size_t i = 0; i < BREAKS_MAX; i++)
		j->joints[i] = joint;
}

/* Spaces at the ends of lines are left when a text was cut by columns; one cut at words has none. */
static bool is_cut_by_columns(const struct joining *j)
{
	size_t width = 0, begin = 0, lines = 0;

	for (size_t i = 0; i < j->len; i++) {
		if (j->text[i] != '\n')
			continue;
		if (i && j->text[i - 1] == ' ')
			return true;
		if (!j->is_indented && i + 1 < j->len && j->text[i + 1] == ' ')
			return true;
		if (lines++ && i - begin != width)
			return false;
		width = i - begin;
		begin = i + 1;
	}
	return lines > 1;
}

static void measure(struct joining *j)
{
	j->is_indented = true;
	for (size_t i = 0; i < j->len; i++)
		if (j->text[i] == '\n') {
			j->breaks++;
			j->is_indented &= i + 1 < j->len && j->text[i + 1] == ' ';
		}
}

/* Is the word that ends at `end` one that a break has cut: a path, or an id in hexadecimal? */
static bool is_cut_word(const struct joining *j, size_t end)
{
	size_t begin = end, hex = 0;

	if (!end || strchr(":,\"'`", j->text[end - 1]))
		return false;
	for (; begin && j->text[begin - 1] != ' '; begin--)
		hex += isxdigit((unsigned char)j->text[begin - 1]) != 0;
	return memchr(j->text + begin, '/', end - begin) || (hex > 7 && hex == end - begin);
}

/* By the words on both sides of each break; where they do not tell, `other`. */
static void set_likely(struct joining *j, enum joint other)
{
	size_t nth = 0;

	for (size_t i = 0; i < j->len && nth < BREAKS_MAX; i++) {
		if (j->text[i] != '\n')
			continue;
		bool cut = is_cut_word(j, i);

		j->joints[nth++] = cut ? GLUE : i + 1 < j->len && j->text[i + 1] == '/' ? SPACE : other;
	}
}

/* As long as another joint, or two neighbours, make it better. */
static void improve(struct joining *j)
{
	for (bool again = true; again;) {
		again = false;
		for (size_t n = 1; n <= 2; n++)
			for (size_t i = 0; i + n <= j->breaks; i++) {
				for (size_t k = i; k < i + n; k++)
					j->joints[k] = !j->joints[k];
				if (try(j))
					again = true;
				else
					for (size_t k = i; k < i + n; k++)
						j->joints[k] = !j->joints[k];
			}
	}
}

/* The best of the simple ways to join the lines; its joints stay. */
static void read_simply(struct joining *j)
{
	enum joint first = is_cut_by_columns(j) ? GLUE : SPACE, best[BREAKS_MAX];

	for (int way = 0; way < 4; way++) {
		enum joint joint = way & 1 ? !first : first;

		if (way < 2)
			set_all(j, joint);
		else
			set_likely(j, joint);
		if (way == 0) {
			was_tried(j);
			join(j);
			j->best = read_plain(j->joined, j->joined_len);
		}
		if (way == 0 || try(j))
			memcpy(best, j->joints, sizeof(best));
	}
	memcpy(j->joints, best, sizeof(best));
}

/* The best reading of many ways to join the lines. */
static struct errreading read_joined(const char *text, size_t len, struct erreffort *effort)
{
	struct joining j = {
		.text = text, .len = len, .joined = xcalloc(len + 1, 1), .effort = effort
	};

	measure(&j);
	read_simply(&j);
	bool promises = j.best.about.known || j.best.about.is_begun || j.breaks <= 3;

	if (promises && j.breaks <= BREAKS_MAX && len <= JOINED_MAX)
		improve(&j);
	free(j.joined);
	return j.best;
}

static bool is_prompt_line(const char *line)
{
	char begin[96];
	size_t n = strcspn(line, "\n");

	n = n < sizeof(begin) - 1 ? n : sizeof(begin) - 1;
	memcpy(begin, line, n);
	begin[n] = 0;
	return prompt_at(begin);
}

/* Where the piece that begins there does: before the next prompt. */
static size_t piece_end(const char *plain, size_t len, size_t begin)
{
	const char *newline;

	for (size_t at = begin; (newline = memchr(plain + at, '\n', len - at));
	     at = newline - plain + 1)
		if (is_prompt_line(newline + 1))
			return newline - plain;
	return len;
}

/* The best of the commands of a session, each with what comes of it; other texts are one piece. */
static struct errreading read_pieces(char *plain, size_t len, struct erreffort *effort)
{
	struct errreading best = { 0 };

	for (size_t begin = 0, end; begin <= len; begin = end + 1) {
		end = piece_end(plain, len, begin);
		plain[end] = 0;
		struct errreading r = memchr(plain + begin, '\n', end - begin) ?
					      read_joined(plain + begin, end - begin, effort) :
					      read_plain(plain + begin, end - begin);

		if (begin)
			keep_better(&best, &r);
		else
			best = r;
	}
	return best;
}

/* One line may show what alone is no attach; read_file.c puts lines together. */
static bool read_trace(const char *plain, size_t len, struct errtrace_chain *ret)
{
	struct errtrace trace;

	if (errtrace_read(plain, len, ret))
		return true;
	*ret = (struct errtrace_chain){ 0 };
	return !memchr(plain, '\n', len) && errtrace_line(plain, len, &trace) &&
	       errtrace_join(ret, &trace);
}

/* Beside an error line the trace tells the function; alone it is the line. */
static void take_trace(struct errreading *r, const struct errtrace_chain *trace)
{
	const struct errline *l = &r->line;
	bool is_line = (l->kind == ERRLINE_ATTACH || l->kind == ERRLINE_ATTACH_INDIRECT) &&
		       !l->vague && l->number && (l->file || l->cgroup || l->pid >= 0);

	if (is_line) {
		if (l->number == trace->first.number && l->step == ERRLINE_WRITE) {
			r->line.function = trace->inner;
			r->line.maybe_open = false;
		}
		return;
	}
	reading_fini(r);
	r->line.pid = -1;
	r->about.trace = *trace;
	if (!trace->is_attach)
		return;
	errtrace_tell(trace, &r->line);
	r->about.known = 1;
}

static struct errreading read_text(const char *text, size_t len, struct erreffort *effort)
{
	size_t plain_len;
	char *plain = unquote(text, len, &plain_len);

	while (plain_len && plain[plain_len - 1] == '\n')
		plain[--plain_len] = 0;
	if (prompt_is_chopped(plain, plain_len))
		plain[--plain_len] = 0;
	struct errtrace_chain trace;
	bool has_trace = read_trace(plain, plain_len, &trace);
	struct errreading r = read_pieces(plain, plain_len, effort);

	if (has_trace)
		take_trace(&r, &trace);
	free(plain);
	return r;
}

struct strings_of_json {
	struct errreading *best;
	struct erreffort *effort;
};

static void take_string(void *context, const char *text, size_t len)
{
	struct strings_of_json *strings = context;
	struct errreading r =
		read_text(text, len > ERRREADING_MAX ? ERRREADING_MAX : len, strings->effort);

	keep_better(strings->best, &r);
}

/* A string of a JSON object does not say when it was written, and perhaps not by whom; the object does. */
static void add_surroundings(struct errreading *r, const char *text, size_t len)
{
	struct errline whole = { 0 };
	size_t plain_len;
	char *plain = unquote(text, len, &plain_len);
	struct errtime t;

	struct grams grams;

	grams_init(&grams, plain, plain_len);
	errwriter_unit(&whole, plain);
	errwriter_read(&whole, plain, &grams);
	if (!r->line.runtime)
		r->line.runtime = whole.runtime;
	if (!r->line.engine)
		r->line.engine = whole.engine;
	if (!r->line.container && whole.container)
		r->line.container = arena_strdup(&r->line.arena, whole.container);
	if (errtime_find(plain, plain_len, &t)) {
		r->line.clock = t.clock;
		r->line.time_ns = t.ns;
		r->line.precision_ns = t.precision_ns;
	}
	arena_fini(&whole.arena);
	free(plain);
}

struct errreading errreading_of(const char *text, size_t len, struct erreffort *effort)
{
	struct errreading r = { .line.pid = -1 };
	struct strings_of_json strings = { &r, effort };

	if (len > ERRREADING_MAX)
		len = ERRREADING_MAX;
	json_strings_each(text, len, take_string, &strings);
	if (r.line.kind != ERRLINE_OTHER) {
		add_surroundings(&r, text, len);
		return r;
	}
	reading_fini(&r);
	return read_text(text, len, effort);
}

void errline_parse(struct errline *ret, const char *text, size_t len)
{
	struct erreffort effort = { ERREFFORT_MOST };

	*ret = errreading_of(text, len, &effort).line;
}
