/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/retries.h"

#include "trace/phrases.h"

struct retry_counts retries_count(const struct incidents *incidents)
{
	struct retry_counts n = { .hidden = incidents_hidden(incidents) };
	const struct incident *list = incidents_list(incidents, &n.all);

	for (size_t i = 0; i < n.all; i++) {
		n.retried += list[i].tries > 1;
		n.gave_up += list[i].tries > 1 && list[i].outcome == OUTCOME_GAVE_UP;
		n.in_vain += incident_is_in_vain(&list[i]);
	}
	return n;
}

static const char *outcome(struct arena *arena, const struct incident *i)
{
	const char *cost = phrase_duration(arena, incident_cost(i));

	switch (i->outcome) {
	case OUTCOME_SUCCEEDED:
		return arena_printf(
			arena, "the last one succeeded after %s%s", cost,
			incident_hides_retries(i) ? ", and the others were not reported" : "");
	case OUTCOME_GAVE_UP:
		return arena_printf(arena, "the writer gave up after %s%s", cost, incident_is_in_vain(i) ?
				    ": in vain, since the cause is permanent" : "");
	default:
		return "the outcome is not in the log";
	}
}

const char *retries_phrase(struct arena *arena, const struct incidents *incidents,
			   const struct finding *f)
{
	unsigned int try;
	const struct incident *i = incidents_find(incidents, f->attach->log, f->attach->id, &try);

	if (!i || i->tries < 2)
		return NULL;
	return arena_printf(arena, "try %u of %u%s: %s", try, i->tries,
			    i->fallback ? ", the last of them for another cgroup" : "",
			    outcome(arena, i));
}
