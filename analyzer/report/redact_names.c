/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/redact_names.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "facts/runtimes.h"
#include "facts/wellknown.h"
#include "trace/parse.h"
#include "verdict/causes/list.h"

#define DIGITS "0123456789"
#define HEX    "0123456789abcdef"

/* Docker shows so many digits of an id: the whole and the cut one are one container. */
#define ID_DIGITS 12

/* What begins to be a path is long before the parser's 64 KiB. */
#define PARTS_MAX 512

static const char *alias(struct aliases *a, enum alias_kind kind, const char *name,
			 struct arena *arena)
{
	return aliases_get(a, kind, name, strlen(name), arena);
}

/* ---- paths of cgroups ---- */

struct path {
	struct aliases *aliases;
	const char *text;
	struct container_part parts[PARTS_MAX];
	size_t count, next; /* next: of the parts, that was not passed yet */
	FILE *out;
	struct arena *arena;
};

static void put_part(struct path *p, const struct container_part *part)
{
	const char *name = container_part_name(p->text, part, p->arena);

	const char *shown = part->kind == CONTAINER_PART_POD ?
				    alias(p->aliases, ALIAS_POD, name, p->arena) :
				    redact_container_id(p->aliases, name, p->arena);

	fputs(shown ? shown : "", p->out);
}

/* A unit's suffix tells of what kind it is; NULL: it is none. */
static const char *unit_suffix(const char *at, size_t len)
{
	static const char *const suffixes[] = { ".service", ".scope", ".slice",
						".socket",  ".mount", ".swap" };

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		size_t n = strlen(suffixes[i]);

		if (len > n && !memcmp(at + len - n, suffixes[i], n))
			return suffixes[i];
	}
	return NULL;
}

static void put_other(struct path *p, const char *at, size_t len)
{
	const char *suffix = unit_suffix(at, len);

	if (wellknown_cgroup(at, len))
		fprintf(p->out, "%.*s", (int)len, at);
	else
		fprintf(p->out, "%s%s",
			aliases_get(p->aliases, suffix ? ALIAS_UNIT : ALIAS_PATH, at, len,
				    p->arena),
			suffix ? suffix : "");
}

static bool has_deleted(const char *at, size_t len)
{
	return len > 10 && !memcmp(at + len - 10, " (deleted)", 10);
}

/* "pod" is in the alias, too. */
static void put_before(const struct path *p, size_t at, const struct container_part *part)
{
	size_t len = part->at - at;

	if (part->kind == CONTAINER_PART_POD && len >= 3 &&
	    !memcmp(p->text + part->at - 3, "pod", 3))
		len -= 3;
	fprintf(p->out, "%.*s", (int)len, p->text + at);
}

/* A directory, or what stands between colons in one: the parts in it, and beside them what is an engine's. */
static void put_directory(struct path *p, size_t from, size_t to)
{
	bool is_deleted = has_deleted(p->text + from, to - from);
	size_t end = is_deleted ? to - 10 : to, at = from;

	while (p->next < p->count && p->parts[p->next].at < from)
		p->next++;
	if (p->next == p->count || p->parts[p->next].at >= end) {
		if (end > from)
			put_other(p, p->text + from, end - from);
	} else {
		for (; p->next < p->count && p->parts[p->next].at < end; p->next++) {
			const struct container_part *part = &p->parts[p->next];

			put_before(p, at, part);
			put_part(p, part);
			at = part->at + part->len;
		}
		fprintf(p->out, "%.*s", (int)(end - at), p->text + at);
	}
	fputs(is_deleted ? " (deleted)" : "", p->out);
}

/* A name may have a colon in it. */
static bool is_inside(const struct path *p, size_t at)
{
	for (size_t i = p->next; i < p->count && p->parts[i].at <= at; i++)
		if (at < p->parts[i].at + p->parts[i].len)
			return true;
	return false;
}

static size_t end_of(const struct path *p, size_t at)
{
	size_t end = at + strcspn(p->text + at, "/:");

	while (p->text[end] == ':' && is_inside(p, end))
		end += 1 + strcspn(p->text + end + 1, "/:");
	return end;
}

