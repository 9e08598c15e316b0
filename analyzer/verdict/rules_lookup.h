/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules_lookup - what the causes share that end cgroup_procs_write_start(): the text that was written, the number in it,
 * and the task that has this number.
 */
#ifndef VERDICT_RULES_LOOKUP_H
#define VERDICT_RULES_LOOKUP_H

#include "facts/pid_text.h"
#include "verdict/claim.h"

/* What the kernel makes of the text, as far as it is known. */
enum pidtext text_of(const struct finding *f, int32_t *pid);

/* Of the first 64 bytes, were there more? */
bool text_is_cut(const struct finding *f);

/* Is all of the text known, and a number that the kernel takes? */
bool text_is_good(const struct finding *f);

/* Did the kernel read a text from which it takes no number? False if that is not known. */
bool text_is_no_number(const struct finding *f);

/* TEXT_IN_BOTH, ...: where the recorder found it, afterwards. */
uint32_t text_from(const struct finding *f);

/* The task that has the number (`f->target` is set) was there long before the write was judged; false if its age is not known. */
bool lookup_is_older(const struct finding *f);

/* What is known of the namespace in which the number was looked up. */
void say_namespace(const struct finding *f, struct claim *claim);

/* ---- records that were made on the way ---- */

/* Did cgroup_procs_write_start() find a task, and end there? */
bool lookup_found(const struct finding *f);

/* That task was refused; `bit` is what for, "PF_NO_SETAFFINITY is set". */
enum confidence lookup_refused(const struct finding *f, struct claim *claim, const char *bit);

/* ---- afterwards ---- */

/* Is there a task that the number means? A text that is no number means none, whatever the recorder made of it. */
bool lookup_has_target(const struct finding *f);

/* It was refused, for `bit`, if it is the one that the kernel judged. */
enum confidence lookup_refused_afterwards(const struct finding *f, struct claim *claim,
					  const char *bit);

/* ---- both ---- */

/* The task that was judged, as far as it can rule something out; NULL if none is known. */
const struct task *lookup_judged(const struct finding *f);

/* Why no task was judged; NULL if one may have been. */
const char *lookup_nothing(const struct finding *f);

#endif
