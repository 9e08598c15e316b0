/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records that were made after the kernel's decision (version 4). Nothing numbers them; what ties them
 * together is the ID, which may come again, and the time.
 */
#include "trace/intake.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/list.h"
#include "base/text.h"
#include "facts/kernel.h"
#include "trace/parse.h"

/* Records of CPUs arrive in turns of SystemTap's reader: so long after an attach's last one may come another. */
#define HOLD_NS 10000000000ull
/* In a log that has its sums, so long after one. */
#define LATE_NS 3000000000ull
/* A write that has not returned by then will not: its record is lost. */
#define WRITE_NS 60000000000ull
/* How often that is looked at. */
#define LOOK_NS 100000000ull

#define SEEN   16384 /* records that are known again */
#define ENDED  16384 /* attaches whose late records are known */
#define SUMS   64    /* of the log, for whether a stop is missing */
#define TABLES 32    /* of stops, for those that say `same`; within 50 ms of each other */

struct seen {
	uint64_t key, hash;
};

struct ended {
	uint64_t id, ns;
	bool provisional; /* its end was recorded before it returned */
	uint64_t what;	  /* who wrote what where */
};

/* What was recorded with a stop. */
struct table {
	uint64_t stop; /* its SEQ, 0: none */
	struct arena arena;
	bool has_creator;
	unsigned long creator_line;
	struct record_creator creator;
	struct task *tasks;
	size_t count;
};

/* How many stops were not here when a sum of the log was made. */
struct sum {
	uint64_t ns, missing;
	bool certain; /* none was made after the sum and is here */
};

/* Kinds of counted refusals that are kept: a recorder has some hundred, a hostile log one for each line. */
#define COUNTED_MAX   4096
#define COUNTED_SLOTS (2 * COUNTED_MAX)
#define COUNTED_BYTES (1u << 20)

struct log_memory {
	struct seen seen[SEEN];
	struct ended ended[ENDED];
	struct table table[TABLES];
	size_t next_table;
	uint64_t ids; /* attaches so far */
	uint64_t newest, oldest, looked;
	uint64_t newest_stop;
	struct sum sum[SUMS]; /* the latest, at sums % SUMS the next */
	size_t sums;
	uint16_t counted[COUNTED_SLOTS]; /* by their hash: the places in log->counted, plus 1 */
	size_t counted_bytes;
};

static struct log_memory *memory_of(struct log *log)
{
	if (!log->memory)
		log->memory = xcalloc(1, sizeof(*log->memory));
	return log->memory;
}

static void table_fini(struct table *table)
{
	arena_fini(&table->arena);
	free(table->tasks);
	memset(table, 0, sizeof(*table));
}

bool after_fits(const struct log *log, uint64_t mono_ns)
{
	return !log->has_trailer &&
	       !(log->memory && log->memory->oldest && log->memory->oldest < mono_ns);
}

void log_memory_free(struct log_memory *memory)
{
	for (size_t i = 0; memory && i < TABLES; i++)
		table_fini(&memory->table[i]);
	free(memory);
}

/* ---- the same record twice ---- */

enum again { AGAIN_NEW, AGAIN_SAME, AGAIN_OTHER };

static uint64_t key_of(enum record_kind kind, uint64_t id, uint64_t seq, uint32_t n)
{
	uint64_t key = hash_number(hash_number(hash_begin(), kind), id);

	key = hash_number(hash_number(key, seq), n);
	return key + !key;
}

static enum again seen_before(struct log *log, const struct record *record)
{
	uint64_t key = key_of(record->kind, record->id, record->seq,
			      record->kind == RECORD_GROUP ? record->task.n : 0);
	struct seen *seen = &memory_of(log)->seen[key % SEEN];

	if (seen->key == key)
		return seen->hash == record->hash ? AGAIN_SAME : AGAIN_OTHER;
	*seen = (struct seen){ key, record->hash };
	return AGAIN_NEW;
}

/* ---- an attach that ended, and its ID ---- */

static uint64_t what_of(const struct record_attach *a)
{
	uint64_t hash = hash_number(hash_number(hash_begin(), a->pid), a->tgid);

	return hash_string(hash_string(hash_string(hash, a->file), a->text), a->dst);
}

