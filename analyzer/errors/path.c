/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE	/* memmem */
#include "errors/path.h"

#include <string.h>
#include <strings.h>

static const char *const controllers[] = {
	"cpu", "cpuacct", "cpuset", "memory", "blkio", "devices", "freezer", "net_cls", "net_prio",
	"perf_event", "hugetlb", "pids", "rdma", "misc",
};

/* Below /dev, where Android mounts version 1: a directory's name, and what is mounted there. */
static const struct {
	const char *name, *controllers;
} android[] = {
	{ "cpuctl", "cpu" }, { "memcg", "memory" },
};

/* All files of cgroups that have no dot in their names, and what else than a controller stands before one. */
static const char *const plain[] = { "tasks", "notify_on_release", "release_agent" };
static const char *const dotted[] = { "cgroup", "io" };

/* Beginnings of the names of files that one version has and the other has not. */
static const char *const v1_files[] = {
	"tasks", "cpu.cfs_", "cpu.shares", "cpu.rt_", "blkio.", "devices.", "freezer.", "cpuacct.", "net_cls.",
	"net_prio.", "memory.limit", "memory.memsw", "memory.kmem", "memory.soft_limit", "memory.swappiness",
	"memory.use_hierarchy", "memory.oom_control", "cgroup.clone_children", "cgroup.event_control",
	"notify_on_release", "release_agent", "cpuset.memory_", "cpuset.sched_",
};
static const char *const v2_files[] = {
	"cgroup.threads", "cgroup.subtree_control", "cgroup.type", "cgroup.freeze", "cgroup.kill",
	"cgroup.max.", "cgroup.pressure", "io.", "cpu.max", "cpu.weight", "memory.max", "memory.high",
	"memory.low", "memory.min", "memory.swap.", "memory.oom.group", "cpuset.cpus.partition",
};

static bool is_one_of(const char *s, size_t len, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (len && *s == *list[i] && strlen(list[i]) == len && !memcmp(s, list[i], len))
			return true;
	return false;
}

static bool begins_one_of(const char *s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strncmp(s, list[i], strlen(list[i])))
			return true;
	return false;
}

bool errpath_is_controllers(const char *at, size_t len)
{
	if (len == 7 && !memcmp(at, "systemd", 7))
		return true;
	if (len > 5 && !memcmp(at, "name=", 5))
		return true;
	for (;;) {
		const char *comma = memchr(at, ',', len);
		size_t n = comma ? (size_t)(comma - at) : len;

		if (!is_one_of(at, n, controllers, ARRAY_SIZE(controllers)))
			return false;
		if (!comma)
			return true;
		at += n + 1;
		len -= n + 1;
	}
}

/* The files of each cgroup; what else begins with "cgroup." is one of them with another word glued to it. */
static bool is_core_file(const char *file, size_t len)
{
	static const char *const names[] = {
		"cgroup.controllers", "cgroup.type", "cgroup.freeze", "cgroup.kill", "cgroup.max.depth",
		"cgroup.max.descendants", "cgroup.pressure", "cgroup.clone_children", "cgroup.event_control",
		"cgroup.sane_behavior",
	};

	return is_one_of(file, len, names, ARRAY_SIZE(names));
}

static enum errline_kind kind_of(const char *file, size_t len)
{
	static const char *const attach[] = { "cgroup.procs", "tasks", "cgroup.threads" };
	const char *dot = memchr(file, '.', len);

	if (is_one_of(file, len, attach, ARRAY_SIZE(attach)))
		return ERRLINE_ATTACH;
	if (len == 22 && !memcmp(file, "cgroup.subtree_control", len))
		return ERRLINE_ATTACH_INDIRECT;
	if (is_one_of(file, len, plain, ARRAY_SIZE(plain)))
		return ERRLINE_PROPERTY;
	if (!dot || dot + 1 == file + len || memchr(file, ',', len))
		return ERRLINE_OTHER;
	size_t n = dot - file;

