/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "errors/trace.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "facts/kernel.h"
#include "facts/kernel_path.h"

/* A word and what it is. */
struct token {
	const char *at;
	size_t len;
};

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool is_token(struct token t, const char *word)
{
	return strlen(word) == t.len && !strncasecmp(word, t.at, t.len);
}

/* ---- numbers ---- */

/* The errno of which `value` is the negative; 0 if it is none. */
static int errno_of(int64_t value)
{
	return value < 0 && value > -512 && kernel_errno_name(-value) ? (int)-value : 0;
}

/* "EINVAL" */
static int errno_named(const char *at, size_t len)
{
	for (int n = 1; n < 134; n++) {
		const char *name = kernel_errno_name(n);

		if (name && strlen(name) == len && !memcmp(name, at, len))
			return n;
	}
	return 0;
}

/* What stands at `at`: a number, an errno's name behind '-', or neither. */
struct value {
	size_t len;	/* 0: no number */
	int number;	/* the errno; 0 if it is another number */
	bool is_signed; /* "-22", whose meaning needs no 32 or 64 bits */
};

static struct value value_at(const char *at, const char *end)
{
	const char *digits = at + (at < end && *at == '-');
	struct value v = { .is_signed = digits > at };
	size_t n = 0;

	if (digits < end && *digits == 'E' && v.is_signed) {
		while (digits + n < end && isupper((unsigned char)digits[n]))
			n++;
		v.number = errno_named(digits, n);
		v.len = v.number ? 1 + n : 0;
	} else {
		char copy[24];
		bool is_hex = end - digits > 2 && !strncmp(digits, "0x", 2);

		n = is_hex ? 2 : 0;
		while (digits + n < end && isxdigit((unsigned char)digits[n]))
			n++;
		if (!n || n >= sizeof(copy) || (is_hex && n == 2))
			return (struct value){ 0 };
		memcpy(copy, digits, n);
		copy[n] = 0;
		/* "ffffffea" without its 0x */
		is_hex |= strspn(copy, "0123456789") != n && (n == 8 || n == 16);
		if (!is_hex && strspn(copy, "0123456789") != n)
			return (struct value){ 0 };
		uint64_t u = strtoull(copy, NULL, is_hex ? 16 : 10);

		if (v.is_signed)
			v.number = !is_hex && u < INT_MAX ? errno_of(-(int64_t)u) : 0;
		else if (u >> 32)
			v.number = errno_of((int64_t)u);
		else
			v.number = errno_of((int32_t)u);
		v.len = (digits - at) + n;
	}
	/* A part of something longer: "-22%", "0.5", "-22.5", "16:22:01", "12/30". */
	const char *next = at + v.len;

	if (next < end &&
	    (is_name(*next) || *next == '%' ||
	     (strchr(".:/-", *next) && next + 1 < end && isdigit((unsigned char)next[1]))))
		return (struct value){ 0 };
	return v;
}

/* ---- functions ---- */

/* "r_FUNCTION_0", "FUNCTION__return", "__probestub_..." are names that tracers make of a function's. */
static const struct kernel_path *function_of(struct token t)
{
	static const char *const endings[] = { "__return", "__exit", "_return", "_exit", "_ret" };
	const struct kernel_path *path;

	/* As all of them have. */
	if (!memchr(t.at, '_', t.len))
		return NULL;
	path = kernel_path_find(t.at, t.len);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]) && !path; i++) {
		size_t n = strlen(endings[i]);

		if (t.len > n && !memcmp(t.at + t.len - n, endings[i], n))
			path = kernel_path_find(t.at, t.len - n);
	}
	if (!path && t.len > 4 && !memcmp(t.at, "r_", 2)) {
		size_t n = t.len;

		while (n > 2 && isdigit((unsigned char)t.at[n - 1]))
			n--;
		if (n > 3 && n < t.len && t.at[n - 1] == '_')
			path = kernel_path_find(t.at + 2, n - 3);
	}
	return path;
}

/* Behind ".isra.0", ".part.3", ".constprop.0", ".llvm.123": the compiler's. */
static const char *skip_suffix(const char *at, const char *end)
{
	static const char *const suffixes[] = { ".isra.", ".part.", ".constprop.", ".llvm.",
						".cold" };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		size_t n = strlen(suffixes[i]);

		if ((size_t)(end - at) < n || memcmp(at, suffixes[i], n))
			continue;
		at += n;
		while (at < end && isdigit((unsigned char)*at))
			at++;
		i = (size_t)-1;
	}
	return at;
}

