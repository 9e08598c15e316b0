/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/rules_outside.h"

#include "verdict/rules.h"

#define V1_MAGIC  0x27e0eb
#define V2_MAGIC  0x63677270
#define PARTS_MAX 1024 /* UIO_MAXIOV */

/* x86-64. */
enum { NR_WRITE = 1, NR_PWRITE64 = 18, NR_WRITEV = 20, NR_PWRITEV = 296, NR_PWRITEV2 = 328 };

static const char *bad_position(const struct record_write *w)
{
	bool has = w->nr == NR_PWRITE64 || w->nr == NR_PWRITEV || w->nr == NR_PWRITEV2;

	/* To pwritev2 -1 means where the file stands. */
	return has && w->pos < -(w->nr == NR_PWRITEV2) ? "the position is negative" : NULL;
}

static const char *bad_count(const struct record_write *w)
{
	bool plain = w->nr == NR_WRITE || w->nr == NR_PWRITE64;

	if (plain)
		return w->count < 0 ? "the count is above SSIZE_MAX" : NULL;
	return w->count < 0 || w->count > PARTS_MAX ? "there are more than 1024 parts" : NULL;
}

const char *outside_bad_argument(const struct record_write *w)
{
	const char *position = bad_position(w);

	return position ? position : bad_count(w);
}

bool outside_has_parts(const struct record_write *w)
{
	return w->nr == NR_WRITEV || w->nr == NR_PWRITEV || w->nr == NR_PWRITEV2;
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
