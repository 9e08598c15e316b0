/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "errors/read_file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/reader.h"
#include "errors/errno_text.h"
#include "errors/grams.h"
#include "errors/prompt.h"
#include "errors/read_text.h"
#include "errors/signs.h"
#include "errors/time.h"
#include "errors/unquote.h"
#include "facts/runtimes.h"

/* So many lines may be one message; a terminal of 20 columns breaks a long one that often. */
#define LINES_MAX 40

/* What can be said once only. */
struct known {
	bool pid, cgroup;
};

/* Of those that are kept at a time; the rest of a window moves down when they are used up. */
#define LINES_KEPT 128

struct wrapped {
	char *text; /* in `room` bytes, which the next line in this place will use, too */
	size_t len, room;
	unsigned long number;
	unsigned int signs; /* that end here, see signs.h */
	bool is_searched;   /* may_say is known, and if it is looked at, what follows */
	bool is_looked_at;
	size_t width;			/* in characters */
	size_t widest;			/* of the window up to here, set by extent() */
	size_t word;			/* the width of its first word */
	bool is_blank;
	bool begins_anew;		/* like a line of a log: with a time, a brace */
	bool is_trace;			/* one of a kernel trace, which is never wrapped */
	bool is_chopped;		/* by a pager */
	bool is_prompt;			/* a command behind a shell's prompt */
	bool may_say;			/* something about a cgroup */
	bool complains;			/* or speaks of containers, as the beginnings of such messages do */
	bool names_program;		/* "cat: ", or a path: a complaint begins so */
	bool is_open;			/* quotes: an odd number of them */
	bool ends_in_path;
	bool ends_in_errno;
	char first, last;		/* characters that are no spaces */
	bool is_read, is_other, is_alone; /* see stands_alone() */
	struct known known;
};

/* Of a kernel trace, while some of its lines may be still to come. */
struct refusal {
	struct errtrace_chain chain;
	unsigned long first, last; /* 0: none */
};

/* So many tasks may be refused at once in a trace. */
#define TRACES_MAX 4

struct window {
	struct reader *reader;
	struct signs *signs;
	uint32_t seed_state, end_state;
	struct wrapped kept[LINES_KEPT];
	struct wrapped *lines; /* in `kept` */
	size_t count;
	unsigned long last_seed, last_end; /* numbers of the last lines that have such a sign */
	struct erreffort effort;
	unsigned long searched;		/* up to this line, for the other signs than seeds */
	int answer;			/* the reader's last: 1, or why there are no more */
	unsigned long read;
	char *input; /* "FILE" of the last command's "< FILE", which is read; NULL */
	struct refusal traces[TRACES_MAX];
	struct errtime entry_time;	/* of journalctl -o export, whose fields are lines */
	bool has_entry_time;
};

static bool complains(const char *plain, size_t len)
{
	static const char *const words[] = {
		"fail", "error", "cause", "cannot", "can't", "unable", "contain", "oci", "runc", "rpc", "cgroup", "exec",
	};

	struct grams grams;

	grams_init(&grams, plain, len);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (grams_find(&grams, plain, words[i]))
			return true;
	return false;
}

static void squeeze(char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (text[i] && !strchr("\n\r >", text[i]))
			text[n++] = text[i];
	text[n] = 0;
}

static bool has_write_error(const char *plain)
{
	for (const char *at = strchr(plain, ':'); at; at = strchr(at + 1, ':'))
		if (errno_text_write_error(at[1] == ' ' ? at + 2 : at + 1))
			return true;
	return false;
}

/* "slurmstepd: error: " */
static bool begins_with_level(const char *name, size_t n)
{
	static const char *const levels[] = { "error: ", "warning: ", "fatal: ", "info: ", "debug: " };

	if (!n || strncmp(name + n, ": ", 2))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		if (!strncmp(name + n + 2, levels[i], strlen(levels[i])))
			return true;
	return false;
}

/*
 * "tee: ", "-bash: ", "systemd[4242]: ", "(00.031928) ", "lxc-start c1 20240110...": who says it begins the line. A
 * shell's "write error" belongs to the command before it.
 */
