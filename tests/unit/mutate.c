/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mutate [-r] LOG... - damages a log in every way that is listed below, at every byte and at every line, and
 * checks that no damage makes a verdict which the intact log has not: less may be found, never more. With -r
 * whole records only are taken away: any one, any two, and all from any one on.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace/load.h"
#include "verdict/cause.h"
#include "verdict/diagnose.h"
#include "test.h"

#define VERDICTS_MAX 64

struct verdict {
	const char *cause;
	int32_t blocker; /* 0: none */
	enum confidence confidence;
};

struct verdicts {
	struct verdict list[VERDICTS_MAX];
	size_t count, ambiguous;
};

static char path[] = "/tmp/cganalyze-mutate-XXXXXX";
static struct verdicts intact;
static const char *name;	/* of the log */

/* Did two rules hold? */
static int is_ambiguous(const struct finding *f)
{
	for (size_t i = 0; i < f->facts.count; i++)
		if (strstr(f->facts.items[i], "the records fit"))
			return 1;
	return 0;
}

static void judge(const char *text, size_t len, struct verdicts *ret)
{
	int fd = open(path, O_WRONLY | O_TRUNC);

	if (fd < 0 || write(fd, text, len) != (ssize_t)len || close(fd))
		abort();
	struct model *model = model_new();
	struct extent extent = { 0 };

	ret->count = ret->ambiguous = 0;
	load_file(model, path, &(struct load_hooks){ 0 }, &extent);
	for (struct attach *attach; (attach = model_steal_closed(model));) {
		struct finding *f = finding_new_steal(attach);

		if (f->answer < 0 && ret->count < VERDICTS_MAX)
			ret->list[ret->count++] = (struct verdict){
				f->cause->id, f->blocker ? f->blocker->r.row.pid : 0, f->confidence
			};
		ret->ambiguous += is_ambiguous(f);
		finding_free(f);
	}
	model_free(model);
}

/* "unexplained" claims nothing; a cause must be one that the intact log has. */
static int is_covered(const struct verdict *v)
{
	if (!strcmp(v->cause, "unexplained"))
		return 1;
	for (size_t i = 0; i < intact.count; i++) {
		const struct verdict *known = &intact.list[i];

		if (!strcmp(known->cause, v->cause) && known->confidence >= v->confidence &&
		    (!v->blocker || v->blocker == known->blocker))
			return 1;
	}
	return 0;
}

static void check(const char *text, size_t len, const char *how, size_t where)
{
	struct verdicts found;
	judge(text, len, &found);
	int good = !found.ambiguous;

	for (size_t i = 0; i < found.count; i++)
		good &= is_covered(&found.list[i]);
	if (!good)
		printf("%s: %s at %zu makes a verdict\n", name, how, where);
	CHECK(good);
}

static void damage_bytes(const char *text, size_t len)
{
	static const char with[] = "\"\n\\ e;=\377";	/* and its final 0 */
	char *copy = malloc(len + 1);

	for (size_t at = 0; at < len; at++) {
		for (size_t i = 0; i < sizeof(with); i++) {
			memcpy(copy, text, len);
			copy[at] = with[i];
			check(copy, len, "another byte", at);
			memcpy(copy + at + 1, text + at, len - at);
			check(copy, len + 1, "one more byte", at);
		}
		memcpy(copy, text, at);
		memcpy(copy + at, text + at + 1, len - at - 1);
		check(copy, len - 1, "one byte less", at);
		check(text, at, "the end", at);
		check(text + at, len - at, "the beginning", at);
	}
	free(copy);
}

/* Cuts out text[from..to): tears, lost lines. */
static void check_without(const char *text, size_t len, size_t from, size_t to)
{
	char *copy = malloc(len);

	memcpy(copy, text, from);
	memcpy(copy + from, text + to, len - to);
	check(copy, len - (to - from), "a gap", from);
	free(copy);
}

static void damage_lines(const char *text, size_t len)
{
	char *copy = malloc(2 * len);

	for (const char *line = text, *next; line < text + len; line = next) {
		next = memchr(line, '\n', text + len - line);
		next = next ? next + 1 : text + len;
		size_t from = line - text, to = next - text;

		check_without(text, len, from, to);
		memcpy(copy, text, to);
		memcpy(copy + to, line, len - from);
		check(copy, len + to - from, "a line twice", from);
		memcpy(copy + to - from, text, from);
		memcpy(copy, line, to - from);
		memcpy(copy + to, next, len - to);
		check(copy, len, "a line first", from);
		for (size_t at = from + 1; at < to; at += 3)
			for (size_t gap = 1; gap < 400 && at + gap < len; gap += 13)
				check_without(text, len, at, at + gap);
	}
	free(copy);
}

#define LINES_MAX 512

/* Without line i, without lines i and j, and without all from i on. */
static void drop_records(const char *text, size_t len)
{
	size_t begin[LINES_MAX + 1], lines = 0;
	char *copy = malloc(len);

	for (const char *at = text; at < text + len && lines < LINES_MAX; lines++) {
		const char *next = memchr(at, '\n', text + len - at);

		begin[lines] = at - text;
		at = next ? next + 1 : text + len;
	}
	begin[lines] = len;
	for (size_t i = 0; i < lines; i++) {
		check(text, begin[i], "the end", i);
		check_without(text, len, begin[i], begin[i + 1]);
		for (size_t j = i + 1; j < lines; j++) {
			size_t gap = begin[i + 1] - begin[i], kept = begin[j] - gap;

			memcpy(copy, text, begin[i]);
			memcpy(copy + begin[i], text + begin[i + 1], begin[j] - begin[i + 1]);
			memcpy(copy + kept, text + begin[j + 1], len - begin[j + 1]);
			check(copy, kept + len - begin[j + 1], "two records less", i);
		}
	}
	free(copy);
}

static void mutate(const char *file, int records_only)
{
	FILE *in = fopen(file, "r");
	static char text[1 << 20];

	if (!in) {
		perror(file);
		exit(2);
	}
	size_t len = fread(text, 1, sizeof(text), in);

	fclose(in);
	name = file;
	judge(text, len, &intact);
	CHECK(!intact.ambiguous);
	drop_records(text, len);
	if (records_only)
		return;
	damage_bytes(text, len);
	damage_lines(text, len);
}

int main(int argc, char **argv)
{
	int fd = mkstemp(path), null = open("/dev/null", O_WRONLY);

	if (fd < 0 || null < 0)
		return 2;
	close(fd);
	dup2(null, STDERR_FILENO);
	int records_only = argc > 1 && !strcmp(argv[1], "-r");

	for (int i = 1 + records_only; i < argc; i++)
		mutate(argv[i], records_only);
	unlink(path);
	return TEST_END();
}