static const char *skip_spaces(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

/* Behind the bracket that closes the one at `at`; `end` if none does. */
static const char *skip_group(const char *at, const char *end)
{
	int depth = 0;

	for (; at < end; at++) {
		depth += (*at == '(') - (*at == ')');
		if (!depth)
			return at + 1;
	}
	return end;
}

/* "(caller+0x12/0x34 <- function)", "(ffffffff81158 <- ffffffff8115)" */
static bool is_probe_group(const char *at, const char *end)
{
	for (; at + 1 < end && *at != ')'; at++)
		if (at[0] == '<' && at[1] == '-')
			return true;
	return false;
}

/* ---- a line ---- */

static bool is_value_word(struct token t)
{
	static const char *const words[] = {
		"ret",	 "retval", "return", "returned", "returns", "rc",      "err",
		"error", "result", "res",    "retv",	 "exit",    "arg1",    "value",
		"val",	 "status", "errno",  "code",	 "failed",  "failing", "with",
		"got",	 "x0",	   "ax",     "rax",	 "reply",   "r",       "returning",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (is_token(t, words[i]))
			return true;
	return false;
}

/* Does "KEY=" stand once only? Then it is the probe's one value, whatever it is called. */
static bool has_one_key(const char *at, const char *end)
{
	size_t keys = 0;

	for (; at < end; at++)
		keys += *at == '=';
	return keys == 1;
}

/* Between a function and its value may be so many words that are neither: a task's name and number. */
#define FOREIGN_MAX 6

/* 1: it returned that errno; 0: it returned something else; -1: the line does not say. */
static int value_behind(const char *at, const char *end, bool is_probe, int *number)
{
	unsigned int foreign = 0;
	bool keyed = false, is_map = false;
	bool one_key = is_probe && has_one_key(at, end);

	while (at < end) {
		if (*at == '(' && is_probe_group(at, end)) {
			at = skip_group(at, end);
			is_probe = true;
			one_key = has_one_key(at, end);
			continue;
		}
		/* Its caller, with an offset: function graph with return addresses. */
		if (end - at > 2 && !memcmp(at, "<-", 2) && is_name(at[2])) {
			while (at < end && *at != ' ')
				at++;
			continue;
		}
		/* A function begins, or it is source code. */
		if (strchr("{+&%", *at) || !strncmp(at, "==", 2) ||
		    (*at == ';' && strncmp(skip_spaces(at + 1, end), "/*", 2) != 0))
			return -1;
		bool begins = *at == '-' || is_name(*at);
		struct value v = begins ? value_at(at, end) : (struct value){ 0 };

		if (v.len) {
			/* "returns -EINVAL if" is a sentence about it. */
			bool named = v.is_signed && at[1] == 'E';
			const char *mark = at - (at[-1] == ' ');

			if (v.number && (!foreign || keyed) &&
			    (!named || strchr("[(=:", mark[-1]))) {
				*number = v.number;
				return 1;
			}
			if (keyed || (!foreign && !is_probe))
				return v.number || is_map ? -1 : 0;
			foreign++;
			at += v.len;
			continue;
		}
		if (!is_name(*at)) {
			/* "@[function]: 3", where the number may be a count */
			is_map |= end - at > 1 && at[0] == ']' && at[1] == ':';
			at++;
			continue;
		}
		struct token t = { at, 0 };

		while (at < end && is_name(*at))
			at++;
		t.len = at - t.at;
		if (function_of(t))
			return -1;
		keyed = is_value_word(t) || (one_key && at < end && *at == '=');
		if (keyed)
			continue;
		if (++foreign > FOREIGN_MAX)
			return -1;
		/* "comm=runc", "pid:2119", "runc:[2:INIT]": a word with all that hangs on it. */
		while (at < end && *at != ' ' && *at != ',')
			at++;
	}
	return -1;
}

/* "[-EINVAL] FUNCTION", as retsnoop has it; "-22 FUNCTION" or "[-22, FUNCTION]" if that is all there is. */
static bool value_before(const char *line, const char *at, const char *behind, const char *end,
			 int *number)
{
	const char *stop = at;

	while (stop > line && strchr(" ,\t", stop[-1]))
		stop--;
	bool in_brackets = stop > line && stop[-1] == ']' && stop == at - 1;
	const char *last = in_brackets ? stop - 1 : stop, *begin = last;

	while (begin > line && (isalnum((unsigned char)begin[-1]) || begin[-1] == '-'))
		begin--;
	if (begin == last || (in_brackets && (begin == line || begin[-1] != '[')) ||
	    (!in_brackets && begin > line && !strchr(" \t=:[(", begin[-1])))
		return false;
	struct value v = value_at(begin, last);

	if (v.len != (size_t)(last - begin) || !v.number || !v.is_signed)
		return false;
	behind = skip_spaces(behind, end);
	if (!in_brackets && behind < end && !strchr("])(", *behind))
		return false;
	*number = v.number;
	return true;
}

/* Of one function at `t`: did it return an errno? */
static bool is_returned(const char *line, const char *end, struct token t, int *number)
{
	const char *behind = skip_suffix(t.at + t.len, end);
	bool is_probe = false;
	int said = -1;

	/* "<-caller" */
	if (t.at - line > 1 && !memcmp(t.at - 2, "<-", 2))
		return false;
	if (behind < end && *behind == '+') {
		while (behind < end && (is_name(*behind) || strchr("+/", *behind)))
			behind++;
		/* "(caller+0x12/0x34 <- function)" */
		if (!strncmp(skip_spaces(behind, end), "<-", 2))
			return false;
	} else if (!strncmp(skip_spaces(behind, end), "<-", 2)) {
		return false;
	} else {
		/* stap: "function@kernel/cgroup/cgroup.c:4901" */
		if (behind < end && *behind == '@')
			while (behind < end && *behind != '"' && *behind != ' ')
				behind++;
		/* "function(arguments)" */
		if (behind < end && *behind == '(')
			behind = skip_group(behind, end);
		/* "<- function)" */
		if (t.at - line > 2 && !memcmp(t.at - 3, "<- ", 3) && behind < end &&
		    *behind == ')') {
			is_probe = true;
			behind++;
		}
		said = value_behind(behind, end, is_probe, number);
	}
	if (said >= 0)
		return said;
	return !is_probe && value_before(line, t.at, behind, end, number);
}

/* ---- who, and when ---- */

static const char *end_of(const char *line, size_t len)
{
	const char *newline = memchr(line, '\n', len);

	return newline ? newline : line + len;
}

/* "[001] " behind a task, as ftrace, trace-cmd and perf script have it; NULL. */
static const char *find_cpu(const char *line, const char *end)
{
	const char *at = line;

	while ((at = memchr(at, '[', end - at))) {
		const char *digits = at + 1;

		while (digits < end && isdigit((unsigned char)*digits))
			digits++;
		if (digits - at == 4 && end - digits > 1 && digits[0] == ']' && digits[1] == ' ' &&
		    at > line + 1 && at[-1] == ' ' && isdigit((unsigned char)at[-2]))
			return at;
		at++;
	}
	return NULL;
}

/* " 1) " at the beginning of a line of the function graph: where its CPU ends; NULL. */
static const char *find_graph_cpu(const char *line, const char *end)
{
	const char *bar = memchr(line, '|', end - line), *at = skip_spaces(line, end), *digits;

	/* "269.972310 | 1) ..." */
	if (bar && at < bar && isdigit((unsigned char)*at) && memchr(at, '.', bar - at) &&
	    !memchr(at, ')', bar - at))
		at = skip_spaces(bar + 1, end);
	for (digits = at; digits < end && isdigit((unsigned char)*digits);)
		digits++;
	return digits > at && digits - at < 5 && digits < end && *digits == ')' &&
			       memchr(digits, '|', end - digits) ?
		       digits :
		       NULL;
}

static uint64_t hash_of(const char *from, const char *to)
{
	uint64_t hash = 14695981039346656037ull;

	for (; from < to; from++)
		hash = (hash ^ (unsigned char)*from) * 1099511628211ull;
	return hash | 1;
}

/* "269.972310090:" between `from` and `to` */
static void find_time(struct errtrace *ret, const char *from, const char *to)
{
	for (const char *at = from; at < to; at++) {
		char *end;

		if (!isdigit((unsigned char)*at) || (at > from && at[-1] != ' '))
			continue;
		uint64_t seconds = strtoull(at, &end, 10), fraction = 0;
		unsigned int digits = 0;

		if (*end != '.' || seconds > 4000000000ull)
			continue;
		for (end++; isdigit((unsigned char)*end) && digits < 9; end++, digits++)
			fraction = fraction * 10 + (*end - '0');
		if (*end != ':' || digits < 6)
			continue;
		ret->precision_ns = 1;
		for (; digits < 9; digits++) {
			fraction *= 10;
			ret->precision_ns *= 10;
		}
		ret->time_ns = (int64_t)(seconds * 1000000000ull + fraction);
		return;
	}
}

bool errtrace_is_line(const char *line, size_t len)
{
	const char *end = end_of(line, len), *cpu = find_cpu(line, end);
	struct errtrace t = { 0 };

	if (cpu)
		find_time(&t, cpu, end);
	return t.time_ns || find_graph_cpu(line, end);
}

/* What no line without it can show: a name, and a number below 0. */
static bool may_show(const char *line, size_t len)
{
	static const char *const names[] = { "can_attach",  "cgroup",	   "setscheduler",
					     "dl_bw_alloc", "dl_cpu_busy", "_can_fork" };
	static const char *const signs[] = { "-", "0xf", "fffff", "42949", "18446744073709" };
	bool found = false;

	/* As all functions have. */
	if (!memchr(line, '_', len))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !found; i++)
		found = memmem(line, len, names[i], strlen(names[i]));
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]) && found; i++)
		if (memmem(line, len, signs[i], strlen(signs[i])))
			return true;
	return false;
}

