/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every line of tests/corpus must say what expected.jsonl has for it, and the same in every disguise: wrapped, quoted,
 * escaped, in JSON. Those of more.jsonl, many of them in disguise, have what they say beside them. Then damage of all
 * kinds, which may hide something and never make something up.
 */
#include "errors/read_text.h"

#include <ctype.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors/errno_text.h"
#include "errors/read_file.h"
#include "facts/kernel.h"
#include "facts/runtimes.h"
#include "test.h"

#define CORPUS_MAX 64

struct sample {
	char *text;
	char *says;		/* what says() makes of it */
	bool is_other;
};

static struct sample corpus[CORPUS_MAX];
static size_t samples;
static char path[] = "/tmp/cganalyze-errline-XXXXXX";

static const char *const steps[] = { "write", "open", "user", "manager", "clone" };

static const char *or_none(const char *s)
{
	return s ? s : "-";
}

/* All that a message says but its time, as one string, to be freed. */
static char *says(const struct errline *l)
{
	struct arena arena = { 0 };
	char *s = xstrdup(arena_printf(
		&arena, "%s%s %s %s %lld %s %s %s %s %u %s %s %s %s", errline_kind_name(l->kind),
		l->vague ? " vague" : "", steps[l->step],
		l->number ? or_none(kernel_errno_name(l->number)) : "-", (long long)l->pid,
		or_none(l->file), or_none(l->cgroup), or_none(l->path), or_none(l->controllers),
		l->version, or_none(l->runtime), or_none(l->runtime_version), or_none(l->engine),
		or_none(l->container)));

	arena_fini(&arena);
	return s;
}

static char *parse(const char *text, size_t len)
{
	struct errline l;

	errline_parse(&l, text, len);
	char *s = says(&l);

	errline_fini(&l);
	return s;
}

/* With the way in which the text was disguised. */
static void show_difference(const char *got, const char *wanted, const char *how, int at)
{
	printf("%s, %d:\n  got    %s\n  wanted %s\n", how, at, got, wanted);
}

static void check_same(const char *got, const char *wanted, const char *how, int at)
{
	if (strcmp(got, wanted))
		show_difference(got, wanted, how, at);
	CHECK(!strcmp(got, wanted));
}

static void check_text(const char *text, const char *wanted, const char *how, int at)
{
	char *got = parse(text, strlen(text));

	check_same(got, wanted, how, at);
	free(got);
}

/* ---- files ---- */

struct taken {
	char *says[8];
	unsigned long first[8], last[8];
	size_t count;
};

static void take(void *context, struct errline *line, unsigned long first, unsigned long last)
{
	struct taken *t = context;

	if (t->count < ARRAY_SIZE(t->says)) {
		t->says[t->count] = says(line);
		t->first[t->count] = first;
		t->last[t->count] = last;
	}
	t->count++;
}

static void read_text(const char *text, size_t len, struct taken *t)
{
	FILE *file = fopen(path, "w");
	unsigned long lines;

	if (!file || fwrite(text, 1, len, file) != len || fclose(file))
		abort();
	*t = (struct taken){ 0 };
	CHECK(errline_read(path, take, t, &lines) == 0);
}

static void taken_fini(struct taken *t)
{
	for (size_t i = 0; i < t->count && i < ARRAY_SIZE(t->says); i++)
		free(t->says[i]);
}

/* ---- the corpus ---- */

static char *expected(json_t *e)
{
	static const char *const keys[] = { "file", "cgroup", "path", "controllers", "runtime", "runtime_version",
		"engine", "container" };
	const char *v[ARRAY_SIZE(keys)];
	json_t *pid = json_object_get(e, "pid");
	struct arena arena = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		v[i] = or_none(json_string_value(json_object_get(e, keys[i])));
	char *s = xstrdup(arena_printf(
		&arena, "%s%s %s %s %lld %s %s %s %s %lld %s %s %s %s",
		json_string_value(json_object_get(e, "kind")),
		json_is_true(json_object_get(e, "vague")) ? " vague" : "",
		json_string_value(json_object_get(e, "step")),
		or_none(json_string_value(json_object_get(e, "errno"))),
		json_is_integer(pid) ? (long long)json_integer_value(pid) : -1, v[0], v[1], v[2],
		v[3], (long long)json_integer_value(json_object_get(e, "version")), v[4], v[5],
		v[6], v[7]));

	arena_fini(&arena);
	return s;
}

