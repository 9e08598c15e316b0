/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/diag.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/progress.h"
#include "base/screen.h"

static bool printable(unsigned char c)
{
	return c >= 0x20 && c < 0x7f;
}

static size_t escape(char *to, size_t room, const char *from)
{
	size_t n = 0;

	for (; *from && n + 6 < room; from++) {
		unsigned char c = *from;

		if (printable(c))
			to[n++] = c;
		else
			n += snprintf(to + n, room - n, "\\x%02x", c);
	}
	to[n++] = '\n';
	return n;
}

static void emit(const struct pos *pos, const char *fmt, va_list ap)
{
	char raw[1024], safe[4 * sizeof(raw)];
	int n = snprintf(raw, sizeof(raw), "cganalyze: ");

	if (pos && pos->line)
		n += snprintf(raw + n, sizeof(raw) - n, "%.256s:%lu: ", pos->file, pos->line);
	else if (pos)
		n += snprintf(raw + n, sizeof(raw) - n, "%.256s: ", pos->file);
	vsnprintf(raw + n, sizeof(raw) - n, fmt, ap);
	size_t len = escape(safe, sizeof(safe), raw);

	progress_hide();
	if (screen_keep_message(safe, len))
		return;
	/* Nobody is left to tell if this fails. */
	if (write(STDERR_FILENO, safe, len) < 0)
		return;
}

int error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(NULL, fmt, ap);
	va_end(ap);
	return -1;
}

int error_at(const struct pos *pos, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(pos, fmt, ap);
	va_end(ap);
	return -1;
}
