/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace/intake.h"

#include <stdlib.h>
#include <string.h>

#include "facts/kernel.h"
#include "trace/snapshot.h"

struct model *model_new(void)
{
	struct model *model = xcalloc(1, sizeof(*model));

	model->last_log = &model->logs;
	model->last_closed = &model->closed;
	return model;
}

static void close_all(struct model *model);

void model_free(struct model *model)
{
	if (!model)
		return;
	close_all(model);
	for (struct attach *attach; (attach = model_steal_closed(model));)
		attach_free(attach);
	while (model->logs) {
		struct log *next = model->logs->next;

		snapshot_free(model->logs->snapshot);
		log_memory_free(model->logs->memory);
		sequence_end(&model->logs->sequence);
		free(model->logs->counted);
		arena_fini(&model->logs->arena);
		free(model->logs);
		model->logs = next;
	}
	skim_ring_free(model->ring);
	free(model->numbers);
	free(model);
}

void model_keep_accepted(struct model *model)
{
	model->keep_accepted = true;
}

void model_keep_snapshot(struct model *model, uint64_t time, bool wall)
{
	model->keep_snapshot = true;
	model->snapshot_time = time;
	model->snapshot_wall = wall;
}

static size_t bucket_of(uint64_t id)
{
	return (id * 0x9e3779b97f4a7c15ull) >> 50;
}

struct attach *model_open(struct model *model, uint64_t raw_id)
{
	struct attach *attach = xcalloc(1, sizeof(*attach)),
		      **bucket = &model->bucket[bucket_of(raw_id)];

	attach->log = model->log;
	attach->id = attach->raw_id = raw_id;
	attach->next = *bucket;
	*bucket = attach;
	attach->older = model->newest;
	*(model->newest ? &model->newest->newer : &model->oldest) = attach;
	model->newest = attach;
	return attach;
}

void attach_free(struct attach *attach)
{
	if (!attach)
		return;
	arena_fini(&attach->arena);
	free(attach->tasks);
	free(attach->answers);
	free(attach);
}

struct attach *model_find(struct model *model, uint64_t raw_id)
{
	struct attach *attach = model->bucket[bucket_of(raw_id)];

	while (attach && attach->raw_id != raw_id)
		attach = attach->next;
	return attach;
}

static void unlink_open(struct model *model, struct attach *attach)
{
	struct attach **link = &model->bucket[bucket_of(attach->raw_id)];

	while (*link != attach)
		link = &(*link)->next;
	*link = attach->next;
	*(attach->older ? &attach->older->newer : &model->oldest) = attach->newer;
	*(attach->newer ? &attach->newer->older : &model->newest) = attach->older;
	attach->next = NULL;
	model->open_bytes -= attach->bytes;
}

static int tasks_by_seq(const void *left, const void *right)
{
	const struct task *a = left, *b = right;

	return (a->seq > b->seq) - (a->seq < b->seq);
}

static int answers_by_seq(const void *left, const void *right)
{
	const struct answer *a = left, *b = right;

	return (a->seq > b->seq) - (a->seq < b->seq);
}

static void count_closed(struct log *log, const struct attach *attach)
{
	log->attaches++;
	log->incomplete += !attach->complete;
	log->refused += attach_answer(attach) < 0;
}

void model_close(struct model *model, struct attach *attach)
{
	unlink_open(model, attach);
	sort(attach->tasks, attach->task_count, sizeof(*attach->tasks), tasks_by_seq);
	sort(attach->answers, attach->answer_count, sizeof(*attach->answers), answers_by_seq);
	attach->complete = !attach->contradicted && attach->begun && attach->ended &&
			   attach->received == attach->end.records;
	if (log_is_afterwards(attach->log) && !after_close(attach)) {
		attach_free(attach);
		return;
	}
	count_closed(attach->log, attach);
	*model->last_closed = attach;
	model->last_closed = &attach->next;
}

/* Does the next segment repeat its records? */
static bool is_carried(const struct attach *attach)
{
	return attach->log->continued && !attach->ended && !attach->kernel;
}