static json_t *next_object(FILE *file)
{
	static char line[1 << 16];

	while (fgets(line, sizeof(line), file)) {
		json_t *object = json_loads(line, 0, NULL);

		if (object)
			return object;
	}
	return NULL;
}

static void load_corpus(void)
{
	static const char *const files[] = { "tests/corpus/attach-errors.jsonl",
		"tests/corpus/attach-templates.jsonl" };
	FILE *wanted = fopen("tests/corpus/expected.jsonl", "r");

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		FILE *file = fopen(files[i], "r");
		json_t *object, *e;

		if (!file || !wanted) {
			perror(files[i]);
			exit(2);
		}
		while ((object = next_object(file)) && (e = next_object(wanted)) && samples < CORPUS_MAX) {
			struct sample *s = &corpus[samples++];

			s->text = xstrdup(json_string_value(json_object_get(object, "line")));
			s->says = expected(e);
			s->is_other = !strncmp(s->says, "other", 5);
			json_decref(e);
			json_decref(object);
		}
		fclose(file);
	}
	fclose(wanted);
}

static void test_corpus(void)
{
	CHECK(samples == 58);
	for (size_t i = 0; i < samples; i++)
		check_text(corpus[i].text, corpus[i].says, "corpus", i);
}

/* Lines with their expectations in one file. */
static void test_more(void)
{
	FILE *file = fopen("tests/corpus/more.jsonl", "r");
	json_t *object;
	int nth = 0;

	CHECK(file);
	while (file && (object = next_object(file))) {
		char *wanted = expected(object);

		check_text(json_string_value(json_object_get(object, "line")), wanted, "more.jsonl", ++nth);
		free(wanted);
		json_decref(object);
	}
	CHECK(nth == 474);
	if (file)
		fclose(file);
}

/* ---- disguises ---- */

static char *replaced(const char *text, const char *from, const char *to)
{
	size_t n = strlen(from), m = strlen(to);
	char *result = malloc(strlen(text) * (m + 1) + 1), *at = result;

	while (*text)
		if (!strncmp(text, from, n)) {
			memcpy(at, to, m);
			at += m;
			text += n;
		} else {
			*at++ = *text++;
		}
	*at = 0;
	return result;
}

static char *escaped(const char *text)
{
	json_t *string = json_string(text);
	char *result = json_dumps(string, JSON_ENCODE_ANY);

	json_decref(string);
	return result;
}

/* An object with the text at `key`; freed by the caller. */
static char *in_json(const char *key, const char *text)
{
	json_t *object = json_pack("{s:s, s:s, s:i}", "level", "error", key, text, "pid", 77777);
	char *result = json_dumps(object, JSON_COMPACT);

	json_decref(object);
	return result;
}

static void test_disguises(void)
{
	static const struct {
		const char *from, *to, *how;
	} disguises[] = {
		{ "\"", "\xe2\x80\x9d", "typographic quotes" },
		{ "\"", "\xc2\xbb", "guillemets" },
		{ "\"", "&quot;", "entities" },
		{ "\"", "&amp;quot;", "entities of entities" },
		{ "\"", "&#34;", "numeric entities" },
		{ "\"", "\\u0022", "unicode escapes" },
		{ "/", "\\/", "escaped slashes" },
		{ " ", "\xc2\xa0", "no-break spaces" },
		{ " ", " \xe2\x80\x8b", "zero-width spaces" },
		{ " ", "  ", "more spaces" },
		{ " ", "\t", "tabs" },
		{ ": ", ": \x1b[1;31m", "colours" },
		{ ": ", ": \\u001b[0m", "escaped colours" },
		{ "_", "\\_", "markdown's underscores" },
	};

	for (size_t i = 0; i < samples; i++)
		for (size_t d = 0; d < ARRAY_SIZE(disguises); d++) {
			char *text = replaced(corpus[i].text, disguises[d].from, disguises[d].to);

			check_text(text, corpus[i].says, disguises[d].how, i);
			free(text);
		}
}

static void test_surroundings(void)
{
	static const char *const around[][2] = {
		{ "> ", "" }, { "> > ", "\r\n" }, { "`", "`" }, { "**", "**" }, { "```\n", "\n```" }, { "| ", " |" },
		{ "", "#012" }, { "<pre><code>", "</code></pre>" }, { "\"", "\"," }, { "\xef\xbb\xbf", "\r" },
		{ "\x1b[31m", "\x1b[0m" }, { "(", ")" }, { "* ", "" },
	};

	for (size_t i = 0; i < samples; i++)
		for (size_t a = 0; a < ARRAY_SIZE(around); a++) {
			char *text = malloc(strlen(corpus[i].text) + 64);

			sprintf(text, "%s%s%s", around[a][0], corpus[i].text, around[a][1]);
			check_text(text, corpus[i].says, around[a][0], i);
			free(text);
		}
}

