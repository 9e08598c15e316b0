/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was recorded by the log's own account, against what is here. */
#include "trace/model.h"

static uint64_t beyond(uint64_t told, uint64_t here)
{
	return told > here ? told - here : 0;
}

bool log_is_afterwards(const struct log *log)
{
	return log->format == FORMAT_AFTERWARDS;
}

/* Writes with an attach record. */
static uint64_t writes_told(const struct record_totals *t)
{
	return t->accepted_told + t->refused_told;
}

static uint64_t lost_afterwards(const struct log *log)
{
	const struct record_totals *told = &log->totals, *here = &log->here;

	return log->missing + beyond(writes_told(told), writes_told(here)) +
	       beyond(told->stops_told, here->stops_told) +
	       beyond(told->placed_told, here->placed_told);
}

uint64_t log_lost(const struct log *log)
{
	if (log_is_afterwards(log))
		return lost_afterwards(log);
	return sequence_missing(&log->sequence, log->has_trailer ? log->trailer.records : 0);
}

uint64_t log_lost_attaches(const struct log *log)
{
	if (log_is_afterwards(log))
		return beyond(writes_told(&log->totals), writes_told(&log->here) + log->headless);
	return log->has_trailer ? beyond(log->trailer.attaches, log->attaches) : 0;
}

uint64_t log_attempts(const struct log *log)
{
	if (!log_is_afterwards(log))
		return log->attaches + log_lost_attaches(log);
	const struct record_totals *t = &log->totals;
	uint64_t other = log->kernels + log->subtrees + log->clones, writes = log->attaches - other;

	/* What arrived after the last sum is in none. */
	return writes + beyond(t->accepted + t->refused, writes + t->filtered) + other +
	       beyond(t->placed + t->placed_refused, log->clones + log->interrupted);
}

uint64_t log_unrecorded(const struct log *log)
{
	const struct record_totals *t = &log->totals;

	/* Without a trailer it is not known how many were recorded. */
	return log_is_afterwards(log) && log->has_trailer ?
		       beyond(t->accepted + t->refused, writes_told(t) + t->counted + t->filtered) :
		       0;
}

/* Of most of them the log has no kind, so the sum is larger than that of the `count` records. */
uint64_t log_counted(const struct log *log)
{
	return log->here.counted + beyond(log->totals.counted, log->here.counted);
}

/* Were some refused writes neither recorded nor counted? */
static bool is_short(const struct record_totals *t)
{
	return t->refused > t->refused_told + t->counted + t->filtered;
}

bool log_is_whole(const struct log *log)
{
	if (!log->has_header || !log->has_trailer || log->damaged || log->repeated ||
	    log->incomplete || log_lost(log) || log_lost_attaches(log))
		return false;
	if (log_is_afterwards(log))
		return log->armed_ns && !log->failed && !is_short(&log->totals) &&
		       writes_told(&log->here) == writes_told(&log->totals) &&
		       log->here.stops_told == log->totals.stops_told &&
		       log->here.counted <= log->totals.counted;
	return !log->trailer.unmatched && log->trailer.records == log->sequence.end &&
	       log->refused >= log->trailer.refused;
}