	if (n == 6 && !memcmp(file, "cgroup", 6))
		return is_core_file(file, len) ? ERRLINE_PROPERTY : ERRLINE_OTHER;
	/* "cpu.go" and "memory.c" are no files of cgroups. */
	if (len - n <= 3 && strncmp(dot, ".mi", 3) && strncmp(dot, ".ma", 3))
		return ERRLINE_OTHER;
	for (const char *c = dot + 1; c < file + len; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_.GKMB", *c))
			return ERRLINE_OTHER;
	bool known = is_one_of(file, n, controllers, ARRAY_SIZE(controllers)) ||
		(n == 2 && !memcmp(file, "io", 2));
	static const char *const sources[] = { ".json", ".conf", ".html", ".yaml", ".service", ".slice", ".scope", ".socket", ".events", ".stat" };

	return known && !is_one_of(dot, len - n, sources, ARRAY_SIZE(sources)) ? ERRLINE_PROPERTY :
		ERRLINE_OTHER;
}

/* Where the path below the mount point begins in `s`, after "/sys/fs/cgroup"; 0 if there is no such point. */
static size_t sys_mount(const char *s, size_t len)
{
	static const char mount[] = "/sys/fs/cgroup";
	size_t n = sizeof(mount) - 1;
	const char *at = memmem(s, len, mount, n);

	if (!at || (at + n < s + len && at[n] != '/'))
		return 0;
	return at + n - s;
}

/* The same after "/dev" and others, below which there are directories of controllers and nothing else. */
static size_t other_mount(const char *s, size_t len)
{
	static const char *const mounts[] = { "/dev/", "/cgroup/", "/run/cgmanager/fs/" };
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(mounts) && !n; i++)
		if (len > strlen(mounts[i]) && !memcmp(s, mounts[i], strlen(mounts[i])))
			n = strlen(mounts[i]) - 1;

	if (!n)
		return 0;
	const char *name = s + n + 1, *slash = memchr(name, '/', len - n - 1);
	size_t name_len = slash ? (size_t)(slash - name) : len - n - 1;

	for (size_t i = 0; i < ARRAY_SIZE(android) && n == 4; i++)
		if (strlen(android[i].name) == name_len && !memcmp(android[i].name, name, name_len))
			return n;
	return errpath_is_controllers(name, name_len) ? n : 0;
}

static bool is_mounted(const char *dir, size_t len)
{
	const char *slash = memchr(dir, '/', len);

	return sys_mount(dir, len) || other_mount(dir, len) ||
		(slash && slash > dir && errpath_is_controllers(dir, slash - dir));
}

#define SEPARATOR 1u
#define SLASH	  2u
#define DOT	  4u
/* The first byte of a name of kind_of()'s with a dot in it; the first of one without. */
#define BEGINS_DOTTED 8u
#define BEGINS_PLAIN  16u

/* What a byte may be in a path: most words of a text are none, and that must cost little. */
static unsigned char classes[256];

static void add_beginnings(const char *const *names, size_t n, unsigned char class)
{
	for (size_t i = 0; i < n; i++)
		classes[(unsigned char)*names[i]] |= class;
}

static void make_classes(void)
{
	for (const char *c = "\"'`<>|(){}[];=?*"; *c; c++)
		classes[(unsigned char)*c] = SEPARATOR;
	add_beginnings(controllers, ARRAY_SIZE(controllers), BEGINS_DOTTED);
	add_beginnings(dotted, ARRAY_SIZE(dotted), BEGINS_DOTTED);
	add_beginnings(plain, ARRAY_SIZE(plain), BEGINS_PLAIN);
	classes['/'] |= SLASH;
	classes['.'] |= DOT;
	/* The last, as it says that all is made. */
	for (int c = ' '; c >= 0; c--)
		classes[c] = SEPARATOR;
}

static unsigned char class_of(char c)
{
	return classes[(unsigned char)c];
}

static bool is_separator(char c)
{
	return class_of(c) & SEPARATOR;
}