/* With refused_only an accepted attach may be recorded before it returns, and once more when it has. */
static bool is_provisional(const struct log *log, const struct record_attach *a)
{
	return a->ret == 1 && (!log->has_header || log->header.refused_only);
}

static struct ended *ended_of(struct log *log, uint64_t raw_id)
{
	return &memory_of(log)->ended[hash_number(hash_begin(), raw_id) % ENDED];
}

static void note_ended(const struct attach *a)
{
	*ended_of(a->log, a->raw_id) =
		(struct ended){ a->raw_id, a->end.t,
				a->end.ret == 1 && is_provisional(a->log, &a->begin),
				what_of(&a->begin) };
}

/* Is it of an attach that was closed before it came? */
static bool is_late(struct log *log, const struct record *record)
{
	const struct ended *ended = ended_of(log, record->id);

	return ended->id == record->id && record->seq <= ended->ns;
}

static bool repeats_closed(struct log *log, const struct record *record)
{
	const struct ended *ended = ended_of(log, record->id);

	return record->kind == RECORD_ATTACH && ended->id == record->id && ended->provisional &&
	       record->attach.ret > 0 && ended->what == what_of(&record->attach);
}

static bool has_kind(const struct attach *a, enum record_kind kind)
{
	if (kind == RECORD_WRITER)
		return a->has_writer;
	if (kind == RECORD_PLACE)
		return a->placed;
	for (size_t i = 0; i < a->task_count; i++)
		if (a->tasks[i].kind == kind)
			return true;
	return false;
}

static bool is_whole_record(enum record_kind kind)
{
	return kind == RECORD_CLONE || kind == RECORD_WRITE;
}

static bool comes_once(enum record_kind kind)
{
	return kind == RECORD_STOP || kind == RECORD_WRITER || kind == RECORD_TARGET ||
	       kind == RECORD_PLACE || kind == RECORD_PARENT;
}

static bool is_of_a_write(enum record_kind kind)
{
	return kind == RECORD_WRITER || kind == RECORD_TARGET || kind == RECORD_PLACE ||
	       kind == RECORD_ATTACH || kind == RECORD_UNMOVED;
}

/* Does a record that comes now begin another write of the same ID? */
static bool begins_another(const struct attach *a, const struct record *record)
{
	if (record->kind == RECORD_FAILED)
		return false;
	if (is_whole_record(record->kind) || a->has_clone || a->outside)
		return true;
	if (a->ended)
		return record->seq > a->end.t || record->kind == RECORD_ATTACH;
	if (a->kernel && is_of_a_write(record->kind))
		return true;
	return record->kind != RECORD_ATTACH && comes_once(record->kind) &&
	       has_kind(a, record->kind) && record->seq > a->last_seq;
}

static bool is_repetition(const struct attach *a, const struct record *record)
{
	return a->ended && record->kind == RECORD_ATTACH && a->end.ret == 1 &&
	       record->attach.ret > 0 && is_provisional(a->log, &a->begin) &&
	       what_of(&a->begin) == what_of(&record->attach);
}

static struct attach *attach_of(struct model *model, const struct record *record)
{
	struct attach *a = model_find(model, record->id);

	bool after_own = a && a->kernel;

	if (a && begins_another(a, record)) {
		model_close(model, a);
		a = NULL;
	}
	if (a)
		return a;
	a = model_open(model, record->id);
	a->after_own = after_own;
	a->id = ++memory_of(model->log)->ids;
	a->first_seq = record->seq;
	return a;
}

/* ---- its records ---- */

static void add_end(struct attach *a, const struct record *record, unsigned long line)
{
	struct record_attach *b = &a->begin;
	struct arena *arena = &a->arena;
	const struct record_attach kept = *b;

	*b = record->attach;
	b->t = record->seq;
	b->comm = arena_strdup(arena, b->comm);
	b->file = arena_strdup(arena, b->file);
	b->text = arena_strdup(arena, b->text);
	b->dst = arena_strdup(arena, b->dst);
	b->name = b->src = b->controllers = "";
	b->reached = 1;
	if (a->has_writer) {
		b->ppid = kept.ppid;
		b->euid = kept.euid;
		b->fuid = kept.fuid;
		b->ns = kept.ns;
		b->level = kept.level;
		b->nspid = kept.nspid;
		b->reached = kept.reached;
		b->nbytes = kept.nbytes;
		b->tnspid = kept.tnspid;
		b->name = kept.name;
		b->rflags = kept.rflags;
		b->src = kept.src;
	}
	a->begun = a->ended = true;
	a->begin_line = a->end_line = line;
	a->end = (struct record_end){ .t = record->seq, .ret = b->ret, .records = b->records };
	attach_see_writer(a);
}