static bool begins_with_program(const char *plain)
{
	static const char *const programs[] = {
		"tee", "cat",  "echo",	"printf", "mkdir", "rmdir",
		"ls",  "grep", "chown", "chmod",  "xargs", "sed",
	};
	const char *name = plain + (*plain == '-');
	size_t n = strcspn(name, ": [");

	if (name[n] == '[' && n) {
		size_t digits = strspn(name + n + 1, "0123456789");

		return digits && !strncmp(name + n + 1 + digits, "]: ", 3);
	}
	if (*plain == '(')
		return isdigit((unsigned char)plain[1]) && plain[1 + strspn(plain + 1, "0123456789.")] == ')';
	if (begins_with_level(name, n))
		return true;
	if (!strncmp(plain, "lxc", 3))
		return n < 12 && name[n] == ' ' && strcspn(name + n + 1, "0123456789") < 24;
	bool is_known = runtimes_is_shell(name, n);

	for (size_t i = 0; i < ARRAY_SIZE(programs) && !is_known; i++)
		is_known = strlen(programs[i]) == n && !strncmp(name, programs[i], n);
	return is_known && !strncmp(name + n, ": ", 2) && !has_write_error(plain);
}

static bool ends_in_errno(const char *plain, size_t len)
{
	size_t from = len > 64 ? len - 64 : 0, begin, end;

	/* Docker's and containerd's */
	if (len > 9 && !memcmp(plain + len - 9, ": unknown", 9))
		len -= 9;
	while (errno_text_find(plain, len, from, &begin, &end)) {
		if (end + strspn(plain + end, ")]'\"") >= len)
			return true;
		from = end;
	}
	return false;
}

