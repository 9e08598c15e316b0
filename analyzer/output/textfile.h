/* SPDX-License-Identifier: GPL-2.0-or-later */
/* textfile - what --textfile writes, besides any report. It needs render_options.textfile. */
#ifndef OUTPUT_TEXTFILE_H
#define OUTPUT_TEXTFILE_H

#include "report/renderer.h"

extern const struct renderer render_textfile;

#endif
