/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE	/* strcasestr, memmem */
#include "errors/message.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "errors/errno_text.h"
#include "errors/grams.h"
#include "errors/path.h"
#include "errors/pid.h"
#include "errors/time.h"
#include "errors/writer.h"

/* So many names of a cgroup's files are looked at in a text, and so far back for a word before one. */
#define FILES_MAX 64
#define WORD_MAX  1024

struct message {
	const char *text;
	size_t len;
	struct grams grams;
	struct errline *ret;
	bool has_pid, has_file, failed;
	bool has_other; /* a file of a cgroup that was not to be written */
	struct errpid pid;
	struct errpath file;	/* the best of the text */
	size_t cgroup_first, cgroup_last;	/* where "cgroup" stands; both len if nowhere */
	size_t errno_begin, errno_end;
};

/* In this case, or in any case: where; NULL. */
static const char *find_exactly(const struct message *m, const char *words)
{
	return grams_may_have(&m->grams, words) ? strstr(m->text, words) : NULL;
}

static const char *find(const struct message *m, const char *words)
{
	return *words ? grams_find(&m->grams, m->text, words) : m->text;
}

static bool says(const struct message *m, const char *words)
{
	return find(m, words);
}

static bool says_one(const struct message *m, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (says(m, words[i]))
			return true;
	return false;
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'' || c == '`';
}

static bool is_quote_or_space(char c)
{
	return c == ' ' || is_quote(c) || !c;
}

/* strace -y, perf trace: in "read(5</sys/fs/...", what is before the file is "read". */
static size_t before_descriptor(const struct message *m, size_t end)
{
	size_t at = end;

	if (!at || m->text[at - 1] != '<')
		return end;
	for (at--; at && isdigit((unsigned char)m->text[at - 1]);)
		at--;
	/* perf trace: "read(fd: 5</sys/fs/..." */
	if (at > 4 && !memcmp(m->text + at - 4, "fd: ", 4))
		at -= 4;
	return at && m->text[at - 1] == '(' ? at - 1 : end;
}

/* May a word begin behind it? */
static bool begins_behind(char c)
{
	return is_quote_or_space(c) || c == '(';
}

/* The word before text[at], in lower case without its marks, into `word`. */
static void word_before(const struct message *m, size_t at, char word[16])
{
	size_t end = at, n = 0;

	while (end && (is_quote_or_space(m->text[end - 1]) || m->text[end - 1] == ':' ||
		       m->text[end - 1] == '('))
		end--;
	end = before_descriptor(m, end);
	size_t begin = end;

	while (begin && !begins_behind(m->text[begin - 1]) && end - begin < 15)
		begin--;
	for (; begin < end; begin++)
		word[n++] = tolower((unsigned char)m->text[begin]);
	word[n] = 0;
}

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (*word == *list[i] && !strcmp(word, list[i]))
			return true;
	return false;
}

/* A word whose beginning belongs to the line before, when two lines were put together: "systemstat". */
static bool ends_in_call(const char *word)
{
	static const char *const calls[] = { "stat", "mkdir", "rmdir", "unlink", "remove", "chown", "chmod", "mount" };
	size_t len = strlen(word);

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		size_t n = strlen(calls[i]);

		if (len > n && !strcmp(word + len - n, calls[i]))
			return true;
	}
	return false;
}

/* Where the word begins that ends before `at`, without the marks and spaces between. */
static size_t word_begin(const struct message *m, size_t at)
{
	size_t end = at > WORD_MAX ? at - WORD_MAX : 0;

	while (at > end && is_quote_or_space(m->text[at - 1]))
		at--;
	while (at > end && !begins_behind(m->text[at - 1]))
		at--;
	return at;
}

/* The other things that programs do with such files, and fail at. */
static bool is_no_write(const struct message *m, size_t at)
{
	static const char *const others[] = {
		"read",
		"reading",
		"stat",
		"lstat",
		"mkdir",
		"rmdir",
		"unlink",
		"unlinkat",
		"remove",
		"readlink",
		"watch",
		"watching",
		"inotify_add_watch",
		"chown",
		"chmod",
		"mount",
		"parse",
		"parsing",
		"access",
		"from",
		"cat",
		"head",
		"tail",
		"grep",
		"awk",
		"wc",
		"less",
		"sort",
		"ls",
		"find",
		"of",
		"pread64",
		"fstat",
		"newfstatat",
		"getdents64",
		"close",
		"lseek",
		"fcntl",
		"faccessat",
		"faccessat2",
		"statx",
		"readv",
		"preadv",
		"fgets",
		"fread",
		"fscanf",
		"getline",
		"scan",
		"scanning",
		"readfile",
		"poll",
		"epoll_ctl",
		"mmap",
		"getting",
		"listing",
		"counting",
		"loading",
		"polling",
		"fchown",
		"fchownat",
		"fchmod",
		"fchmodat",
		"lchown",
		"truncate",
		"ftruncate",
		"umount",
		"rename",
		"scraping",
		"collecting",
		"mkdirat",
		"readlinkat",
		"utimensat",
	};
	char word[16];

	word_before(m, at, word);
	if (!strcmp(word, "at_fdcwd,"))
		word_before(m, word_begin(m, at), word);
	/* "wc -l PATH" */
	if (*word == '-' && strlen(word) < 4 && at > strlen(word) + 1)
		word_before(m, at - strlen(word) - 1, word);
	return is_one_of(word, others, ARRAY_SIZE(others)) || ends_in_call(word);
}

