/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text - parts of the text that have files of their own, and what they share. */
#ifndef OUTPUT_TEXT_H
#define OUTPUT_TEXT_H

#include "report/renderer.h"

#define ULL(n) ((unsigned long long)(n))

/* The state of the renderer. */
struct text_out {
	FILE *out;
	bool colour, all_threads, no_trunc;
	enum report_kind kind;
	bool follows; /* something was printed, from which an empty line separates what is next */
	const char *errors_file;
	struct {
		const char *what; /* kept */
		unsigned long line;
	} * advised; /* text_errors.c's: which advice was printed, and for which line */
	size_t advised_count, advised_room;
	struct arena kept, arena; /* arena: of the piece that is being printed */
	struct printed *printed;  /* text_refusal.c's: what was printed of a cause before */
	size_t printed_count, printed_room;
};

/* What switches to bold, to red, and back; "" without colours. */
const char *text_bold(const struct text_out *o);
const char *text_red(const struct text_out *o);
const char *text_plain(const struct text_out *o);

/* "'A', 'B'": any bytes, made safe; NULL is "?". In the piece's arena. */
const char *text_any(struct text_out *o, const char *s);

/*
 * `s` with the ids of containers cut, but for no_trunc; in the piece's arena. For each path, but for what a process
 * wrote, and for commands.
 */
const char *text_cut(struct text_out *o, const char *s);

/* wrap() of a text that may have such paths in it. */
void text_wrap(struct text_out *o, const char *label, const char *s);

/* text_summary.c, text_errors.c, text_causes.c */
void text_summary(void *state, const struct report_summary *summary);
void text_errors(void *state, const struct report_errors *errors);
void text_error(void *state, const struct report_error *error);
void text_line(void *state, const struct report_line *line);
void text_cause(void *state, const struct cause *cause);
void text_container(struct text_out *o, const struct container *container);

/* text_write.c: when, and who wrote what where. */
void text_title(struct text_out *o, const struct report_attach *attach);
void text_write(struct text_out *o, const struct report_attach *attach);

/* text_refusal.c: all of a refused attach. */
void text_refusal(struct text_out *o, const struct report_attach *attach);
void text_refusal_fini(struct text_out *o);

/* text_timeline.c: of a thread that was still being created, in one line; nothing of other refusals. */
void text_timeline(struct text_out *o, const struct report_attach *attach);

/* text_groups.c */
void text_group(void *state, const struct report_group *group);
void text_more_groups(void *state, const struct report_more_groups *more);

/* text_table.c: the threads of an attach, nothing without any; those of a moment. */
void text_threads(struct text_out *o, const struct finding *finding);
void text_sightings(struct text_out *o, const struct report_moment *moment);

#endif