static bool names_program(const char *plain)
{
	static const char of[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-+/[]";
	const char *begin = plain + strspn(plain, " ");
	size_t n = strspn(begin, of);

	return (n > 1 && !strncmp(begin + n, ": ", 2)) || begin[strspn(begin, "\"'`")] == '/';
}

static bool begins_anew(const char *plain, size_t len)
{
	struct errtime t;
	size_t most = len < 48 ? len : 48;
	char begin[49];

	memcpy(begin, plain, most);
	begin[most] = 0;
	const char *level = strstr(begin, "level=");

	if (begins_with_program(plain + strspn(plain, " ")) || prompt_date_at(begin))
		return true;
	if (*plain == '{' || (level && level - begin < 8) || !strncmp(begin, "time=", 5))
		return true;
	return (isdigit((unsigned char)*plain) || *plain == '[' || isupper((unsigned char)*plain)) &&
		errtime_find(begin, most, &t);
}

/* May it be read by itself? The rest of it need not be known, if it is a whole message. */
static bool may_say(struct wrapped *l)
{
	size_t len;

	if (l->is_searched)
		return l->may_say;
	l->is_searched = true;
	if (!(l->signs & SIGN_SEED))
		return false;
	char *plain = unquote(l->text, l->len, &len);

	l->may_say = has_write_error(plain);
	squeeze(plain, len);
	l->may_say |= signs_has_seed(plain);
	free(plain);
	return l->may_say;
}

static void look_at(struct wrapped *l)
{
	size_t len, quotes = 0;

	if (l->is_looked_at)
		return;
	l->is_looked_at = true;
	char *plain = unquote(l->text, l->len, &len);

	l->is_blank = !plain[strspn(plain, " `|-")];
	l->is_prompt = prompt_at(plain);
	l->is_chopped = prompt_is_chopped(plain, len);
	l->is_trace = errtrace_is_line(plain, len);
	l->names_program = names_program(plain);
	l->begins_anew = l->is_prompt || begins_anew(plain, len);
	l->first = plain[strspn(plain, " ")];
	for (size_t i = 0; i < len; i++)
		quotes += plain[i] == '"';
	l->is_open = quotes & 1;
	while (len && plain[len - 1] == ' ')
		len--;
	l->last = len ? plain[len - 1] : 0;
	size_t margin = strspn(l->text, "> \t");

	/* With its escapes, like the width. */
	l->word = strcspn(l->text + margin, " ");
	for (size_t i = len; i && plain[i - 1] != ' ' && l->last != ':'; i--)
		l->ends_in_path |= plain[i - 1] == '/';
	l->complains = complains(plain, strlen(plain));
	l->ends_in_errno = ends_in_errno(plain, len);
	free(plain);
	/* Of the text as it stands: what is cut by columns is cut with its escapes. */
	for (size_t i = 0; i < l->len; i++)
		l->width += ((unsigned char)l->text[i] & 0xc0) != 0x80 && l->text[i] != '\r';
}

/* journalctl -o export: the fields of an entry are lines, and the time is one of them. */
static void note_entry(struct window *w, const struct wrapped *l)
{
	if (!l->len)
		w->has_entry_time = false;
	if (!strncmp(l->text, "__REALTIME_TIMESTAMP=", 21)) {
		char text[64];
		size_t n = l->len < sizeof(text) - 2 ? l->len : sizeof(text) - 2;

		memcpy(text, l->text, n);
		memcpy(text + n, " ", 2);
		w->has_entry_time = errtime_find(text, n + 1, &w->entry_time);
	}
}

/* A window at the end of the room moves to its beginning. Lines change places: their text's room goes with them. */
static void move_down(struct window *w)
{
	for (size_t i = 0; i < w->count; i++) {
		struct wrapped swap = w->kept[i];

		w->kept[i] = w->lines[i];
		w->lines[i] = swap;
	}
	w->lines = w->kept;
}

static void put_line(struct window *w, const struct line *line)
{
	struct wrapped *l = &w->lines[w->count++];
	char *text = l->text;
	size_t room = l->room;

	if (room < line->len + 1) {
		free(text);
		room = line->len + 64;
		text = xcalloc(room, 1);
	}
	*l = (struct wrapped){
		.text = text, .len = line->len, .room = room, .number = line->pos.line
	};
	memcpy(text, line->text, line->len);
	text[line->len] = 0;
	if (signs_find_seed(w->signs, &w->seed_state, text, line->len)) {
		l->signs = SIGN_SEED;
		w->last_seed = l->number;
	}
	erreffort_earn(&w->effort, line->len + 1);
	w->read++;
}

/* Makes lines[at] exist; false if there is none. */
static bool read_to(struct window *w, size_t at)
{
	struct line line;

	while (w->count <= at && w->answer == 1) {
		w->answer = reader_line(w->reader, &line);
		if (w->answer != 1)
			break;
		if (w->lines + w->count == w->kept + LINES_KEPT)
			move_down(w);
		put_line(w, &line);
	}
	return at < w->count;
}

/* The same, and looks at it, which costs as much as to read it. */
static bool fetch(struct window *w, size_t at)
{
	if (!read_to(w, at))
		return false;
	if (!w->lines[at].is_looked_at)
		erreffort_spend(&w->effort, w->lines[at].len);
	look_at(&w->lines[at]);
	return true;
}

static void drop(struct window *w, size_t n)
{
	w->lines += n;
	w->count -= n;
}

/* An errno ends a message, unless what follows can only go on: a mark that closes, a remark. */
static bool ends_with_errno(const struct wrapped *p, const struct wrapped *q)
{
	return p->ends_in_errno &&
	       (isalnum((unsigned char)q->first) || (q->first && strchr("#$%/~<+*@|", q->first)));
}

/* Does a sentence end where line `at` begins? */
static bool ends_before(const struct window *w, size_t at)
{
	const struct wrapped *p = &w->lines[at - 1], *q = &w->lines[at];

	if (ends_with_errno(p, q))
		return true;
	return isupper((unsigned char)q->first) && strchr(".;!?\"')]}", p->last);
}

/*
 * Lines that are broken between words, for want of room: the first word of line `at` had none at the end of the line
 * before. A line that ends with an errno is none that goes on with a word.
 */
static bool is_broken(const struct window *w, size_t at)
{
	const struct wrapped *p = &w->lines[at - 1], *q = &w->lines[at];

	if (ends_with_errno(p, q))
		return false;
	return q->first == '/' || p->width + 1 + q->word > q->widest;
}

/* "OSError: [Errno 22] ...", below the indented lines of Python's traceback. */
static bool is_exception(const char *text)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._");

	return n > 5 && !memcmp(text + n - 5, "Error", 5) && !strncmp(text + n, ": [Errno ", 9);
}