const char *redact_cgroup(struct aliases *aliases, const char *path, struct arena *arena)
{
	struct path p = { .aliases = aliases, .text = path, .arena = arena };
	struct text text;

	if (!path)
		return NULL;
	text_begin(&text);
	p.out = text.out;
	p.count = container_parts(path, p.parts, PARTS_MAX);
	for (size_t at = 0;;) {
		size_t end = end_of(&p, at);

		if (end > at)
			put_directory(&p, at, end);
		if (!path[end])
			break;
		fputc(path[end], p.out);
		at = end + 1;
	}
	return text_end(&text, arena);
}

const char *redact_cgroup_logged(struct aliases *aliases, const char *path, struct arena *arena)
{
	return path ? redact_cgroup(aliases, parse_plain(arena, path), arena) : NULL;
}

/* ---- containers ---- */

const char *redact_container_id(struct aliases *aliases, const char *id, struct arena *arena)
{
	if (!id)
		return NULL;
	size_t len = strlen(id);

	if (len > ID_DIGITS && strspn(id, HEX) == len)
		len = ID_DIGITS;
	return aliases_get(aliases, ALIAS_CONTAINER, id, len, arena);
}

struct container redact_container(struct aliases *aliases, const struct container *c,
				  struct arena *arena)
{
	/* Members that are not here stay NULL. */
	return (struct container){
		.engine = c->engine, /* static */
		.id = redact_container_id(aliases, c->id, arena),
		.pod_uid = c->pod_uid ? alias(aliases, ALIAS_POD, c->pod_uid, arena) : NULL,
		.qos = c->qos,
		.unit = redact_cgroup(aliases, c->unit, arena),
		.name = c->name ? alias(aliases, ALIAS_CONTAINER, c->name, arena) : NULL,
		.pod_name = c->pod_name ? alias(aliases, ALIAS_POD, c->pod_name, arena) : NULL,
		.pod_namespace = c->pod_namespace ?
					 alias(aliases, ALIAS_NAMESPACE, c->pod_namespace, arena) :
					 NULL,
	};
}

/* ---- programs and files ---- */

const char *redact_program(struct aliases *aliases, const char *comm, struct arena *arena)
{
	if (!comm || wellknown_program(comm))
		return comm;
	return alias(aliases, runtimes_is_runc(comm) ? ALIAS_RUNC : ALIAS_PROGRAM, comm, arena);
}

const char *redact_program_logged(struct aliases *aliases, const char *comm, struct arena *arena)
{
	return comm ? redact_program(aliases, parse_plain(arena, comm), arena) : NULL;
}

static void put_file(struct aliases *aliases, const char *at, size_t len, FILE *out,
		     struct arena *arena)
{
	size_t shown = has_deleted(at, len) ? len - 10 : len;

	if (wellknown_file(at, shown))
		fprintf(out, "%.*s", (int)shown, at);
	else
		fputs(aliases_get(aliases, ALIAS_PATH, at, shown, arena), out);
	fputs(shown < len ? " (deleted)" : "", out);
}

/* "memfd:runc_cloned:/proc/self/exe" */
static size_t memfd_len(const char *path)
{
	static const char *const known[] = { "memfd:runc_cloned:", "memfd:crun_cloned:", "memfd:" };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (text_begins(path, known[i]))
			return strlen(known[i]);
	return 0;
}

const char *redact_file_logged(struct aliases *aliases, const char *escaped, struct arena *arena)
{
	struct text text;

	if (!escaped)
		return NULL;
	const char *path = parse_plain(arena, escaped);
	size_t memfd = memfd_len(path);

	text_begin(&text);
	fprintf(text.out, "%.*s", (int)memfd, path);
	for (path += memfd;; path++) {
		size_t len = strcspn(path, "/");

		if (len)
			put_file(aliases, path, len, text.out, arena);
		path += len;
		if (!*path)
			break;
		fputc('/', text.out);
	}
	return text_end(&text, arena);
}

/* ---- functions ---- */

