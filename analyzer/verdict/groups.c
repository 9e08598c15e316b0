/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "trace/parse.h"
#include "verdict/cause.h"

#define BUCKETS (2 * GROUPS_MAX)
#define PLACES	1024

struct groups {
	struct group **all; /* GROUPS_MAX, by their numbers */
	size_t count;
	uint32_t *buckets; /* of a key: the place in `all`, and 1 */
	uint64_t numbers;
	size_t bytes; /* of the examples */
	size_t words; /* bytes of the groups' names */
	uint64_t given_up, refusals_given_up;
	struct {
		uint64_t cgroup, place;
	} places[PLACES]; /* of cgroups that came lately, as hashes */
};

struct groups *groups_new(void)
{
	struct groups *groups = xcalloc(1, sizeof(*groups));

	groups->all = xcalloc(GROUPS_MAX, sizeof(*groups->all));
	groups->buckets = xcalloc(BUCKETS, sizeof(*groups->buckets));
	return groups;
}

void group_forget_example(struct group *group)
{
	finding_free(group->example);
	group->example = NULL;
}

static void group_free(struct group *group)
{
	group_forget_example(group);
	arena_fini(&group->arena);
	free(group);
}

void groups_free(struct groups *groups)
{
	if (!groups)
		return;
	for (size_t i = 0; i < groups->count; i++)
		group_free(groups->all[i]);
	free(groups->all);
	free(groups->buckets);
	free(groups);
}

/* ---- what is common ---- */

static const struct record_creator *creator_of(const struct finding *f)
{
	return f->attach->has_creator && f->blocker ? &f->attach->creator : NULL;
}

static uint64_t hash_or_none(uint64_t hash, const char *s)
{
	return hash_string(hash, s ? s : "");
}

/* Whose cgroup it is; that takes a while to find, and the same ones come again and again. */
static uint64_t place_of(struct groups *groups, const char *cgroup)
{
	uint64_t hash = hash_string(hash_begin(), cgroup), place = hash;
	size_t n = hash % PLACES;
	struct arena arena = { 0 };
	struct container c;

	if (groups->places[n].cgroup == hash)
		return groups->places[n].place;
	if (container_of_path(&c, parse_plain(&arena, cgroup), &arena)) {
		place = hash_or_none(hash_or_none(hash_begin(), c.engine), c.id);
		place = hash_or_none(hash_or_none(place, c.pod_uid), c.id ? NULL : c.unit);
	}
	arena_fini(&arena);
	groups->places[n].cgroup = hash;
	groups->places[n].place = place;
	return place;
}

static uint64_t key_of(struct groups *groups, const struct finding *f)
{
	const struct attach *a = f->attach;
	const struct record_creator *creator = creator_of(f);
	uint64_t key = hash_number(hash_begin(), cause_index(f->cause));

	key = hash_number(hash_or_none(key, f->function), f->answer);
	if (a->begun)
		key = hash_number(hash_string(key, a->begin.comm), place_of(groups, a->begin.dst));
	return creator ? hash_number(hash_string(key, creator->map.path), creator->offset) : key;
}

static void describe(struct group *g, const struct finding *f)
{
	const struct attach *a = f->attach;
	const struct record_creator *creator = creator_of(f);
	struct arena *arena = &g->arena;

	g->cause = f->cause;
	g->function = f->function ? arena_strdup(arena, f->function) : NULL;
	if (creator) {
		g->creator = arena_strdup(arena, creator->map.path);
		g->creator_offset = creator->offset;
	}
	if (!a->begun)
		return;
	g->comm = arena_strdup(arena, a->begin.comm);
	g->cgroup = arena_strdup(arena, a->begin.dst);
	g->has_container =
		container_of_path(&g->container, parse_plain(arena, a->begin.dst), arena);
}

/* ---- the table ---- */

static uint32_t *find(struct groups *groups, uint64_t key)
{
	uint32_t *bucket = &groups->buckets[key % BUCKETS];

	while (*bucket && groups->all[*bucket - 1]->key != key)
		bucket = bucket + 1 < groups->buckets + BUCKETS ? bucket + 1 : groups->buckets;
	return bucket;
}

static void drop_example(struct groups *groups, struct group *g)
{
	groups->bytes -= g->example_bytes;
	g->example_bytes = 0;
	finding_free(g->example);
	g->example = NULL;
}