/* "cat: can't open '/sys/...", "/bin/grep: ": a program that only reads speaks, some words before the file. */
static bool is_of_reader(const struct message *m, size_t at)
{
	static const char *const readers[] = {
		"cat",		"tac",
		"nl",		"head",
		"tail",		"grep",
		"egrep",	"fgrep",
		"zgrep",	"awk",
		"gawk",		"mawk",
		"wc",		"less",
		"sort",		"uniq",
		"od",		"xxd",
		"hexdump",	"strings",
		"ls",		"stat",
		"diff",		"cmp",
		"md5sum",	"sha256sum",
		"readlink",	"realpath",
		"lsof",		"fuser",
		"ps",		"htop",
		"batcat",	"rg",
		"jq",		"vim",
		"paste",	"rsync",
		"scp",		"tar",
		"systemd-cgls", "systemd-cgtop",
		"lscgroup",	"cgget",
		"cgsnapshot",	"node_exporter",
		"cadvisor",
	};

	for (size_t words = 0; words < 6 && at; words++) {
		size_t begin = word_begin(m, at), end = begin + strcspn(m->text + begin, " \"'`:");
		size_t name = end;
		char word[20] = "";

		if (m->text[end] == ':') {
			while (name > begin && m->text[name - 1] != '/')
				name--;
			if (end - name < sizeof(word))
				memcpy(word, m->text + name, end - name);
			return is_one_of(word, readers, ARRAY_SIZE(readers));
		}
		at = begin;
	}
	return false;
}

/* A shell: "sh: 1: cannot open P: No such file" is a redirection that reads; of one that writes it "cannot create". */
static bool is_read_by_shell(const struct message *m, size_t at)
{
	static const char *const words[] = { "cannot open", "can't open" };

	while (at && is_quote_or_space(m->text[at - 1]))
		at--;
	/* Both words end so. */
	if (at < 14 || (m->text[at - 1] | 32) != 'n')
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i]), end = at - n;

		if (at < n + 4 || strncasecmp(m->text + end, words[i], n))
			continue;
		while (end && strchr(" :", m->text[end - 1]))
			end--;
		while (end &&
		       (isdigit((unsigned char)m->text[end - 1]) || strchr(" :", m->text[end - 1])))
			end--;
		return end >= 2 && (!memcmp(m->text + end - 2, "sh", 2) ||
				    (end >= 5 && !memcmp(m->text + end - 5, " line", 5)));
	}
	return false;
}

/* "for reading" behind the file; fopen(P, "r"), open(P, 'rb'), open(P, O_RDONLY). */
static bool is_said_to_read(const struct message *m, size_t end)
{
	static const char *const behind[] = {
		"for read",	"to read",     "to count", "to list",
		"in read mode", "with mode r", "O_RDONLY", ".read",
	};
	const char *at = m->text + end + strspn(m->text + end, "\"'`), ");

	for (size_t i = 0; i < ARRAY_SIZE(behind); i++)
		if ((*at | 32) == (*behind[i] | 32) &&
		    !strncasecmp(at, behind[i], strlen(behind[i])))
			return true;
	size_t mode = *at == 'r' ? strspn(at, "rbtme") : 0;

	return mode && m->text[end] && strchr("\"'`", m->text[end]) && at[-1] &&
	       strchr("\"'`", at[-1]) && strchr("\"'`", at[mode]) && at[mode];
}

/* Read { path: "PATH" ... }, Rust's form. */
static bool is_rust_read(const struct message *m, size_t at)
{
	size_t from = at > 200 ? at - 200 : 0;

	return memmem(m->text + from, at - from, "Read {", 6) &&
	       !memmem(m->text + from, at - from, "Write {", 7);
}

/* "sed: read error on PATH" */
static bool is_after_read_error(const struct message *m, size_t at)
{
	size_t from = at > 24 ? at - 24 : 0;

	return memmem(m->text + from, at - from, "read error", 10);
}

/* A shell names a file when it cannot open it, and not when it cannot write to it. */
static bool is_of_shell(const struct message *m, size_t at, const char *word)
{
	size_t n = strlen(word), line = at;

	while (line && strchr(" :\"'", m->text[line - 1]))
		line--;
	if (line == at || m->text[line] != ':')
		return false;
	if (n >= 2 && !strcmp(word + n - 2, "sh"))
		return true;
	while (line && isdigit((unsigned char)m->text[line - 1]))
		line--;
	return line > 5 && !memcmp(m->text + line - 5, "line ", 5);
}

/* zsh: "zsh: permission denied: PATH", with the errno first. */
static bool is_of_zsh(const struct message *m, size_t at)
{
	return !strncasecmp(m->text, "zsh: ", 5) && at > 7 && m->errno_begin == 5 && m->errno_end + 2 == at;
}

/*
 * Python names a file only when it cannot open it, too; but programs in Python make such errors of their own, so that
 * the errno must be one that open(2) gives.
 */
static bool is_of_python(const struct message *m, size_t at)
{
	static const int numbers[] = { ENOENT, EACCES, EPERM, EROFS };
	size_t end = m->errno_end;

	if (m->errno_begin < 8 || end + 2 > at || at - end > 5 || memcmp(m->text + end, ": ", 2))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (m->ret->number == numbers[i])
			return m->text[m->errno_begin - 1] == ' ' && m->text[m->errno_begin - 2] == ']';
	return false;
}

/* Words of those who open a file, a few characters before or behind its name. */
static bool is_opened_in_words(const struct message *m, const struct errpath *p)
{
	static const char *const before[] = {
		"rb_sysopen - ",
		"FileNotFoundException: ",
		"NoSuchFileException: ",
		"AccessDeniedException: ",
		"open file ",
		"opening file ",
		"open(",
		"Open { path: ",
		"WrappedIo(Open { path: ",
	};
	static const char *const behind[] = { "failed to open stream", "for writing", "for write" };
	static const char fish[] = "open: ";
	size_t quote = p->begin;

	while (quote && (is_quote(m->text[quote - 1]) || !m->text[quote - 1]))
		quote--;
	/* All of them end in one of these. */
	bool may_be = quote && (m->text[quote - 1] == ' ' || m->text[quote - 1] == '(');

	for (size_t i = 0; i < ARRAY_SIZE(before) && may_be; i++) {
		size_t n = strlen(before[i]);

		if (quote >= n && m->text[quote - 1] == before[i][n - 1] &&
		    !strncasecmp(m->text + quote - n, before[i], n))
			return true;
	}
	if (m->ret->number && m->errno_begin > p->end + sizeof(fish) &&
	    !memcmp(m->text + m->errno_begin - sizeof(fish) + 1, fish, sizeof(fish) - 1))
		return true;
	const char *at = m->text + p->end + strspn(m->text + p->end, "'\"`): ");

	for (size_t i = 0; i < ARRAY_SIZE(behind); i++)
		if ((*at | 32) == *behind[i] && !strncasecmp(at, behind[i], strlen(behind[i])))
			return true;
	return false;
}

