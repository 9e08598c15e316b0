/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE	/* memmem, strcasestr */
#include "errors/pid.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "base/util.h"
#include "errors/path.h"

/* A number and the text to its left and right, without the quotes around it. */
struct number {
	const char *text;
	size_t len;
	size_t left, right;	/* text[0..left) and text[right..len) */
	int64_t value;
	size_t *steps; /* that may be gone back, in search of where something begins */
};

/* In all, eight times as many as the text has bytes, and some more. */
#define STEPS_MIN 4096

static const char quotes[] = "\"'`";

static bool is_quote(char c)
{
	return c == '"' || c == '\'' || c == '`';
}

static bool go_back(const struct number *n)
{
	if (!*n->steps)
		return false;
	--*n->steps;
	return true;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Does text[0..*left) end with this word? If so, `*left` moves before it. */
static bool ends_with(const char *text, size_t *left, const char *word)
{
	size_t n = strlen(word), at = *left;

	while (at && text[at - 1] == ' ')
		at--;
	if (at < n || tolower((unsigned char)text[at - 1]) != tolower((unsigned char)word[n - 1]) ||
	    strncasecmp(text + at - n, word, n) ||
	    (at > n && is_word(text[at - n - 1]) && is_word(*word)))
		return false;
	*left = at - n;
	return true;
}

static bool ends_with_one(const char *text, size_t *left, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ends_with(text, left, words[i]))
			return true;
	return false;
}

/* Does text[*right..] begin with this word? If so, `*right` moves behind it and the spaces. */
static bool begins_with(const char *text, size_t *right, const char *word)
{
	size_t n = strlen(word), at = *right;

	while (text[at] == ' ')
		at++;
	if (tolower((unsigned char)text[at]) != tolower((unsigned char)*word) ||
	    strncasecmp(text + at, word, n) || (is_word(word[n - 1]) && is_word(text[at + n])))
		return false;
	*right = at + n;
	while (text[*right] == ' ')
		++*right;
	return true;
}

/* Is the word at `at` a file into which pids are written? */
static bool is_attach_file(const struct number *n, size_t at)
{
	struct errpath path;

	while (n->text[at] == ' ' || (n->text[at] && strchr(quotes, n->text[at])))
		at++;
	return errpath_at(n->text, n->len, at, &at, &path) && path.kind == ERRLINE_ATTACH;
}

/* Behind " (...)" at `at`: "process 4242 (comm) to", "write pid 4242 (No such process) to"; `at` if there is none. */
static size_t skip_remark(const struct number *n, size_t at)
{
	if (n->text[at] != ' ' || n->text[at + 1] != '(')
		return at;
	const char *end = memchr(n->text + at, ')', n->len - at > 64 ? 64 : n->len - at);

	return end ? (size_t)(end + 1 - n->text) : at;
}

