/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program ('p'), a debug file ('d') or what xz packed ('x'), by the first byte: which functions are at places all over
 * the program.
 */
#include "fuzz.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"
#include "symbols/unpack.h"
#include "symbols/user_symbol.h"

#define PLACES	     64
#define UNPACKED_MAX (1 << 20)

/* As tests/fuzz/seeds has the linker write it. */
#define DEBUG "usr/lib/debug/.build-id/12/34567890abcdef1234567890abcdef12345678.debug"

struct bytes {
	uint8_t *at;
	size_t size;
};

static struct bytes program, debug;

static struct bytes read_given(const char *name)
{
	char *path = fuzz_given(name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		abort();
	struct bytes ret = { xcalloc(st.st_size, 1), st.st_size };

	if (read(fd, ret.at, ret.size) != st.st_size)
		abort();
	close(fd);
	free(path);
	return ret;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_begin();
	program = read_given("program");
	debug = read_given("debug");
	return 0;
}

static void ask(size_t size)
{
	struct user_symbols *syms = user_symbols_new(fuzz_folder());
	struct mapped_file file = { .path = "/prog", .fs = "ext4", .size = size };
	bool cgo;

	for (size_t i = 0; i < PLACES; i++) {
		struct user_symbol sym = user_symbols_find(
			syms, &file, i < PLACES / 2 ? i * size / (PLACES / 2) : 0x1000 + i);

		if (!sym.symbol == !sym.why_not)
			fuzz_wrong("a name and why there is none", sym.why_not ? sym.why_not : "",
				   sym.why_not ? strlen(sym.why_not) : 0);
	}
	user_symbols_go(syms, &file, &cgo);
	user_symbols_free(syms);
}

static void ask_program(const uint8_t *bytes, size_t size)
{
	fuzz_put("prog", bytes, size);
	fuzz_put(DEBUG, debug.at, debug.size);
	ask(size);
}

static void ask_debug(const uint8_t *bytes, size_t size)
{
	fuzz_put("prog", program.at, program.size);
	fuzz_put(DEBUG, bytes, size);
	ask(program.size);
}

static void unpack(const uint8_t *bytes, size_t size)
{
	const char *why_not = NULL;
	size_t len;
	unsigned char *unpacked = unpack_xz(bytes, size, UNPACKED_MAX, &len, &why_not);

	if (!unpacked == !why_not || len > UNPACKED_MAX)
		fuzz_wrong("unpack", why_not, why_not ? strlen(why_not) : 0);
	free(unpacked);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (!size)
		return 0;
	switch (bytes[0]) {
	case 'd':
		ask_debug(bytes + 1, size - 1);
		break;
	case 'x':
		unpack(bytes + 1, size - 1);
		break;
	default:
		ask_program(bytes + 1, size - 1);
	}
	return 0;
}
