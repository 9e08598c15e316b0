/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "service/records.h"
#include "trace/parse.h"

/* A write that has not returned by then will not (as trace/intake_after.c has it). */
#define WRITE_NS 60000000000ull

static char *line_of(const char *line, size_t len)
{
	char *copy = xcalloc(1, len + 2);

	memcpy(copy, line, len);
	copy[len] = '\n';
	return copy;
}

/* ---- the records of a line ---- */

/* False: it is none. parse_record() changes what it reads; the strings of `*record` are valid until the next call. */
static bool parse(const char *line, size_t len, struct record *record)
{
	static char copy[TALLY_LINE_MAX];
	struct parse_error error;

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, line, len);
	copy[len] = 0;
	return !parse_record(copy, len, record, &error) || parse_rescue(copy, len, record);
}

static bool is_subtree(const struct record *record)
{
	return record->kind == RECORD_ATTACH &&
	       !strcmp(record->attach.file, "cgroup.subtree_control");
}

static bool is_refusal(const struct record *record)
{
	return (record->kind == RECORD_ATTACH && record->attach.ret < 0) ||
	       (record->kind == RECORD_CLONE && record->clone.ret < 0) ||
	       record->kind == RECORD_WRITE;
}

void missed_add(struct missed *missed, const char *text, size_t len, uint64_t now)
{
	struct record record;

	if (!missed->since)
		missed->since = now;
	missed->bytes += len;
	for (const char *end = text + len, *next; text < end; text = next) {
		const char *newline = memchr(text, '\n', end - text);

		next = newline ? newline + 1 : end;
		missed->records++;
		missed->refusals += parse(text, (newline ? newline : end) - text, &record) &&
				    is_refusal(&record);
	}
}

/* ---- open attaches ---- */

bool tally_has_open(const struct tally *tally)
{
	return tally->open_count != 0;
}

static struct open_attach *find(struct tally *tally, uint64_t id)
{
	for (size_t i = 0; i < tally->open_count; i++)
		if (tally->open[i].id == id)
			return &tally->open[i];
	return NULL;
}

static void forget(struct tally *tally, struct open_attach *a)
{
	size_t at = a - tally->open;

	free(a->text);
	tally->open_count--;
	memmove(a, a + 1, (tally->open_count - at) * sizeof(*a));
}

/* Its records will stand in two segments. */
static void drop(struct tally *tally, struct open_attach *a)
{
	struct missed *dropped = &tally->dropped;

	if (!dropped->since)
		dropped->since = a->since;
	dropped->bytes += a->len;
	dropped->records += a->lines;
	dropped->refusals++;
	forget(tally, a);
}

static struct open_attach *open_one(struct tally *tally, uint64_t id, uint64_t now)
{
	if (tally->open_count == TALLY_OPEN_MAX)
		drop(tally, &tally->open[0]);
	struct open_attach *a = &tally->open[tally->open_count++];

	*a = (struct open_attach){ .id = id, .since = now };
	return a;
}

static void drop_old(struct tally *tally, uint64_t now)
{
	while (tally->open_count && now - tally->open[0].since > WRITE_NS)
		drop(tally, &tally->open[0]);
}

static bool add_line(struct open_attach *a, const char *line, size_t len)
{
	if (a->len + len + 1 > TALLY_OPEN_BYTES)
		return false;
	while (a->len + len + 1 > a->room)
		a->text = xgrow(a->text, a->room, &a->room, 1);
	memcpy(a->text + a->len, line, len);
	a->text[a->len + len] = '\n';
	a->len += len + 1;
	a->lines++;
	return true;
}

static bool counts_for_end(enum record_kind kind)
{
	return kind == RECORD_WRITER || kind == RECORD_TARGET || kind == RECORD_PLACE ||
	       kind == RECORD_ATTACH;
}

/* Does an `attach` follow? A kernel's own move has none. */
static bool begins(const struct record *record)
{
	return (record->kind == RECORD_STOP && !record->task.own) ||
	       (record->kind != RECORD_ATTACH && counts_for_end(record->kind)) ||
	       (record->kind == RECORD_ATTACH && record->attach.records > 1);
}

static void note_open(struct tally *tally, const struct record *record, const char *line,
		      size_t len, uint64_t now)
{
	struct open_attach *a = find(tally, record->id);

	if (!a && !begins(record))
		return;
	if (!a)
		a = open_one(tally, record->id, now);
	if (!add_line(a, line, len)) {
		drop(tally, a);
		return;
	}
	a->stops += record->kind == RECORD_STOP;
	a->received += counts_for_end(record->kind);
	if (record->kind == RECORD_ATTACH) {
		a->ended = true;
		a->refused = record->attach.ret < 0;
		a->in_no_sum = is_subtree(record);
		a->expected = record->attach.records;
	}
	if (a->ended && a->received >= a->expected)
		forget(tally, a);
}