/* Without the marks that end a sentence or a clause. "/a/..." is cut, and stays so. */
static size_t trim(const char *text, size_t begin, size_t end)
{
	while (end > begin && strchr(":,.!\\", text[end - 1])) {
		if (end - begin > 3 && !memcmp(text + end - 3, "...", 3))
			break;
		end--;
	}
	return end;
}

/*
 * How long a directory's name in parentheses is: printf's for a pointer that was NULL, "(null)/cgroup.procs",
 * "/sys/fs/cgroup/(null)/tasks", and what the kernel says in its place; 0 if there is none.
 */
static size_t in_parentheses(const char *text, size_t at)
{
	static const char *const names[] = { "(null)", "(deleted)", "(unreachable)" };

	if (text[at] != '(')
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t n = strlen(names[i]);

		if (!strncmp(text + at, names[i], n) &&
		    (text[at + n] == '/' || (at && text[at - 1] == '/')))
			return n;
	}
	return 0;
}

/*
 * How much at the separator text[at] is a part of the path that began at `begin`: "/name=systemd" is a directory, other
 * "x=/path" are assignments; " (deleted)" is what the kernel adds to the path of a removed cgroup.
 */
static size_t is_inside(const char *text, size_t begin, size_t at)
{
	static const char deleted[] = " (deleted)";

	if (text[at] == '=' && at > 5 && !memcmp(text + at - 5, "/name=", 6))
		return 1;
	size_t n = in_parentheses(text, at);

	if (n)
		return n;
	return !strncmp(text + at, deleted, sizeof(deleted) - 1) &&
			       memchr(text + begin, '/', at - begin) ?
		       sizeof(deleted) - 1 :
		       0;
}

static size_t word_end(const char *text, size_t len, size_t begin)
{
	size_t at = begin, more;

	while (at < len && (more = is_separator(text[at]) ? is_inside(text, begin, at) : 1))
		at += more;
	return at < len ? at : len;
}

/* "cgroup.procs:invalid" ends at the colon, although names may hold one. */
static size_t file_end(const char *text, size_t begin, size_t end)
{
	size_t file = end;

	while (file > begin && text[file - 1] != '/')
		file--;
	const char *colon = memchr(text + file, ':', end - file);

	if (colon && kind_of(text + file, colon - text - file) != ERRLINE_OTHER)
		return colon - text;
	return end;
}

/* Where a path in quotes ends that has spaces in its names; 0 if it is none. */
static size_t quoted_end(const char *text, size_t len, size_t begin)
{
	static const char mount[] = "/sys/fs/cgroup/";

	if (!begin || text[begin] != '/' || !strchr("\"'`", text[begin - 1]) ||
	    strncmp(text + begin, mount, sizeof(mount) - 1))
		return 0;
	size_t n = strcspn(text + begin, ":\"'`"), file = begin + n;

	if (begin + n >= len || text[begin + n] != text[begin - 1])
		return 0;
	while (text[file - 1] != '/')
		file--;
	return kind_of(text + file, begin + n - file) == ERRLINE_OTHER ? 0 : begin + n;
}

bool errpath_at(const char *text, size_t len, size_t begin, size_t *next, struct errpath *ret)
{
	if (!classes[0])
		make_classes();
	size_t end = quoted_end(text, len, begin);

	*next = end = end ? end : word_end(text, len, begin);
	end = file_end(text, begin, trim(text, begin, end));
	size_t file = end;

	while (file > begin && text[file - 1] != '/')
		file--;
	*ret = (struct errpath){ begin, end, file, kind_of(text + file, end - file), false };
	if (ret->kind == ERRLINE_PROPERTY && end == len)
		ret->kind = ERRLINE_OTHER;
	if (file > begin)
		ret->is_mounted = is_mounted(text + begin, file - begin);
	return file > begin || ret->kind != ERRLINE_OTHER;
}

