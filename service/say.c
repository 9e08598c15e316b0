/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/say.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char last[512];

static void make_printable(char *s)
{
	for (; *s; s++)
		if (*s < 0x20 || *s > 0x7e)
			*s = '?';
}

static void emit(enum level level, const char *fmt, va_list ap)
{
	char text[sizeof(last)];

	vsnprintf(text, sizeof(text), fmt, ap);
	make_printable(text);
	if (level <= SAY_NOTICE)
		memcpy(last, text, sizeof(last));
	if (getenv("JOURNAL_STREAM"))
		dprintf(STDERR_FILENO, "<%d>cgattach: %s\n", level, text);
	else
		dprintf(STDERR_FILENO, "cgattach: %s\n", text);
}

void say(enum level level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(level, fmt, ap);
	va_end(ap);
}

const char *say_last(void)
{
	return last;
}

/* A name that begins with @ is in the abstract name space (sd_notify(3)). */
static socklen_t address_of(const char *path, struct sockaddr_un *ret)
{
	size_t len = strlen(path);

	if (len < 2 || len >= sizeof(ret->sun_path) || (*path != '/' && *path != '@'))
		return 0;
	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(ret->sun_path, path, len);
	if (*path == '@')
		ret->sun_path[0] = 0;
	return offsetof(struct sockaddr_un, sun_path) + len;
}

static void send_state(const char *fmt, va_list ap)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address;
	socklen_t len = path ? address_of(path, &address) : 0;
	char text[600];

	if (!len)
		return;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	/* systemd that is too busy to read it hears the next one. */
	(void)!sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address, len);
	close(fd);
}

void notify(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	send_state(fmt, ap);
	va_end(ap);
}