bool errtrace_line(const char *line, size_t len, struct errtrace *ret)
{
	const char *end = end_of(line, len), *at = line, *cpu;

	*ret = (struct errtrace){ 0 };
	if (!may_show(line, end - line))
		return false;
	while (at < end && !ret->function) {
		struct token t = { at, 0 };
		const struct kernel_path *path;

		while (at < end && is_name(*at))
			at++;
		t.len = at - t.at;
		path = t.len ? function_of(t) : NULL;
		if (path && is_returned(line, end, t, &ret->number))
			ret->function = path->function;
		at += !t.len;
	}
	if (!ret->function)
		return false;
	cpu = find_cpu(line, end);
	if (cpu) {
		ret->who = hash_of(skip_spaces(line, end), cpu);
		find_time(ret, cpu, end);
	} else if ((cpu = find_graph_cpu(line, end))) {
		for (at = cpu; at > line && isdigit((unsigned char)at[-1]);)
			at--;
		ret->who = hash_of(at, cpu);
	}
	return true;
}

/* ---- chains ---- */

static bool calls(const char *outer, const char *inner)
{
	return strcmp(outer, inner) && kernel_path_calls(outer, inner);
}

static void take(struct errtrace_chain *c, const struct errtrace *trace)
{
	const struct kernel_path *path = kernel_path_find(trace->function, strlen(trace->function));

	c->door = c->door ? c->door : path->door;
	c->file = c->file ? c->file : path->file;
	c->version = c->version ? c->version : path->cgroup;
	c->is_attach |= !path->is_shared;
}