/* Does one of the words begin near text[at]? A word of "getPids" begins at its capital; names in paths are none. */
static bool has_word_near(const struct message *m, size_t at, const char *const *words, size_t n)
{
	size_t end = at + 300 < m->len ? at + 300 : m->len;

	for (at = at > 600 ? at - 600 : 0; at < end; at++) {
		unsigned char before = at ? m->text[at - 1] : ' ', c = m->text[at];

		if (!begins_behind(before) && !strchr("[{:=<", before) &&
		    !(isupper(c) && islower(before)))
			continue;
		for (size_t i = 0; i < n; i++)
			if (tolower(c) == *words[i] &&
			    !strncasecmp(m->text + at, words[i], strlen(words[i])))
				return true;
	}
	return false;
}

/* Android's killProcessGroup() warns of a group that is gone, in lower case; its createProcessGroup() is an error. */
static bool is_android_read(const struct message *m, const char *android)
{
	size_t tag = android - m->text;
	char level = tag > 1 ? m->text[tag - 2] : 0;

	return (level && strchr("WIDV", level)) ||
	       (level != 'E' && strstr(android, ": failed to open "));
}

/* An open is named, and what is spoken of needs the content only: who is in there, to be counted or killed. */
static bool is_opened_to_read(const struct message *m, const struct errpath *p)
{
	static const char *const opens[] = { "open", "opening", "openat", "openat2", "fopen" };
	/* clang-format off */
	static const char *const reads[] = {
		"get pid", "getting pid", "get all", "getpids", "getallpids", "get process", "getting process", "get tasks",
		"get thread", "list", "read", "count", "kill", "signal", "stats", "metric", "usage", "watch", "monitor",
		"freeze", "freezing", "destroy", "delete ", "delete:", "deleting", "cleanup", "clean up", "remov", "poll", "collect",
		"scrap", "scan", "find", "retrieve", "retrieving", "enumerat", "inspect", "query", "walk", "pars", "dump",
		"top", "show", "check", "load", "container pids", "all pids", "pids of", "pids in", "pids from",
		"processes of", "processes in", "tasks of", "is empty", "fetch", "look up", "lookup",
	};
	static const char *const writes[] = {
		"writ",	 "add",	  "attach", "mov",    "join",  "appl",	  "assign",
		"enter", "plac",  "put",    "migrat", "creat", "evacuat", "echo",
		"tee",	 "start", "exec",   "set",    "init",
	};
	/* clang-format on */
	const char *android = find_exactly(m, "libprocessgroup");
	char word[16];

	word_before(m, p->begin, word);
	if (!is_one_of(word, opens, ARRAY_SIZE(opens)) && !is_opened_in_words(m, p))
		return false;
	if (android)
		return is_android_read(m, android);
	return has_word_near(m, p->begin, reads, ARRAY_SIZE(reads)) &&
	       !has_word_near(m, p->begin, writes, ARRAY_SIZE(writes));
}

static bool is_read(const struct message *m, const struct errpath *p)
{
	return is_of_reader(m, p->begin) || is_read_by_shell(m, p->begin) ||
	       is_said_to_read(m, p->end) || is_opened_to_read(m, p) || is_rust_read(m, p->begin) ||
	       is_after_read_error(m, p->begin);
}

static bool is_opening(const struct message *m, const struct errpath *p)
{
	static const char *const words[] = { "open",   "opening", "openat", "openat2",
					     "create", "fopen",	  "open()" };
	char word[16];

	word_before(m, p->begin, word);
	return is_one_of(word, words, ARRAY_SIZE(words)) || is_of_shell(m, p->begin, word) ||
		is_of_zsh(m, p->begin) || is_of_python(m, p->begin) || is_opened_in_words(m, p);
}

/* Go's "write PATH: ", crun's "writing file `PATH`", a descriptor, which shows that the open went well. */
static bool is_surely_write(const struct message *m, const struct errpath *p)
{
	static const char *const words[] = { "write", "pwrite", "pwrite64", "writev" };
	static const char *const before[] = { "writing file `", "write to `", "write to file `",
					      "Write { path: \"" };
	static const char *const sentence[] = { "to",	    "not",    "cannot", "can't",
						"couldn't", "unable", "failed", "error" };
	static const char *const anywhere[] = { "; fd=", "(fd=", "write error", "Write { err",
						"Write {err" };
	char word[16];

	if (says_one(m, anywhere, ARRAY_SIZE(anywhere)))
		return true;
	if (!m->has_file)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		size_t n = strlen(before[i]);

		if (p->begin >= n && !memcmp(m->text + p->begin - n, before[i], n))
			return true;
	}
	word_before(m, p->begin, word);
	if (!is_one_of(word, words, ARRAY_SIZE(words)) || m->text[p->begin - 1] != ' ')
		return false;
	/* "failed to write PATH" is somebody's sentence, not the call. */
	word_before(m, word_begin(m, p->begin), word);
	return !is_one_of(word, sentence, ARRAY_SIZE(sentence));
}

/* Does open(2) of such a file give this errno as well? */
static bool is_of_open(int number)
{
	return number == ENOENT || number == EACCES || number == EROFS || number == ENXIO ||
	       number == ENOTDIR;
}

/* Is the errno said right after the file, or right before it? */
static bool is_blamed(const struct message *m, const struct errpath *p)
{
	size_t begin, end, to = p->end + 48 < m->len ? p->end + 48 : m->len;
	size_t from = p->begin > 120 ? p->begin - 120 : 0;

	if (errno_text_find(m->text, to, p->end, &begin, &end))
		return true;
	return errno_text_find(m->text, p->begin, from, &begin, &end);
}

