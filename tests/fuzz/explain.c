/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --explain. The first byte chooses the format and whether the first line is the kernel's release. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (!size)
		return 0;
	char *all = xcalloc(size, 1), *text = all;
	const char *options[5] = { 0 };
	size_t n = 0;

	memcpy(all, bytes + 1, size - 1);
	if (bytes[0] % 6 >= 3) {
		options[n++] = "--kernel";
		options[n++] = strsep(&text, "\n");
	}
	options[n++] = "--explain";
	options[n++] = text ? text : "";
	fuzz_cganalyze(bytes[0] % 3, options);
	free(all);
	return 0;
}