static void add_writer(struct attach *a, const struct record_writer *writer, unsigned long line)
{
	struct record_attach *b = &a->begin;

	a->has_writer = true;
	a->writer_line = line;
	a->writer = *writer;
	a->writer.name = b->name = arena_strdup(&a->arena, writer->name);
	a->writer.src = b->src = arena_strdup(&a->arena, writer->src);
	b->ppid = writer->ppid;
	b->euid = writer->euid;
	b->fuid = writer->fuid;
	b->ns = writer->ns;
	b->level = writer->level;
	b->nspid = writer->nspid;
	b->reached = writer->reached;
	b->nbytes = writer->nbytes;
	b->tnspid = writer->tnspid;
	b->rflags = writer->rflags;
}

/* A call that has one record. */
static void end_at_once(struct attach *a, const struct record *record, int64_t ret,
			unsigned long line)
{
	a->ended = true;
	a->end_line = line;
	a->end = (struct record_end){ .t = record->seq, .ret = ret, .records = a->received };
}

static void add_clone(struct attach *a, const struct record *record, unsigned long line)
{
	struct arena *arena = &a->arena;
	struct record_clone *c = &a->clone;

	*c = record->clone;
	c->comm = arena_strdup(arena, c->comm);
	c->src = arena_strdup(arena, c->src);
	c->dst = arena_strdup(arena, c->dst);
	a->has_clone = a->begun = true;
	a->clone_line = a->begin_line = line;
	a->begin = (struct record_attach){
		.t = record->seq,
		.pid = c->pid,
		.tgid = c->tgid,
		.ppid = c->ppid,
		.comm = c->comm,
		.euid = c->euid,
		.ns = c->ns,
		.level = c->level,
		.nspid = c->nspid,
		.reached = 1,
		.v = c->v,
		.file = "",
		.text = "",
		.name = "",
		.controllers = "",
		.src = c->src,
		.dst = c->dst,
	};
	end_at_once(a, record, c->ret, line);
	attach_see_writer(a);
}

static void add_write(struct attach *a, const struct record *record, unsigned long line)
{
	struct record_write write = record->write;

	write.t = record->seq;
	attach_set_write(a, &write, line);
	end_at_once(a, record, -22, line); /* it is recorded for EINVAL only */
}

/* One that a sum was ahead of: the records of another CPU came later. */
static void note_late_stop(struct log_memory *memory, uint64_t ns)
{
	for (size_t i = 0; i < SUMS && i < memory->sums; i++)
		if (memory->sum[i].ns >= ns && memory->sum[i].missing)
			memory->sum[i].missing--;
}

/* Its time is the record's, which is the first field that a row of the older formats has. */
static void add_row(struct attach *a, const struct record *record, unsigned long line)
{
	struct record dated = *record;

	dated.task.row.t = record->seq;
	attach_add_task(a, &dated, line);
	if (record->kind == RECORD_STOP) {
		a->kernel = record->task.own;
		a->log->here.stops_told++;
		note_late_stop(memory_of(a->log), record->seq);
		memory_of(a->log)->newest_stop = record->seq > memory_of(a->log)->newest_stop ?
							 record->seq :
							 memory_of(a->log)->newest_stop;
	}
}

static bool is_counted(enum record_kind kind)
{
	return kind == RECORD_WRITER || kind == RECORD_TARGET || kind == RECORD_PLACE ||
	       kind == RECORD_ATTACH || is_whole_record(kind);
}