/* ": write PATH", ": open PATH", ": PATH" */
static bool is_write_of(const struct number *n, size_t at)
{
	static const char *const calls[] = { "write", "open", "openat", "openat2" };

	if (!begins_with(n->text, &at, ":"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		size_t to = at;

		if (begins_with(n->text, &to, calls[i]))
			return is_attach_file(n, to);
	}
	return is_attach_file(n, at);
}

/* "to cgroup.procs", "to '/sys/.../tasks'", ": write PATH", "; fd=7" after a number that was written. */
static bool is_written(const struct number *n)
{
	static const char *const into[] = { "to", "into", "in", "on" };
	size_t at = skip_remark(n, n->right);

	for (size_t i = 0; i < ARRAY_SIZE(into); i++) {
		size_t to = at;

		if (begins_with(n->text, &to, into[i])) {
			begins_with(n->text, &to, "file");
			return is_attach_file(n, to);
		}
	}
	if (!strncmp(n->text + at, "; fd=", 5))
		return true;
	return is_write_of(n, at);
}

static const char *const nouns[] = { "pid", "pids", "tid", "process", "processes", "task", "thread", "proc", "threads" };

/* "failed to write 4242 ...", "writing value '4242' ...", and "value 4242" after the file's name. */
static bool read_written(const struct number *n, struct errpid *ret)
{
	static const char *const values[] = { "value", "the value", "pid", "process", "tid" };
	static const char *const verbs[] = { "write", "writing", "writes" };
	size_t left = n->left;

	ends_with_one(n->text, &left, values, ARRAY_SIZE(values));
	if (ends_with_one(n->text, &left, verbs, ARRAY_SIZE(verbs)) && is_written(n)) {
		*ret = (struct errpid){ .pid = n->value };
		return true;
	}
	/* libvirt: "Invalid value '4242' for 'cgroup.procs'" */
	left = n->left;
	size_t right = n->right;

	if (ends_with(n->text, &left, "invalid value") && begins_with(n->text, &right, "for") &&
	    is_attach_file(n, right)) {
		*ret = (struct errpid){ .pid = n->value };
		return true;
	}
	/* "control group file /sys/fs/cgroup/x/cgroup.procs, value 4242" */
	left = n->left;
	if (!ends_with(n->text, &left, ", value"))
		return false;
	size_t begin = left;

	while (begin && n->text[begin - 1] != ' ' && go_back(n))
		begin--;
	if (!is_attach_file(&(struct number){ n->text, left, 0, 0, 0, n->steps }, begin))
		return false;
	*ret = (struct errpid){ .pid = n->value };
	return true;
}

/* The words before "cgroup": "the", "directly requested", "freezer". */
static void skip_which(const struct number *n, size_t *to)
{
	static const char *const which[] = {
		"the",	  "directly", "requested", "realized", "its",  "new",	  "v1",
		"v2",	  "compat",   "unified",   "systemd",  "init", "initial", "root",
		"parent", "leaf",     "user",	   "job",      "step", "own",
	};

	for (bool again = true; again;) {
		size_t word = strcspn(n->text + *to, " "), behind = *to + word;

		again = false;
		for (size_t i = 0; i < ARRAY_SIZE(which) && !again; i++)
			again = begins_with(n->text, to, which[i]);
		if (!again && n->text[behind] == ' ' && errpath_is_controllers(n->text + *to, word)) {
			*to = behind + 1;
			again = true;
		}
	}
}

/* The name behind "cgroup", perhaps as "cgroup hierarchy NAME"; 0 if the next word is none. */
static size_t name_of(const struct number *n, size_t to)
{
	static const char *const between[] = { "hierarchy", "at", "named" };

	for (size_t i = 0; i < ARRAY_SIZE(between); i++)
		begins_with(n->text, &to, between[i]);
	bool quoted = n->text[to] && strchr(quotes, n->text[to]);

	while (n->text[to] && strchr(quotes, n->text[to]))
		to++;
	size_t word = strcspn(n->text + to, " ");

	if (quoted || memchr(n->text + to, '/', word) || memchr(n->text + to, ':', word))
		return to;
	return 0;
}

/* "PATH: write FILE", where PATH is any name of a cgroup. */
static bool is_cause_a_write(const struct number *n, size_t to)
{
	to += strspn(n->text + to, quotes);
	to += strcspn(n->text + to, "\"'` :");
	to += strspn(n->text + to, quotes);
	return n->text[to] == ':' && is_write_of(n, to);
}

/* A directory below a place where cgroups are mounted, and the sentence goes on: it is no path that a line has cut. */
static bool is_cgroup(const struct number *n, size_t *to)
{
	struct errpath path;
	size_t next;

	*to += strspn(n->text + *to, quotes);
	if (!errpath_at(n->text, n->len, *to, &next, &path) || path.kind != ERRLINE_OTHER || !path.is_mounted)
		return false;
	return strchr(":\"'`", n->text[path.end]) || !strncmp(n->text + path.end, " failed", 7);
}

/* "to cgroup c2", "into the cgroup /x", "to requested cgroup '/x'", "to cgroups", "to /sys/fs/cgroup/x". */
static bool read_target(const struct number *n, size_t at, struct errpid *ret)
{
	static const char *const into[] = { "to", "into", "in", "add to", "from" };
	size_t to = skip_remark(n, at);
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(into) && !found; i++)
		found = begins_with(n->text, &to, into[i]);
	if (!found)
		return false;
	skip_which(n, &to);
	if (is_attach_file(n, to) || is_cause_a_write(n, to))
		return true;
	ret->is_attach = begins_with(n->text, &to, "cgroups") || begins_with(n->text, &to, "cgroupv1") ||
		begins_with(n->text, &to, "cgroupv2");
	if (ret->is_attach)
		return true;
	if (begins_with(n->text, &to, "cgroup"))
		ret->cgroup = name_of(n, to);
	else if (is_cgroup(n, &to))
		ret->cgroup = to;
	else
		return false;
	ret->is_attach = true;
	return true;
}