static bool is_written(const struct message *m, const struct errpath *p)
{
	static const char *const words[] = {
		"write", "writing", "open", "opening", "openat", "openat2", "to", "into", "set", "setting", "file",
		"tee", "procs", "modify",
	};
	char word[16];

	word_before(m, p->begin, word);
	return is_one_of(word, words, ARRAY_SIZE(words));
}

/* Directories in which a file named "tasks" is something else. */
static bool is_elsewhere(const struct message *m, const struct errpath *p)
{
	static const char *const roots[] = {
		"/proc/", "/home/", "/root/", "/usr/", "/etc/", "/var/", "/opt/", "/srv/", "/tmp/",
	};

	for (size_t i = 0; i < ARRAY_SIZE(roots); i++)
		if (!strncmp(m->text + p->begin, roots[i], strlen(roots[i])))
			return true;
	return false;
}

/* "tasks" is a common name: a cgroup must be spoken of, other than in the path. */
static bool is_tasks_of_cgroup(const struct message *m, const struct errpath *p)
{
	if (p->is_mounted || memmem(m->text + p->begin, p->file - p->begin, "/cgroup", 7))
		return true;
	return !is_elsewhere(m, p) && (m->cgroup_first < p->begin ||
		(m->cgroup_last >= p->end && m->cgroup_last < m->len));
}

/* In "add tasks to cgroup" no file is spoken of. */
static bool is_noun(const struct message *m, const struct errpath *p)
{
	static const char *const verbs[] = { "add", "adding", "attach", "move", "moving", "assign", "no", "kill", "all" };
	char word[16];

	word_before(m, p->begin, word);
	return m->text[p->end] == ' ' && is_one_of(word, verbs, ARRAY_SIZE(verbs));
}

static void find_cgroup_words(struct message *m)
{
	m->cgroup_first = m->cgroup_last = m->len;
	for (const char *at = m->text; (at = grams_find(&m->grams, at, "cgroup")); at++) {
		m->cgroup_last = at - m->text;
		if (m->cgroup_first == m->len)
			m->cgroup_first = m->cgroup_last;
	}
}

/* How well a file fits as the one that was written; 0: not at all. */
static int fits(const struct message *m, const struct errpath *p)
{
	bool bare = p->begin == p->file;

	if (p->kind == ERRLINE_OTHER || is_no_write(m, p->begin) || is_read(m, p))
		return 0;
	if (p->end - p->file == 5 && (!is_tasks_of_cgroup(m, p) || (bare && is_noun(m, p))))
		return 0;
	if (p->kind == ERRLINE_PROPERTY && ((bare && !is_written(m, p)) || (!bare && !p->is_mounted)))
		return 0;
	bool blamed = is_blamed(m, p), written = is_written(m, p);

	if (!blamed && !written && !m->has_pid)
		return 0;
	return 1 + 8 * blamed + 4 * !bare + 2 * p->is_mounted + written;
}

static void find_file(struct message *m)
{
	struct errpath p;
	int best = 0;
	size_t count = 0;

	for (size_t at = 0; count < FILES_MAX && errpath_next(m->text, m->len, &at, &p);) {
		int fit = fits(m, &p);

		count += p.kind != ERRLINE_OTHER;

		m->has_other |= !fit && p.kind == ERRLINE_ATTACH && p.is_mounted;

		if (fit > best) {
			best = fit;
			m->file = p;
		}
	}
	m->has_file = best > 0;
}

/* "No such device or addr", cut, is not "No such device". */
static void drop_cut_errno(struct message *m)
{
	size_t len = m->len;

	while (len && m->text[len - 1] == ' ')
		len--;
	if (m->ret->number && m->errno_end < len &&
	    errno_text_goes_on(m->text, len, m->errno_begin))
		m->ret->number = 0;
}

/* "moving 77 to FILE", and then "rmdir c1: Device or resource busy": the errno is of another call. */
static bool is_of_other_call(const struct message *m)
{
	static const char *const calls[] = {
		" rmdir ", " mkdir ", " unlink ", " remove ", " removing ", " umount ", " mount ",
		" chown ", " chmod ", " rmdir: ", " mkdir: ", " umount: ",  " mount: ",
	};
	size_t len = m->errno_begin - m->file.end;

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (memmem(m->text + m->file.end, len, calls[i], strlen(calls[i])))
			return true;
	return false;
}

/* The errno after the file, else the last before it, else any. */
static void find_errno(struct message *m)
{
	size_t begin, end, to = m->has_file ? m->file.begin : m->len;

	m->ret->number = errno_text_find(m->text, m->len, m->has_file ? m->file.end : 0,
					 &m->errno_begin, &m->errno_end);
	if (m->ret->number && m->has_file && is_of_other_call(m))
		m->ret->number = 0;
	if (m->ret->number)
		return;
	for (size_t at = 0;; at = end) {
		int number = errno_text_find(m->text, to, at, &begin, &end);

		if (!number)
			return;
		m->ret->number = number;
		m->errno_begin = begin;
		m->errno_end = end;
	}
}

/* "tee: PATH: words": it names a file only to complain, in whatever language. */
static bool is_complaint(const struct message *m)
{
	char word[16];

	if (!m->has_file || !m->file.is_mounted)
		return false;
	word_before(m, m->file.begin, word);
	return !strcmp(word, "tee") && m->text[m->file.end + strspn(m->text + m->file.end, "'\"")] == ':' &&
		m->file.begin > 4 && memchr(m->text + m->file.begin - 4, ':', 4);
}

static const char *const failures[] = {
	"fail",	    "error",  "cannot", "can't",  "could not",
	"couldn't", "unable", "denied", "refuse", "caused",
};

static void find_failure(struct message *m)
{
	m->failed = m->ret->number || find_exactly(m, "move_pid_main: ") ||
		    says_one(m, failures, ARRAY_SIZE(failures)) || is_complaint(m);
}

static void set_cgroup(struct message *m, size_t begin, size_t end)
{
	while (end > begin + 1 && m->text[end - 1] == '/')
		end--;
	if (end > begin && strncmp(m->text + begin, "(null)", 6))
		m->ret->cgroup = arena_printf(&m->ret->arena, "%.*s", (int)(end - begin), m->text + begin);
}

