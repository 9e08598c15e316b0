/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * svg_canvas - the pieces that a drawing in SVG 1.1 is made of. No style sheet, script or font of its own: only
 * attributes, so that it looks the same wherever it is shown. Text is cut and wrapped by the widest that its font may be.
 *
 * Strings may be any bytes. What XML or a reader could take for something else is escaped: text is printable ASCII.
 */
#ifndef OUTPUT_SVG_CANVAS_H
#define OUTPUT_SVG_CANVAS_H

#include "base/text.h"

#define SVG_WIDTH  960
#define SVG_MARGIN 24

/* Colours, readable on the drawing's own ground. */
#define SVG_INK	   "#1f2328"
#define SVG_MUTED  "#57606a"
#define SVG_GROUND "#ffffff"
#define SVG_LINE   "#d0d7de"
#define SVG_BLUE   "#0a58ca"
#define SVG_ORANGE "#b35900"
#define SVG_RED	   "#c4222d"
#define SVG_GREEN  "#1a7f37"
#define SVG_HATCH  "url(#cgattach-hatch)"

struct svg {
	FILE *out; /* the body's */
	struct arena *arena;
	double y; /* where what has been drawn ends */
};

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

struct svg_font {
	double size;
	const char *colour;
	bool bold;
	enum svg_anchor anchor;
};

/* `s` as XML has it, also in an attribute. */
void svg_put(FILE *out, const char *s);

/* How wide it may be, at most. */
double svg_text_width(const char *s, double size);
/* `s`, or its beginning and end with "..." between them, in the arena; at most so wide. */
const char *svg_fit(const struct svg *svg, const char *s, double size, double width);

/* Of one line, at its baseline. */
void svg_text(const struct svg *svg, double x, double y, const struct svg_font *font,
	      const char *s);
/* Several lines below `y`, at most so wide, which move it. */
void svg_paragraph(struct svg *svg, const struct svg_font *font, const char *s);

/* `title`: what is told of it when it is pointed to; NULL: nothing. */
void svg_rect(const struct svg *svg, double x, double y, double width, double height,
	      const char *fill, const char *title);
void svg_circle(const struct svg *svg, double x, double y, double r, const char *fill,
		const char *stroke, const char *title);
/* `dashes`: of stroke-dasharray; NULL: none. */
void svg_line(const struct svg *svg, double x1, double y1, double x2, double y2, const char *colour,
	      double width, const char *dashes);
/* A triangle that points to the left or to the right of x. */
void svg_arrow(const struct svg *svg, double x, double y, bool left, const char *title);

#endif