static void close_all(struct model *model)
{
	skim_close_until(model, UINT64_MAX);
	for (struct attach *attach = model->oldest, *newer; attach; attach = newer) {
		newer = attach->newer;
		if (!is_carried(attach)) {
			model_close(model, attach);
			continue;
		}
		unlink_open(model, attach);
		attach_free(attach);
	}
}

uint64_t model_oldest_began(const struct model *model)
{
	return model->oldest && model->oldest->begun ? attach_began(model->oldest) : UINT64_MAX;
}

struct attach *model_steal_closed(struct model *model)
{
	struct attach *attach = model->closed;

	if (!attach)
		return NULL;
	model->closed = attach->next;
	if (!model->closed)
		model->last_closed = &model->closed;
	attach->next = NULL;
	return attach;
}

/* The next line belongs to another log: of this one only what is reported stays. */
static void leave_log(struct model *model)
{
	close_all(model);
	if (!model->log)
		return;
	log_memory_free(model->log->memory);
	model->log->memory = NULL;
	sequence_end(&model->log->sequence);
	free(model->numbers);
	model->numbers = NULL;
	model->log = NULL;
}

/* The log that lines belong to now; the first one that is damaged or lacks its header begins it too. */
static struct log *current(struct model *model)
{
	if (model->log)
		return model->log;
	struct log *log = xcalloc(1, sizeof(*log));

	log->file = arena_strdup(&log->arena, model->file);
	log->line = model->line ? model->line : 1;
	if (model->keep_snapshot && !model->snapshot_wall)
		log->snapshot = snapshot_new(model->snapshot_time);
	*model->last_log = log;
	model->last_log = &log->next;
	return model->log = log;
}

void model_begin_file(struct model *model, const char *file)
{
	model->file = file;
	model->line = 0;
	model->log = NULL;
}

void model_end_file(struct model *model)
{
	leave_log(model);
}

void model_note_damage(struct model *model, uint64_t lines)
{
	current(model)->damaged += lines;
}

static size_t header_bytes(const struct record_log *h)
{
	return strlen(h->release) + strlen(h->build) + strlen(h->machine) + strlen(h->prefix) +
	       strlen(h->controllers) + (h->armed ? strlen(h->armed) : 0) +
	       (h->watched ? strlen(h->watched) : 0) + strlen(h->absent) + 1024;
}

bool model_is_full(const struct model *model)
{
	return model->log_bytes > MODEL_LOGS_MAX;
}

/* The next segment of the log being read, in the same file: everything goes on. */
static bool is_next_segment(const struct log *log, const struct record_log *header)
{
	return log && log->continued && log->has_header && header->version == log->header.version &&
	       header->mono_ns == log->header.mono_ns && header->wall_ns == log->header.wall_ns;
}

/* A header opens a log, unless records of the log which it opens were faster than it. */
static void add_header(struct model *model, const struct record_log *header,
		       enum record_format format)
{
	struct log *log;

	if (is_next_segment(model->log, header))
		return;
	log = current(model);
	if (log->has_header || log->sequence.end > SEQUENCE_WINDOW ||
	    sequence_has_first(&log->sequence) || (log->format && log->format != format) ||
	    (log_is_afterwards(log) && !after_fits(log, header->mono_ns))) {
		leave_log(model);
		log = current(model);
	}
	struct arena *arena = &log->arena;

	model->log_bytes += sizeof(*log) + header_bytes(header);

	log->header = *header;
	log->header.release = arena_strdup(arena, header->release);
	log->header.build = arena_strdup(arena, header->build);
	log->header.machine = arena_strdup(arena, header->machine);
	log->header.prefix = arena_strdup(arena, header->prefix);
	log->header.controllers = arena_strdup(arena, header->controllers);
	log->header.armed = header->armed ? arena_strdup(arena, header->armed) : NULL;
	log->header.watched = header->watched ? arena_strdup(arena, header->watched) : NULL;
	log->header.absent = arena_strdup(arena, header->absent);
	log->has_header = true;
	log->version = kernel_version(header->release);
	if (model->keep_snapshot && !log->snapshot) {
		uint64_t mono = model->snapshot_time - header->wall_ns + header->mono_ns;

		log->snapshot = snapshot_new((int64_t)mono < 0 ? 0 : mono);
	}
}

