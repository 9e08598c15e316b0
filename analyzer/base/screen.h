/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * screen - lines on a whole terminal, drawn again and again, and the keys that are pressed meanwhile. There is one: of
 * the terminal that is standard output. The keys are /dev/tty's, since standard input may be a log.
 *
 * It is put back as it was by screen_end(), when the program exits, and when a signal ends or stops it. Of the signals
 * only the first SIGINT does not end the program.
 */
#ifndef BASE_SCREEN_H
#define BASE_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False: there is no terminal, or none that can do this, or it is another program's; nothing was done then. */
bool screen_begin(void);
void screen_end(void);

/* To be polled: readable when a key was pressed, the size has changed, a SIGINT came, or screen_wake_in() is over. */
int screen_fd(void);
void screen_wake_in(uint64_t ns);

/* The next key that was pressed; 0: there is none now. What the four above announced is over then. */
char screen_key(void);

/* Was there a SIGINT? */
bool screen_is_interrupted(void);

/* At least 1. */
size_t screen_columns(void);
size_t screen_rows(void);

/*
 * `text` is lines of printable ASCII, and of escape sequences that change colours alone. What does not fit is cut. The
 * terminal's colours are back to normal after each line.
 */
void screen_draw(const char *text);

/*
 * Takes a message for standard error, to be written after the screen's end, since it would spoil the screen. False:
 * there is no screen, or standard error is no terminal: the caller writes it.
 */
bool screen_keep_message(const char *text, size_t len);

#endif
