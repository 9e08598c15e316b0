/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * user_symbol FILE OFFSET [SYSROOT] - prints what is found at that offset of the file, for tests/user_symbol, as lines "what: it".
 * PATHNAME=, FS=, SIZE=, MTIME= in the environment say what was recorded, if it is not the file's own.
 *
 * user_symbol -m FILE COPY - damages COPY, a copy of FILE, in many ways and asks of each: nothing may break.
 */
#include "symbols/user_symbol.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *recorded(const char *name, const char *own)
{
	return getenv(name) ? getenv(name) : own;
}

static void print(const char *what, const char *it)
{
	if (it)
		printf("%s: %s\n", what, it);
}

static unsigned int pick(unsigned int below)
{
	static unsigned int seed = 1;

	seed = seed * 1103515245 + 12345;
	return (seed >> 8) % below;
}

/* Half of the damage goes to the heads at the file's beginning and end. */
static void damage(unsigned char *bytes, size_t len)
{
	static const unsigned char with[] = { 0, 1, 7, 0x7f, 0x80, 0xff };

	for (unsigned int n = 1 + pick(8); n-- > 0;) {
		size_t at = pick(len);

		if (pick(2))
			at = pick(2) ? at % 1024 : len - 1 - at % 2048;
		bytes[at] = pick(3) ? with[pick(sizeof(with))] : pick(256);
	}
}

static void ask(const char *path, size_t len)
{
	struct stat st;
	bool cgo;

	if (stat(path, &st))
		abort();
	struct user_symbols *syms = user_symbols_new(NULL);
	struct mapped_file file = { .path = path, .fs = "ext4", .size = len, .mtime = st.st_mtime };

	for (size_t at = 0; at < len; at += 509)
		user_symbols_find(syms, &file, at);
	user_symbols_go(syms, &file, &cgo);
	user_symbols_free(syms);
}

static int mutate(const char *path, const char *copy)
{
	static unsigned char whole[1 << 20], bytes[1 << 20];
	int in = open(path, O_RDONLY);
	ssize_t len = read(in, whole, sizeof(whole));

	if (len < 2048)
		return 2;
	close(in);
	for (int i = 0; i < 2000; i++) {
		int out = open(copy, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		memcpy(bytes, whole, len);
		damage(bytes, len);
		if (write(out, bytes, len) != len || close(out))
			return 2;
		ask(copy, len);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct stat st = { 0 };
	bool cgo;

	if (argc < 3) {
		fputs("Usage: user_symbol FILE OFFSET [SYSROOT] | -m FILE COPY\n", stderr);
		return 2;
	}
	if (!strcmp(argv[1], "-m"))
		return argc == 4 ? mutate(argv[2], argv[3]) : 2;
	stat(argv[1], &st);
	struct user_symbols *syms = user_symbols_new(argv[3]);
	const char *size = getenv("SIZE"), *mtime = getenv("MTIME");
	struct mapped_file file = {
		.path = recorded("PATHNAME", argv[1]),
		.fs = recorded("FS", "ext4"),
		.size = size ? strtoull(size, NULL, 0) : (uint64_t)st.st_size,
		.mtime = mtime ? strtoll(mtime, NULL, 0) : (int64_t)st.st_mtime,
	};
	struct user_symbol sym = user_symbols_find(syms, &file, strtoull(argv[2], NULL, 0));
	const char *go = user_symbols_go(syms, &file, &cgo);

	if (sym.symbol)
		printf("symbol: %s+0x%llx\n", sym.symbol, (unsigned long long)sym.offset);
	print("table", sym.table);
	print("file", sym.file);
	print("note", sym.note);
	print("why not", sym.why_not);
	print("go", go);
	if (go)
		printf("cgo: %d\n", cgo);
	user_symbols_free(syms);
	return 0;
}