static void add_begin(struct attach *attach, const struct record_attach *begin, unsigned long line)
{
	struct arena *arena = &attach->arena;

	attach->begin = *begin;
	attach->begin.comm = arena_strdup(arena, begin->comm);
	attach->begin.file = arena_strdup(arena, begin->file);
	attach->begin.text = arena_strdup(arena, begin->text);
	attach->begin.name = arena_strdup(arena, begin->name);
	attach->begin.controllers = arena_strdup(arena, begin->controllers);
	attach->begin.dst = arena_strdup(arena, begin->dst);
	attach->begin.src = arena_strdup(arena, begin->src);
	attach->begun = true;
	attach->begin_line = line;
	attach_see_writer(attach);
}

void attach_see_writer(const struct attach *attach)
{
	const struct record_attach *begin = &attach->begin;
	struct row writer = { .t = begin->t,
			      .pid = begin->pid,
			      .tgid = begin->tgid,
			      .ppid = begin->ppid,
			      .comm = begin->comm };

	if (attach->log->snapshot)
		snapshot_add(attach->log->snapshot, &writer, false);
}

void attach_set_write(struct attach *attach, const struct record_write *write, unsigned long line)
{
	attach->outside = true;
	attach->write = *write;
	attach->write.file = attach->write.path = attach->write.comm = NULL;
	add_begin(attach,
		  &(struct record_attach){ .t = write->t,
					   .pid = write->pid,
					   .tgid = write->tgid,
					   .ppid = write->ppid,
					   .comm = write->comm,
					   .euid = write->euid,
					   .ns = write->ns,
					   .level = write->level,
					   .nspid = write->nspid,
					   .file = write->file,
					   .text = "",
					   .name = "",
					   .controllers = "",
					   .dst = write->path,
					   .src = "" },
		  line);
}

struct task *attach_add_task(struct attach *attach, const struct record *record, unsigned long line)
{
	attach->tasks = xgrow(attach->tasks, attach->task_count, &attach->task_room,
			      sizeof(*attach->tasks));
	struct task *task = &attach->tasks[attach->task_count++];

	*task = (struct task){ record->kind, record->format, record->seq, line, record->task };
	if (record->task.fn)
		task->r.fn = arena_strdup(&attach->arena, record->task.fn);
	task->r.row.comm = arena_strdup(&attach->arena, record->task.row.comm);
	if (attach->log->snapshot && record->task.row.pid)
		snapshot_add(attach->log->snapshot, &record->task.row, true);
	return task;
}

static void add_answer(struct attach *attach, const struct record *record, unsigned long line)
{
	attach->answers = xgrow(attach->answers, attach->answer_count, &attach->answer_room,
				sizeof(*attach->answers));
	struct answer *answer = &attach->answers[attach->answer_count++];

	*answer = (struct answer){ record->seq, line, record->ret };
	answer->r.fn = arena_strdup(&attach->arena, record->ret.fn);
}

static struct record_file copy_file(struct arena *arena, const struct record_file *from)
{
	struct record_file file = *from;

	file.path = arena_strdup(arena, from->path);
	file.fs = arena_strdup(arena, from->fs);
	return file;
}

void attach_set_creator(struct attach *attach, const struct record_creator *creator,
			unsigned long line)
{
	attach->creator = *creator;
	attach->creator.map = copy_file(&attach->arena, &creator->map);
	attach->creator.exe = copy_file(&attach->arena, &creator->exe);
	attach->has_creator = true;
	attach->creator_line = line;
}

/* A second beginning or end of one id: that id was used twice, and the first is over. */
static struct attach *attach_of(struct model *model, const struct record *record)
{
	struct attach *attach = model_find(model, record->id);