/* Where the cgroup's name begins after "to cgroup " and its like, 0 if it is not said. */
static size_t find_name(const struct message *m)
{
	static const char *const before[] = {
		"to cgroup ",
		"cannot enter cgroupv2 ",
		"failed to enter cgroup ",
		"into cgroup ",
		"to requested cgroup ",
		"unable to add pids to ",
		"controller cgroups from ",
		"migrate cgroup from to ",
		"controllers on cgroup ",
		"the unified cgroup ",
		"to subcgroup ",
		"cgroup_path=",
	};

	if (m->has_pid && m->pid.is_attach)
		return m->pid.cgroup;
	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		const char *at = find(m, before[i]);

		at = at ? at + strlen(before[i]) : NULL;
		/* "cgroup manager" is no cgroup of that name. */
		if (at && *at && strchr("/\"'`", *at))
			return at + strspn(at, "\"'`") - m->text;
	}
	return 0;
}

static void take_name(struct message *m)
{
	size_t begin = find_name(m);

	if (!begin || m->ret->cgroup)
		return;
	size_t end = errpath_name(m->text, m->len, begin);

	/* "c2:Invalid argument": a line was broken at the space. */
	if (m->errno_begin > begin && m->errno_begin < end && m->text[m->errno_begin - 1] == ':')
		end = m->errno_begin - 1;
	set_cgroup(m, begin, end);
}

/*
 * What is left of a directory that was cut off at the left, or was never filled in, is none: "/" of "${X}/tasks", of
 * "(null)/tasks", of "...]/a/tasks".
 */
static bool is_cut_left(const struct message *m, const struct errpath *p)
{
	size_t n = p->file - p->begin;
	char before = p->begin ? m->text[p->begin - 1] : ' ';

	if (n == 1 || m->text[p->begin] == '(')
		return true;
	if (n && strspn(m->text + p->begin, "./\xe2\x80\xa6~") >= n)
		return true;
	if (p->is_mounted)
		return false;
	return strchr(")]}", before) ||
	       (before == '>' && memchr(m->text + (p->begin > 24 ? p->begin - 24 : 0), '<',
					p->begin > 24 ? 24 : p->begin));
}

/* slurm: "Cannot write to cgroup.procs for PATH" */
static void take_owner(struct message *m)
{
	size_t at = m->file.end;

	if (!m->ret->cgroup && !strncmp(m->text + at, " for /", 6))
		set_cgroup(m, at + 5, errpath_name(m->text, m->len, at + 5));
}

/* A traceback's line of source code that opens and writes: the errno tells which of the two failed. */
static bool is_written_in_code(const struct message *m, const struct errpath *p)
{
	const char *write = strstr(m->text + p->end, ".write");

	return write && m->ret->number && (size_t)(write - m->text) < m->errno_begin &&
	       !is_of_open(m->ret->number) && m->ret->number != EPERM;
}

static void take_file(struct message *m)
{
	const struct errpath *p = &m->file;
	bool is_cut = is_cut_left(m, p);

	m->ret->kind = p->kind;
	m->ret->file = arena_printf(&m->ret->arena, "%.*s", (int)(p->end - p->file), m->text + p->file);
	/* What stands first and is no place of cgroups may be the end of a path that was cut. */
	if ((p->begin || p->is_mounted) && !is_cut)
		set_cgroup(m, p->begin, p->file);
	if (p->kind == ERRLINE_ATTACH && (p->begin == p->file || is_cut))
		take_name(m);
	if (p->begin == p->file)
		take_owner(m);
	if (is_opening(m, p) && !is_written_in_code(m, p))
		m->ret->step = ERRLINE_OPEN;
}

/* systemd: "Failed to set 'cpu.cfs_quota_us' attribute on '/a.slice' to '-1'" */
static void take_attribute(struct message *m)
{
	static const char words[] = "attribute on ";
	const char *at = strstr(m->text + m->file.end, words);

	if (m->ret->cgroup || m->ret->kind != ERRLINE_PROPERTY || !at || at - m->text > (long)m->file.end + 16)
		return;
	size_t begin = at + sizeof(words) - 1 - m->text;

	while (m->text[begin] && strchr("\"'`", m->text[begin]))
		begin++;
	set_cgroup(m, begin, errpath_name(m->text, m->len, begin));
	if (m->ret->cgroup && m->ret->cgroup[0] == '/')
		m->ret->path = m->ret->cgroup;
	if (!m->ret->runtime)
		m->ret->runtime = "systemd";
}

/* How long the one of the words is with which `at` begins, 0 if it begins with none. */
static size_t skip_one(const char *at, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strncasecmp(at, words[i], strlen(words[i])))
			return strlen(words[i]);
	return 0;
}

/* Phrases that are about an attach without its file; `also` must be said as well. */
static const struct phrase {
	const char *words, *also;
	enum errline_step step;
	bool needs_errno;
} phrases[] = {
	{ "CLONE_INTO_CGROUP", "", ERRLINE_CLONE, false },
	{ "cannot enter cgroupv2 ", "", ERRLINE_USER, false },
	{ "cgroup change of group failed", "", ERRLINE_WRITE, false },
	{ "changing group of pid ", "", ERRLINE_WRITE, true },
	{ "failed to enter cgroup", "", ERRLINE_WRITE, false },
	{ "failed to enter monitor cgroup", "", ERRLINE_WRITE, false },
	{ "failed to enter transient cgroup", "", ERRLINE_WRITE, false },
	{ "failed to enter payload cgroup", "", ERRLINE_WRITE, false },
	{ "failed to enter user cgroup", "", ERRLINE_WRITE, false },
	{ "call to cgmanager_move_pid", "", ERRLINE_MANAGER, false },
	{ "call to move_pid", "", ERRLINE_MANAGER, false },
	{ "cgm_enter for controller=", "", ERRLINE_MANAGER, false },
	{ "to init root cgroup", "unable to move pid", ERRLINE_WRITE, false },
	{ "applying cgroup configuration", "creating systemd unit", ERRLINE_MANAGER, false },
	{ "apply cgroup configuration", "creating systemd unit", ERRLINE_MANAGER, false },
	{ "apply cgroup configuration", "start unit", ERRLINE_MANAGER, false },
	{ "AddTidToCgroup failed", "", ERRLINE_WRITE, false },
	{ "add_tid_to_cgroup failed", "", ERRLINE_WRITE, false },
	{ "cgroup_attach_task_pid failed", "", ERRLINE_WRITE, false },
	{ "cgroup_attach_task failed", "", ERRLINE_WRITE, false },
	{ "unable to add pids to ", "cgroup", ERRLINE_WRITE, false },
	{ "failed at step CGROUP", "", ERRLINE_WRITE, true },
	{ "failed to add PIDs to scope's control group", "", ERRLINE_WRITE, false },
	{ "error adding pid ", "to cgroups", ERRLINE_WRITE, true },
	{ "adding pid ", "to cgroups", ERRLINE_WRITE, true },
};

