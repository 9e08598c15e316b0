/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/version.h"

/* Compiled by a linter, without the Makefile. */
#ifndef CGATTACH_VERSION
#define CGATTACH_VERSION "unknown"
#endif

const char version_number[] = CGATTACH_VERSION;
const char version_licence[] =
	"License GPLv2+: GNU GPL version 2 or later <https://gnu.org/licenses/gpl.html>.\n"
	"This is free software: you are free to change and redistribute it.\n"
	"There is NO WARRANTY, to the extent permitted by law.";
