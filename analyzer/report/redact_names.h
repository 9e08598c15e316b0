/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * redact_names - a name as a redacted report may show it: itself if it is well known, else its alias. What comes out is
 * printable ASCII without quotes and backslashes, hence the same escaped or not. Of NULL it is NULL. Strings in
 * `arena`, or static.
 *
 * `logged`: names as in the log, escaped; the others are plain bytes.
 */
#ifndef REPORT_REDACT_NAMES_H
#define REPORT_REDACT_NAMES_H

#include "facts/container.h"
#include "report/aliases.h"

const char *redact_cgroup(struct aliases *aliases, const char *path, struct arena *arena);
const char *redact_cgroup_logged(struct aliases *aliases, const char *path, struct arena *arena);

/* A program or library, by its path. */
const char *redact_file_logged(struct aliases *aliases, const char *path, struct arena *arena);

/* A comm. */
const char *redact_program(struct aliases *aliases, const char *comm, struct arena *arena);
const char *redact_program_logged(struct aliases *aliases, const char *comm, struct arena *arena);

const char *redact_function_logged(struct aliases *aliases, const char *name, struct arena *arena);

/* Of a program's own; those of libc and of Go's runtime are well known. */
const char *redact_symbol(struct aliases *aliases, const char *name, struct arena *arena);

/* A file of a cgroup. */
const char *redact_cgroup_file(struct aliases *aliases, const char *name, struct arena *arena);
const char *redact_cgroup_file_logged(struct aliases *aliases, const char *name,
				      struct arena *arena);

/* What was written, escaped before and after: the number stays, of other text only the form. */
const char *redact_text_logged(const char *text, struct arena *arena);

/* Names with commas between them; what is not well known is "name-1". */
const char *redact_controllers(struct aliases *aliases, const char *list, struct arena *arena);
const char *redact_controllers_logged(struct aliases *aliases, const char *list,
				      struct arena *arena);
const char *redact_functions_logged(struct aliases *aliases, const char *list, struct arena *arena);

/* "6.1.0-acme-amd64" is "6.1.0-name-1-amd64"; the same of a program's release. */
const char *redact_release(struct aliases *aliases, const char *release, struct arena *arena);

const char *redact_release_logged(struct aliases *aliases, const char *release,
				  struct arena *arena);

/* Of a few names that are well known: those that `is_known` tells. */
const char *redact_name_logged(struct aliases *aliases, bool (*is_known)(const char *name),
			       const char *name, struct arena *arena);

/* "file-1"; "<stdin>" is well known. */
const char *redact_log_file(struct aliases *aliases, const char *file, struct arena *arena);

/* A container's id or name, a unit. */
const char *redact_container_id(struct aliases *aliases, const char *id, struct arena *arena);
struct container redact_container(struct aliases *aliases, const struct container *container,
				  struct arena *arena);

/*
 * A line of the log. NULL if it is no whole record: what a damaged line holds is not known.
 */
const char *redact_record(struct aliases *aliases, const char *line, struct arena *arena);

#endif
