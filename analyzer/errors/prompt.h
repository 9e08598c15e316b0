/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * prompt - where a line of a shell's session or of a log begins anew, so that nothing before it can be a part of it.
 * `plain` as unquote() leaves it; it is looked at up to its newline or final 0.
 */
#ifndef ERRORS_PROMPT_H
#define ERRORS_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

/* "# rmdir c1", "user@host:~$ ls", "+ echo 1" of `set -x`: a prompt, and perhaps a command behind it. */
bool prompt_at(const char *plain);

/* A date and a time, in whatever language: "Okt 25 12:49:51". */
bool prompt_date_at(const char *plain);

/*
 * Was this one line chopped at the right by a pager, as journalctl's marks it with a '>' in place of its last character?
 * Then nothing that follows is its rest.
 */
bool prompt_is_chopped(const char *plain, size_t len);

#endif
