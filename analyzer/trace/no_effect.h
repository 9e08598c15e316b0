/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * no_effect - an attach that the kernel accepted and that had no effect: no controller was called, and nothing
 * was reported to the writer.
 */
#ifndef TRACE_NO_EFFECT_H
#define TRACE_NO_EFFECT_H

#include "trace/model.h"

enum no_effect {
	NO_EFFECT_NONE,
	NO_EFFECT_ZOMBIE,	 /* all threads that were to be moved were exiting */
	NO_EFFECT_ALREADY_THERE, /* destination and source are one */
	NO_EFFECT_EITHER,	 /* one of the two: the log does not say which */
	NO_EFFECT_KINDS
};

enum no_effect no_effect_of(const struct attach *attach);

/* "zombie", "already_there", "either". */
const char *no_effect_name(enum no_effect kind);

/* "is a zombie", after a name. */
const char *no_effect_phrase(enum no_effect kind);

/* The record of the task that was not moved; NULL if it has none, as in format 4. */
const struct task *no_effect_task(const struct attach *attach);

#endif
