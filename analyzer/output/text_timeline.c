/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line to scale: c-------------r--a */
#include "output/text.h"

#include <string.h>

#include "base/text.h"
#include "base/wrap.h"
#include "trace/phrases.h"

#define LABEL	"timeline: "
#define BAR_MIN 8
#define BAR_MAX 40

struct mark {
	uint64_t at;
	const char *what; /* begins with the letter that stands for it */
};

static size_t marks_of(const struct timeline *t, struct mark *marks)
{
	size_t n = 0;

	marks[n++] = (struct mark){ t->created, t->refused ? "created" : "created, then refused" };
	if (t->refused)
		marks[n++] = (struct mark){ t->refused, "refused" };
	if (t->woken)
		marks[n++] = (struct mark){ t->woken, "woken" };
	if (t->answered)
		marks[n++] = (struct mark){ t->answered, "answered" };
	return n;
}

/* Each mark has a place of its own, however little time there is between two. */
static void draw(char *bar, size_t width, const struct mark *marks, size_t count)
{
	uint64_t all = marks[count - 1].at - marks[0].at;
	size_t last = 0;

	memset(bar, '-', width);
	bar[width] = 0;
	bar[0] = *marks[0].what;
	for (size_t i = 1; i < count; i++) {
		double share = all ? (double)(marks[i].at - marks[0].at) / all : 1;
		size_t at = share * (width - 1) + 0.5, most = width - (count - i);

		at = at > most ? most : at;
		last = at > last ? at : last + 1;
		bar[last] = *marks[i].what;
	}
}

void text_timeline(struct text_out *o, const struct report_attach *a)
{
	struct mark marks[4];
	char bar[BAR_MAX + 1];
	struct text text;

	if (!a->has_timeline)
		return;
	size_t count = marks_of(&a->timeline, marks);

	text_begin(&text);
	fprintf(text.out, "%c %s", *marks[0].what, marks[0].what);
	for (size_t i = 1; i < count; i++)
		fprintf(text.out, ", %c %s +%s", *marks[i].what, marks[i].what,
			phrase_duration(&o->arena, marks[i].at - marks[i - 1].at));
	const char *words = text_end(&text, &o->arena);
	size_t used = 2 + strlen(LABEL) + 2 + strlen(words), columns = wrap_columns();

	if (used + BAR_MIN > columns) {
		wrap(o->out, LABEL, words);
		return;
	}
	draw(bar, columns - used < BAR_MAX ? columns - used : BAR_MAX, marks, count);
	fprintf(o->out, "  " LABEL "%s  %s\n", bar, words);
}