/* "Failed to attach to cgroup", "failed to attach processes to control group"; not a BPF program. */
static bool fails_to_attach(const struct message *m)
{
	static const char words[] = "failed to attach ";
	static const char *const targets[] = { "cgroup", "control group" };
	const char *at = find(m, words);

	if (!at)
		return false;
	at += sizeof(words) - 1;
	const char *colon = strstr(at, ": ");
	size_t len = colon ? (size_t)(colon - at) : strlen(at);
	char *clause = strndupa(at, len > 1024 ? 1024 : len);

	if (strcasestr(clause, "bpf") || strcasestr(clause, "program"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
		if (strcasestr(clause, targets[i]))
			return true;
	return false;
}

static const char *const add_verbs[] = { "add ", "move ", "assign ", "adding ", "moving " };
static const char *const add_nouns[] = { "task ",   "tasks ", "process ", "processes ",
					 "thread ", "pid ",   "pids " };
static const char *const add_into[] = { "to ", "into " };

/* "Failed to add task into cgroup", "failed to add tasks to cgroup": no number, and no other cause than an errno. */
static bool fails_to_add(const struct message *m)
{
	static const char *const before[] = { "failed to ", "unable to ", "cannot ", "could not ",
					      "error " };
	static const char *const targets[] = { "cgroup", "the cgroup", "control group", "the control group" };
	const struct {
		const char *const *list;
		size_t n;
	} parts[] = {
		{ add_verbs, ARRAY_SIZE(add_verbs) },
		{ add_nouns, ARRAY_SIZE(add_nouns) },
		{ add_into, ARRAY_SIZE(add_into) },
		{ targets, ARRAY_SIZE(targets) },
	};

	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		const char *at = find(m, before[i]);
		size_t done = 0;

		for (at = at ? at + strlen(before[i]) : NULL; at && done < ARRAY_SIZE(parts); done++) {
			size_t n = skip_one(at, parts[done].list, parts[done].n);

			if (!n)
				break;
			at += n;
		}
		if (done == ARRAY_SIZE(parts))
			return !strchr(at + strcspn(at, ":"), '/');
	}
	return false;
}

/* "applying cgroup configuration for process caused: No such device or address", and no other file to blame. */
static bool applies_configuration(const struct message *m)
{
	static const char words[] = "ing cgroup configuration for process caused";
	const char *at = find(m, words);

	return at && m->ret->number && m->errno_begin > (size_t)(at - m->text) &&
		!memchr(at, '/', m->errno_begin - (at - m->text)) &&
		!memmem(at, m->errno_begin - (at - m->text), "failed to write", 15);
}

/* What systemd says before a child of it runs, and that nobody else says: behind a unit's name. */
static const struct {
	const char *words;
	enum errline_kind kind;
	enum errline_step step;
	unsigned int version;
} systemd_phrases[] = {
	{ ": Failed to spawn process into cgroup ", ERRLINE_ATTACH, ERRLINE_CLONE, 2 },
	{ ": Failed to migrate controller cgroups from ", ERRLINE_ATTACH, ERRLINE_WRITE, 1 },
	{ ": Failed to migrate cgroup from to ", ERRLINE_ATTACH, ERRLINE_WRITE, 0 },
	{ ": Failed to enable controllers on cgroup ", ERRLINE_ATTACH_INDIRECT, ERRLINE_WRITE, 2 },
	{ ": Failed to enable/disable controllers on cgroup ", ERRLINE_ATTACH_INDIRECT,
	  ERRLINE_WRITE, 2 },
};

/*
 * pidfd_spawn() makes the child in its cgroup. These three are clone3's for the cgroup's sake; ENOENT, ENOMEM or EAGAIN
 * of the same words need not be.
 */
static bool is_spawn(const struct message *m)
{
	static const char *const tasks[] = { ": Failed to spawn '", ": Failed to run '" };
	bool found = find_exactly(m, ": Failed to spawn executor: ");
	int number = m->ret->number;

	for (size_t i = 0; i < ARRAY_SIZE(tasks) && !found; i++) {
		const char *at = find_exactly(m, tasks[i]);

		at = at ? at + strlen(tasks[i]) : NULL;
		found = at && !strncmp(at + strcspn(at, "'"), "' task: ", 8);
	}
	return found && m->ret->unit &&
	       (number == EBUSY || number == EOPNOTSUPP || number == ENODEV);
}

static bool take_systemd(struct message *m)
{
	static const char rest[] = "Couldn't move remaining userspace processes";

	for (size_t i = 0; i < ARRAY_SIZE(systemd_phrases); i++) {
		if (!find_exactly(m, systemd_phrases[i].words))
			continue;
		m->ret->kind = systemd_phrases[i].kind;
		m->ret->step = systemd_phrases[i].step;
		m->ret->version = systemd_phrases[i].version;
		/* It has no %m: systemd made its EUCLEAN of clone3's EOPNOTSUPP. */
		if (!m->ret->number && find_exactly(m, "is in the threaded mode"))
			m->ret->number = EOPNOTSUPP;
		take_name(m);
		return true;
	}
	if (is_spawn(m)) {
		m->ret->kind = ERRLINE_ATTACH;
		m->ret->step = ERRLINE_CLONE;
		m->ret->version = 2;
		return true;
	}
	if (m->ret->number && find_exactly(m, rest))
		m->ret->kind = ERRLINE_ATTACH;
	return m->ret->kind == ERRLINE_ATTACH;
}

/* cgmanager's daemon, which looks whether the one who asks may do it before it writes. */
static bool take_cgmanager(struct message *m)
{
	static const char *const refusals[] = {
		" may not move ",  " may not write to ", "cgroup is not under proxy's",
		": Invalid path ", ": unsafe cgroup",
	};

	if (!find_exactly(m, "move_pid_main: ") || !says_one(m, refusals, ARRAY_SIZE(refusals)))
		return false;
	m->ret->kind = ERRLINE_ATTACH;
	m->ret->step = ERRLINE_USER;
	return true;
}

/* crun: "join cgroup: clone3: Device or resource busy"; lxc: "Could not enable "+cpu" controllers in the unified cgroup" */
static bool take_other_door(struct message *m)
{
	const char *clone = find_exactly(m, "clone3: "),
		   *enable = find_exactly(m, "Could not enable ");

	enable = enable ? enable : find_exactly(m, "Failed to enable ");
	int number = m->ret->number;

	if (clone && says(m, "cgroup") &&
	    (number == EBUSY || number == EOPNOTSUPP || number == ENODEV)) {
		m->ret->kind = ERRLINE_ATTACH;
		m->ret->step = ERRLINE_CLONE;
	} else if (enable && strstr(enable, " controllers in the unified cgroup ")) {
		m->ret->kind = ERRLINE_ATTACH_INDIRECT;
		take_name(m);
	} else {
		return false;
	}
	m->ret->version = 2;
	return true;
}

static bool take_phrase(struct message *m)
{
	if (take_systemd(m) || take_other_door(m) || take_cgmanager(m))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(phrases); i++) {
		const struct phrase *p = &phrases[i];

		if (!says(m, p->words) || !says(m, p->also) || (p->needs_errno && !m->ret->number))
			continue;
		m->ret->kind = ERRLINE_ATTACH;
		m->ret->step = p->step;
		take_name(m);
		if (p->step == ERRLINE_CLONE)
			m->ret->version = 2;
		return true;
	}
	if (fails_to_attach(m) || fails_to_add(m) || applies_configuration(m) ||
	    (m->has_pid && m->pid.is_attach)) {
		m->ret->kind = ERRLINE_ATTACH;
		/* A D-Bus answer of PID 1, whom a user's systemd asked when its own write had failed. */
		if (says(m, "(directly or via the system bus)"))
			m->ret->step = ERRLINE_MANAGER;
		take_name(m);
		return true;
	}
	return false;
}

