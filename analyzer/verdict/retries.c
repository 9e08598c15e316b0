/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/retries.h"

#include <stdlib.h>

#include "trace/phrases.h"

/* ---- quantiles ---- */

/* Beyond RETRIES_EXACT values: how many have this highest bit, and the 7 bits below it. */
#define STEPS 128

struct costs {
	uint64_t *values;
	size_t count, room;
	uint64_t *steps; /* NULL as long as every value is kept */
};

static size_t step_of(uint64_t value)
{
	unsigned int high = value ? 63 - __builtin_clzll(value) : 0;

	return high < 7 ? value : (high - 6) * STEPS + (value >> (high - 7)) % STEPS;
}

static uint64_t middle_of(size_t step)
{
	unsigned int high = step / STEPS + 6;

	if (step < STEPS)
		return step;
	return ((uint64_t)(STEPS + step % STEPS) << (high - 7)) + ((1ull << (high - 7)) >> 1);
}

static void add_cost(struct costs *costs, uint64_t cost)
{
	if (!costs->steps && costs->count < RETRIES_EXACT) {
		costs->values =
			xgrow(costs->values, costs->count, &costs->room, sizeof(*costs->values));
		costs->values[costs->count++] = cost;
		return;
	}
	if (!costs->steps) {
		costs->steps = xcalloc(58 * STEPS, sizeof(*costs->steps));
		for (size_t i = 0; i < costs->count; i++)
			costs->steps[step_of(costs->values[i])]++;
	}
	costs->steps[step_of(cost)]++;
	costs->count++;
}

static int by_size(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

/* The value at place `n` of the sorted ones. */
static uint64_t cost_at(const struct costs *costs, size_t n)
{
	size_t step = 0;

	if (!costs->steps)
		return costs->values[n];
	for (uint64_t before = costs->steps[0]; before <= n; before += costs->steps[step])
		step++;
	return middle_of(step);
}

/* ---- all of them ---- */

static void count_hidden(struct hidden *h, struct costs *costs, const struct incident *i)
{
	uint64_t cost = incident_cost(i);

	h->min = h->count && h->min < cost ? h->min : cost;
	h->max = h->max > cost ? h->max : cost;
	h->count++;
	h->refused += i->refused;
	h->total += cost;
	add_cost(costs, cost);
}

struct retry_counts retries_count(const struct incidents *incidents)
{
	struct retry_counts n = { .all = incidents_count(incidents) };
	struct costs costs = { 0 };
	struct incident i;

	for (uint64_t k = 0; k < n.all; k++) {
		incidents_get_bare(incidents, k, &i);
		n.retried += i.tries > 1;
		n.gave_up += i.tries > 1 && i.outcome == OUTCOME_GAVE_UP;
		n.failed += i.outcome == OUTCOME_GAVE_UP;
		n.open += i.outcome == OUTCOME_UNKNOWN;
		n.in_vain += incident_is_in_vain(&i);
		if (incident_is_hidden(&i))
			count_hidden(&n.hidden, &costs, &i);
	}
	if (!costs.steps && costs.count)
		qsort(costs.values, costs.count, sizeof(*costs.values), by_size);
	if (costs.count) {
		n.hidden.median = cost_at(&costs, (costs.count - 1) / 2);
		n.hidden.p90 = cost_at(&costs, (costs.count * 9 + 9) / 10 - 1);
	}
	free(costs.values);
	free(costs.steps);
	return n;
}

/* ---- one ---- */

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

const char *retries_phrase(struct arena *arena, const struct incidents *incidents, uint64_t number)
{
	struct incident i;
	unsigned int try;

	if (!incidents_find(incidents, number, &i, &try, arena) || i.tries < 2)
		return NULL;
	return arena_printf(arena, "try %u of %u%s: %s", try, i.tries,
			    i.fallback ? ", the last of them for another cgroup" : "",
			    outcome(arena, &i));
}