static void add_to_attach(struct model *model, const struct record *record, unsigned long line)
{
	struct attach *known = model_find(model, record->id);

	if (known && is_repetition(known, record)) {
		known->end.ret = known->begin.ret = record->attach.ret;
		return;
	}
	struct attach *a = attach_of(model, record);

	a->contradicted |= comes_once(record->kind) && has_kind(a, record->kind);
	a->received += is_counted(record->kind);
	a->last_line = line;
	a->last_seq = record->seq > a->last_seq ? record->seq : a->last_seq;
	a->first_seq = record->seq < a->first_seq ? record->seq : a->first_seq;
	switch (record->kind) {
	case RECORD_ATTACH:
		add_end(a, record, line);
		break;
	case RECORD_WRITER:
		add_writer(a, &record->writer, line);
		break;
	case RECORD_CLONE:
		add_clone(a, record, line);
		break;
	case RECORD_WRITE:
		add_write(a, record, line);
		break;
	case RECORD_PLACE:
		a->place = record->place;
		a->placed = true;
		a->place_line = line;
		break;
	case RECORD_CREATOR:
		attach_set_creator(a, &record->creator, line);
		break;
	case RECORD_UNMOVED:
		a->unmoved = true;
		break;
	case RECORD_FAILED:
		a->failed = arena_strdup(&a->arena, record->failed.fn);
		break;
	default:
		add_row(a, record, line);
	}
	model_limit(model, a);
}

/* ---- closing ---- */

static const struct task *stop_of(const struct attach *a)
{
	for (size_t i = 0; i < a->task_count; i++)
		if (a->tasks[i].kind == RECORD_STOP)
			return &a->tasks[i];
	return NULL;
}

static bool is_of_table(const struct task *task)
{
	return task->kind == RECORD_PARENT || task->kind == RECORD_GROUP;
}

static struct task copy_task(struct arena *arena, const struct task *from)
{
	struct task task = *from;

	task.r.row.comm = arena_strdup(arena, from->r.row.comm);
	return task;
}

static struct record_creator copy_creator(struct arena *arena, const struct record_creator *from)
{
	struct record_creator c = *from;

	c.map.path = arena_strdup(arena, from->map.path);
	c.map.fs = arena_strdup(arena, from->map.fs);
	c.exe.path = arena_strdup(arena, from->exe.path);
	c.exe.fs = arena_strdup(arena, from->exe.fs);
	return c;
}

static void keep_table(const struct attach *a, const struct task *stop)
{
	struct log_memory *memory = memory_of(a->log);
	struct table *table = &memory->table[memory->next_table++ % TABLES];

	table_fini(table);
	table->stop = stop->seq;
	table->tasks = xcalloc(a->task_count, sizeof(*table->tasks));
	for (size_t i = 0; i < a->task_count; i++)
		if (is_of_table(&a->tasks[i]))
			table->tasks[table->count++] = copy_task(&table->arena, &a->tasks[i]);
	table->has_creator = a->has_creator;
	if (!a->has_creator)
		return;
	table->creator = copy_creator(&table->arena, &a->creator);
	table->creator_line = a->creator_line;
}

static const struct table *find_table(const struct log *log, uint64_t stop)
{
	for (size_t i = 0; i < TABLES; i++)
		if (log->memory->table[i].stop == stop)
			return &log->memory->table[i];
	return NULL;
}

static void take_table(struct attach *a, const struct table *table)
{
	a->has_table = true;
	for (size_t i = 0; i < table->count; i++) {
		a->tasks = xgrow(a->tasks, a->task_count, &a->task_room, sizeof(*a->tasks));
		a->tasks[a->task_count++] = copy_task(&a->arena, &table->tasks[i]);
	}
	if (!table->has_creator || a->has_creator)
		return;
	a->creator = copy_creator(&a->arena, &table->creator);
	a->creator_line = table->creator_line;
	a->has_creator = true;
}

/* The controllers of a mask, by the names that the header has. */
static const char *names_of(struct arena *arena, const char *list, uint64_t mask)
{
	const char *name, *comma = "";
	struct text names;
	size_t len;

	text_begin(&names);
	for (unsigned int bit = 0; bit < 64 && (name = list_next(&list, &len)); bit++) {
		if (!(mask & 1ull << bit))
			continue;
		fprintf(names.out, "%s%.*s", comma, (int)len, name);
		comma = ",";
	}
	return text_end(&names, arena);
}

static void settle_table(struct attach *a)
{
	const struct task *stop = stop_of(a);
	const struct table *table = stop && stop->r.same ? find_table(a->log, stop->r.same) : NULL;

	if (table)
		take_table(a, table);
	else if (stop && stop->r.same)
		a->lacks_table = true;
	else if (stop)
		keep_table(a, stop);
}