static bool is_known_function(const char *name)
{
	if (wellknown_function(name))
		return true;
	for (size_t i = 0; i < cause_count; i++)
		for (size_t n = 0; n < CAUSE_FUNCTIONS && causes[i]->functions[n]; n++)
			if (!strcmp(causes[i]->functions[n], name))
				return true;
	return false;
}

const char *redact_function_logged(struct aliases *aliases, const char *name, struct arena *arena)
{
	if (!name || is_known_function(name))
		return name;
	return alias(aliases, ALIAS_FUNCTION, parse_plain(arena, name), arena);
}

const char *redact_symbol(struct aliases *aliases, const char *name, struct arena *arena)
{
	static const char *const known[] = {
		"__clone",
		"clone",
		"__clone3",
		"clone3",
		"__clone_internal",
		"__clone2",
		"_Fork",
		"__libc_fork",
		"fork",
		"vfork",
		"__vfork",
		"arch_fork",
		"pthread_create",
		"__pthread_create_2_1",
		"start_thread",
		/* runtime/sys_linux_amd64.s, os_linux.go, proc.go; syscall/ */
		"runtime.clone",
		"runtime.clone.abi0",
		"runtime.newosproc",
		"runtime.newm1",
		"runtime.rawSyscall",
		"runtime/internal/syscall.Syscall6",
		"syscall.rawVforkSyscall",
		"syscall.rawVforkSyscall.abi0",
		"syscall.RawSyscall6",
		"syscall.RawSyscall6.abi0",
	};

	for (size_t i = 0; name && i < ARRAY_SIZE(known); i++)
		if (!strcmp(name, known[i]))
			return name;
	if (!name)
		return NULL;
	const char *shown = alias(aliases, ALIAS_FUNCTION, name, arena);

	/* Who made the thread is told by it. */
	return text_begins(name, "runtime.") ? arena_printf(arena, "runtime.%s", shown) : shown;
}

const char *redact_cgroup_file(struct aliases *aliases, const char *name, struct arena *arena)
{
	if (!name || wellknown_cgroup_file(name))
		return name;
	return alias(aliases, ALIAS_NAME, name, arena);
}

const char *redact_cgroup_file_logged(struct aliases *aliases, const char *name,
				      struct arena *arena)
{
	return name ? redact_cgroup_file(aliases, parse_plain(arena, name), arena) : NULL;
}

/* ---- lists ---- */

static const char *list(struct aliases *aliases, const char *names,
			bool (*is_known)(const char *, size_t), struct arena *arena)
{
	const char *comma = "";
	struct text text;

	if (!names)
		return NULL;
	text_begin(&text);
	for (;; comma = ",", names++) {
		size_t len = strcspn(names, ",");

		fprintf(text.out, "%s%s", comma,
			!len || is_known(names, len) ?
				arena_printf(arena, "%.*s", (int)len, names) :
				aliases_get(aliases, ALIAS_NAME, names, len, arena));
		names += len;
		if (!*names)
			break;
	}
	return text_end(&text, arena);
}

/* Of an error line it may be how the hierarchy is mounted. */
static bool is_known_controller(const char *name, size_t len)
{
	return wellknown_controller(name, len) || (len == 7 && !memcmp(name, "unified", len));
}

const char *redact_controllers(struct aliases *aliases, const char *names, struct arena *arena)
{
	return list(aliases, names, is_known_controller, arena);
}

const char *redact_controllers_logged(struct aliases *aliases, const char *names,
				      struct arena *arena)
{
	return names ? redact_controllers(aliases, parse_plain(arena, names), arena) : NULL;
}

static bool is_known_of_list(const char *name, size_t len)
{
	char copy[64];

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, name, len);
	copy[len] = 0;
	return is_known_function(copy);
}

const char *redact_functions_logged(struct aliases *aliases, const char *names, struct arena *arena)
{
	return names ? list(aliases, parse_plain(arena, names), is_known_of_list, arena) : NULL;
}

/* ---- a few words ---- */

const char *redact_name_logged(struct aliases *aliases, bool (*is_known)(const char *name),
			       const char *name, struct arena *arena)
{
	if (!name || is_known(name))
		return name;
	return alias(aliases, ALIAS_NAME, parse_plain(arena, name), arena);
}

