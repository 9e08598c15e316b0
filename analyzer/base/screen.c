/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A dozen sequences that every terminal has since the VT100, and xterm's other screen, which one without it ignores.
 * Not curses: it needs a description of the terminal where the program runs (a container has none), its end is
 * not safe in a handler, and all that it would save here is these sequences.
 */
#define _GNU_SOURCE
#include "base/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"

/* The other screen without a cursor, empty; and back, below what was drawn where there is no other. */
#define ENTER "\033[?1049h\033[?25l\033[H\033[2J"
#define LEAVE "\033[999;1H\033[0m\033[?25h\033[?1049l"

#define MESSAGES_MAX 16384

static const int signals[] = { SIGINT,	SIGWINCH, SIGTSTP, SIGTTOU, SIGHUP, SIGTERM, SIGQUIT,
			       SIGPIPE, SIGSEGV,  SIGBUS,  SIGILL,  SIGFPE, SIGABRT };

static struct {
	bool on;
	int tty, timer, events; /* tty: -1 without keys */
	struct termios before;
	struct sigaction actions[ARRAY_SIZE(signals)];
	volatile sig_atomic_t interrupted;
	char messages[MESSAGES_MAX];
	size_t messages_len;
} screen;

/* ---- what a handler may call ---- */

static void put(const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, text, len);

		if (n < 0 && errno != EINTR)
			return;
		text += n > 0 ? n : 0;
		len -= n > 0 ? n : 0;
	}
}

static bool is_foreground(void)
{
	return tcgetpgrp(screen.tty < 0 ? STDOUT_FILENO : screen.tty) == getpgrp();
}

static void enter(void)
{
	struct termios keys = screen.before;

	/* Signals are still made of Ctrl-C and Ctrl-Z: they are for the whole pipeline. */
	keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	keys.c_cc[VMIN] = 1;
	keys.c_cc[VTIME] = 0;
	if (screen.tty >= 0)
		tcsetattr(screen.tty, TCSANOW, &keys);
	put(ENTER, sizeof(ENTER) - 1);
}

static void leave(void)
{
	put(LEAVE, sizeof(LEAVE) - 1);
	if (screen.tty >= 0)
		tcsetattr(screen.tty, TCSANOW, &screen.before);
}

static void wake_in(uint64_t ns)
{
	const struct itimerspec in = { .it_value = { .tv_sec = ns / 1000000000,
						     .tv_nsec = ns % 1000000000 } };

	timerfd_settime(screen.timer, 0, &in, NULL);
}

static void stop(void)
{
	leave();
	do
		raise(SIGSTOP);
	while (!is_foreground());
	enter();
}

static void take_signal(int signo)
{
	int saved = errno;

	if (signo == SIGTSTP) {
		stop();
	} else if (signo == SIGINT && !screen.interrupted) {
		screen.interrupted = true;
	} else if (signo != SIGWINCH) {
		leave();
		signal(signo, SIG_DFL);
		raise(signo); /* when this returns */
	}
	wake_in(1);
	errno = saved;
}

/* ---- beginning and end ---- */

