/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svg_race - the lanes of a race, and its tries, each to a scale of its own. */
#ifndef OUTPUT_SVG_RACE_H
#define OUTPUT_SVG_RACE_H

#include "output/svg_canvas.h"
#include "report/race.h"

/* Both below svg->y, which they move. `all`: every lane, else the first ones. */
void svg_race(struct svg *svg, const struct report_attach *attach, bool all);
/* Nothing if it was the only attempt that is known. `id`: the attach's. */
void svg_tries(struct svg *svg, const struct tries_chain *tries, uint64_t id);

#endif