/* Does line `at` look like the rest of the lines before it, by its form alone? */
static bool continues(const struct window *w, size_t at)
{
	const struct wrapped *p = &w->lines[at - 1], *q = &w->lines[at], *first = &w->lines[0];
	/* Two lines, of which the second is shorter, may be cut by columns, and may be any neighbours. */
	bool is_full = p->width >= 20 && (at > 1 || !ends_before(w, at)) &&
		(p->width == q->width || (p->width == first->width && q->width <= p->width));

	if (p->is_blank || q->is_blank || q->is_prompt)
		return false;
	if (q->begins_anew)
		return is_full && !p->begins_anew && at > 1 && p->width == first->width;
	if (p->ends_in_path && !is_full && !is_broken(w, at))
		return false;
	if (!is_full && ends_with_errno(p, q))
		return false;
	if (p->text[0] == ' ' && is_exception(q->text))
		return true;
	if (is_full || p->is_open || p->ends_in_path || strchr(":,(-/", p->last))
		return true;
	if (isspace((unsigned char)q->text[0]) || q->text[0] == '>')
		return true;
	return !strchr(".;!?\"')]}", p->last) && !isupper((unsigned char)q->first) && is_broken(w, at);
}

/* So much of the lines as is read. */
static char *text_of(const struct window *w, size_t from, size_t to, size_t *len)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		n += w->lines[i].len + 1;
		if (n > ERRREADING_MAX)
			to = i + 1;
	}
	char *text = xcalloc(n + 1, 1);

	*len = 0;
	for (size_t i = from; i < to; i++) {
		memcpy(text + *len, w->lines[i].text, w->lines[i].len);
		*len += w->lines[i].len;
		text[(*len)++] = '\n';
	}
	return text;
}

static struct errreading reading_of(struct window *w, size_t from, size_t to)
{
	size_t len;
	char *text = text_of(w, from, to, &len);
	/* The last line's newline is no break, it only says that the line is not cut. */
	struct errreading r = errreading_of(text, len, &w->effort);

	free(text);
	return r;
}

static bool is_complete(const struct errreading *r)
{
	return r->line.kind != ERRLINE_OTHER && !r->about.is_begun;
}

static struct known known_of(const struct errline *l)
{
	return (struct known){ l->pid >= 0, l->cgroup && l->cgroup[0] == '/' };
}

/* Does line `at`, which says all that is needed, go on from the line before? */
static bool is_rest(const struct window *w, size_t at, bool was_begun, const struct known *before,
		    const struct known *alone)
{
	const struct wrapped *p = &w->lines[at - 1], *q = &w->lines[at];

	if (isupper((unsigned char)q->first) && !p->is_open && !strchr(":,(-/", p->last))
		return false;
	if (was_begun)
		return !alone->pid && !(before->cgroup && alone->cgroup);
	if (p->is_open || (at > 1 && p->width == w->lines[0].width))
		return true;
	if (q->begins_anew || isupper((unsigned char)q->first) || isdigit((unsigned char)q->first) || !p->complains)
		return false;
	return strchr(":,", p->last) || (is_broken(w, at) && (isalnum((unsigned char)p->last) || p->ends_in_path));
}

/* Complete by itself, so that nothing before it can be a part of it, unless that was broken off. */
static bool stands_alone(struct window *w, size_t at, struct known *ret, bool *is_other)
{
	struct wrapped *l = &w->lines[at];

	if (!l->is_read && l->signs & SIGN_END && may_say(l)) {
		erreffort_spend(&w->effort, l->len);
		struct errreading r = reading_of(w, at, at + 1);

		l->is_alone = is_complete(&r) && !r.line.vague;
		l->is_other = r.about.is_other || r.about.trace.inner;
		l->known = known_of(&r.line);
		errline_fini(&r.line);
	}
	l->is_read = true;
	*is_other = l->is_other;
	*ret = l->known;
	return l->is_alone;
}

struct span {
	size_t from, to;
	struct errreading reading;
};

/* "echo 1421 > FILE", behind a prompt or not: it is a shell that writes, or tee. */
static bool is_echo(const struct wrapped *l)
{
	const char *text = l->text + strspn(l->text, " \t");

	return !strncmp(text, "echo ", 5) || !strncmp(text, "printf ", 7) ||
	       (l->is_prompt && (strstr(text, " echo ") || strstr(text, " printf ")));
}

static bool is_of_echo(const char *complaint)
{
	static const char *const words[] = {
		"echo", "printf",   "tee",   "write",  "sh:",	 "sh[",
		"fish", "redirect", "open:", " line ", "cgroup", "tasks",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strstr(complaint, words[i]))
			return true;
	return has_write_error(complaint);
}

