/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * creator - who made the thread because of which an attach was refused: the Go runtime, a libc thread, an io_uring
 * worker; and the function that made the system call, if the program's symbols tell.
 */
#ifndef REPORT_CREATOR_H
#define REPORT_CREATOR_H

#include "report/report.h"
#include "symbols/user_symbol.h"

/* False if nothing is known of it. Strings in `arena`, of the finding's, or until user_symbols_free(). */
bool creator_find(struct report_creator *ret, const struct finding *finding,
		  struct user_symbols *syms, struct arena *arena);

/* Sets its `kind` and `words` again, from the rest of it, whose names may have been replaced. In `arena`. */
void creator_tell(struct report_creator *creator, const struct finding *finding,
		  struct arena *arena);

#endif
