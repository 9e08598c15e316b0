/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trace - lines of kernel traces that show a function of an attach to have returned an errno: ftrace's function graph
 * and kretprobes, as the kernel, trace-cmd or perf script print them; retsnoop; what bpftrace, bcc or stap scripts print.
 *
 * Of the functions that passed one refusal on, the innermost is the one that tells most: it is the chain's.
 */
#ifndef ERRORS_TRACE_H
#define ERRORS_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "errors/line.h"

/* What one line shows. */
struct errtrace {
	const char *function; /* static, of facts/kernel_path.h; NULL: nothing */
	int number;	      /* EINVAL */
	uint64_t
		who; /* equal for lines of one task, or of one CPU of a function graph; 0: not said */
	int64_t time_ns; /* since boot; 0: not said */
	int64_t precision_ns;
};

/* Refusals of one attach; zeros are none. */
struct errtrace_chain {
	struct errtrace first;
	const char *inner, *outer;
	enum door door; /* 0: none of the functions tells */
	const char *file;
	unsigned int version;
	bool is_attach; /* one of them is not called where nothing is attached */
	int way;	/* they follow each other 1: outwards, -1: inwards; 0: not known yet */
};

/* `line` as unquote() leaves it, up to its newline or final 0. False if it shows nothing, then `ret->function` is NULL. */
bool errtrace_line(const char *line, size_t len, struct errtrace *ret);

/* Does it look like a line of a trace, whatever it shows? Such a line is never wrapped. */
bool errtrace_is_line(const char *line, size_t len);

/* Adds what a line shows; false if it is of another refusal, which is then not added. */
bool errtrace_join(struct errtrace_chain *chain, const struct errtrace *trace);

/* Of the refusals in a text of several lines the first that is an attach; false if there is none. */
bool errtrace_read(const char *text, size_t len, struct errtrace_chain *ret);

/* Fills in all that the chain tells. */
void errtrace_tell(const struct errtrace_chain *chain, struct errline *ret);

#endif