static void test_escaping(void)
{
	static const char *const keys[] = { "msg", "log", "message", "error" };

	for (size_t i = 0; i < samples; i++) {
		char *text = strdup(corpus[i].text);

		for (int depth = 1; depth <= 4; depth++) {
			char *deeper = escaped(text);

			free(text);
			text = deeper;
			check_text(text, corpus[i].says, "escaped", depth * 1000 + i);
		}
		free(text);
		for (size_t k = 0; k < ARRAY_SIZE(keys); k++) {
			char *one = in_json(keys[k], corpus[i].text), *two = in_json("log", one);

			check_text(one, corpus[i].says, "in JSON", i);
			check_text(two, corpus[i].says, "in JSON in JSON", i);
			free(one);
			free(two);
		}
	}
}

/* ---- wrapping ---- */

enum wrapping { BY_COLUMNS, BY_COLUMNS_TRIMMED, BY_WORDS, WRAPPINGS };

static size_t character(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* The bytes of the next line of `columns` characters. */
static size_t line_of(const char *text, int columns, enum wrapping how)
{
	size_t n = 0, word = 0;

	for (int i = 0; i < columns && text[n]; i++) {
		n += character(text + n);
		if (text[n] == ' ')
			word = n;
	}
	return text[n] && how == BY_WORDS && word ? word : n;
}

static char *wrapped(const char *text, int columns, enum wrapping how, const char *before)
{
	char *result = malloc(strlen(text) * (strlen(before) + 2) + 64), *at = result;

	while (*text) {
		size_t n = line_of(text, columns, how), most = n;

		at = stpcpy(at, at == result ? "" : before);
		while (how != BY_COLUMNS && n && text[n - 1] == ' ')
			n--;
		memcpy(at, text, n);
		at += n;
		*at++ = '\n';
		text += most;
		while (how != BY_COLUMNS && *text == ' ')
			text++;
	}
	*at = 0;
	return result;
}

static bool is_one_of(const char *word, size_t len, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(list[i]) == len && !memcmp(word, list[i], len))
			return true;
	return false;
}

/* Does a word that says() wrote say nothing, or less than `wanted`, but nothing else? */
static bool says_less(const char *got, size_t n, const char *wanted, size_t m)
{
	/* Of two engines either is right; WRITE is also for what is not said. */
	static const char *const nothing[] = { "-", "0", "-1", "write", "docker", "containerd", "cri-o" };

	if (is_one_of(got, n, nothing, ARRAY_SIZE(nothing)) || (n == m && !memcmp(got, wanted, n)))
		return true;
	/* "cpu", of a property's name; a cgroup's name, of its path; and what is cut where another errno ends. */
	return (m > n && wanted[n] == ',' && !memcmp(got, wanted, n)) ||
		(m > n && wanted[m - n - 1] == '/' && !memcmp(got, wanted + m - n, n)) ||
		(n == 6 && m == 5 && !memcmp(got, "ENODEV", 6) && !memcmp(wanted, "ENXIO", 5));
}

/* Whatever `got` says, `wanted` says too. */
static bool says_no_more(const char *got, const char *wanted)
{
	if (!strncmp(got, "other", 5))
		return true;
	while (*got && *wanted) {
		size_t n = strcspn(got, " "), m = strcspn(wanted, " ");

		if (!says_less(got, n, wanted, m))
			return false;
		bool silent = n == 1 && *got == '-';

		got += n + (got[n] == ' ');
		wanted += m + (wanted[m] == ' ');
		/* No release, where it has several words. */
		if (silent && !strncmp(wanted, "or later ", 9))
			wanted += 9;
	}
	return true;
}

/*
 * A text without its line breaks can be read in more ways than one, and in a file the first lines of a message may be
 * lost: some disguises are not seen through, at narrow widths. How many is counted, and so is what is wrong.
 */
static unsigned int whole, partial, wrong;

static void count(const char *got, const char *wanted, const char *how, int at)
{
	bool good = says_no_more(got, wanted);

	if (!good)
		show_difference(got, wanted, how, at);
	*(!strcmp(got, wanted) ? &whole : good ? &partial : &wrong) += 1;
}