/* What is ignored stays so. SIGTTOU: the terminal is put back also where the shell has taken it. */
static void take_signals(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		struct sigaction action = { .sa_handler = take_signal, .sa_flags = SA_RESTART };
		bool must = signals[i] == SIGINT;

		if (signals[i] == SIGTTOU)
			action.sa_handler = SIG_IGN;
		sigaction(signals[i], NULL, &screen.actions[i]);
		if (must || screen.actions[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

static void give_signals_back(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &screen.actions[i], NULL);
	/* A shell ignores it for what is in its background; who watched still wants to end the report. */
	signal(SIGINT, SIG_DFL);
}

static bool watch_for(int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	return !epoll_ctl(screen.events, EPOLL_CTL_ADD, fd, &event);
}

static void close_all(void)
{
	if (screen.tty >= 0)
		close(screen.tty);
	if (screen.timer >= 0)
		close(screen.timer);
	if (screen.events >= 0)
		close(screen.events);
}

static bool open_all(void)
{
	/* Its own, so that O_NONBLOCK is nobody else's. */
	screen.tty = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	screen.timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	screen.events = epoll_create1(EPOLL_CLOEXEC);
	if (screen.timer < 0 || screen.events < 0 || !watch_for(screen.timer))
		return false;
	if (screen.tty >= 0 && (tcgetattr(screen.tty, &screen.before) || !watch_for(screen.tty)))
		return false;
	return is_foreground();
}

bool screen_begin(void)
{
	static bool is_registered;
	const char *term = getenv("TERM");

	if (!isatty(STDOUT_FILENO) || !term || !*term || !strcmp(term, "dumb"))
		return false;
	if (!is_registered && atexit(screen_end))
		return false;
	is_registered = true;
	fflush(stdout);
	screen.interrupted = false;
	if (!open_all()) {
		close_all();
		return false;
	}
	take_signals();
	enter();
	return screen.on = true;
}

void screen_end(void)
{
	if (!screen.on)
		return;
	screen.on = false;
	leave();
	give_signals_back();
	close_all();
	if (write(STDERR_FILENO, screen.messages, screen.messages_len) < 0)
		return;
	screen.messages_len = 0;
}

/* ---- keys ---- */

int screen_fd(void)
{
	return screen.on ? screen.events : -1;
}

void screen_wake_in(uint64_t ns)
{
	wake_in(ns ? ns : 1);
}

char screen_key(void)
{
	uint64_t times;
	char key = 0;

	if (read(screen.timer, &times, sizeof(times)) < 0 && errno != EAGAIN)
		return 0;
	if (screen.tty < 0)
		return 0;
	ssize_t n = read(screen.tty, &key, 1);

	/* A terminal that has gone would be readable for ever. */
	if (!n || (n < 0 && errno != EAGAIN && errno != EINTR))
		epoll_ctl(screen.events, EPOLL_CTL_DEL, screen.tty, NULL);
	return n > 0 ? key : 0;
}

bool screen_is_interrupted(void)
{
	return screen.interrupted;
}

/* ---- drawing ---- */

static struct winsize window(void)
{
	struct winsize now = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &now) || !now.ws_col || !now.ws_row)
		return (struct winsize){ .ws_col = 80, .ws_row = 24 };
	return now;
}

size_t screen_columns(void)
{
	return window().ws_col;
}

size_t screen_rows(void)
{
	return window().ws_row;
}

/* As much of the line at `s` as fits; returns what is behind it. */
static const char *put_line(FILE *out, const char *s, size_t columns)
{
	size_t used = 0;
	bool is_coloured = false;

	for (; *s && *s != '\n'; s++) {
		size_t len = *s == '\033' ? strcspn(s, "m\n") : 0;

		if (len && s[len] == 'm') {
			fwrite(s, 1, len + 1, out);
			s += len;
			is_coloured = true;
		} else if (used < columns) {
			fputc(*s, out);
			used++;
		}
	}
	fputs(is_coloured ? "\033[0m" : "", out);
	return *s ? s + 1 : s;
}

/* Each line is wiped before it is written: at the end, its last column would be. */
void screen_draw(const char *s)
{
	struct winsize now = window();
	struct text text;
	size_t row = 0;

	text_begin(&text);
	fputs("\033[H", text.out);
	for (; *s && row < now.ws_row; row++) {
		fputs(row ? "\r\n\033[2K" : "\033[2K", text.out);
		s = put_line(text.out, s, now.ws_col);
	}
	if (row < now.ws_row)
		fputs(row ? "\r\n\033[J" : "\033[J", text.out);
	char *all = text_steal(&text);

	put(all, strlen(all));
	free(all);
}

bool screen_keep_message(const char *text, size_t len)
{
	if (!screen.on || !isatty(STDERR_FILENO))
		return false;
	if (len > MESSAGES_MAX - screen.messages_len)
		return true;
	memcpy(screen.messages + screen.messages_len, text, len);
	screen.messages_len += len;
	return true;
}
