/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/timeline.h"

bool timeline_of(const struct finding *f, struct timeline *ret)
{
	const struct task *thread = f->blocker;

	if (!f->proof || !thread || task_age(thread) < 0)
		return false;
	const struct row *row = &thread->r.row;
	uint64_t answered = f->attach->ended ? f->attach->end.t : 0;
	int64_t woken = stop_woken(thread);
	bool was_woken = f->proof == PROOF_DEDUCED,
	     knows_when = woken >= 0 && woken <= task_age(thread);

	*ret = (struct timeline){
		.created = row->start,
		.refused = was_woken ? 0 : row->t,
		.woken = was_woken && knows_when ? row->t - woken : 0,
		.answered = answered >= row->t ? answered : 0,
	};
	return ret->refused || ret->woken;
}