/*
 * "rmdir: ..." after a command that is not rmdir's: what complains there is no part of the command's failure. A shell
 * complains of its own commands, whatever their names are.
 */
static bool is_of_another(const struct window *w, size_t at)
{
	static const char *const any[] = { "write", "open",    "error", "Error",
					   "ERROR", "warning", "echo",	"tee" };
	static const char name_of[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-+/";
	const char *name = w->lines[at].text + strspn(w->lines[at].text, " \t-");

	if (is_echo(&w->lines[0]) && w->lines[at].ends_in_errno && !is_of_echo(w->lines[at].text))
		return true;
	if (!w->lines[0].is_prompt)
		return false;
	size_t n = strspn(name, name_of), skip = n;

	if (!n || strncmp(name + n, ": ", 2))
		return false;
	while (skip && name[skip - 1] != '/')
		skip--;
	name += skip;
	n -= skip;
	for (size_t i = 0; i < ARRAY_SIZE(any); i++)
		if (strlen(any[i]) == n && !memcmp(any[i], name, n))
			return false;
	return n && !runtimes_is_shell(name, n) && !(n > 3 && !memcmp(name + n - 3, ".sh", 3)) &&
	       !memmem(w->lines[0].text, w->lines[0].len, name, n);
}

/* How far the lines from 0 on may be one message. */
static size_t extent(struct window *w, bool is_begun)
{
	size_t to = 1;

	w->lines[0].widest = w->lines[0].width;
	while (to < LINES_MAX && fetch(w, to)) {
		struct wrapped *q = &w->lines[to];

		q->widest = q->width > q[-1].widest ? q->width : q[-1].widest;
		bool goes_on = continues(w, to) || (to == 1 && is_begun && !q->begins_anew && !q->is_blank);

		/* An errno, or the end of a sentence, and the next complaint. */
		if (q->names_program &&
		    (w->lines[to - 1].ends_in_errno || (to == 1 && ends_before(w, to))))
			break;
		if (!goes_on || w->lines[to - 1].is_chopped || is_of_another(w, to) || q->is_trace)
			break;
		to++;
	}
	return to;
}

static bool block_may_say(struct window *w, size_t to)
{
	size_t len;

	for (size_t i = 0; i < to; i++)
		if (may_say(&w->lines[i]))
			return true;
	/* A word that only the lines together have. */
	char *text = text_of(w, 0, to, &len);

	squeeze(text, len);
	bool says = signs_has_seed(text);

	free(text);
	return says;
}

/* Lines at the beginning that add nothing are no part of the message. */
static void shorten(struct window *w, struct span *s)
{
	while (s->from + 1 < s->to) {
		struct errreading r = reading_of(w, s->from + 1, s->to);

		if (r.about.known < s->reading.about.known || r.line.kind != s->reading.line.kind) {
			errline_fini(&r.line);
			return;
		}
		errline_fini(&s->reading.line);
		s->reading = r;
		s->from++;
	}
}

/* Does `r` say what `than` does not? A time or a name that another line has added does not count. */
static bool gains(const struct errline *r, const struct errline *than)
{
	if (than->kind == ERRLINE_OTHER)
		return true;
	return r->number != than->number || (r->pid >= 0 && than->pid < 0) || (r->file && !than->file) ||
		(r->cgroup && !than->cgroup);
}

/* What the lines from 0 on say as far as they were read together; `to` lines were, or need not be. */
struct joined {
	size_t read;
	bool was_begun;
	struct known before;
};

static bool was_begun(struct window *w, struct joined *j, size_t to)
{
	while (!j->was_begun && ++j->read < to && erreffort_spend(&w->effort, 0)) {
		struct errreading r = reading_of(w, 0, j->read);

		j->was_begun |= r.about.is_begun;
		errline_fini(&r.line);
	}
	return j->was_begun;
}

/* is_rest(), for which it need not be known what was begun if that makes no difference. */
static bool goes_on(struct window *w, struct joined *j, size_t at, const struct known *alone)
{
	bool if_begun = is_rest(w, at, true, &j->before, alone);

	if (if_begun == is_rest(w, at, false, &j->before, alone))
		return if_begun;
	return if_begun == was_begun(w, j, at + 1);
}

static bool ends_in(const struct window *w, size_t to)
{
	for (size_t i = 0; i < to; i++)
		if (w->lines[i].signs & SIGN_END)
			return true;
	return false;
}

/*
 * Joins lines from 0 on, the first of which says `alone`, until they are a message; false if they never are. Before a line
 * that has an end they are none.
 */
static bool join_lines(struct window *w, const struct errreading *alone, struct span *ret)
{
	size_t most = w->lines[0].is_trace ? 1 : extent(w, alone->about.is_begun);
	struct joined j = { 1, alone->about.is_begun, known_of(&alone->line) };

	erreffort_spend(&w->effort, 4 * most);
	if (most == 1 || alone->about.is_other || !ends_in(w, most) || !block_may_say(w, most))
		return false;
	for (size_t to = 2; to <= most; to++) {
		struct known rest;
		bool is_other;

		if (stands_alone(w, to - 1, &rest, &is_other) && !goes_on(w, &j, to - 1, &rest))
			return false;
		if (is_other)
			return false;
		if (!ends_in(w, to))
			continue;
		if (!erreffort_spend(&w->effort, 0))
			return false;
		struct errreading r = reading_of(w, 0, to);

		j.was_begun |= r.about.is_begun;
		if (is_complete(&r) && gains(&r.line, &alone->line)) {
			*ret = (struct span){ 0, to, r };
			shorten(w, ret);
			return true;
		}
		errline_fini(&r.line);
	}
	return false;
}

static void hand_over(struct window *w, struct errreading *r, size_t from, size_t to, errline_take *take,
		      void *context)
{
	if (r->line.clock == ERRLINE_NO_TIME && w->has_entry_time) {
		r->line.clock = w->entry_time.clock;
		r->line.time_ns = w->entry_time.ns;
		r->line.precision_ns = w->entry_time.precision_ns;
	}
	take(context, &r->line, w->lines[from].number, w->lines[to - 1].number);
}

/* "$ wc -l < FILE": what a shell says of FILE next, it says of an open that reads. */
static void note_input(struct window *w, struct wrapped *l)
{
	if (!w->input && (!memchr(l->text, '<', l->len) || !memmem(l->text, l->len, "< /", 3)))
		return;
	look_at(l);
	const char *at = l->is_prompt ? strstr(l->text, "< /") : NULL;

	if (l->is_prompt) {
		free(w->input);
		w->input = at ? strndup(at + 2, strcspn(at + 2, " ;|&\r\"'")) : NULL;
	}
}

static bool is_input(const struct window *w, const struct errreading *r)
{
	return w->input && r->line.step == ERRLINE_OPEN && !w->lines[0].is_prompt &&
	       strstr(w->lines[0].text, w->input);
}

/* All signs of the lines of the window that were not searched yet. */
static void find_ends(struct window *w)
{
	unsigned long from = w->lines[0].number;

	if (from > w->searched)
		w->end_state = 0;
	else
		from = w->searched + 1;
	for (size_t i = from - w->lines[0].number; i < w->count; i++) {
		struct wrapped *l = &w->lines[i];

		l->signs |= signs_find_ends(w->signs, &w->end_state, l->text, l->len);
		w->searched = l->number;
		if (l->signs & SIGN_END)
			w->last_end = l->number;
	}
}

/* Can the lines from the first one on be a message together? Only with a seed, and with the end of one. */
static bool may_be_joined(const struct window *w)
{
	return w->effort.left > 0 && w->last_seed >= w->lines[0].number &&
	       w->last_end >= w->lines[0].number;
}

/* Can a message begin at the first line? */
static bool may_begin(struct window *w)
{
	const unsigned int alone = SIGN_SEED | SIGN_FAILURE;

	read_to(w, LINES_MAX - 1);
	if (w->last_seed < w->lines[0].number)
		return false;
	find_ends(w);
	return (w->lines[0].signs & alone) == alone || may_be_joined(w);
}

/* ---- kernel traces ---- */

/* Between two functions of one refusal a function graph may have so many lines. */
#define TRACE_LINES 400

static void end_trace(struct refusal *t, errline_take *take, void *context)
{
	struct errline line = { .pid = -1 };

	if (t->chain.is_attach) {
		errtrace_tell(&t->chain, &line);
		take(context, &line, t->first, t->last);
		errline_fini(&line);
	}
	*t = (struct refusal){ 0 };
}

/* The one that began first; NULL if none is open. */
static struct refusal *first_trace(struct window *w)
{
	struct refusal *first = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(w->traces); i++)
		if (w->traces[i].first && (!first || w->traces[i].first < first->first))
			first = &w->traces[i];
	return first;
}