static void count(struct log *log, const struct attach *a)
{
	bool subtree = a->begun && !strcmp(a->begin.file, "cgroup.subtree_control");
	bool write = !a->has_clone && !a->kernel && !subtree;

	log->kernels += a->kernel;
	log->subtrees += subtree && !a->property;
	log->clones += a->has_clone;
	log->here.placed_told += a->has_clone;
	log->headless += write && !a->ended;
	log->properties += a->property;
	if (a->ended)
		log->missing += a->end.records > a->received ? a->end.records - a->received : 0;
	if (!write || !a->ended)
		return;
	*(a->end.ret < 0 ? &log->here.refused_told : &log->here.accepted_told) += 1;
}

/* A write that is refused by a controller has returned by then. */
#define RETURNS_NS 10000000000ull

/*
 * Is every stop here that was made while the attach was under way, as the first sum after it says? There
 * are as many missing as there were at a sum of long before it; or none.
 */
static bool is_accounted(const struct log *log, const struct attach *a)
{
	const struct log_memory *memory = log->memory;
	const struct sum *before = NULL, *after = NULL;

	if (!memory || a->after_own || a->failed)
		return false;
	for (size_t i = 0; i < SUMS && i < memory->sums; i++) {
		const struct sum *sum = &memory->sum[i];

		if (sum->ns >= a->last_seq && (!after || sum->ns < after->ns))
			after = sum;
		if (sum->certain && sum->ns + RETURNS_NS < a->first_seq &&
		    (!before || sum->ns > before->ns))
			before = sum;
	}
	return after && after->certain &&
	       (!after->missing || (before && before->missing == after->missing));
}

/*
 * `unmoved` alone: the recorder went over its budget before the write returned, and only counted it. One whose attach
 * record is lost is missing in the sums.
 */
static bool is_remark(const struct attach *a)
{
	return a->unmoved && !a->begun && !a->has_writer && !a->task_count && !a->failed;
}

bool after_close(struct attach *a)
{
	struct log *log = a->log;

	a->accounted = is_accounted(log, a);
	settle_table(a);
	if (a->begun && !a->has_clone && !a->outside && log->has_header)
		a->begin.controllers = names_of(&a->arena, log->header.controllers, a->begin.mask);
	a->property = a->ended && a->end.ret < 0 && !stop_of(a) && !a->failed && !a->outside &&
		      !a->has_clone && !strcmp(a->begin.file, "cgroup.subtree_control");
	a->complete = !a->contradicted && !a->failed &&
		      (a->kernel || (a->ended && a->received == a->end.records));
	if (is_remark(a))
		return false;
	count(log, a);
	if (a->ended && !a->outside && !a->has_clone)
		note_ended(a);
	return !a->property;
}

static void note_sum(struct log *log, const struct record *record)
{
	struct log_memory *memory = memory_of(log);
	uint64_t made = record->totals.stops, here = log->before.stops_told + log->here.stops_told;

	memory->sum[memory->sums++ % SUMS] =
		(struct sum){ record->seq, made - here,
			      made >= here && memory->newest_stop <= record->seq };
}

/*
 * Until when is every stop here that will come? What is missing at a sum may be on its way, since CPUs' records come in
 * turns; what was missing at one well before it was not recorded, or is lost.
 */
static uint64_t all_here_until(const struct log_memory *memory)
{
	const struct sum *last = &memory->sum[(memory->sums - 1) % SUMS];
	uint64_t until = 0;

	if (!last->missing)
		return last->ns;
	for (size_t i = 0; i < SUMS && i < memory->sums; i++) {
		const struct sum *sum = &memory->sum[i];

		if (sum->missing == last->missing && sum->ns + LATE_NS < last->ns &&
		    sum->ns > until)
			until = sum->ns;
	}
	return until;
}

static void close_until(struct model *model, uint64_t ns)
{
	skim_close_until(model, ns);
	for (struct attach *a = model->oldest, *next; a; a = next) {
		next = a->newer;
		if (a->last_seq > ns || (!a->ended && !a->kernel && !a->failed))
			continue;
		model_close(model, a);
	}
}

