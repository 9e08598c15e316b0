/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explanation - what an error line alone tells. It is complete before it is shown, and consists of
 *
 *     possible, ruled_out   each known cause of that errno at that door, and why
 *     known                 what else the line tells
 *     advice                what to do about the possible causes
 *     checks                commands that change nothing and tell the possible causes apart
 *     commands              to record the proof
 *     meaning               the first line: what was refused, and the cause that is most likely of what is left
 *
 * in the order in which each is made from those before it. explain.h makes it; advise.h all that is to be done,
 * headline.h the first line.
 */
#ifndef MATCH_EXPLANATION_H
#define MATCH_EXPLANATION_H

#include "errors/line.h"
#include "verdict/cause.h"

/* A cause, and why it is possible or why not. */
struct possibility {
	const struct cause *cause;
	const char *why;
};

struct possibilities {
	struct possibility *items;
	size_t count, room;
};

struct advice {
	const struct cause *cause;
	const char *form; /* static, the same for every line: `text` with its places empty */
	const char *text;
};

struct advices {
	struct advice *items;
	size_t count, room;
};

struct check {
	const char *command, *tells;
};

struct checks {
	struct check *items;
	size_t count, room;
};

struct explanation {
	enum door door; /* at which the line was refused; 0 if it speaks of no attach */
	struct possibilities possible, ruled_out; /* possible: the most common first */
	const char *meaning;  /* one sentence: what was refused, or why this is no refused attach */
	struct strings known; /* what else the line tells */
	struct advices advice; /* as the possible causes; ten lines of text at the most */
	struct checks checks;  /* to be pasted into a shell: any printable bytes */
	struct strings
		commands; /* to record the proof; none if nothing can be recorded or is left to prove */
};

void explanation_fini(struct explanation *explanation);

/* Why no write to cgroup.procs can have been refused, whatever a log has; NULL if one can have been. */
const char *explain_no_event(const struct errline *line);

/* A text of the line, safe for a terminal: printable ASCII, everything else escaped. NULL is "?". */
const char *explain_safe(struct arena *arena, const char *text);

#endif
