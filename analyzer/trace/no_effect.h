/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * no_effect - an attach that the kernel accepted and that moved nobody: no controller was asked, and nothing
 * told the writer.
 */
#ifndef TRACE_NO_EFFECT_H
#define TRACE_NO_EFFECT_H

#include "trace/model.h"

enum silence {
	SILENCE_NONE,
	SILENCE_ZOMBIE,		/* all threads that were to be moved were exiting */
	SILENCE_ALREADY_THERE,	/* destination and source are one */
	SILENCE_KINDS
};

enum silence silence_of(const struct attach *attach);

/* "zombie", "already_there". */
const char *silence_name(enum silence silence);

/* "is a zombie", after a name. */
const char *silence_phrase(enum silence silence);

/* The record of the task that was not moved. */
const struct task *silence_task(const struct attach *attach);

#endif
