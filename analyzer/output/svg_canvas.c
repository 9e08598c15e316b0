/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/svg_canvas.h"

#include <string.h>

#define LINE_HEIGHT 1.4 /* of the size */

void svg_put(FILE *out, const char *s)
{
	for (; *s; s++) {
		unsigned char c = *s;

		if (c == '&')
			fputs("&amp;", out);
		else if (c == '<')
			fputs("&lt;", out);
		else if (c == '>')
			fputs("&gt;", out);
		else if (c == '"')
			fputs("&quot;", out);
		else if (c < 0x20 || c > 0x7e)
			fprintf(out, "\\%03o", c);
		else
			fputc(c, out);
	}
}

/* Of a wide sans-serif font (DejaVu Sans, Verdana), in hundredths of the size. */
static double width_of(unsigned char c)
{
	if (c < 0x20 || c > 0x7e)
		return 2.6; /* it becomes four */
	if (strchr("il|!'.,:;jIf()[]/\\ tr-`", c))
		return 0.42;
	if (strchr("mwMW@%", c))
		return 1.0;
	return c >= 'A' && c <= 'Z' ? 0.76 : 0.64;
}

double svg_text_width(const char *s, double size)
{
	double width = 0;

	for (; *s; s++)
		width += width_of(*s);
	return width * size;
}

/* The bytes that fit. */
static size_t count_fitting(const char *s, size_t len, double size, double width)
{
	size_t n = 0;

	for (; n < len; n++) {
		width -= width_of(s[n]) * size;
		if (width < 0)
			break;
	}
	return n;
}

const char *svg_fit(const struct svg *svg, const char *s, double size, double width)
{
	size_t len = strlen(s), head, tail = 0;

	if (svg_text_width(s, size) <= width)
		return s;
	width -= svg_text_width("...", size);
	head = count_fitting(s, len, size, width / 2);
	for (double used = 0; tail < len - head; tail++) {
		used += width_of(s[len - tail - 1]) * size;
		if (used > width / 2)
			break;
	}
	return arena_printf(svg->arena, "%.*s...%s", (int)head, s, s + len - tail);
}

static const char *const anchors[] = {
	[SVG_START] = "start", [SVG_MIDDLE] = "middle", [SVG_END] = "end"
};

void svg_text(const struct svg *svg, double x, double y, const struct svg_font *font, const char *s)
{
	fprintf(svg->out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%g\" fill=\"%s\"", x, y,
		font->size, font->colour);
	if (font->bold)
		fputs(" font-weight=\"bold\"", svg->out);
	if (font->anchor != SVG_START)
		fprintf(svg->out, " text-anchor=\"%s\"", anchors[font->anchor]);
	fputc('>', svg->out);
	svg_put(svg->out, s);
	fputs("</text>\n", svg->out);
}

/* The bytes of the line that `s` begins with; a word that is wider than that is broken. */
static size_t line_of(const char *s, double size, double width)
{
	size_t len = strlen(s), n = count_fitting(s, len, size, width);

	if (n == len)
		return n;
	for (size_t i = n; i; i--)
		if (s[i] == ' ')
			return i;
	return n ? n : 1;
}

void svg_paragraph(struct svg *svg, const struct svg_font *font, const char *s)
{
	while (*s) {
		size_t n = line_of(s, font->size, SVG_WIDTH - 2 * SVG_MARGIN);

		svg->y += font->size * LINE_HEIGHT;
		svg_text(svg, SVG_MARGIN, svg->y, font,
			 arena_printf(svg->arena, "%.*s", (int)n, s));
		s += n;
		s += strspn(s, " ");
	}
}

/* Ends an element, with its title in it. */
static void end(const struct svg *svg, const char *name, const char *title)
{
	if (!title) {
		fputs("/>\n", svg->out);
		return;
	}
	fputs("><title>", svg->out);
	svg_put(svg->out, title);
	fprintf(svg->out, "</title></%s>\n", name);
}

void svg_rect(const struct svg *svg, double x, double y, double width, double height,
	      const char *fill, const char *title)
{
	fprintf(svg->out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"",
		x, y, width, height, fill);
	end(svg, "rect", title);
}

void svg_circle(const struct svg *svg, double x, double y, double r, const char *fill,
		const char *stroke, const char *title)
{
	fprintf(svg->out,
		"<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%g\" fill=\"%s\" stroke=\"%s\" "
		"stroke-width=\"2\"",
		x, y, r, fill, stroke);
	end(svg, "circle", title);
}

void svg_line(const struct svg *svg, double x1, double y1, double x2, double y2, const char *colour,
	      double width, const char *dashes)
{
	fprintf(svg->out,
		"<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" "
		"stroke-width=\"%g\"",
		x1, y1, x2, y2, colour, width);
	if (dashes)
		fprintf(svg->out, " stroke-dasharray=\"%s\"", dashes);
	fputs("/>\n", svg->out);
}

void svg_arrow(const struct svg *svg, double x, double y, bool left, const char *title)
{
	double dx = left ? 9 : -9;

	fprintf(svg->out, "<path d=\"M%.1f %.1f L%.1f %.1f L%.1f %.1f Z\" fill=\"%s\"", x, y,
		x + dx, y - 7, x + dx, y + 7, SVG_MUTED);
	end(svg, "path", title);
}
