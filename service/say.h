/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * say - messages on stderr, one line each, which the journal keeps: with the level in front if it is the journal that
 * reads them (sd-daemon(3)). Bytes that are not printable ASCII become "?".
 */
#ifndef SERVICE_SAY_H
#define SERVICE_SAY_H

enum level { SAY_ERROR = 3, SAY_WARNING = 4, SAY_NOTICE = 5, SAY_INFO = 6 };

void say(enum level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The last message of at least SAY_NOTICE, static; "" if there was none. */
const char *say_last(void);

/* Of sd_notify(3): does nothing unless systemd told where. `state` is "READY=1" or the like. */
void notify(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
