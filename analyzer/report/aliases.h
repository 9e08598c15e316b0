/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * aliases - what stands in a report for a private name: "container-1", "path-3". The same name of the same kind has the
 * same alias as long as they live. No name is kept, only a hash of it whose key is another in every run. At most
 * ALIASES_MAX are told apart; all later ones are "container-more".
 */
#ifndef REPORT_ALIASES_H
#define REPORT_ALIASES_H

#include <stddef.h>

#include "base/util.h"

#define ALIASES_MAX (1u << 18)

enum alias_kind {
	ALIAS_CONTAINER,
	ALIAS_POD,
	ALIAS_NAMESPACE,
	ALIAS_UNIT,
	ALIAS_PROGRAM,
	ALIAS_RUNC, /* a program whose name begins so */
	ALIAS_PATH, /* a directory or a file */
	ALIAS_FILE, /* a log, as the user named it */
	ALIAS_FUNCTION,
	ALIAS_NAME, /* anything else */
	ALIAS_KINDS
};

struct aliases;

struct aliases *aliases_new(void);
void aliases_free(struct aliases *aliases);

/* In `arena`; letters, digits and "-". */
const char *aliases_get(struct aliases *aliases, enum alias_kind kind, const void *name, size_t len,
			struct arena *arena);

#endif
