/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memfd_create */
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"

#define PUT_MAX 16

static char beside[PATH_MAX], folder[PATH_MAX];
static int messages = STDERR_FILENO;
static char *put_there[PUT_MAX];
static size_t put_count;

/* Instead of the kernel's: hash.c's seed is one of these numbers, and the same input takes the same way again. */
ssize_t getrandom(void *to, size_t size, unsigned int flags)
{
	(void)flags;
	memset(to, 0x5a, size);
	return size;
}

/* Thousands of short runs: less to keep of each than the default. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "quarantine_size_mb=16:malloc_context_size=12";
}

static void must(int good, const char *what)
{
	if (good)
		return;
	dprintf(messages, "fuzz: %s: %s\n", what, strerror(errno));
	abort();
}

__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_begin();
	return 0;
}

void fuzz_begin(void)
{
	ssize_t n = readlink("/proc/self/exe", beside, sizeof(beside) - 1);

	must(n > 0, "/proc/self/exe");
	*strrchr(beside, '/') = 0;
	/* libFuzzer closes stderr, to which the program writes. */
	messages = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	setenv("LC_ALL", "C", 1);
	setenv("TZ", "UTC0", 1);
	setenv("TERM", "dumb", 1);
	unsetenv("ARGP_HELP_FMT");
	unsetenv("CGANALYZE_SYSROOT");
}

char *fuzz_given(const char *name)
{
	char *path;

	must(asprintf(&path, "%s/given/%s", beside, name) > 0, name);
	must(!access(path, R_OK), path);
	return path;
}

static void remove_folder(void)
{
	for (size_t i = 0; i < put_count; i++) {
		unlink(put_there[i]);
		for (char *end;
		     (end = strrchr(put_there[i], '/')) > put_there[i] + strlen(folder);) {
			*end = 0;
			rmdir(put_there[i]);
		}
		free(put_there[i]);
	}
	rmdir(folder);
}

const char *fuzz_folder(void)
{
	if (*folder)
		return folder;
	const char *dir = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%s/cganalyze-fuzz-XXXXXX", dir ? dir : "/tmp");
	must(mkdtemp(folder) && !atexit(remove_folder), folder);
	return folder;
}

static void make_parents(char *path)
{
	for (char *at = path + strlen(folder) + 1; (at = strchr(at, '/')); at++) {
		*at = 0;
		must(!mkdir(path, 0700) || errno == EEXIST, path);
		*at = '/';
	}
}

/* Of a name that may be new. */
static const char *path_of(const char *place)
{
	char *path;

	must(asprintf(&path, "%s/%s", fuzz_folder(), place) > 0, place);
	for (size_t i = 0; i < put_count; i++) {
		if (strcmp(put_there[i], path))
			continue;
		free(path);
		return put_there[i];
	}
	must(put_count < PUT_MAX, "too many files");
	make_parents(path);
	return put_there[put_count++] = path;
}

static void write_all(int fd, const uint8_t *bytes, size_t size)
{
	for (ssize_t n; size; bytes += n, size -= n) {
		n = write(fd, bytes, size);
		must(n > 0, "write");
	}
}

void fuzz_put(const char *place, const uint8_t *bytes, size_t size)
{
	int fd = open(path_of(place), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	must(fd >= 0, place);
	write_all(fd, bytes, size);
	close(fd);
}

int fuzz_file(const uint8_t *bytes, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	must(fd >= 0, "memfd_create");
	write_all(fd, bytes, size);
	must(!lseek(fd, 0, SEEK_SET), "lseek");
	return fd;
}

struct fuzz_path fuzz_path(int fd)
{
	struct fuzz_path ret;

	snprintf(ret.text, sizeof(ret.text), "/proc/self/fd/%d", fd);
	return ret;
}

void fuzz_wrong(const char *what, const char *text, size_t len)
{
	dprintf(messages, "fuzz: wrong output: %s, in:\n", what);
	write_all(messages, (const uint8_t *)text, len < 4096 ? len : 4096);
	dprintf(messages, "\n");
	abort();
}
