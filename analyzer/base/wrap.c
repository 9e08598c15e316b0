/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/wrap.h"

#include <string.h>
#include <sys/ioctl.h>

#define WIDTH	  96
#define WIDTH_MIN 40

static int limit = WIDTH;

int wrap_columns(void)
{
	return limit;
}

int wrap_terminal_columns(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) ? 0 : size.ws_col;
}

void wrap_set_columns(int n)
{
	limit = n < WIDTH_MIN ? WIDTH_MIN : n < WIDTH ? n : WIDTH;
}

/* Of `len` bytes. "\033[1m" has none. */
static int columns(const char *s, int len)
{
	int n = 0;

	for (int i = 0; i < len; i++) {
		if (s[i] != '\033')
			n++;
		else
			i += strcspn(s + i, "m");
	}
	return n;
}

size_t wrap_width(const char *text)
{
	return columns(text, strlen(text));
}

/* Returns how many lines that takes. `out` is NULL if only that is asked for. */
static size_t pieces(FILE *out, int first, int indent, char gap, const char *text)
{
	int column = first;
	size_t lines = 1;

	while (*text) {
		int len = strcspn(text, (char[]){ gap, 0 }), width = columns(text, len);

		if (column > first && column + 1 + width > limit) {
			if (out)
				fprintf(out, "\n%*s", indent, "");
			column = first = indent;
			lines++;
		} else if (column > first) {
			if (out)
				fputc(' ', out);
			column++;
		}
		if (out)
			fprintf(out, "%.*s", len, text);
		column += width;
		text += len + (text[len] == gap);
	}
	if (out)
		fputc('\n', out);
	return lines;
}

void wrap(FILE *out, const char *label, const char *text)
{
	int indent = fprintf(out, "  %s", label);

	pieces(out, indent, indent, ' ', text);
}

void wrap_indented(FILE *out, int first, int indent, const char *text)
{
	fprintf(out, "%*s", first, "");
	pieces(out, first, indent, ' ', text);
}

void wrap_hanging(FILE *out, const char *text)
{
	fputs("  ", out);
	pieces(out, 2, 6, '\n', text);
}

size_t wrap_lines(size_t label, const char *text)
{
	return pieces(NULL, 2 + label, 2 + label, ' ', text);
}
