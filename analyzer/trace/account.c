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

/* A trailer counts from the beginning of the recording, and this may be a later segment of it. */
static struct record_totals all_here(const struct log *log)
{
	const struct record_totals *before = &log->before, *here = &log->here;

	return (struct record_totals){
		.accepted_told = before->accepted_told + here->accepted_told,
		.refused_told = before->refused_told + here->refused_told,
		.counted = before->counted + here->counted,
		.stops_told = before->stops_told + here->stops_told,
		.placed_told = before->placed_told + here->placed_told,
	};
}

/* Accepted and refused writes of this segment, recorded or not. */
static uint64_t writes_of(const struct log *log)
{
	return beyond(log->totals.accepted + log->totals.refused,
		      log->before.accepted + log->before.refused);
}

/* Of what was not kept in this segment its sums tell a part once more: attaches and stops, and not what belongs to them. */
static uint64_t with_unkept(uint64_t all, uint64_t of_here, uint64_t beyond_sums)
{
	return all - of_here + (of_here > beyond_sums ? of_here : beyond_sums);
}

static uint64_t lost_afterwards(const struct log *log)
{
	const struct record_totals *told = &log->totals, here = all_here(log);

	return log->missing + with_unkept(log->unkept.records, log->unkept_here.records,
					  beyond(writes_told(told), writes_told(&here)) +
						  beyond(told->stops_told, here.stops_told) +
						  beyond(told->placed_told, here.placed_told));
}

uint64_t log_lost(const struct log *log)
{
	if (log_is_afterwards(log))
		return lost_afterwards(log);
	return sequence_missing(&log->sequence, log->has_trailer ? log->trailer.records : 0);
}

uint64_t log_lost_attaches(const struct log *log)
{
	if (log_is_afterwards(log)) {
		struct record_totals here = all_here(log);

		return with_unkept(
			log->unkept.refusals, log->unkept_here.refusals,
			beyond(writes_told(&log->totals), writes_told(&here) + log->headless));
	}
	return log->has_trailer ? beyond(log->trailer.attaches, log->attaches) : 0;
}

uint64_t log_attempts(const struct log *log)
{
	if (!log_is_afterwards(log))
		return log->attaches + log_lost_attaches(log);
	const struct record_totals *t = &log->totals;
	uint64_t other = log->kernels + log->subtrees + log->clones, writes = log->attaches - other;

	/* What arrived after the last sum is in none. */
	return writes + beyond(writes_of(log), writes + t->filtered) + other +
	       beyond(t->placed + t->placed_refused, log->before.placed +
							     log->before.placed_refused +
							     log->clones + log->interrupted);
}

uint64_t log_unrecorded(const struct log *log)
{
	const struct record_totals *t = &log->totals;

	/* Without a trailer it is not known how many were recorded. */
	return log_is_afterwards(log) && log->has_trailer ?
		       beyond(writes_of(log), beyond(writes_told(t), writes_told(&log->before)) +
						      beyond(t->counted, log->before.counted) +
						      t->filtered) :
		       0;
}

/* Of most of them the log has no kind, so the sum is larger than that of the `count` records. */
uint64_t log_counted(const struct log *log)
{
	uint64_t sum = beyond(log->totals.counted, log->before.counted);

	return log->here.counted + beyond(sum, log->here.counted);
}

uint64_t log_refused(const struct log *log)
{
	return log->refused + log_counted(log);
}

/* Were some refused writes neither recorded nor counted? */
static bool is_short(const struct record_totals *t)
{
	return t->refused > t->refused_told + t->counted + t->filtered;
}

static bool trailer_fits(const struct log *log)
{
	struct record_totals here = all_here(log);

	return !is_short(&log->totals) && writes_told(&here) == writes_told(&log->totals) &&
	       here.stops_told == log->totals.stops_told && here.counted <= log->totals.counted;
}

bool log_is_cut_short(const struct log *log)
{
	return (!log->has_trailer && !log->continued) || log->skipped;
}

bool log_is_whole(const struct log *log)
{
	if (!log->has_header || log_is_cut_short(log) || log->damaged || log->repeated ||
	    log->incomplete || log_lost(log) || log_lost_attaches(log))
		return false;
	if (log_is_afterwards(log))
		return log->armed_ns && !log->failed && (log->continued || trailer_fits(log));
	return !log->trailer.unmatched && log->trailer.records == log->sequence.end &&
	       log->refused >= log->trailer.refused;
}
