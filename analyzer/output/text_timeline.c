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
	bool refused;
};

static size_t marks_of(const struct timeline *t, struct mark *marks)
{
	size_t n = 0;

	marks[n++] = (struct mark){ t->created, t->refused ? "created" : "created, then refused",
				    !t->refused };
	if (t->refused)
		marks[n++] = (struct mark){ t->refused, "refused", true };
	if (t->woken)
		marks[n++] = (struct mark){ t->woken, "woken", false };
	if (t->answered)
		marks[n++] = (struct mark){ t->answered, "answered", false };
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
		unsigned __int128 part = marks[i].at - marks[0].at;
		size_t at = all ? (size_t)((part * (width - 1) + all / 2) / all) : width - 1;
		size_t most = width - (count - i);

		at = at > most ? most : at;
		last = at > last ? at : last + 1;
		bar[last] = *marks[i].what;
	}
}

/* The refusal in red, the other marks bold. */
static const char *colour_of(const struct text_out *o, const struct mark *mark)
{
	return mark->refused ? text_red(o) : text_bold(o);
}

static void put_bar(const struct text_out *o, const char *bar, const struct mark *marks)
{
	for (; *bar; bar++)
		if (*bar == '-')
			fputc('-', o->out);
		else
			fprintf(o->out, "%s%c%s", colour_of(o, marks++), *bar, text_plain(o));
}

/* The letters stand for marks that are drawn. */
static const char *in_words(struct text_out *o, const struct mark *marks, size_t count,
			    bool letters)
{
	struct text text;

	text_begin(&text);
	for (size_t i = 0; i < count; i++) {
		fprintf(text.out, "%s%s", i ? ", " : "", colour_of(o, &marks[i]));
		if (letters)
			fprintf(text.out, "%c ", *marks[i].what);
		fprintf(text.out, "%s%s", marks[i].what, text_plain(o));
		if (i)
			fprintf(text.out, " +%s",
				phrase_duration(&o->arena, marks[i].at - marks[i - 1].at));
	}
	return text_end(&text, &o->arena);
}

void text_timeline(struct text_out *o, const struct report_attach *a)
{
	struct mark marks[4];
	char bar[BAR_MAX + 1];

	if (!a->has_timeline)
		return;
	size_t count = marks_of(&a->timeline, marks);

	const char *words = in_words(o, marks, count, true);
	size_t used = 2 + strlen(LABEL) + 2 + wrap_width(words), columns = wrap_columns();

	if (used + BAR_MIN > columns) {
		wrap(o->out, LABEL, in_words(o, marks, count, false));
		return;
	}
	draw(bar, columns - used < BAR_MAX ? columns - used : BAR_MAX, marks, count);
	fputs("  " LABEL, o->out);
	put_bar(o, bar, marks);
	fprintf(o->out, "  %s\n", words);
}
