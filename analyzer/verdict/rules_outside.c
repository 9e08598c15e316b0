/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/rules_outside.h"

#include <string.h>

#include "base/util.h"
#include "facts/machine.h"
#include "verdict/rules.h"

#define V1_MAGIC  0x27e0eb
#define V2_MAGIC  0x63677270
#define PARTS_MAX 1024 /* UIO_MAXIOV */

static bool is_call(const struct finding *f, const char *const *names, size_t n)
{
	const char *call = machine_call(f->attach->log->header.machine, f->attach->write.nr);

	for (size_t i = 0; call && i < n; i++)
		if (!strcmp(call, names[i]))
			return true;
	return false;
}

#define IS_CALL(f, ...)                                                                            \
	is_call(f, (const char *const[]){ __VA_ARGS__ },                                           \
		ARRAY_SIZE(((const char *const[]){ __VA_ARGS__ })))

static const char *bad_position(const struct finding *f)
{
	int64_t pos = f->attach->write.pos;

	if (IS_CALL(f, "pwritev2"))
		/* -1 means where the file stands. */
		return pos < -1 ? "the position is negative" : NULL;
	return pos < 0 && IS_CALL(f, "pwrite64", "pwritev") ? "the position is negative" : NULL;
}

static const char *bad_count(const struct finding *f)
{
	int64_t count = f->attach->write.count;

	if (IS_CALL(f, "write", "pwrite64"))
		return count < 0 ? "the count is above SSIZE_MAX" : NULL;
	if (!outside_has_parts(f))
		return NULL;
	return count < 0 || count > PARTS_MAX ? "there are more than 1024 parts" : NULL;
}

const char *outside_bad_argument(const struct finding *f)
{
	const char *position = bad_position(f);

	return position ? position : bad_count(f);
}

bool outside_is_known(const struct finding *f)
{
	return machine_call(f->attach->log->header.machine, f->attach->write.nr);
}

bool outside_has_parts(const struct finding *f)
{
	return IS_CALL(f, "writev", "pwritev", "pwritev2");
}

void outside_cite_too_long(const struct finding *f, struct claim *claim, unsigned long line,
			   uint64_t nbytes)
{
	size_t page = machine_page(f->attach->log->header.machine);

	claim_cite(claim, line, "%llu bytes were written at once; kernfs accepts at most %s",
		   (unsigned long long)nbytes,
		   page ? arena_printf(claim->arena, "%zu", page) : "a page");
}

bool outside_is_cgroup(const struct record_write *w)
{
	return w->magic == V1_MAGIC || w->magic == V2_MAGIC;
}

bool is_outside(const struct finding *f)
{
	return f->attach->outside && f->attach->ended;
}

bool is_not_reached(const struct finding *f)
{
	return is_early(f) && f->attach->ended && !f->attach->begin.reached &&
	       !f->attach->answer_count && !f->target && !f->attach->placed;
}