/* "adding pid 4242 to cgroups", "Can't move 1 into PATH", "pid 5308 add to cgroup x" */
static bool read_moved(const struct number *n, struct errpid *ret)
{
	static const char *const verbs[] = {
		"add",	   "adding", "attach",	  "attaching", "move",	    "moving",  "put",
		"putting", "place",  "placing",	  "assign",    "assigning", "migrate", "migrating",
		"join",	   "insert", "attach of", "enter",     "entering",
	};
	size_t left = n->left, to = n->right;

	*ret = (struct errpid){ .pid = n->value };
	/* "adding process : 4242" */
	ends_with(n->text, &left, " :");
	bool noun = ends_with_one(n->text, &left, nouns, ARRAY_SIZE(nouns));

	if (ends_with_one(n->text, &left, verbs, ARRAY_SIZE(verbs)) && read_target(n, n->right, ret))
		return true;
	left = n->left;
	if (noun && (begins_with(n->text, &to, "add to cgroup") || begins_with(n->text, &to, "to cgroup")))
		return read_target(n, n->right, ret);
	left = n->left;
	*ret = (struct errpid){ .pid = n->value, .is_attach = true };
	return ends_with(n->text, &left, "changing group of pid") && n->text[n->right] == ':';
}

/* "echo 273 > PATH/tasks", "echo 273 | sudo tee PATH/tasks" */
static bool read_echo(const struct number *n, struct errpid *ret)
{
	static const char *const options[] = { "-n", "-e", "-ne", "%s", "--" };
	static const char *const verbs[] = { "echo", "printf", "print" };
	static const char *const into[] = { ">>", ">|", ">", "| sudo tee -a", "| tee -a", "| sudo tee", "| tee" };
	size_t left = n->left, to = n->right;
	bool found = false;

	ends_with_one(n->text, &left, options, ARRAY_SIZE(options));
	if (!ends_with_one(n->text, &left, verbs, ARRAY_SIZE(verbs)))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(into) && !found; i++)
		found = begins_with(n->text, &to, into[i]);
	*ret = (struct errpid){ .pid = n->value };
	return found && is_attach_file(n, to);
}

/* write(PATH, 4242), WriteFailed("PATH", "4242"): the name of the call says that it writes. */
static bool read_call(const struct number *n, struct errpid *ret)
{
	size_t left = n->left, begin;

	if (!ends_with(n->text, &left, ",") || !n->text[n->right] || !strchr("),", n->text[n->right]))
		return false;
	while (left && strchr(quotes, n->text[left - 1]))
		left--;
	for (begin = left; begin && n->text[begin - 1] != '(' && n->text[begin - 1] != ' ' &&
			   !strchr(quotes, n->text[begin - 1]) && go_back(n);)
		begin--;
	size_t name = begin;

	while (name && strchr(quotes, n->text[name - 1]))
		name--;
	if (!name || n->text[name - 1] != '(' || !is_attach_file(n, begin))
		return false;
	for (size_t end = --name; name && (is_word(n->text[name - 1])) && end - name < 40;)
		name--;
	*ret = (struct errpid){ .pid = n->value };
	return strcasestr(n->text + name, "write") && strcasestr(n->text + name, "write") < n->text + begin;
}

/* write { path: "PATH", data: "4242", ... }, Rust's form of such an error. */
static bool read_data(const struct number *n, struct errpid *ret)
{
	static const char words[] = "path: \"";
	size_t left = n->left;

	if (!ends_with(n->text, &left, ", data:"))
		return false;
	left -= left && strchr(quotes, n->text[left - 1]);
	size_t begin = left;

	while (begin && !strchr(quotes, n->text[begin - 1]) && go_back(n))
		begin--;
	*ret = (struct errpid){ .pid = n->value };
	return begin >= sizeof(words) - 1 && !memcmp(n->text + begin - sizeof(words) + 1, words, sizeof(words) - 1) &&
		is_attach_file(n, begin);
}