bool errtrace_join(struct errtrace_chain *c, const struct errtrace *trace)
{
	if (!c->inner) {
		c->first = *trace;
		c->inner = c->outer = trace->function;
	} else if (trace->number != c->first.number || trace->who != c->first.who) {
		return false;
	} else if (c->way >= 0 && calls(trace->function, c->outer)) {
		c->outer = trace->function;
		c->way = 1;
	} else if (c->way <= 0 && calls(c->inner, trace->function)) {
		c->inner = trace->function;
		c->way = -1;
	} else {
		return false;
	}
	take(c, trace);
	return true;
}

bool errtrace_read(const char *text, size_t len, struct errtrace_chain *ret)
{
	struct errtrace_chain c = { 0 };

	if (!may_show(text, len))
		len = 0;
	for (const char *at = text, *end = text + len; at < end;) {
		const char *newline = end_of(at, end - at);
		struct errtrace trace;

		if (errtrace_line(at, newline - at, &trace) && !errtrace_join(&c, &trace)) {
			if (c.is_attach)
				break;
			c = (struct errtrace_chain){ 0 };
			errtrace_join(&c, &trace);
		}
		at = newline + 1;
	}
	*ret = c;
	return c.is_attach;
}

void errtrace_tell(const struct errtrace_chain *c, struct errline *ret)
{
	ret->kind = c->door == DOOR_SUBTREE_CONTROL ? ERRLINE_ATTACH_INDIRECT : ERRLINE_ATTACH;
	ret->step = c->door == DOOR_CLONE ? ERRLINE_CLONE : ERRLINE_WRITE;
	ret->number = c->first.number;
	ret->function = c->inner;
	ret->any_door = !c->door || c->door == DOOR_KERNEL;
	ret->pid = -1;
	ret->file = c->file;
	ret->version = c->version;
	if (!c->first.time_ns)
		return;
	ret->clock = ERRLINE_MONOTONIC;
	ret->time_ns = c->first.time_ns;
	ret->precision_ns = c->first.precision_ns;
}
