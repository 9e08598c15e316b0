/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A vmlinux: where in the source functions are. */
#include "fuzz.h"

#include <unistd.h>

#include "symbols/kernel_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char *const functions[] = { "cpu_cgroup_can_attach", "cpuset_can_attach",
						 "none" };
	int fd = fuzz_file(bytes, size);
	struct fuzz_path path = fuzz_path(fd);
	struct kernel_source *source = kernel_source_open(path.text);

	for (size_t i = 0; source && i < 3; i++) {
		kernel_source_find(source, functions[i], "5.10.0-32-amd64");
		kernel_source_find(source, functions[i], NULL);
	}
	kernel_source_free(source);
	close(fd);
	return 0;
}
