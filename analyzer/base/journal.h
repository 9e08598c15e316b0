/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * journal - entries for systemd's journal, sent by libsystemd. No more than JOURNAL_RATE a second after a burst of
 * JOURNAL_BURST, and none that the journal does not take at once: those are dropped and counted. Knows nothing of what
 * the entries are about.
 */
#ifndef BASE_JOURNAL_H
#define BASE_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strings.h"

#define JOURNAL_BURST 100
#define JOURNAL_RATE  20 /* a second */

/* Entries that were dropped: too many; the journal took no more; libsystemd or the socket failed. */
struct journal_dropped {
	uint64_t too_many, full, failed;
};

struct journal;

/*
 * NULL, which it has reported, if this machine has no journal or the program was built without libsystemd. `patience`:
 * ms, not 0, for which a journal that takes no more is waited for, but not again until it takes something.
 */
struct journal *journal_open(unsigned int patience);
void journal_free(struct journal *journal);

/*
 * Sends an entry of fields, "NAME=value", whose values may be of several lines. `now`: ns of the clock that the rate is
 * measured by, whichever; where it goes back, it begins anew. False: the entry was dropped and is counted.
 */
bool journal_send(struct journal *journal, const struct strings *fields, uint64_t now);

/* The same of what is said once: the rate does not count, and if it is dropped that is not counted. */
bool journal_send_always(struct journal *journal, const struct strings *fields);

/* Since journal_open(). */
struct journal_dropped journal_dropped(const struct journal *journal);

#endif
