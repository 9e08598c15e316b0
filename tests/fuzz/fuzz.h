/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz - what the fuzz targets share. A target is a file with LLVMFuzzerTestOneInput(), and with an LLVMFuzzerInitialize() of
 * its own if it needs more than fuzz_begin(). tests/fuzz/run runs them.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t room, unsigned int seed);

/* To be called first: the environment, as it is wherever the target runs. */
void fuzz_begin(void);

/* The path of the file NAME in the folder `given` beside the target, the caller's to free. */
char *fuzz_given(const char *name);

/* An empty folder of this process, removed with what fuzz_put() put there. */
const char *fuzz_folder(void);

/* Makes or overwrites the file at `place` in that folder, whose parents it makes. */
void fuzz_put(const char *place, const uint8_t *bytes, size_t size);

/* A file in memory, the caller's to close; it is at its beginning. */
int fuzz_file(const uint8_t *bytes, size_t size);

/* Of a file descriptor. */
struct fuzz_path {
	char text[32];
};
struct fuzz_path fuzz_path(int fd);

/* The input is a finding. */
void fuzz_wrong(const char *what, const char *text, size_t len) __attribute__((noreturn));

/* How an output must be: nothing in it that moves a terminal's cursor; JSON, or a JSON object a line. */
enum fuzz_format { FUZZ_TEXT, FUZZ_JSON, FUZZ_NDJSON };

/* Runs cganalyze with these arguments, of which NULL is the end, and looks at what it prints. Its exit status. */
int fuzz_cganalyze(enum fuzz_format format, const char *const *arguments);

#endif
