/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/finding.h"

#include <stdlib.h>
#include <string.h>

static enum door door_of(const struct attach *a)
{
	if (a->has_clone)
		return DOOR_CLONE;
	if (a->kernel)
		return DOOR_KERNEL;
	return a->begun && !strcmp(a->begin.file, "cgroup.subtree_control") ? DOOR_SUBTREE_CONTROL :
									      DOOR_WRITE;
}

/* The cgroup of a clone3() is on v2, or was no cgroup that it takes. */
static uint32_t cgroup_of(const struct attach *a)
{
	return a->has_clone && a->begin.v != 2 ? 0 : a->begin.v;
}

/* From format 4 on names come from the header. On v2 a controller may be called that is enabled at the source alone. */
static const char *controllers_of(const struct attach *a)
{
	const struct record_attach *b = &a->begin;
	bool named = a->log->has_header || !log_is_afterwards(a->log);

	return b->v == 1 && b->hier && named ? b->controllers : NULL;
}

void finding_set_premise(struct finding *f)
{
	const struct attach *a = f->attach;
	const struct log *log = a->log;

	f->premise = (struct premise){
		.release = log->has_header ? log->header.release : NULL,
		.version = log->version,
		.rt_group_sched = log->has_header ? (int)log->header.rt_group_sched : -1,
		.sched_class_ext = log->has_header ? (int)log->header.sched_class_ext : -1,
		.door = door_of(a),
		.recorded = true,
		.pid = -1,
	};
	if (!a->begun)
		return;
	f->premise.cgroup = cgroup_of(a);
	f->premise.controllers = a->has_clone ? NULL : controllers_of(a);
	f->premise.root = f->premise.cgroup == 2 && a->begin.dst && !strcmp(a->begin.dst, "/");
	f->premise.file = a->begin.v && !a->has_clone ? a->begin.file : NULL;
}

void finding_free(struct finding *f)
{
	if (!f)
		return;
	thread_table_fini(&f->table);
	arena_fini(&f->arena);
	strings_fini(&f->facts);
	strings_fini(&f->advice);
	free(f->evidence);
	free(f->excluded);
	attach_free(f->attach);
	free(f);
}

const char *confidence_name(enum confidence confidence)
{
	static const char *const names[] = { NULL, "inferred", "proven" };

	return names[confidence];
}

const char *proof_name(enum proof proof)
{
	static const char *const names[] = { NULL, "seen", "deduced" };

	return names[proof];
}

int32_t finding_target(const struct finding *f)
{
	return f->attach->begin.tpid || !f->target ? f->attach->begin.tpid : f->target->r.found;
}
