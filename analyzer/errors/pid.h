/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pid - the number in a message that was to be attached, and nothing else: no value of a property, no logger's own.
 */
#ifndef ERRORS_PID_H
#define ERRORS_PID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct errpid {
	int64_t pid;
	bool is_attach;		/* the words around it speak of an attach by themselves */
	size_t cgroup;		/* where the name of the cgroup begins in the text, 0 if it is not said: "to cgroup c2" */
};

/*
 * `text` as unquote() leaves it, without newlines, with a final 0. False if there is none. A number that the text ends
 * with is none: it may be cut.
 */
bool errpid_find(const char *text, size_t len, struct errpid *ret);

#endif