/* May errpath_at() find something at `begin`? If not, the word ends at `*end`. Most words have no slash, and no dot. */
static bool may_be_path(const char *text, size_t len, size_t begin, size_t *end)
{
	unsigned char seen = 0, first = class_of(text[begin]);
	size_t at = begin;

	for (; at < len && !is_separator(text[at]); at++)
		seen |= class_of(text[at]);
	*end = at;
	return seen & SLASH || (at < len && text[at] == '(') ||
	       (seen & DOT && first & BEGINS_DOTTED) ||
	       (first & BEGINS_PLAIN && begins_one_of(text + begin, plain, ARRAY_SIZE(plain)));
}

bool errpath_next(const char *text, size_t len, size_t *at, struct errpath *ret)
{
	if (!classes[0])
		make_classes();
	while (*at < len) {
		size_t begin = *at;

		while (begin < len && is_separator(text[begin]) &&
		       (text[begin] != '(' || !in_parentheses(text, begin)))
			begin++;
		if (may_be_path(text, len, begin, at) && errpath_at(text, len, begin, at, ret))
			return true;
	}
	return false;
}

size_t errpath_name(const char *text, size_t len, size_t at)
{
	if (!classes[0])
		make_classes();
	size_t end = word_end(text, len, at);

	return end == len ? at : trim(text, at, end);
}

/* `at` is behind the mount point; its first component may be the controllers of version 1. */
static void set_place(struct errline *line, const char *at, bool is_sys, bool is_old)
{
	while (*at == '/')
		at++;
	size_t n = strcspn(at, "/");

	for (size_t i = 0; i < ARRAY_SIZE(android) && !is_sys; i++)
		if (!strncmp(at, android[i].name, n) && !android[i].name[n])
			line->controllers = android[i].controllers;
	if (line->controllers || errpath_is_controllers(at, n)) {
		line->version = 1;
	} else if (is_sys && n == 7 && !memcmp(at, "unified", n)) {
		line->version = 2;
	} else {
		if (!is_old && line->version != 1) {
			line->version = 2;
			line->path = arena_printf(&line->arena, "/%s", at);
		}
		return;
	}
	if (!line->controllers)
		line->controllers = arena_printf(&line->arena, "%.*s", (int)n, at);
	at += n;
	while (*at == '/')
		at++;
	line->path = arena_printf(&line->arena, "/%s", at);
}

static void set_by_file(struct errline *line)
{
	if (begins_one_of(line->file, v1_files, ARRAY_SIZE(v1_files)))
		line->version = 1;
	else if (begins_one_of(line->file, v2_files, ARRAY_SIZE(v2_files)))
		line->version = 2;
}

/* "//" is "/", and a slash at the end is none. */
static void tidy(char *path)
{
	char *to = path;

	for (const char *from = path; *from; from++)
		if (*from != '/' || to == path || to[-1] != '/')
			*to++ = *from;
	if (to > path + 1 && to[-1] == '/')
		to--;
	*to = 0;
}

static void set_by_cgroup(struct errline *line, bool is_old)
{
	const char *cgroup = line->cgroup;
	size_t len = strlen(cgroup), n = strcspn(cgroup, "/"), mount = sys_mount(cgroup, len);
	size_t other = mount ? 0 : other_mount(cgroup, len);

	if (mount || other)
		set_place(line, cgroup + mount + other, mount > 0, is_old);
	else if (n && n < len && errpath_is_controllers(cgroup, n))
		set_place(line, cgroup, false, is_old);
	else if (cgroup[0] == '/' && !line->file)
		line->path = arena_strdup(&line->arena, cgroup);
	if (line->path) {
		char *path = arena_strdup(&line->arena, line->path);

		tidy(path);
		line->path = path;
	}
}

void errpath_place(struct errline *line, bool is_old)
{
	if (line->file)
		set_by_file(line);
	if (line->cgroup)
		set_by_cgroup(line, is_old);
	if (line->kind != ERRLINE_PROPERTY || line->controllers || !line->file)
		return;
	size_t n = strcspn(line->file, ".");

	if (line->file[n] == '.' && strncmp(line->file, "cgroup.", 7))
		line->controllers = arena_printf(&line->arena, "%.*s", (int)n, line->file);
}
