/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * journal - what systemd's journal is told, besides any report: an entry for each incident, once its outcome is known,
 * and for each refusal that belongs to none; what the log lacks; and how many entries were dropped. docs/journal.md lists
 * the fields, service/cgattach.catalog explains each kind to who reads the journal with -x.
 *
 * It is given each attach when that is known, and each incident afterwards. It needs render_options.journal.
 */
#ifndef OUTPUT_JOURNAL_H
#define OUTPUT_JOURNAL_H

#include "report/renderer.h"

extern const struct renderer render_journal;

#endif
