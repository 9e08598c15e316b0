/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/tries.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "verdict/incidents.h"

#define SLOTS 4096

/* A chain that may go on. Those whose keys fall together push each other out. */
struct slot {
	uint64_t key; /* 0: free */
	uint64_t cgroup;
	const struct log *log;
	uint64_t stays; /* the attach because of which it does, if `is_kept` */
	bool is_kept;
	struct tries_chain chain;
};

struct tries {
	uint64_t chains;
	struct slot slots[SLOTS];
};

struct tries *tries_new(void)
{
	return xcalloc(1, sizeof(struct tries));
}

void tries_free(struct tries *tries)
{
	free(tries);
}

/* Is it a write whose writer and text are known? */
static bool can_be_tried_again(const struct attach *a)
{
	return a->begun && !a->kernel && !a->has_clone && a->begin.text && a->begin.file &&
	       a->begin.dst;
}

static uint64_t key_of(const struct attach *a)
{
	const struct record_attach *b = &a->begin;
	uint64_t key = hash_number(hash_begin(), (uintptr_t)a->log);

	key = hash_number(hash_number(hash_number(key, b->tgid), b->v), b->hier);
	key = hash_string(hash_string(key, b->text), b->file);
	/* "0" means the thread that writes. */
	if (!strcmp(b->text, "0"))
		key = hash_number(key, b->pid);
	return key ? key : 1;
}

static struct tries_one *last_of(struct tries_chain *chain)
{
	return &chain->one[chain->kept - 1];
}

/* runc's second choice on v2 is another cgroup. What came too late stands by itself: time goes one way. */
static bool goes_on(struct slot *slot, uint64_t key, const struct attach *a)
{
	if (slot->key != key || !slot->chain.kept)
		return false;
	const struct tries_one *last = last_of(&slot->chain);
	uint64_t began = attach_began(a);

	return last->answer < 0 && began >= last->time_ns &&
	       began - last->time_ns <= INCIDENT_PAUSE &&
	       (a->begin.v == 2 || slot->cgroup == hash_string(hash_begin(), a->begin.dst));
}

static void append(struct tries_chain *chain, const struct attach *a)
{
	chain->count++;
	if (chain->kept < TRIES_MAX)
		chain->kept++;
	*last_of(chain) = (struct tries_one){ .id = a->id,
					      .time_ns = attach_time(a),
					      .answered_ns = a->ended ? a->end.t : 0,
					      .answer = attach_answer(a) };
}

static void begin(struct tries *tries, struct slot *slot, uint64_t key, const struct attach *a)
{
	*slot = (struct slot){ .key = key,
			       .cgroup = hash_string(hash_begin(), a->begin.dst),
			       .log = a->log,
			       .chain.number = ++tries->chains };
	append(&slot->chain, a);
}

void tries_note(struct tries *tries, const struct attach *a, bool stay)
{
	if (!can_be_tried_again(a))
		return;
	uint64_t key = key_of(a);
	struct slot *slot = &tries->slots[key % SLOTS];

	if (goes_on(slot, key, a))
		append(&slot->chain, a);
	else if (slot->is_kept)
		return;
	else if (attach_answer(a) < 0)
		begin(tries, slot, key, a);
	else if (slot->key == key)
		*slot = (struct slot){ 0 };
	if (stay && slot->key == key) {
		slot->is_kept = true;
		slot->stays = a->id;
	}
}

const struct tries_chain *tries_find(const struct tries *tries, const struct attach *a)
{
	if (!can_be_tried_again(a))
		return NULL;
	uint64_t key = key_of(a);
	const struct slot *slot = &tries->slots[key % SLOTS];

	if (slot->key != key || slot->log != a->log)
		return NULL;
	uint64_t id = slot->is_kept ? slot->stays : slot->chain.one[slot->chain.kept - 1].id;

	return id == a->id ? &slot->chain : NULL;
}