/* strace's write(1, "273\n", 4) and write(3</sys/fs/cgroup/x/tasks>, "273", 3) */
static bool read_strace(const struct number *n, struct errpid *ret)
{
	static const char *const calls[] = { "write(", "pwrite64(", "pwrite(" };
	size_t left = n->left;

	if (!ends_with(n->text, &left, ",") || n->text[n->right] != ',')
		return false;
	if (left && n->text[left - 1] == '>')
		while (left && n->text[left - 1] != '<' && go_back(n))
			left--;
	left -= left && n->text[left - 1] == '<';
	while (left && isdigit((unsigned char)n->text[left - 1]))
		left--;
	*ret = (struct errpid){ .pid = n->value };
	return ends_with_one(n->text, &left, calls, ARRAY_SIZE(calls));
}

/*
 * "systemd[4242]: x.service: Failed to attach to cgroup /x", and the line that follows it, "Failed at step CGROUP
 * spawning /bin/x": 4242 is the child that moves itself.
 */
static bool read_systemd(const struct number *n, struct errpid *ret)
{
	static const char words[] = "Failed to attach to cgroup ", step[] = "Failed at step CGROUP ";
	size_t left = n->left;

	if (!ends_with(n->text, &left, "systemd[") && !ends_with(n->text, &left, "(sd-executor)[") &&
	    !(n->left > 2 && !memcmp(n->text + n->left - 2, ")[", 2)))
		return false;
	if (strncmp(n->text + n->right, "]: ", 3))
		return false;
	/* A unit's name has at most 255 bytes. */
	size_t most = n->len - n->right < 300 ? n->len - n->right : 300;
	const char *at = memmem(n->text + n->right, most, words, sizeof(words) - 1);

	*ret = (struct errpid){ .pid = n->value, .is_attach = true };
	if (!at)
		return memmem(n->text + n->right, most, step, sizeof(step) - 1);
	size_t cgroup = at + sizeof(words) - 1 - n->text;

	ret->cgroup = cgroup;
	return true;
}

/* Sets the number at `at`; false if it is a part of a word, negative, or too big for a pid. */
static bool take_number(struct number *n, size_t at, size_t *end)
{
	const char *text = n->text;
	size_t begin = at, digits;

	n->value = 0;
	for (; isdigit((unsigned char)text[at]); at++)
		n->value = n->value > INT_MAX ? n->value : n->value * 10 + text[at] - '0';
	digits = at - begin;
	*end = at;
	n->left = begin;
	n->right = at;
	/* A final newline of a string in strace's form has become a space. */
	if (n->right + 1 < n->len && text[at] == ' ' && is_quote(text[at + 1]) && begin &&
	    text[begin - 1] == text[at + 1])
		n->right++;
	while (n->right < n->len && is_quote(text[n->right]))
		n->right++;
	while (n->left && is_quote(text[n->left - 1]))
		n->left--;
	char before = begin ? text[begin - 1] : ' ';

	/* Rust's "Pid(4242)" */
	if (n->left > 4 && !memcmp(text + n->left - 4, "Pid(", 4) && text[n->right] == ')') {
		n->left -= 4;
		n->right++;
	}
	if (n->left && (text[n->left - 1] == '=' || text[n->left - 1] == '#' ||
			(text[n->left - 1] == ':' && n->left > 1)))
		n->left--;
	return digits <= 10 && n->value <= INT_MAX && at < n->len && !is_word(text[at]) &&
		!is_word(before) && !strchr("-+./", before);
}

/* What stands before a number, other than a space; 0 if nothing does. */
static char before(const struct number *n)
{
	size_t at = n->left;

	while (at && n->text[at - 1] == ' ')
		at--;
	return at ? n->text[at - 1] : 0;
}

/* Of the forms those whose last character before the number is this one. */
static bool read_number(const struct number *n, struct errpid *ret)
{
	char c = before(n);

	switch (c) {
	case ',':
		return read_strace(n, ret) || read_call(n, ret);
	case '[':
		return read_systemd(n, ret);
	case ':':
		return read_moved(n, ret) || read_data(n, ret);
	}
	if (!isalpha((unsigned char)c) && c != '-')
		return false;
	return read_written(n, ret) || read_moved(n, ret) || read_echo(n, ret);
}

bool errpid_find(const char *text, size_t len, struct errpid *ret)
{
	size_t steps = 8 * len + STEPS_MIN;
	struct number n = { .text = text, .len = len, .steps = &steps };

	for (size_t at = 0; at < len;) {
		size_t end;

		if (!isdigit((unsigned char)text[at])) {
			at++;
			continue;
		}
		if (take_number(&n, at, &end) && read_number(&n, ret))
			return true;
		at = end;
	}
	return false;
}
