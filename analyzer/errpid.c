/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE	/* memmem */
#include "errpid.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "errpath.h"
#include "util.h"

/* A number and the text to its left and right, without the quotes around it. */
struct number {
	const char *text;
	size_t len;
	size_t left, right;	/* text[0..left) and text[right..len) */
	int64_t value;
};

static const char quotes[] = "\"'`";

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
	if (at < n || strncasecmp(text + at - n, word, n) || (at > n && is_word(text[at - n - 1]) && is_word(*word)))
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
	if (strncasecmp(text + at, word, n) || (is_word(word[n - 1]) && is_word(text[at + n])))
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

/* "to cgroup.procs", "to '/sys/.../tasks'", ": write PATH", "; fd=7" after a number that was written. */
static bool is_written(const struct number *n)
{
	static const char *const calls[] = { "write", "open", "openat", "openat2" };
	static const char *const into[] = { "to", "into", "in", "on" };
	size_t at = n->right;

	for (size_t i = 0; i < ARRAY_SIZE(into); i++) {
		size_t to = at;

		if (begins_with(n->text, &to, into[i])) {
			begins_with(n->text, &to, "file");
			return is_attach_file(n, to);
		}
	}
	if (!strncmp(n->text + at, "; fd=", 5))
		return true;
	if (!begins_with(n->text, &at, ":"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		size_t to = at;

		if (begins_with(n->text, &to, calls[i]))
			return is_attach_file(n, to);
	}
	return is_attach_file(n, at);
}

static const char *const nouns[] = { "pid", "pids", "tid", "process", "processes", "task", "thread", "proc", "threads" };

/* "failed to write 4242 ...", "writing value '4242' ...", and "value 4242" after the file's name. */
static bool read_written(const struct number *n, struct errpid *ret)
{
	static const char *const values[] = { "value", "the value", "pid", "process", "tid" };
	static const char *const verbs[] = { "write", "writing", "wrote", "written", "writes" };
	size_t left = n->left;

	ends_with_one(n->text, &left, values, ARRAY_SIZE(values));
	if (ends_with_one(n->text, &left, verbs, ARRAY_SIZE(verbs)) && is_written(n)) {
		*ret = (struct errpid){ .pid = n->value };
		return true;
	}
	/* "control group file /sys/fs/cgroup/x/cgroup.procs, value 4242" */
	left = n->left;
	if (!ends_with(n->text, &left, ", value"))
		return false;
	size_t begin = left;

	while (begin && n->text[begin - 1] != ' ')
		begin--;
	if (!is_attach_file(&(struct number){ n->text, left, 0, 0, 0 }, begin))
		return false;
	*ret = (struct errpid){ .pid = n->value };
	return true;
}

/* "to cgroup c2", "into the cgroup /x", "to requested cgroup '/x'", "to cgroups". */
static bool read_target(const struct number *n, size_t at, struct errpid *ret)
{
	static const char *const into[] = { "to", "into", "in", "add to", "from" };
	static const char *const which[] = { "the", "requested", "its", "new", "v1", "v2", "systemd" };
	size_t to = at;
	bool found = false;

	if (n->text[to] == ' ' && n->text[to + 1] == '(') {
		/* "process 4242 (comm) to" */
		const char *end = memchr(n->text + to, ')', n->len - to > 40 ? 40 : n->len - to);

		to = end ? (size_t)(end + 1 - n->text) : to;
	}
	for (size_t i = 0; i < ARRAY_SIZE(into) && !found; i++)
		found = begins_with(n->text, &to, into[i]);
	if (!found)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(which); i++)
		begins_with(n->text, &to, which[i]);
	ret->is_attach = begins_with(n->text, &to, "cgroups") || begins_with(n->text, &to, "cgroupv1") ||
		begins_with(n->text, &to, "cgroupv2");
	if (!ret->is_attach && begins_with(n->text, &to, "cgroup")) {
		ret->is_attach = true;
		while (n->text[to] && strchr(quotes, n->text[to]))
			to++;
		ret->cgroup = to;
	}
	return ret->is_attach || is_attach_file(n, to);
}

/* "adding pid 4242 to cgroups", "Can't move 1 into PATH", "pid 5308 add to cgroup x" */
static bool read_moved(const struct number *n, struct errpid *ret)
{
	static const char *const verbs[] = {
		"add", "adding", "added", "attach", "attaching", "attached", "move", "moving", "moved", "put",
		"putting", "place", "placing", "assign", "assigning", "migrate", "migrating", "join", "insert",
	};
	size_t left = n->left, to = n->right;

	*ret = (struct errpid){ .pid = n->value };
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

/* strace's write(1, "273\n", 4) and write(3</sys/fs/cgroup/x/tasks>, "273", 3) */
static bool read_strace(const struct number *n, struct errpid *ret)
{
	static const char *const calls[] = { "write(", "pwrite64(", "pwrite(" };
	size_t left = n->left;

	if (!ends_with(n->text, &left, ",") || n->text[n->right] != ',')
		return false;
	if (left && n->text[left - 1] == '>')
		while (left && n->text[left - 1] != '<')
			left--;
	left -= left && n->text[left - 1] == '<';
	while (left && isdigit((unsigned char)n->text[left - 1]))
		left--;
	*ret = (struct errpid){ .pid = n->value };
	return ends_with_one(n->text, &left, calls, ARRAY_SIZE(calls));
}

/* "systemd[4242]: x.service: Failed to attach to cgroup /x": 4242 is the child that moves itself. */
static bool read_systemd(const struct number *n, struct errpid *ret)
{
	static const char words[] = "Failed to attach to cgroup ";
	size_t left = n->left;

	if (!ends_with(n->text, &left, "systemd[") && !ends_with(n->text, &left, "(sd-executor)[") &&
	    !(n->left > 2 && !memcmp(n->text + n->left - 2, ")[", 2)))
		return false;
	if (strncmp(n->text + n->right, "]: ", 3))
		return false;
	/* A unit's name has at most 255 bytes. */
	size_t most = n->len - n->right < 300 ? n->len - n->right : 300;
	const char *at = memmem(n->text + n->right, most, words, sizeof(words) - 1);

	if (!at)
		return false;
	size_t cgroup = at + sizeof(words) - 1 - n->text;

	*ret = (struct errpid){ .pid = n->value, .is_attach = true, .cgroup = cgroup };
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
	if (n->right + 1 < n->len && text[at] == ' ' && strchr(quotes, text[at + 1]) && begin &&
	    text[begin - 1] == text[at + 1])
		n->right++;
	while (n->right < n->len && strchr(quotes, text[n->right]))
		n->right++;
	while (n->left && strchr(quotes, text[n->left - 1]))
		n->left--;
	char before = begin ? text[begin - 1] : ' ';

	if (n->left && (text[n->left - 1] == '=' || text[n->left - 1] == '#' ||
			(text[n->left - 1] == ':' && n->left > 1)))
		n->left--;
	return digits <= 10 && n->value <= INT_MAX && at < n->len && !is_word(text[at]) &&
		!is_word(before) && !strchr("-+./", before);
}

bool errpid_find(const char *text, size_t len, struct errpid *ret)
{
	static bool (*const forms[])(const struct number *, struct errpid *) = {
		read_written, read_moved, read_echo, read_strace, read_systemd,
	};
	struct number n = { .text = text, .len = len };

	for (size_t at = 0; at < len;) {
		size_t end;

		if (!isdigit((unsigned char)text[at])) {
			at++;
			continue;
		}
		if (take_number(&n, at, &end))
			for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
				if (forms[i](&n, ret))
					return true;
		at = end;
	}
	return false;
}