static void note_time(struct log_memory *memory, uint64_t now)
{
	memory->newest = now > memory->newest ? now : memory->newest;
	memory->oldest = memory->oldest && memory->oldest < now ? memory->oldest : now;
}

static void close_old(struct model *model, uint64_t now)
{
	struct log_memory *memory = memory_of(model->log);

	note_time(memory, now);
	if (memory->newest - memory->looked < LOOK_NS)
		return;
	memory->looked = memory->newest;
	if (memory->newest > HOLD_NS)
		skim_close_until(model, memory->newest - HOLD_NS - 1);
	for (struct attach *a = model->oldest, *next; a; a = next) {
		uint64_t age = memory->newest - a->last_seq;

		next = a->newer;
		if (age > HOLD_NS && (a->ended || a->kernel || age > WRITE_NS))
			model_close(model, a);
	}
}

/* ---- the log's own records ---- */

static bool is_kind(const struct counted *c, const struct record_count *count)
{
	return c->ret == count->ret && c->tgid == count->tgid && c->dir == count->dir &&
	       !strcmp(c->fn, count->fn) && !strcmp(c->comm, count->comm);
}

/* Where the kind is, or is to be, in the table. */
static uint16_t *counted_slot(const struct log *log, struct log_memory *memory,
			      const struct record_count *count)
{
	uint64_t hash = hash_string(hash_string(hash_begin(), count->fn), count->comm);

	hash = hash_number(hash_number(hash_number(hash, count->ret), count->tgid), count->dir);
	for (;; hash++) {
		uint16_t *slot = &memory->counted[hash % COUNTED_SLOTS];

		if (!*slot || is_kind(&log->counted[*slot - 1], count))
			return slot;
	}
}

/* The sum has those for which there is no room, too: the kinds are a sample in any case. */
static void add_count(struct model *model, struct log *log, const struct record_count *count)
{
	struct log_memory *memory = memory_of(log);
	uint16_t *slot = counted_slot(log, memory, count);
	size_t bytes = sizeof(*log->counted) + strlen(count->fn) + strlen(count->comm) + 2;

	log->here.counted += count->n;
	if (*slot) {
		log->counted[*slot - 1].n += count->n;
		return;
	}
	if (log->counted_count == COUNTED_MAX || bytes > COUNTED_BYTES - memory->counted_bytes)
		return;
	memory->counted_bytes += bytes;
	model->log_bytes += bytes;
	log->counted =
		xgrow(log->counted, log->counted_count, &log->counted_room, sizeof(*log->counted));
	log->counted[log->counted_count++] =
		(struct counted){ arena_strdup(&log->arena, count->fn),
				  arena_strdup(&log->arena, count->comm),
				  count->ret,
				  count->tgid,
				  count->dir,
				  count->n };
	*slot = log->counted_count;
}

static void add_totals(struct model *model, struct log *log, const struct record *record)
{
	bool last = record->kind == RECORD_TRAILER;

	if (record->seq >= log->totals_ns) {
		log->totals = record->totals;
		log->totals_ns = record->seq;
	}
	if (last) {
		log->has_trailer = true;
		log->trailer = (struct record_trailer){ .t = record->seq,
							.filtered = record->totals.filtered };
	}
	note_sum(log, record);
	close_until(model, all_here_until(memory_of(log)));
}

/* What came before is in this file or, if it begins with this segment, in the sums. */
static void begin_segment(struct log *log, uint64_t seq, const struct record_segment *segment)
{
	if (!log->continued) {
		log->before = segment->before;
		log->before_seq = seq;
		return;
	}
	log->continued = false;
	log->skipped |= segment->n != log->next_segment;
}

static void end_segment(struct log *log, const struct record_continued *continued)
{
	log->continued = true;
	log->next_segment = continued->n;
	log->totals.accepted = continued->accepted;
	log->totals.refused = continued->refused;
	log->totals.counted = continued->counted;
}

static void add_to(struct record_unkept *all, const struct record_unkept *unkept)
{
	if (!all->since)
		all->since = unkept->since;
	all->bytes += unkept->bytes;
	all->records += unkept->records;
	all->refusals += unkept->refusals;
}

/* What a segment begins with is in its sums, and was made with them. */
static void add_unkept(struct log *log, uint64_t seq, const struct record_unkept *unkept)
{
	add_to(&log->unkept, unkept);
	if (!log->before_seq || seq != log->before_seq)
		add_to(&log->unkept_here, unkept);
}