static int by_count(const void *left, const void *right)
{
	const struct group *a = *(struct group *const *)left, *b = *(struct group *const *)right;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

static int by_number(const void *left, const void *right)
{
	const struct group *a = *(struct group *const *)left, *b = *(struct group *const *)right;

	return (a->number > b->number) - (a->number < b->number);
}

/* The smaller half is given up. */
static void make_room(struct groups *groups)
{
	qsort(groups->all, groups->count, sizeof(*groups->all), by_count);
	for (size_t least = groups->count / 2; groups->count > least;) {
		struct group *g = groups->all[--groups->count];

		groups->given_up++;
		groups->refusals_given_up += g->count;
		drop_example(groups, g);
		groups->words -= g->arena.total;
		group_free(g);
	}
	qsort(groups->all, groups->count, sizeof(*groups->all), by_number);
	memset(groups->buckets, 0, BUCKETS * sizeof(*groups->buckets));
	for (size_t i = 0; i < groups->count; i++)
		*find(groups, groups->all[i]->key) = i + 1;
}

static struct group *group_of(struct groups *groups, const struct finding *f)
{
	uint64_t key = key_of(groups, f);
	uint32_t *bucket = find(groups, key);

	if (*bucket)
		return groups->all[*bucket - 1];
	if (groups->count == GROUPS_MAX || groups->words > GROUPS_WORDS) {
		make_room(groups);
		bucket = find(groups, key);
	}
	struct group *g = xcalloc(1, sizeof(*g));

	g->key = key;
	g->number = ++groups->numbers;
	describe(g, f);
	groups->words += g->arena.total;
	groups->all[groups->count] = g;
	*bucket = ++groups->count;
	return g;
}

/* ---- examples ---- */

/* About so much memory. */
static size_t bytes_of(const struct finding *f)
{
	const struct attach *a = f->attach;

	return sizeof(*f) + sizeof(*a) + a->task_room * sizeof(*a->tasks) + a->task_count * 64 +
	       a->answer_room * sizeof(*a->answers) + a->arena.total + f->arena.total + 2048;
}

static int strength(const struct finding *f)
{
	return 4 * f->confidence + 2 * f->attach->complete + (f->proof == PROOF_SEEN);
}

/* Those of the smallest groups are given up, until three quarters are left. */
static void give_up_examples(struct groups *groups)
{
	struct group **sorted = xcalloc(groups->count + 1, sizeof(*sorted));

	memcpy(sorted, groups->all, groups->count * sizeof(*sorted));
	qsort(sorted, groups->count, sizeof(*sorted), by_count);
	for (size_t i = groups->count; i-- > 1 && groups->bytes > GROUPS_BYTES / 4 * 3;)
		if (sorted[i]->example)
			drop_example(groups, sorted[i]);
	free(sorted);
}

struct finding *groups_offer(struct groups *groups, struct finding *f)
{
	uint32_t place = *find(groups, key_of(groups, f));
	struct group *g = place ? groups->all[place - 1] : NULL;
	struct finding *replaced = g ? g->example : NULL;

	/* Of the same strength the newest. */
	if (!g || (replaced && strength(f) < strength(replaced)))
		return f;
	groups->bytes -= g->example_bytes;
	g->example = f;
	g->example_bytes = bytes_of(f);
	groups->bytes += g->example_bytes;
	return replaced;
}

/* Of two logs the wall clocks are compared, if both are known; else the later log is later. */
static bool is_before(const struct log *log, uint64_t ns, const struct log *than, uint64_t than_ns)
{
	uint64_t wall = log_wall_ns(log, ns), than_wall = log_wall_ns(than, than_ns);

	if (log != than && wall && than_wall)
		return wall < than_wall;
	return log == than && ns < than_ns;
}

static void note_time(struct group *g, const struct log *log, uint64_t ns)
{
	if (!ns)
		return;
	if (!g->first_log || is_before(log, ns, g->first_log, g->first_ns)) {
		g->first_ns = ns;
		g->first_log = log;
	}
	if (!g->last_log || !is_before(log, ns, g->last_log, g->last_ns)) {
		g->last_ns = ns;
		g->last_log = log;
	}
}

uint64_t groups_count(struct groups *groups, const struct finding *f)
{
	if (groups->bytes > GROUPS_BYTES)
		give_up_examples(groups);
	struct group *g = group_of(groups, f);

	g->count++;
	note_time(g, f->attach->log, attach_time(f->attach));
	g->proven += f->confidence == CONFIDENCE_PROVEN;
	g->inferred += f->confidence == CONFIDENCE_INFERRED;
	return g->number;
}

void groups_hide(struct groups *groups, uint64_t number)
{
	const struct group key = { .number = number }, *wanted = &key;
	struct group **found =
		bsearch(&wanted, groups->all, groups->count, sizeof(*groups->all), by_number);

	if (found)
		(*found)->hidden++;
}

struct group **groups_sorted(const struct groups *groups, size_t *count)
{
	struct group **sorted = xcalloc(groups->count + 1, sizeof(*sorted));

	*count = groups->count;
	memcpy(sorted, groups->all, groups->count * sizeof(*sorted));
	qsort(sorted, groups->count, sizeof(*sorted), by_count);
	return sorted;
}

uint64_t groups_given_up(const struct groups *groups, uint64_t *refusals)
{
	*refusals = groups->refusals_given_up;
	return groups->given_up;
}
