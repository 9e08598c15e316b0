/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "match/refusals.h"

#include <stdlib.h>
#include <string.h>

#include "base/spill.h"
#include "trace/parse.h"

struct refusals {
	struct spill *kept; /* of struct refusal, by number */
	struct pool *pool;
};

struct refusals *refusals_new(void)
{
	struct refusals *r = xcalloc(1, sizeof(*r));

	r->kept = spill_new();
	r->pool = pool_new();
	return r;
}

void refusals_free(struct refusals *r)
{
	if (!r)
		return;
	spill_free(r->kept);
	pool_free(r->pool);
	free(r);
}

static const struct refusal_form *form_of(struct refusals *r, const struct finding *f)
{
	const struct attach *a = f->attach;
	struct refusal_form form;

	/* Compared byte by byte: also what is between the members. */
	memset(&form, 0, sizeof(form));
	form.log = a->log;
	form.controllers = pool_keep_string(r->pool, a->begin.controllers);
	form.name = pool_keep_string(r->pool, a->begin.name);
	form.function = pool_keep_string(r->pool, f->function);
	form.v = a->begin.v;
	form.begun = a->begun;
	form.outside = a->outside;
	form.has_clone = a->has_clone;
	return pool_keep(r->pool, &form, sizeof(form));
}

/* No error line has a longer path (PATH_MAX). */
#define PATH_KEPT 4096

static const char *cgroup_of(struct refusals *r, const struct finding *f)
{
	struct arena arena = { 0 };
	const char *cgroup = NULL;

	if (f->attach->begun)
		cgroup = pool_keep_string(r->pool,
					  arena_printf(&arena, "%.*s", PATH_KEPT,
						       parse_plain(&arena, f->attach->begin.dst)));
	arena_fini(&arena);
	return cgroup;
}

void refusals_note(struct refusals *r, const struct finding *f)
{
	const struct attach *a = f->attach;
	const struct refusal refusal = {
		.id = a->id,
		.form = form_of(r, f),
		.cgroup = cgroup_of(r, f),
		.pid = a->outside ? -1 : attach_written_pid(a),
		.target = finding_target(f),
		.cause = f->cause,
		.confidence = f->confidence,
		.is_nested = attach_is_nested(a),
		.ns = a->begin.ns,
		.level = a->begin.level,
	};

	spill_append(r->kept, &refusal, sizeof(refusal));
}

uint64_t refusals_count(const struct refusals *r)
{
	return spill_size(r->kept) / sizeof(struct refusal);
}

struct refusal refusals_get(const struct refusals *r, uint64_t number)
{
	struct refusal refusal;

	spill_read(r->kept, number * sizeof(refusal), &refusal, sizeof(refusal));
	return refusal;
}

struct pool *refusals_pool(const struct refusals *r)
{
	return r->pool;
}
