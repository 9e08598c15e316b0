/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/redact_logs.h"

#include <stdlib.h>
#include <string.h>

#include "facts/wellknown.h"
#include "report/redact_names.h"

struct redact *redact_new(void)
{
	struct redact *r = xcalloc(1, sizeof(*r));

	r->aliases = aliases_new();
	return r;
}

void redact_free(struct redact *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++) {
		free(r->logs[i]->to.counted);
		free(r->logs[i]);
	}
	free(r->logs);
	aliases_free(r->aliases);
	arena_fini(&r->arena);
	free(r);
}

/* ---- logs ---- */

static struct record_log header_of(struct redact *r, const struct record_log *from)
{
	struct record_log to = *from;
	struct arena *arena = &r->arena;

	to.release = redact_release_logged(r->aliases, from->release, arena);
	to.build = NULL; /* who built it, where */
	to.machine = redact_name_logged(r->aliases, wellknown_machine, from->machine, arena);
	to.prefix = redact_cgroup_logged(r->aliases, from->prefix, arena);
	to.controllers = redact_controllers_logged(r->aliases, from->controllers, arena);
	to.armed = redact_functions_logged(r->aliases, from->armed, arena);
	to.watched = redact_functions_logged(r->aliases, from->watched, arena);
	to.absent = redact_functions_logged(r->aliases, from->absent, arena);
	return to;
}

static struct shown_log *find_log(struct redact *r, const struct log *from)
{
	/* Mostly it is the same once more, or the next one. */
	for (size_t i = 0; i < r->count; i++) {
		size_t n = (r->last + i) % r->count;

		if (r->logs[n]->from == from)
			return r->logs[r->last = n];
	}
	struct shown_log *shown = xcalloc(1, sizeof(*shown));

	shown->from = from;
	shown->to.file =
		arena_strdup(&r->arena, redact_log_file(r->aliases, from->file, &r->arena));
	r->logs = xgrow(r->logs, r->count, &r->room, sizeof(struct shown_log *));
	return r->logs[r->count++] = shown;
}

struct log *redact_log(struct redact *r, const struct log *from)
{
	if (!from)
		return NULL;
	struct shown_log *shown = find_log(r, from);
	struct log old = shown->to;

	shown->to = *from;
	shown->to.next = old.next;
	shown->to.file = old.file;
	shown->to.header =
		old.has_header || !from->has_header ? old.header : header_of(r, &from->header);
	shown->to.counted = old.counted;
	shown->to.counted_count = old.counted_count;
	shown->to.snapshot = NULL;
	shown->to.memory = NULL;
	memset(&shown->to.arena, 0, sizeof(shown->to.arena));
	memset(&shown->to.sequence, 0, sizeof(shown->to.sequence));
	return &shown->to;
}

static void copy_counted(struct redact *r, struct log *to, const struct log *from)
{
	if (to->counted && to->counted_count == from->counted_count)
		return;
	free(to->counted);
	to->counted = xcalloc(from->counted_count + 1, sizeof(*to->counted));
	to->counted_count = from->counted_count;
	for (size_t i = 0; i < from->counted_count; i++) {
		struct counted *c = &to->counted[i];

		*c = from->counted[i];
		c->fn = redact_function_logged(r->aliases, c->fn, &r->arena);
		c->comm = redact_program_logged(r->aliases, c->comm, &r->arena);
	}
}

const struct log *redact_all_logs(struct redact *r, const struct log *logs)
{
	struct log *first = redact_log(r, logs);

	if (logs && r->all == logs)
		return first;
	r->all = logs;
	for (struct log *to = first; logs; logs = logs->next, to = to->next) {
		to->next = redact_log(r, logs->next);
		copy_counted(r, to, logs);
	}
	return first;
}
