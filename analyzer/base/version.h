/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version - of the project: the file VERSION at its top has it, and the Makefile hands it over. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

extern const char version_number[]; /* "1.0.0" */
/* What follows the name and the number for --version: lines, without the last newline. */
extern const char version_licence[];

#endif
