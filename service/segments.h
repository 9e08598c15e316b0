/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * segments - the files of a log, cgattach-TIME-NUMBER.log in one directory: TIME is when the recording began, NUMBER
 * counts its segments. The oldest, of this recording or an earlier one, are removed so that all stay below a size.
 */
#ifndef SERVICE_SEGMENTS_H
#define SERVICE_SEGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define SEGMENTS_NAME_MAX 256
#define SEGMENTS_OVER                                                                              \
	2 /* a file may become so many times as large as it should, and there is room for that */

struct segments {
	const char *path; /* of the directory, borrowed */
	int dir;
	uint64_t max_all, max_each; /* bytes */
	char stamp[32];
	char name[SEGMENTS_NAME_MAX]; /* of the one being written; "" none yet */
	int fd;			      /* of that; -1: none is open */
	uint64_t bytes;		      /* of that */
	uint64_t n;		      /* of that; 0: none yet */
	uint64_t kept, kept_bytes;    /* files that are there, without the one being written */
	uint64_t removed;
	bool sync_failed;
};

/* The latest file of an earlier recording. */
struct former {
	char name[SEGMENTS_NAME_MAX];
	time_t changed;
	bool has_trailer;
};

/* Opens the directory, which is made if only its last part is missing. 0, or -1, which was said. */
int segments_open(struct segments *s, const char *path, uint64_t max_all);

/* False if there is none. */
bool segments_former(const struct segments *s, struct former *ret);

/*
 * Begins the next file with `text`, and makes room for it. 0, or -1 with errno; then there is no such file, but its
 * number is used up.
 */
int segments_begin(struct segments *s, const char *text, size_t len);

/*
 * Appends whole lines; returns how many bytes of them are in the file, which ends with a whole line: less than `len`,
 * with errno, if there is no room.
 */
size_t segments_write(struct segments *s, const char *text, size_t len);

/* Closes the file being written; it stays. */
void segments_end(struct segments *s);

/* Of all files. */
uint64_t segments_bytes(const struct segments *s);

#endif
