/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * message - what one message says, once it is plain text. The middle of errline: no escapes, no newlines, no JSON.
 */
#ifndef ERRORS_MESSAGE_H
#define ERRORS_MESSAGE_H

#include "errors/line.h"
#include "errors/trace.h"

/* How the text ends, for those who wonder whether more of it is to come. */
struct errmessage {
	bool is_begun;		/* it speaks of an attach or a write, and lacks something that would come later */
	bool is_other; /* it is whole, and about another thing that was done with a cgroup's file */
	int known;		/* how much is known: compare two readings of the same text */
	struct errtrace_chain trace; /* of a kernel trace, if the line is nothing else */
};

/* `*ret` is all zeros but for its arena; `text` as unquote() leaves it, without newlines, with a final 0. */
struct errmessage errmessage_read(struct errline *ret, const char *text, size_t len);

/*
 * Words of which each text has one that says that something failed, unless it has an errno; and words of which each text has
 * one that has no errno and is whole all the same.
 */
typedef void errmessage_take(void *context, const char *words);

void errmessage_each_failure(errmessage_take *take, void *context);
void errmessage_each_end(errmessage_take *take, void *context);

#endif