/* And those that began before: they are handed over in the order of their lines. */
static void end_traces_to(struct window *w, struct refusal *t, errline_take *take, void *context)
{
	for (struct refusal *first; (first = first_trace(w)) && first->first < t->first;)
		end_trace(first, take, context);
	end_trace(t, take, context);
}

static void end_traces(struct window *w, errline_take *take, void *context)
{
	for (struct refusal *t; (t = first_trace(w));)
		end_trace(t, take, context);
}

/* A place for a refusal of that task: its last one has ended, or the oldest of all. */
static struct refusal *place_of(struct window *w, uint64_t who, errline_take *take, void *context)
{
	struct refusal *place = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(w->traces); i++) {
		struct refusal *t = &w->traces[i];

		if (t->first && t->chain.first.who == who) {
			end_traces_to(w, t, take, context);
			return t;
		}
		if (!t->first)
			place = t;
	}
	if (!place) {
		place = first_trace(w);
		end_trace(place, take, context);
	}
	return place;
}

static void add_trace(struct window *w, const struct errtrace_chain *chain, errline_take *take,
		      void *context)
{
	struct errtrace trace = chain->first;
	struct refusal *t = NULL;

	/* Several functions in one line, as in a record of JSON: all but the innermost is said. */
	trace.function = chain->inner;
	for (size_t i = 0; i < ARRAY_SIZE(w->traces) && !t; i++)
		if (w->traces[i].first && errtrace_join(&w->traces[i].chain, &trace))
			t = &w->traces[i];
	if (!t) {
		t = place_of(w, trace.who, take, context);
		errtrace_join(&t->chain, &trace);
		t->first = w->lines[0].number;
	}
	t->last = w->lines[0].number;
}

