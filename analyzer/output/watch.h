/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watch - what --watch shows while a log is recorded, besides the report: on the screen (base/screen.h) the counts, and
 * a line for each incident from its first refusal on; without one, the line when its outcome is known.
 */
#ifndef OUTPUT_WATCH_H
#define OUTPUT_WATCH_H

#include "report/renderer.h"

extern const struct renderer render_watch;

#endif
