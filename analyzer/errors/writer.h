/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * writer - who speaks in a message: the program that attaches, its release, who had it run, for which container.
 */
#ifndef ERRORS_WRITER_H
#define ERRORS_WRITER_H

#include "errors/grams.h"
#include "errors/line.h"

/*
 * Fills in runtime, runtime_version, release_disputed, engine and container of `line`. `text` as unquote() leaves it, without newlines
 * and with a final 0. Directories in it prove nothing: "/docker/ID" may be written by anybody.
 * `grams` are the text's. Returns how much it found: of two readings of a text the one with more is the better.
 */
int errwriter_read(struct errline *line, const char *text, const struct grams *grams);

/* Fills in the unit of which systemd speaks: "a.scope" of "a.scope: Failed to ...". Before errwriter_read(). */
void errwriter_unit(struct errline *line, const char *text);

/* Once the cgroup's version is known: takes back a release of runc that knew no cgroup v2. */
void errwriter_check(struct errline *line);

#endif