static void check_wrapped(const char *text, const struct sample *s, const char *how, int at)
{
	char *got = parse(text, strlen(text));
	struct taken t;

	count(got, s->says, how, at);
	free(got);
	read_text(text, strlen(text), &t);
	CHECK(t.count <= 2);
	for (size_t i = 0; i < t.count && i < ARRAY_SIZE(t.says); i++)
		count(t.says[i], s->says, how, at);
	if (!t.count)
		partial++;
	taken_fini(&t);
}

static void test_wrapping(void)
{
	static const char *const how[] = { "by columns", "by columns, trimmed", "by words" };

	for (size_t i = 0; i < samples; i++) {
		if (corpus[i].is_other || strchr(corpus[i].text, '\n'))
			continue;
		for (int columns = 20; columns <= 120; columns += 3)
			for (int w = 0; w < WRAPPINGS; w++) {
				char *text = wrapped(corpus[i].text, columns, w, "");

				check_wrapped(text, &corpus[i], how[w], columns * 100 + i);
				free(text);
			}
	}
	printf("%u wrapped messages were found whole, %u in part, %u are wrong\n", whole, partial, wrong);
	CHECK(partial * 50 < whole);
	CHECK(wrong * 2000 < whole);
}

/* ---- one by one ---- */

static void test_pids(void)
{
	static const struct {
		const char *text;
		int64_t pid;
	} pids[] = {
		{ "failed to write 12 to cgroup.procs: write /sys/fs/cgroup/a/cgroup.procs: invalid argument", 12 },
		{ "failed to write \"12\": write /sys/fs/cgroup/a/cgroup.procs: invalid argument", 12 },
		{ "failed to write 12: openat2 /sys/fs/cgroup/a/cgroup.threads: permission denied", 12 },
		{ "failed to write 12: write /sys/fs/cgroup/a/cpu.max: invalid argument", -1 },
		{ "failed to write 12 to cpu.shares: write /sys/fs/cgroup/cpu/a/cpu.shares: invalid argument", -1 },
		{ "failed to write 2147483648 to cgroup.procs: invalid argument", -1 },
		{ "failed to write -12 to cgroup.procs: invalid argument", -1 },
		{ "failed to write 2147483647 to cgroup.procs: invalid argument", INT_MAX },
		{ "app[77]: write /sys/fs/cgroup/a/cgroup.procs: invalid argument", -1 },
		{ "x.go:17: level=error pid=99 msg=\"write /sys/fs/cgroup/a/cgroup.procs: invalid argument\"", -1 },
		{ "Failed to attach 7 to /sys/fs/cgroup/a/cgroup.procs: Invalid argument", 7 },
		{ "Couldn't move process 4242 to requested cgroup '/user.slice/a.scope': Invalid argument", 4242 },
		{ "Error changing group of pid 4242: Invalid argument", 4242 },
		{ "# echo 273 > /sys/fs/cgroup/cpu/a/tasks\nbash: echo: write error: Invalid argument", 273 },
		{ "+ echo 0 > /sys/fs/cgroup/cpu/a/cgroup.procs\nsh: write error: Invalid argument", 0 },
		{ "$ echo 5000 > /sys/fs/cgroup/cpu/a/cpu.shares\nbash: echo: write error: Invalid argument", -1 },
		{ "write(3</sys/fs/cgroup/a/cgroup.procs>, \"273\\n\", 4) = -1 EINVAL (Invalid argument)", 273 },
		{ "OSError: [Errno 22] Invalid argument: '/sys/fs/cgroup/a/cgroup.procs'", -1 },
		{ "unable to write to a control group file /sys/fs/cgroup/a/cgroup.procs, value 31: Os { code: 22, kind: "
		  "InvalidInput, message: \"Invalid argument\" }", 31 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pids); i++) {
		struct errline l;

		errline_parse(&l, pids[i].text, strlen(pids[i].text));
		if (l.pid != pids[i].pid)
			printf("pid %lld in: %s\n", (long long)l.pid, pids[i].text);
		CHECK(l.pid == pids[i].pid && l.kind != ERRLINE_OTHER);
		errline_fini(&l);
	}
}

