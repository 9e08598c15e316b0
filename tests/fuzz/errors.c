/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file of error lines, with a recorded log. The first byte chooses the format. */
#include "fuzz.h"

#include <unistd.h>

static char *log_path;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_begin();
	log_path = fuzz_given("log");
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (!size)
		return 0;
	int fd = fuzz_file(bytes + 1, size - 1);
	struct fuzz_path path = fuzz_path(fd);
	const char *options[] = {
		"--sysroot", fuzz_folder(), log_path, "--errors", path.text, NULL
	};

	fuzz_cganalyze(bytes[0] % 3, options);
	close(fd);
	return 0;
}