static int pass_over(struct log *log)
{
	log->repeated++;
	return -1;
}

static void contradict(struct model *model, const struct record *record)
{
	struct attach *a = record->id ? model_find(model, record->id) : NULL;

	if (a)
		a->contradicted = true;
}

/* ERESTARTSYS and its like: a signal came first, and the call is made once more. The caller sees none of them. */
static bool is_interrupted(const struct record_clone *clone)
{
	return clone->ret <= -512 && clone->ret >= -516;
}

/* A controller without a record refused a write all the same; else that write must be known. */
static bool is_of_write(struct model *model, const struct record *record)
{
	return kernel_controller_of(record->failed.fn, 2) || model_find(model, record->id);
}

int after_add(struct model *model, const struct record *record, unsigned long line)
{
	struct log *log = model->log;

	switch (seen_before(log, record)) {
	case AGAIN_SAME:
		return 0;
	case AGAIN_OTHER:
		contradict(model, record);
		return pass_over(log);
	case AGAIN_NEW:
		break;
	}
	if (log->has_trailer && record->seq > log->trailer.t && record->kind != RECORD_CGATTACH)
		return pass_over(log);
	switch (record->kind) {
	case RECORD_CGATTACH:
		return 0;
	case RECORD_ARMED:
		log->armed_ns = log->armed_ns ? log->armed_ns : record->seq;
		return 0;
	case RECORD_COUNT:
		add_count(model, log, &record->count);
		return 0;
	case RECORD_TOTAL:
	case RECORD_TRAILER:
		add_totals(model, log, record);
		return 0;
	case RECORD_SEGMENT:
		begin_segment(log, record->seq, &record->segment);
		return 0;
	case RECORD_CONTINUED:
		end_segment(log, &record->continued);
		return 0;
	case RECORD_UNKEPT:
		add_unkept(log, record->seq, &record->unkept);
		return 0;
	case RECORD_CLONE:
		if (!is_interrupted(&record->clone))
			break;
		log->here.placed_told++;
		log->interrupted++;
		return 0;
	default:
		break;
	}
	if (record->kind == RECORD_FAILED) {
		log->failed++;
		if (!is_of_write(model, record))
			return 0;
	}
	if (!model_find(model, record->id))
		skim_revive(model, record->id);
	if (!model_find(model, record->id)) {
		if (repeats_closed(log, record))
			return 0;
		if (is_late(log, record))
			return pass_over(log);
	}
	add_to_attach(model, record, line);
	close_old(model, record->seq);
	return 0;
}

/* ---- what was skimmed ---- */

bool after_takes_skimmed(struct log *log, const struct skimmed *skimmed)
{
	struct log_memory *memory = memory_of(log);
	uint64_t key = key_of(RECORD_ATTACH, skimmed->id, skimmed->seq, 0);
	struct seen *seen = &memory->seen[key % SEEN];

	if (seen->key == key || ended_of(log, skimmed->id)->id == skimmed->id)
		return false;
	*seen = (struct seen){ key, skimmed->hash };
	note_time(memory, skimmed->seq);
	return true;
}

uint64_t after_next_id(struct log *log)
{
	return ++memory_of(log)->ids;
}

void after_close_skimmed(struct log *log, uint64_t id, uint64_t ns)
{
	log->attaches++;
	log->here.accepted_told++;
	*ended_of(log, id) = (struct ended){ .id = id, .ns = ns };
}

struct attach *after_attach_of(struct log *log, const struct record *record, uint64_t id,
			       unsigned long line)
{
	struct attach *a = xcalloc(1, sizeof(*a));

	a->log = log;
	a->id = id;
	a->raw_id = record->id;
	a->received = 1;
	a->complete = true;
	a->first_seq = a->last_seq = record->seq;
	a->last_line = line;
	add_end(a, record, line);
	return a;
}

void after_add_again(struct model *model, const struct record *record, uint64_t id,
		     unsigned long line)
{
	uint64_t ids = memory_of(model->log)->ids;

	add_to_attach(model, record, line);
	model_find(model, record->id)->id = id;
	memory_of(model->log)->ids = ids;
}