const char *redact_log_file(struct aliases *aliases, const char *file, struct arena *arena)
{
	if (!file || !strcmp(file, "<stdin>"))
		return file;
	return alias(aliases, ALIAS_FILE, file, arena);
}

/* A word with digits behind it, "el8", is known if it is without them. */
static bool is_release_word(const char *word, size_t len)
{
	size_t letters = 0;

	while (letters < len && isalpha((unsigned char)word[letters]))
		letters++;
	return wellknown_release_word(word, len) ||
	       (len - letters <= 3 && strspn(word + letters, DIGITS) >= len - letters &&
		wellknown_release_word(word, letters));
}

const char *redact_release(struct aliases *aliases, const char *release, struct arena *arena)
{
	struct text text;

	if (!release)
		return NULL;
	text_begin(&text);
	while (*release) {
		size_t marks = strspn(release, ".-+_~ " DIGITS), word;

		fprintf(text.out, "%.*s", (int)marks, release);
		release += marks;
		word = strcspn(release, ".-+_~ ");
		if (word && is_release_word(release, word))
			fprintf(text.out, "%.*s", (int)word, release);
		else if (word)
			fputs(aliases_get(aliases, ALIAS_NAME, release, word, arena), text.out);
		release += word;
	}
	return text_end(&text, arena);
}

const char *redact_release_logged(struct aliases *aliases, const char *release, struct arena *arena)
{
	return release ? redact_release(aliases, parse_plain(arena, release), arena) : NULL;
}

/* ---- what was written ---- */

/* Blanks, signs and digits, and a number with 0x before it: nobody's name. */
static size_t number_len(const char *text, size_t size)
{
	size_t len = 0;

	while (len < size && text[len] && strchr(DIGITS "+- \t\n\r\v\f", text[len]))
		len++;
	if (len && len < size && text[len - 1] == '0' && (text[len] | 0x20) == 'x') {
		size_t end = len + 1;

		while (end < size && isxdigit((unsigned char)text[end]))
			end++;
		if (end == size || isspace((unsigned char)text[end]))
			return end;
	}
	return len;
}

/* Of no base is z a digit, and neither 0z nor bz is the beginning of a number. */
static char disguised(char c)
{
	if (c >= '0' && c <= '9')
		return '1';
	/* Latin-1's blank is one for the kernel. */
	if (c == '\xa0')
		return ' ';
	return !c || isspace((unsigned char)c) ? c : 'z';
}

/* Those that are left: printable ones, NUL and blanks. */
static void put_escaped(FILE *out, char c)
{
	static const char blanks[] = "\t\n\v\f\r", names[] = "tnvfr";
	const char *blank = c ? strchr(blanks, c) : NULL;

	if (!c)
		fputs("\\0", out);
	else if (blank)
		fprintf(out, "\\%c", names[blank - blanks]);
	else
		fputc(c, out);
}

const char *redact_text_logged(const char *escaped, struct arena *arena)
{
	struct text text;

	if (!escaped)
		return NULL;
	char *raw = xcalloc(strlen(escaped) + 1, 1);
	size_t size = parse_unescape(raw, escaped), keep = number_len(raw, size);

	text_begin(&text);
	for (size_t i = 0; i < size; i++)
		put_escaped(text.out, i < keep ? raw[i] : disguised(raw[i]));
	free(raw);
	return text_end(&text, arena);
}

/* ---- a whole record ---- */

enum field_kind {
	FIELD_OTHER,
	FIELD_CGROUP,
	FIELD_FILE,
	FIELD_PROGRAM,
	FIELD_FUNCTION,
	FIELD_FUNCTIONS,
	FIELD_TEXT,
	FIELD_CGROUP_FILE,
	FIELD_CONTROLLERS,
	FIELD_RELEASE,
	FIELD_MACHINE,
	FIELD_FILESYSTEM,
	FIELD_HIERARCHY
};