	bool begins = record->kind == RECORD_ATTACH || record->kind == RECORD_WRITE;

	if (attach &&
	    ((begins && attach->begun) || (record->kind == RECORD_END && attach->ended))) {
		model_close(model, attach);
		attach = NULL;
	}
	return attach ? attach : model_open(model, record->id);
}

static void add_to_attach(struct model *model, const struct record *record, unsigned long line)
{
	struct attach *attach = attach_of(model, record);

	attach->received++;
	attach->last_line = line;
	switch (record->kind) {
	case RECORD_ATTACH:
		add_begin(attach, &record->attach, line);
		break;
	case RECORD_WRITE:
		attach_set_write(attach, &record->write, line);
		break;
	case RECORD_PLACE:
		attach->place = record->place;
		attach->placed = true;
		attach->place_line = line;
		break;
	case RECORD_CREATOR:
		attach_set_creator(attach, &record->creator, line);
		break;
	case RECORD_RET:
		add_answer(attach, record, line);
		break;
	case RECORD_END:
		attach->end = record->end;
		attach->ended = true;
		attach->end_line = line;
		break;
	default:
		attach_add_task(attach, record, line);
	}
	if (attach->ended && attach->begun && attach->received >= attach->end.records)
		model_close(model, attach);
	else
		model_limit(model, attach);
}

void model_limit(struct model *model, struct attach *attach)
{
	size_t bytes = sizeof(*attach) + attach->arena.total +
		       attach->task_room * sizeof(*attach->tasks) +
		       attach->answer_room * sizeof(*attach->answers);

	model->open_bytes += bytes - attach->bytes;
	attach->bytes = bytes;
	while (model->open_bytes > MODEL_OPEN_BYTES)
		model_close(model, model->oldest);
}

/* A line of the other formats was not written by the recorder of this log. */
static bool is_of(struct log *log, const struct record *record)
{
	if (record->format == FORMAT_ANY)
		return log->format != FORMAT_ANY;
	if (log->format == FORMAT_ANY)
		log->format = record->format;
	return log->format == record->format;
}

#define NUMBERS 16384 /* the latest are remembered */

static struct number *number_of(struct model *model, uint64_t seq)
{
	if (!model->numbers)
		model->numbers = xcalloc(NUMBERS, sizeof(*model->numbers));
	return &model->numbers[seq % NUMBERS];
}

static void contradict(struct model *model, uint64_t id)
{
	struct attach *attach = id ? model_find(model, id) : NULL;

	if (attach)
		attach->contradicted = true;
}

/* The number was here before: with other content, as of two recorders that write to one file? */
static void look_at_repeated(struct model *model, const struct record *record)
{
	const struct number *before = number_of(model, record->seq);

	if (!before->hash || before->seq != record->seq || before->hash == record->hash)
		return;
	contradict(model, before->id);
	contradict(model, record->id);
}

static int add(struct model *model, struct log *log, const struct record *record,
	       unsigned long line)
{
	/* A number beyond the trailer's: the next log, whose header is damaged. Not of this kernel. */
	if ((log->has_trailer && record->seq >= log->trailer.records) ||
	    !sequence_add(&log->sequence, record->seq)) {
		look_at_repeated(model, record);
		log->repeated++;
		return -1;
	}
	*number_of(model, record->seq) = (struct number){ record->seq, record->id, record->hash };
	if (record->kind == RECORD_TRAILER) {
		log->has_trailer = true;
		log->trailer = record->trailer;
	} else if (record->kind != RECORD_CGATTACH) {
		add_to_attach(model, record, line);
	}
	return 0;
}

int model_add(struct model *model, const struct record *record, unsigned long line)
{
	model->line = line;
	if (record->kind == RECORD_CGATTACH)
		add_header(model, &record->log, record->format);
	struct log *log = current(model);

	if (!is_of(log, record)) {
		log->repeated++;
		return -1;
	}
	return log_is_afterwards(log) ? after_add(model, record, line) :
					add(model, log, record, line);
}

const struct log *model_logs(const struct model *model)
{
	return model->logs;
}
