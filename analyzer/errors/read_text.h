/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read_text - the error line in a text, in whatever form it comes. */
#ifndef ERRORS_READ_TEXT_H
#define ERRORS_READ_TEXT_H

#include "errors/line.h"
#include "errors/message.h"

/*
 * Reads `text`, which may hold newlines: it is one message, of which the first 64 KiB count. Takes time in proportion
 * to its length. `*ret` is the caller's until errline_fini().
 */
void errline_parse(struct errline *ret, const char *text, size_t len);

/* What is longer says nothing new: an error message has some hundred bytes, a dump in a log has millions. */
#define ERRREADING_MAX (64u * 1024)

/* The same for those who must tell a good reading of a text from a better one: read_file.c. */
struct errreading {
	struct errline line;
	struct errmessage about;
};

/*
 * What may still be spent on the less likely ways to read a text, in bytes that are read: each byte of a file earns
 * some, and some are saved up. Lines as messages have them never spend it all; a file that is made of beginnings of messages
 * does, and is then read in the most likely way only.
 */
struct erreffort {
	int64_t left;
};

#define ERREFFORT_MOST	   (12 << 20)
#define ERREFFORT_PER_BYTE 1

void erreffort_earn(struct erreffort *effort, size_t bytes);

/* What `bytes` cost to be read once more. False if there was nothing left to pay with. */
bool erreffort_spend(struct erreffort *effort, size_t bytes);

/* The caller's until errline_fini() of its line. */
struct errreading errreading_of(const char *text, size_t len, struct erreffort *effort);

#endif