/* Handles what begins at the first line of the window, and drops it. */
static void step(struct window *w, errline_take *take, void *context)
{
	struct errreading r = { 0 };
	size_t done = 1;

	note_entry(w, &w->lines[0]);
	note_input(w, &w->lines[0]);
	for (size_t i = 0; i < ARRAY_SIZE(w->traces); i++)
		if (w->traces[i].first && w->lines[0].number - w->traces[i].last > TRACE_LINES)
			end_traces_to(w, &w->traces[i], take, context);
	if (!may_begin(w)) {
		drop(w, 1);
		return;
	}
	if (may_say(&w->lines[0]))
		r = reading_of(w, 0, 1);
	if (r.about.trace.inner) {
		add_trace(w, &r.about.trace, take, context);
		errline_fini(&r.line);
		drop(w, 1);
		return;
	}
	if (!is_complete(&r) && may_be_joined(w)) {
		struct span s;

		fetch(w, 0);
		if (!w->lines[0].is_blank && join_lines(w, &r, &s)) {
			end_traces(w, take, context);
			hand_over(w, &s.reading, s.from, s.to, take, context);
			errline_fini(&s.reading.line);
			errline_fini(&r.line);
			drop(w, s.to);
			return;
		}
	}
	if (r.line.kind != ERRLINE_OTHER && !is_input(w, &r)) {
		end_traces(w, take, context);
		hand_over(w, &r, 0, 1, take, context);
	}
	errline_fini(&r.line);
	drop(w, done);
}

int errline_read(const char *path, errline_take *take, void *context, unsigned long *lines)
{
	struct window *w = xcalloc(1, sizeof(*w));

	w->reader = reader_open(path);
	w->answer = 1;
	w->lines = w->kept;
	w->effort.left = ERREFFORT_MOST;
	if (!w->reader) {
		free(w);
		return -1;
	}
	w->signs = signs_new();
	while (read_to(w, 0))
		step(w, take, context);
	end_traces(w, take, context);
	int answer = w->answer;

	*lines = w->read;
	reader_close(w->reader);
	signs_free(w->signs);
	for (size_t i = 0; i < LINES_KEPT; i++)
		free(w->kept[i].text);
	free(w->input);
	free(w);
	return answer;
}