/* ---- the sums ---- */

static void count(struct record_totals *sums, const struct record *record)
{
	switch (record->kind) {
	case RECORD_ATTACH:
		if (is_subtree(record))
			break;
		*(record->attach.ret < 0 ? &sums->refused_told : &sums->accepted_told) += 1;
		break;
	case RECORD_WRITE:
		sums->refused_told++;
		break;
	case RECORD_STOP:
		sums->stops_told++;
		break;
	case RECORD_CLONE:
		sums->placed_told++;
		*(record->clone.ret < 0 ? &sums->placed_refused : &sums->placed) += 1;
		break;
	case RECORD_COUNT:
		sums->counted += record->count.n;
		break;
	default:
		break;
	}
}

static void note_sums(struct tally *tally, const struct record *record)
{
	if (record->seq < tally->latest_seq)
		return;
	tally->latest = record->totals;
	tally->latest_seq = record->seq;
	tally->since = (struct record_totals){ 0 };
}

static void note_header(struct tally *tally, const struct record *record, const char *line,
			size_t len)
{
	if (tally->header)
		return;
	tally->header = line_of(line, len);
	tally->filters = record->log.target || *record->log.prefix;
}

void tally_take(struct tally *tally, const char *line, size_t len, uint64_t now)
{
	struct record record;

	drop_old(tally, now);
	if (!parse(line, len, &record) || record.format == FORMAT_ON_THE_WAY)
		return;
	tally->records++;
	tally->refusals += is_refusal(&record);
	tally->last_seq = record.seq > tally->last_seq ? record.seq : tally->last_seq;
	count(&tally->sums, &record);
	if (record.seq > tally->latest_seq)
		count(&tally->since, &record);
	if (record.kind == RECORD_CGATTACH)
		note_header(tally, &record, line, len);
	else if (record.kind == RECORD_ARMED && !tally->armed)
		tally->armed = line_of(line, len);
	else if (record.kind == RECORD_TOTAL || record.kind == RECORD_TRAILER)
		note_sums(tally, &record);
	else if (record.id)
		note_open(tally, &record, line, len, now);
	tally->has_trailer |= record.kind == RECORD_TRAILER;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/*
 * The sums so far. A total can be a second old; what was recorded since is added. Records of several CPUs arrive in
 * turns: there cannot be less than what is here.
 */
struct record_totals tally_sums(const struct tally *tally)
{
	const struct record_totals *latest = &tally->latest, *since = &tally->since;
	struct record_totals sums = tally->sums;

	sums.accepted = larger(latest->accepted + since->accepted_told, sums.accepted_told);
	sums.refused = larger(latest->refused + since->refused_told, sums.refused_told);
	sums.stops = larger(latest->stops + since->stops_told, sums.stops_told);
	sums.placed = larger(latest->placed + since->placed, sums.placed);
	sums.placed_refused =
		larger(latest->placed_refused + since->placed_refused, sums.placed_refused);
	if (!tally->filters)
		sums.counted = larger(sums.counted, sums.refused - sums.refused_told);
	/* What is repeated is in the next segment. */
	for (size_t i = 0; i < tally->open_count; i++) {
		const struct open_attach *a = &tally->open[i];

		sums.stops_told -= a->stops;
		sums.refused_told -= a->ended && a->refused && !a->in_no_sum;
		sums.accepted_told -= a->ended && !a->refused && !a->in_no_sum;
	}
	return sums;
}

static void add_missed(struct missed *to, const struct missed *from)
{
	if (!from->since)
		return;
	to->since = to->since && to->since < from->since ? to->since : from->since;
	to->bytes += from->bytes;
	to->records += from->records;
	to->refusals += from->refusals;
}

char *tally_preamble(struct tally *tally, uint64_t n, const struct missed *missed, uint64_t now,
		     size_t *len)
{
	struct record_totals sums = tally_sums(tally);
	struct missed all = tally->dropped;
	char record[RECORDS_MAX], *text = NULL;
	FILE *out = open_memstream(&text, len);

	if (!out)
		out_of_memory();
	if (missed)
		add_missed(&all, missed);
	if (tally->header)
		fputs(tally->header, out);
	if (tally->armed)
		fputs(tally->armed, out);
	if (n > 1)
		fputs(records_segment(record, now, n, &sums), out);
	if (all.since)
		fputs(records_unkept(record, now, &all), out);
	for (size_t i = 0; n > 1 && i < tally->open_count; i++)
		fwrite(tally->open[i].text, 1, tally->open[i].len, out);
	if (fclose(out))
		out_of_memory();
	return text;
}

void tally_fini(struct tally *tally)
{
	while (tally->open_count)
		forget(tally, &tally->open[0]);
	free(tally->header);
	free(tally->armed);
}
