/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/wrap.h"

#include <string.h>

#define WIDTH 96

void wrap(FILE *out, const char *label, const char *text)
{
	int indent = 2 + strlen(label), column = fprintf(out, "  %s", label);

	while (*text) {
		int len = strcspn(text, " ");

		if (column > indent && column + 1 + len > WIDTH)
			column = fprintf(out, "\n%*s", indent, "") - 1;
		else if (column > indent)
			column += fprintf(out, " ");
		column += fprintf(out, "%.*s", len, text);
		text += len + (text[len] == ' ');
	}
	fputc('\n', out);
}

size_t wrap_lines(size_t label, const char *text)
{
	size_t indent = 2 + label, column = indent, lines = 1;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (column > indent && column + 1 + len > WIDTH) {
			column = indent;
			lines++;
		}
		column += len + (column != indent);
		text += len + (text[len] == ' ');
	}
	return lines;
}