/* Of a write or an open, whichever: where the words do not tell, an errno that open gives is as likely open's. */
static void set_maybe_open(struct message *m)
{
	m->ret->maybe_open = m->ret->step == ERRLINE_WRITE && !m->ret->vague &&
			     is_of_open(m->ret->number) && !is_surely_write(m, &m->file);
}

/* Do the words "write error", in any language, stand right before the errno? */
static bool is_after_write_error(const struct message *m)
{
	for (size_t back = 1; back <= 48 && back <= m->errno_begin; back++) {
		const char *at = m->text + m->errno_begin - back;
		size_t n = errno_text_write_error(at);

		if (n && n <= back && strspn(at + n, ": [") >= back - n)
			return true;
	}
	return false;
}

/* "bash: echo: write error: Invalid argument"; "sh: 1: echo: echo: I/O error" is dash's, whatever the errno was. */
static void take_write_error(struct message *m)
{
	bool is_dash = says(m, "echo: echo: I/O error") || says(m, "printf: printf: I/O error");

	if (is_dash)
		m->ret->number = 0;
	else if (!m->ret->number || !is_after_write_error(m))
		return;
	m->ret->kind = ERRLINE_ATTACH;
	m->ret->vague = true;
}

/* strace: write(1, "273\n", 4) = -1 EINVAL (Invalid argument); "+cpuset" is for cgroup.subtree_control. */
static bool take_strace(struct message *m)
{
	const char *call = find_exactly(m, "write(");
	const char *answer = call ? strstr(call, "= -1 E") : NULL;

	if (!answer || answer - call > 4096)
		return false;
	const char *quote = strchr(call, '"');

	if (m->has_pid)
		m->ret->kind = ERRLINE_ATTACH;
	else if (quote && quote < answer && (quote[1] == '+' || quote[1] == '-') && islower((unsigned char)quote[2]))
		m->ret->kind = ERRLINE_ATTACH_INDIRECT;
	else
		return false;
	m->ret->vague = true;
	return true;
}

/* A call of strace that only reads the file is no attach; one that succeeded is no failure. */
static bool is_harmless_call(const struct message *m)
{
	const char *open = find_exactly(m, "open");

	return open && strchr(open, '(') && says(m, "O_RDONLY") && says(m, " = ");
}

static void take_strace_name(struct message *m)
{
	static const char *const calls[] = { "write(", "openat(", "openat2(", "open(", "clone3(" };

	if (m->ret->runtime || !find_exactly(m, " = -1 E") ||
	    !says_one(m, calls, ARRAY_SIZE(calls)))
		return;
	m->ret->runtime = "strace";
	if (m->has_file && !find_exactly(m, "write("))
		m->ret->step = ERRLINE_OPEN;
}

static void take_time(struct message *m)
{
	struct errtime t;

	if (!errtime_find(m->text, m->len, &t))
		return;
	m->ret->clock = t.clock;
	m->ret->time_ns = t.ns;
	m->ret->precision_ns = t.precision_ns;
}

/* "[8] System error: write ..." is of libcontainer before runc, which knew no cgroup v2. */
static bool is_old(const struct message *m)
{
	return says(m, "] System error: ") || !strncmp(m->text, "System error: ", 14);
}

