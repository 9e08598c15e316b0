/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --explain. The first byte chooses the format and whether the first line is the kernel's release, or the end of one: what
 * is none is refused as an option, which ends the program.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "facts/kernel.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (!size)
		return 0;
	char *all = xcalloc(size, 1), *text = all;
	const char *options[5] = { 0 };
	char *release = NULL;
	size_t n = 0;

	memcpy(all, bytes + 1, size - 1);
	if (bytes[0] % 6 >= 3) {
		char *line = strsep(&text, "\n");

		if (asprintf(&release, "%s%s", kernel_version(line) ? "" : "5.10.0-", line) < 0)
			abort();
		options[n++] = "--kernel";
		options[n++] = release;
	}
	options[n++] = "--explain";
	options[n++] = text ? text : "";
	fuzz_cganalyze(bytes[0] % 3, options);
	free(release);
	free(all);
	return 0;
}
