/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * runtimes - what is known of the programs that attach: which release of runc prints a message with which line
 * number of its source, and how often a release tries again. Facts, each with its source.
 */
#ifndef FACTS_RUNTIMES_H
#define FACTS_RUNTIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How often runc tries a write that is refused with EINVAL, all in all, since 1.0.0-rc7. */
#define RUNTIMES_RUNC_TRIES 5

/* Of shells, by name; those whose end is another's name come before it. NULL is the last. */
extern const char *const runtimes_shells[];
bool runtimes_is_shell(const char *name, size_t len);

/* "runc", "crun": those attach a process that they have just made themselves, by its number and nothing else. */
bool runtimes_makes_containers(const char *name);

/* By the comm of a writer: is it runc, or one of its parts ("runc:[1:CHILD]")? */
bool runtimes_is_runc(const char *comm);

/*
 * By the comm of a writer, which may be NULL: the name by which its program is counted, one of a few: "runc" for all its
 * parts, "shell", "systemd", ...; "other". Static.
 */
const char *runtimes_label(const char *comm);

/* The same: does it not report a refusal after which it tries again? */
bool runtimes_hides_retries(const char *comm);

/*
 * The releases of runc in whose `file` ("process_linux.go") line `line` reports this kind of failure, in words:
 * "1.0.0-rc5", "1.0.0 to 1.0.3"; NULL if none of those that were examined does. Static.
 */
const char *runtimes_runc_release(const char *file, unsigned int line);

/*
 * The same as a set, to find what several places agree on; 0: no release has it. Words are for what
 * places can agree on, and NULL for any other set. Static.
 */
uint32_t runtimes_runc_set(const char *file, unsigned int line);
const char *runtimes_runc_words(uint32_t set);

/* As such a set: those that print a cause in quotes, `caused "..."`; the later ones print "caused: ...". */
uint32_t runtimes_runc_quoting(void);

/* Can this release of runc, in words, write into cgroup v2? That came with 1.0.0-rc91. */
bool runtimes_runc_knows_v2(const char *release);

/*
 * How often a writer tries a write to cgroup.procs that is refused with EINVAL, all in all: RUNTIMES_RUNC_TRIES
 * for runc from 1.0.0-rc7 on, 1 before, and for crun; 0 if not known, as without a release of runc. `release` may be NULL, or words of the function above.
 */
unsigned int runtimes_tries(const char *runtime, const char *release);

#endif