/* An absolute path is better than one to which a word was glued, and a whole one better than its end. */
static int count_path(const struct errline *l)
{
	if (!l->cgroup)
		return 0;
	return 4 + (l->version ? 400 : 0) + 100 * (l->cgroup[0] == '/') + (int)strnlen(l->cgroup, 300) -
		50 * !!strchr(l->cgroup, ' ');
}

static int count_known(const struct errline *l)
{
	return 20 + count_path(l) + 8 * !l->vague + 8 * !!l->number + 4 * (l->pid >= 0) + 4 * !!l->file +
		2 * !!l->path + !!l->controllers + !!l->runtime + !!l->engine +
		(l->container ? 2 + (int)strlen(l->container) : 0) + (l->file ? (int)strlen(l->file) : 0) +
		2 * (l->step != ERRLINE_WRITE) + 2 * (l->clock != ERRLINE_NO_TIME) + (l->precision_ns && l->precision_ns < 1000000000);
}

/* Does the last word look like a path that goes on? */
static bool ends_in_path(const struct message *m)
{
	size_t at = m->len;

	while (at && m->text[at - 1] != ' ')
		at--;
	return memchr(m->text + at, '/', m->len - at) && !strchr(":\"'`", m->text[m->len - 1]);
}

/* "Invalid argument - Failed to attach to", whose cgroup is still to come; lxc's "to unified cgroup" is all it says. */
static bool is_attach_begun(const struct message *m)
{
	return says(m, "failed to attach ") && !says(m, "bpf") && !says(m, "to unified cgroup");
}

/* Does it begin like a message of which something is still to come? */
static bool is_begun(const struct message *m)
{
	static const char *const beginnings[] = {
		"adding pid ", "failed to write ", "failed to attach ", "to cgroups", "write /sys/fs/cgroup",
		"cgroup configuration", "can't move ", "AddTidToCgroup", "write value '", "/sys/fs/cgroup/",
		"cgroup.procs",
	};
	const struct errline *l = m->ret;

	/* libcgroup's own words instead of an errno */
	if (l->vague || l->step == ERRLINE_MANAGER || says(m, ": Cgroup, ") || says(m, ": Cgroup does not exist"))
		return false;
	if (l->step == ERRLINE_USER)
		return !l->cgroup;
	if (l->number && errno_text_goes_on(m->text, m->len, m->errno_begin))
		return true;
	if (l->step == ERRLINE_CLONE)
		return !l->number;
	if (l->number && !l->file && !l->cgroup && (is_attach_begun(m) || ends_in_path(m)))
		return true;
	return !l->number && (m->has_pid || m->has_file || says_one(m, beginnings, ARRAY_SIZE(beginnings)));
}

static void take_what(struct message *m)
{
	bool is_clone = says(m, "CLONE_INTO_CGROUP") && m->failed;

	if (m->has_file && m->failed && !is_clone && !is_harmless_call(m)) {
		take_file(m);
		take_attribute(m);
		return;
	}
	if (!m->failed || (!take_phrase(m) && !take_strace(m)))
		take_write_error(m);
}

/* FNV-1a of what is no digit, so that times and numbers do not tell two messages apart. */
static uint64_t form_of(const char *text, size_t len)
{
	uint64_t hash = 14695981039346656037ull;

	for (size_t i = 0; i < len; i++)
		if (!isdigit((unsigned char)text[i]))
			hash = (hash ^ (unsigned char)text[i]) * 1099511628211ull;
	return hash;
}

struct errmessage errmessage_read(struct errline *ret, const char *text, size_t len)
{
	struct message m = { .text = text, .len = len, .ret = ret };

	ret->pid = -1;
	grams_init(&m.grams, text, len);
	m.has_pid = errpid_find(text, len, &m.pid);
	find_cgroup_words(&m);
	find_file(&m);
	find_errno(&m);
	drop_cut_errno(&m);
	find_failure(&m);
	errwriter_unit(ret, text);
	take_what(&m);
	struct errmessage about = { .is_begun = is_begun(&m) };

	if (ret->kind == ERRLINE_OTHER) {
		about.is_other = m.has_other && ret->number;
		return about;
	}
	const char *runtime = ret->runtime;
	int signs = errwriter_read(ret, text, &m.grams);

	if (!ret->runtime)
		ret->runtime = runtime;
	if (ret->kind == ERRLINE_ATTACH && m.has_pid)
		ret->pid = m.pid.pid;
	take_strace_name(&m);
	set_maybe_open(&m);
	take_time(&m);
	errpath_place(ret, is_old(&m));
	errwriter_check(ret);
	ret->form = form_of(text, len);
	/* Of two errnos that a text may be read as, the longer words are the right ones. */
	if (ret->number)
		about.known += m.errno_end - m.errno_begin;
	about.known += count_known(ret) + signs + 500 * is_old(&m);
	return about;
}

void errmessage_each_failure(errmessage_take *take, void *context)
{
	for (size_t i = 0; i < ARRAY_SIZE(failures); i++)
		take(context, failures[i]);
	take(context, "move_pid_main: ");
	/* is_complaint() */
	take(context, "tee");
}

void errmessage_each_end(errmessage_take *take, void *context)
{
	static const char *const others[] = {
		"(directly or via the system bus)",
		"move_pid_main: ",
		": Cgroup, ",
		": Cgroup does not exist",
		" controllers in the unified cgroup ",
		"echo: echo: I/O error",
		"printf: printf: I/O error",
	};
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		take(context, others[i]);
	for (size_t i = 0; i < ARRAY_SIZE(phrases); i++)
		if (!phrases[i].needs_errno)
			take(context, phrases[i].words);
	for (size_t i = 0; i < ARRAY_SIZE(systemd_phrases); i++)
		take(context, systemd_phrases[i].words);
	for (size_t i = 0; i < ARRAY_SIZE(add_verbs); i++)
		for (size_t k = 0; k < ARRAY_SIZE(add_nouns); k++)
			for (size_t n = 0; n < ARRAY_SIZE(add_into); n++)
				take(context, arena_printf(&arena, "%s%s%s", add_verbs[i],
							   add_nouns[k], add_into[n]));
	arena_fini(&arena);
}