static void test_errnos(void)
{
	static const struct {
		const char *words;
		const char *name;
	} errnos[] = {
		{ "Invalid argument", "EINVAL" }, { "invalid argument", "EINVAL" }, { "Das Argument ist ungültig", "EINVAL" },
		{ "Argument invalide", "EINVAL" }, { "Argumento inválido", "EINVAL" }, { "Argomento non valido", "EINVAL" },
		{ "Недопустимый аргумент", "EINVAL" }, { "Zły argument", "EINVAL" }, { "Ogiltigt argument", "EINVAL" },
		{ "Nepřípustný argument", "EINVAL" }, { "Ongeldig argument", "EINVAL" }, { "Geçersiz argüman", "EINVAL" },
		{ "Некоректний аргумент", "EINVAL" }, { "无效的参数", "EINVAL" }, { "不適用的引數", "EINVAL" },
		{ "無効な引数です", "EINVAL" }, { "부적절한 인수", "EINVAL" }, { "EINVAL", "EINVAL" }, { "-EINVAL", "EINVAL" },
		{ "errno=22 (x)", "EINVAL" }, { "(errno 22)", "EINVAL" }, { "(-22)", "EINVAL" }, { "(os error 22)", "EINVAL" },
		{ "[Errno 22] x", "EINVAL" }, { "no such device or address", "ENXIO" }, { "No such device", "ENODEV" },
		{ "Kein passender Prozess gefunden", "ESRCH" }, { "Resource busy", "EBUSY" }, { "Not supported", "EOPNOTSUPP" },
		{ "Keine Berechtigung", "EACCES" }, { "设备上没有空间", "ENOSPC" }, { "invalid arguments", NULL },
		{ "xEINVAL", NULL }, { "(22)", NULL }, { "invalid arg", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(errnos); i++) {
		char text[256];
		struct errline l;
		int n = snprintf(text, sizeof(text), "failed to write 5 to cgroup.procs: %s", errnos[i].words);

		errline_parse(&l, text, n);
		const char *name = l.number ? kernel_errno_name(l.number) : NULL;

		if (strcmp(or_none(name), or_none(errnos[i].name)))
			printf("%s in: %s\n", or_none(name), text);
		CHECK(!strcmp(or_none(name), or_none(errnos[i].name)));
		errline_fini(&l);
	}
}

#define REST "write /sys/fs/cgroup/a/cgroup.procs: invalid argument"

static void test_times(void)
{
	static const struct {
		const char *text;
		enum errline_clock clock;
		int64_t ns, precision_ns;
	} times[] = {
		{ "2026-11-24T10:00:00Z " REST, ERRLINE_UTC, 1795514400000000000, 1000000000 },
		{ "2026-11-24T10:00:00.25+02:00 " REST, ERRLINE_UTC, 1795507200250000000, 10000000 },
		{ "2026-11-24T10:00:00+0000 host x[1]: " REST, ERRLINE_UTC, 1795514400000000000, 1000000000 },
		{ "Tue 2026-11-24 10:00:00 UTC host x[1]: " REST, ERRLINE_UTC, 1795514400000000000, 1000000000 },
		{ "2026/11/24 10:00:00 " REST, ERRLINE_LOCAL, 1795514400000000000, 1000000000 },
		{ "Nov 24 10:00:00 host x[1]: " REST, ERRLINE_NO_YEAR, 91447200000000000, 1000000000 },
		{ "Nov 24 10:00:00.123456 host x[1]: " REST, ERRLINE_NO_YEAR, 91447200123456000, 1000 },
		{ "E1124 10:00:00.123456    1 a.go:7] " REST, ERRLINE_NO_YEAR, 91447200123456000, 1000 },
		{ "11-24 10:00:00.123  1  2 E x: " REST, ERRLINE_NO_YEAR, 91447200123000000, 1000000 },
		{ "[   21.251329] x: " REST, ERRLINE_MONOTONIC, 21251329000, 1000 },
		{ "time=\"2026-11-24T10:00:00Z\" level=error msg=\"" REST "\"", ERRLINE_UTC, 1795514400000000000, 1000000000 },
		{ "ts=2026-11-24T10:00:00.5Z caller=a.go:1 err=\"" REST "\"", ERRLINE_UTC, 1795514400500000000, 100000000 },
		{ "Nov 24 10:00:00 host dockerd[1]: time=\"2026-11-24T10:00:00.5Z\" msg=\"" REST "\"", ERRLINE_UTC,
		  1795514400500000000, 100000000 },
		{ "{\"ts\":1795514400.5,\"msg\":\"" REST "\"}", ERRLINE_UTC, 1795514400500000000, 100000000 },
		{ "{\"ts\":1.7955144005e+09,\"msg\":\"" REST "\"}", ERRLINE_UTC, 1795514400500000000, 100000000 },
		{ "{\"__REALTIME_TIMESTAMP\":\"1795514400500000\",\"MESSAGE\":\"" REST "\"}", ERRLINE_UTC,
		  1795514400500000000, 1000 },
		{ "{\"firstTimestamp\":\"2026-11-24T09:00:00Z\",\"lastTimestamp\":\"2026-11-24T10:00:00Z\",\"message\":\""
		  REST "\"}", ERRLINE_UTC, 1795514400000000000, 1000000000 },
		{ "14:42:52 " REST, ERRLINE_NO_TIME, 0, 0 },
		{ "(x25 over 114s) " REST, ERRLINE_NO_TIME, 0, 0 },
		{ "(00.024533) " REST, ERRLINE_NO_TIME, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		struct errline l;

		errline_parse(&l, times[i].text, strlen(times[i].text));
		bool good = l.clock == times[i].clock && l.time_ns == times[i].ns && l.precision_ns == times[i].precision_ns;

		if (!good)
			printf("%d %lld %lld in: %s\n", l.clock, (long long)l.time_ns, (long long)l.precision_ns,
			       times[i].text);
		CHECK(good && l.kind == ERRLINE_ATTACH);
		errline_fini(&l);
	}
}

static void test_words(void)
{
	static const struct {
		const char *text, *wanted;
	} words[] = {
		{ "write /sys/fs/cgroup/user.slice/run-\\x2dx.scope/cgroup.procs: invalid argument",
		  "attach write EINVAL -1 cgroup.procs /sys/fs/cgroup/user.slice/run-\\x2dx.scope /user.slice/run-\\x2dx.scope - 2 - - - -" },
		{ "\"write /sys/fs/cgroup/a\\\\\\\\x2db/cgroup.procs: invalid argument\"",
		  "attach write EINVAL -1 cgroup.procs /sys/fs/cgroup/a\\x2db /a\\x2db - 2 - - - -" },
		{ "bash: /sys/fs/cgroup/a/cgroup.procs: Permission denied",
		  "attach open EACCES -1 cgroup.procs /sys/fs/cgroup/a /a - 2 bash - - -" },
		{ "tee: /sys/fs/cgroup/a/cgroup.procs: Invalid argument",
		  "attach write EINVAL -1 cgroup.procs /sys/fs/cgroup/a /a - 2 - - - -" },
		{ "dash: 1: echo: echo: I/O error", "attach vague write - -1 - - - - 0 dash - - -" },
		{ "bash: echo: Schreibfehler: Das Argument ist ungültig.", "attach vague write EINVAL -1 - - - - 0 bash - - -" },
		{ "write /dev/cpuctl/a/tasks: invalid argument", "attach write EINVAL -1 tasks /dev/cpuctl/a /a cpu 1 - - - -" },
		{ "write /proc/1/tasks: invalid argument", "other write EINVAL -1 - - - - 0 - - - -" },
		{ "cgroup: write /home/x/tasks: invalid argument", "other write EINVAL -1 - - - - 0 - - - -" },
		{ "read /sys/fs/cgroup/a/cgroup.procs: operation not supported", "other write EOPNOTSUPP -1 - - - - 0 - - - -" },
		{ "level=info msg=\"wrote 5 to /sys/fs/cgroup/a/cgroup.procs\"", "other write - -1 - - - - 0 - - - -" },
		{ "mkdir /sys/fs/cgroup/a: permission denied", "other write EACCES -1 - - - - 0 - - - -" },
		{ "write /sys/fs/cgroup/a/tasks: invalid argument", "attach write EINVAL -1 tasks /sys/fs/cgroup/a - - 1 - - - -" },
		{ "write /sys/fs/cgroup/systemd/a/cgroup.procs: invalid argument",
		  "attach write EINVAL -1 cgroup.procs /sys/fs/cgroup/systemd/a /a systemd 1 - - - -" },
		{ "write /sys/fs/cgroup/cgroup.procs: invalid argument", "attach write EINVAL -1 cgroup.procs /sys/fs/cgroup / - 2 - - - -" },
		{ "openat(AT_FDCWD, \"/sys/fs/cgroup/a/cgroup.procs\", O_WRONLY|O_CLOEXEC) = -1 EACCES (Permission denied)",
		  "attach open EACCES -1 cgroup.procs /sys/fs/cgroup/a /a - 2 strace - - -" },
		{ "openat(AT_FDCWD, \"/sys/fs/cgroup/a/cgroup.procs\", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)",
		  "other write ENOENT -1 - - - - 0 - - - -" },
		{ "{\"SYSLOG_IDENTIFIER\":\"systemd\",\"_PID\":\"4242\",\"MESSAGE\":[97,46,115,101,114,118,105,99,101,58,32,70,97,105,"
		  "108,101,100,32,116,111,32,97,116,116,97,99,104,32,116,111,32,99,103,114,111,117,112,32,47,97,58,32,73,"
		  "110,118,97,108,105,100,32,97,114,103,117,109,101,110,116]}",
		  "attach write EINVAL 4242 - /a /a - 0 systemd - - -" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		check_text(words[i].text, words[i].wanted, words[i].text, i);
}

#define FIRST "failed to write 11 to cgroup.procs: write /sys/fs/cgroup/cpu/a/cgroup.procs: invalid argument\n"
#define SECOND "failed to write 12 to cgroup.procs: write /sys/fs/cgroup/cpu/b/cgroup.procs: no such process\n"

static void test_files(void)
{
	static const struct {
		const char *text;
		size_t count;
		unsigned long first, last;	/* of the first message */
		const char *part;
	} files[] = {
		{ FIRST SECOND, 2, 1, 1, " 11 " },
		{ FIRST FIRST, 2, 1, 1, " 11 " },
		{ "hello\n" FIRST "\nbye\n" SECOND, 2, 2, 2, " 11 " },
		{ "> " FIRST "> " SECOND, 2, 1, 1, " 11 " },
		{ "failed to write 11 to cgroup.procs: write /sys/fs/cgroup/cp\n" SECOND, 2, 1, 1, " 11 " },
		{ "failed to write 11 to cgroup.procs: write\n    /sys/fs/cgroup/cpu/a/cgroup.procs:\n    invalid argument\n" SECOND,
		  2, 1, 3, "/sys/fs/cgroup/cpu/a " },
		{ "> failed to write 11 to cgroup.procs: write /sys/fs/cgroup/cpu/a/cgr\r\n> oup.procs: invalid\r\n> argument\r\n",
		  1, 1, 3, "EINVAL 11 cgroup.procs /sys/fs/cgroup/cpu/a " },
		{ "$ echo 5 > /sys/fs/cgroup/cpu/a/tasks\nbash: echo: write error: Invalid argument\n$ ls\n", 1, 1, 2,
		  "attach write EINVAL 5 tasks" },
		{ "Failed to attach PID 5 to cgroup c2: No such device\nSomething else happened\n", 1, 1, 1, "ENODEV 5 " },
		{ "", 0, 0, 0, "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		struct taken t;

		read_text(files[i].text, strlen(files[i].text), &t);
		bool good = t.count == files[i].count && (!t.count || (t.first[0] == files[i].first &&
			t.last[0] == files[i].last && strstr(t.says[0], files[i].part)));

		if (!good)
			printf("file %zu: %zu messages, %lu-%lu %s\n", i, t.count, t.first[0], t.last[0],
			       t.count ? t.says[0] : "");
		CHECK(good);
		taken_fini(&t);
	}
}

/* ---- damage ---- */

/* Is the pid a number in the text, be it with a line break inside? */
static bool is_written(int64_t pid, const char *text, size_t len)
{
	char digits[24];
	size_t n = sprintf(digits, "%lld", (long long)pid);

	for (size_t at = 0; at < len; at++) {
		size_t found = 0, i = at;

		for (; i < len && found < n; i++)
			if (text[i] == digits[found])
				found++;
			else if (!found || (text[i] != '\n' && text[i] != '0' && (unsigned char)text[i] < 0x80))
				break;
		if (found == n)
			return true;
	}
	return false;
}

static void check_damaged(const char *text, size_t len, const char *wanted, const char *how, int at)
{
	struct errline l;

	errline_parse(&l, text, len);
	bool good = l.pid == -1 || is_written(l.pid, text, len);

	if (wanted) {
		char *got = says(&l);

		good &= says_no_more(got, wanted);
		if (!good)
			printf("%s, %d:\n  got    %s\n  wanted %s\n  %.*s\n", how, at, got, wanted, (int)len, text);
		free(got);
	} else if (!good) {
		printf("%s, %d: pid %lld in: %.*s\n", how, at, (long long)l.pid, (int)len, text);
	}
	CHECK(good);
	errline_fini(&l);
}

static void test_cuts(void)
{
	for (size_t i = 0; i < samples; i++)
		for (size_t n = 0; n < strlen(corpus[i].text); n++)
			check_damaged(corpus[i].text, n, corpus[i].says, "cut", i);
}

/* One of Knuth's generators: the same damage in every run. */
static unsigned int any(unsigned int below)
{
	static uint64_t state = 20261124;

	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % below;
}

static void test_damage(void)
{
	static const char with[] = "\\\\\"\"'`\n\n \r\t{}[]()<>&#;:,./0x7u\x1b\xe2\x80\xff\x01";

	for (size_t i = 0; i < samples; i++)
		for (int n = 0; n < 400; n++) {
			char *text = strdup(corpus[i].text);
			size_t len = strlen(text);

			for (unsigned int k = any(6) + 1; k; k--) {
				size_t at = any(len), gap = any(4) ? 0 : any(len - at);

				text[at] = any(8) ? with[any(sizeof(with))] : (char)any(256);
				memmove(text + at, text + at + gap, len - at - gap);
				len -= len > gap + 8 ? gap : 0;
			}
			check_damaged(text, len, NULL, "damaged", i);
			if (n < 40) {
				struct taken t;

				read_text(text, len, &t);
				taken_fini(&t);
			}
			free(text);
		}
}

/* Long lines that repeat what is costly must not take long: the harness has a time limit, and a person none. */
static void test_length(void)
{
	static const char *const pieces[] = {
		"\\", "{\"", "a/tasks ", "write 1 to ", "systemd[1]: ", "&amp;", "process_linux.go:90: ", "[[[", "EINVAL ",
		"failed to write 1 to cgroup.procs: ", "/sys/fs/cgroup/", "\n", "adding pid 1\n", "bash: ", "2026-11-24T10:00:00 ",
		"{\"a\":", "invalid argumen", "cgroup", "\xe6\x97\xa0", "container_linux.go:", "write error: ", "1 ",
	};
	size_t size = 1 << 20;
	char *text = malloc(size);

	for (size_t i = 0; i < ARRAY_SIZE(pieces); i++) {
		size_t n = strlen(pieces[i]);
		struct taken t;

		for (size_t at = 0; at < size; at++)
			text[at] = pieces[i][at % n];
		check_damaged(text, size, NULL, "long", i);
		read_text(text, size / 4, &t);
		taken_fini(&t);
	}
	free(text);
}

static void test_runtimes(void)
{
	CHECK(!strcmp(runtimes_runc_release("process_linux.go", 90), "1.0.0-rc5"));
	CHECK(!runtimes_runc_release("process_linux.go", 139));
	CHECK(!strcmp(runtimes_runc_release("process_linux.go", 138), "1.0.0-rc5"));
	CHECK(!runtimes_runc_knows_v2("1.0.0-rc10") && runtimes_runc_knows_v2("1.0.0-rc92"));
	CHECK(runtimes_runc_knows_v2("1.0.0 to 1.0.3") && runtimes_runc_knows_v2("1.1.0 or later"));
	CHECK(!runtimes_runc_release("container_linux.go", 90));
	CHECK(runtimes_runc_set("process_linux.go", 90) == runtimes_runc_set("container_linux.go", 348));
	CHECK(runtimes_tries("runc", "1.0.0-rc5") == 1);
	CHECK(runtimes_tries("runc", "1.0.0-rc10") == 5);
	CHECK(runtimes_tries("runc", "1.0.0 to 1.0.3") == 5);
	CHECK(runtimes_tries("runc", "1.1.12") == 5);
	CHECK(runtimes_tries("runc", "0.1.1") == 1);
	CHECK(runtimes_tries("runc", NULL) == 0);
	CHECK(runtimes_tries("crun", NULL) == 1);
	CHECK(runtimes_tries("systemd", "255") == 0);
	CHECK(runtimes_is_shell("ksh: x", 3));
	CHECK(!runtimes_is_shell("bas", 3));
	CHECK(runtimes_makes_containers("runsc"));
	CHECK(!runtimes_makes_containers("sh"));
	CHECK(runtimes_hides_retries("runc:[2:INIT]"));
	CHECK(!runtimes_hides_retries("sh"));
}

int main(void)
{
	int fd = mkstemp(path);

	if (fd < 0)
		return 2;
	close(fd);
	load_corpus();
	test_corpus();
	test_more();
	test_disguises();
	test_surroundings();
	test_escaping();
	test_wrapping();
	test_pids();
	test_errnos();
	test_times();
	test_words();
	test_files();
	test_cuts();
	test_damage();
	test_length();
	test_runtimes();
	for (size_t i = 0; i < samples; i++) {
		free(corpus[i].text);
		free(corpus[i].says);
	}
	unlink(path);
	return TEST_END();
}