/* Each field that is a string, by its name, whatever record it is of. */
static enum field_kind kind_of_field(const char *key, size_t len)
{
	static const struct {
		const char *key;
		enum field_kind kind;
	} fields[] = {
		{ "dst", FIELD_CGROUP },	{ "src", FIELD_CGROUP },
		{ "path", FIELD_CGROUP },	{ "prefix", FIELD_CGROUP },
		{ "map", FIELD_FILE },		{ "exe", FIELD_FILE },
		{ "comm", FIELD_PROGRAM },	{ "fn", FIELD_FUNCTION },
		{ "watched", FIELD_FUNCTIONS }, { "absent", FIELD_FUNCTIONS },
		{ "armed", FIELD_FUNCTIONS },	{ "text", FIELD_TEXT },
		{ "file", FIELD_CGROUP_FILE },	{ "controllers", FIELD_CONTROLLERS },
		{ "release", FIELD_RELEASE },	{ "machine", FIELD_MACHINE },
		{ "fs", FIELD_FILESYSTEM },	{ "exe_fs", FIELD_FILESYSTEM },
		{ "name", FIELD_HIERARCHY },
	};

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		if (strlen(fields[i].key) == len && !memcmp(fields[i].key, key, len))
			return fields[i].kind;
	return FIELD_OTHER;
}

static bool is_unknown(const char *name)
{
	return !*name;
}

static const char *field(struct aliases *a, enum field_kind kind, const char *value,
			 struct arena *arena)
{
	switch (kind) {
	case FIELD_CGROUP:
		return redact_cgroup_logged(a, value, arena);
	case FIELD_FILE:
		return redact_file_logged(a, value, arena);
	case FIELD_PROGRAM:
		return redact_program_logged(a, value, arena);
	case FIELD_FUNCTION:
		return redact_function_logged(a, value, arena);
	case FIELD_FUNCTIONS:
		return redact_functions_logged(a, value, arena);
	case FIELD_TEXT:
		return redact_text_logged(value, arena);
	case FIELD_CGROUP_FILE:
		return redact_cgroup_file_logged(a, value, arena);
	case FIELD_CONTROLLERS:
		return redact_controllers_logged(a, value, arena);
	case FIELD_RELEASE:
		return redact_release_logged(a, value, arena);
	case FIELD_MACHINE:
		return redact_name_logged(a, wellknown_machine, value, arena);
	case FIELD_FILESYSTEM:
		return redact_name_logged(a, wellknown_filesystem, value, arena);
	case FIELD_HIERARCHY:
		return redact_name_logged(a, wellknown_hierarchy, value, arena);
	case FIELD_OTHER:
		break;
	}
	return redact_name_logged(a, is_unknown, value, arena);
}

static bool is_record(const char *line)
{
	struct parse_error error;
	struct record record;
	char *copy = xstrdup(line);
	bool good = !parse_record(copy, strlen(copy), &record, &error);

	free(copy);
	return good;
}

/* Where a string ends that begins at `at`; NULL if it does not. */
static const char *string_end(const char *at)
{
	for (; *at && *at != '"'; at++)
		at += *at == '\\' && at[1];
	return *at ? at : NULL;
}

/* Of KEY="VALUE", whose value begins behind `quote`: the key. */
static size_t key_len(const char *line, const char *quote)
{
	size_t len = 0;

	while (quote - len - 2 >= line && quote[-2 - (ptrdiff_t)len] != ' ')
		len++;
	return len;
}

const char *redact_record(struct aliases *aliases, const char *line, struct arena *arena)
{
	const char *at = line, *quote, *end;
	struct text text;

	if (!is_record(line))
		return NULL;
	text_begin(&text);
	while ((quote = strchr(at, '"')) && (end = string_end(quote + 1))) {
		size_t key = key_len(at, quote);

		fprintf(text.out, "%.*s\"%s\"", (int)(quote - at), at,
			field(aliases, kind_of_field(quote - 1 - key, key),
			      arena_printf(arena, "%.*s", (int)(end - quote - 1), quote + 1),
			      arena));
		at = end + 1;
	}
	fputs(at, text.out);
	return text_end(&text, arena);
}
