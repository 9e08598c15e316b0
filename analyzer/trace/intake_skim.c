/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Accepted attaches of one record, of which a busy host's log is full, wait here as lines: another record of the same ID
 * may come late, and then the attach is built up as any other. Most close unread.
 */
#include <stdlib.h>
#include <string.h>

#include "trace/intake.h"
#include "trace/parse.h"

#define WAITING 4096 /* lines */
#define BYTES	(1u << 20)
#define BUCKETS 8192

struct waiting {
	uint64_t seq, raw_id, id;
	unsigned long line;
	struct log *log;
	uint32_t at, len;
	int32_t tgid;
	uint32_t chain; /* the number, and 1, of an older one of the same bucket; 0 none */
	bool gone;
};

/* Numbers count up, and the place is the number % WAITING. */
struct skim_ring {
	struct waiting waiting[WAITING];
	uint32_t buckets[BUCKETS]; /* a number, and 1 */
	uint32_t oldest, closed,
		next; /* oldest <= closed <= next: closed, but not taken; not closed */
	uint32_t end; /* of the bytes that are used */
	char bytes[BYTES];
};

static struct waiting *nth(struct skim_ring *ring, uint32_t number)
{
	return &ring->waiting[number % WAITING];
}

static uint32_t *bucket_of(struct skim_ring *ring, uint64_t raw_id)
{
	return &ring->buckets[raw_id * 0x9e3779b97f4a7c15ull >> 51];
}

void skim_ring_free(struct skim_ring *ring)
{
	free(ring);
}

static void close_next(struct skim_ring *ring)
{
	struct waiting *w = nth(ring, ring->closed);

	if (!w->gone)
		after_close_skimmed(w->log, w->raw_id, w->seq);
	ring->closed++;
}

void skim_close_until(struct model *model, uint64_t ns)
{
	struct skim_ring *ring = model->ring;

	while (ring && ring->closed != ring->next && nth(ring, ring->closed)->seq <= ns)
		close_next(ring);
}

/* Does the space that is wanted hold a line that waits? The oldest lines stand first behind the end. */
static bool has_room(struct skim_ring *ring, size_t len)
{
	if (ring->next - ring->oldest == WAITING)
		return false;
	if (ring->oldest == ring->next)
		return true;
	uint32_t first = nth(ring, ring->oldest)->at;

	if (first >= ring->end)
		return first - ring->end >= len;
	return BYTES - ring->end >= len || first >= len;
}

/* The number, and 1, of one that waits; 0: none. */
static uint32_t find(struct skim_ring *ring, uint64_t raw_id)
{
	uint32_t n = *bucket_of(ring, raw_id);

	/* What is older than the oldest has been overwritten. */
	while (n && n - 1 - ring->closed < ring->next - ring->closed) {
		const struct waiting *w = nth(ring, n - 1);

		if (w->raw_id == raw_id && !w->gone)
			return n;
		n = w->chain;
	}
	return 0;
}

bool model_add_skimmed(struct model *model, const struct skimmed *s, const char *text, size_t len,
		       unsigned long line)
{
	struct log *log = model->log;

	if (model->keep_accepted || model->keep_snapshot || !log || !log->has_header ||
	    !log_is_afterwards(log) || log->header.refused_only || log->has_trailer ||
	    len > BYTES / 8)
		return false;
	if (!model->ring)
		model->ring = xcalloc(1, sizeof(*model->ring));
	struct skim_ring *ring = model->ring;

	/* The caller takes what has closed. */
	while (!has_room(ring, len)) {
		if (ring->oldest != ring->closed)
			return false;
		close_next(ring);
		if (nth(ring, ring->oldest)->gone)
			ring->oldest++;
	}
	if (find(ring, s->id) || model_find(model, s->id) || !after_takes_skimmed(log, s))
		return false;
	model->line = line;
	if (ring->oldest == ring->next || BYTES - ring->end < len)
		ring->end = 0;
	struct waiting *w = nth(ring, ring->next);
	uint32_t *bucket = bucket_of(ring, s->id);

	*w = (struct waiting){ s->seq, s->id,	after_next_id(log),
			       line,   log,	ring->end,
			       len,    s->tgid, *bucket,
			       false };
	memcpy(ring->bytes + ring->end, text, len);
	ring->end += len;
	*bucket = ++ring->next;
	return true;
}

uint64_t model_oldest_skimmed(const struct model *model)
{
	const struct skim_ring *ring = model->ring;
	uint32_t n = ring ? ring->oldest : 0;

	while (ring && n != ring->next && ring->waiting[n % WAITING].gone)
		n++;
	return ring && n != ring->next ? ring->waiting[n % WAITING].seq : UINT64_MAX;
}

static bool parse(const struct skim_ring *ring, const struct waiting *w, char *text,
		  struct record *record)
{
	struct parse_error error;

	memcpy(text, ring->bytes + w->at, w->len);
	text[w->len] = 0;
	return !parse_record(text, w->len, record, &error);
}

void skim_revive(struct model *model, uint64_t raw_id)
{
	struct skim_ring *ring = model->ring;
	uint32_t n = ring ? find(ring, raw_id) : 0;
	struct record record;

	if (!n)
		return;
	struct waiting *w = nth(ring, n - 1);
	char *text = xcalloc(1, w->len + 1);

	w->gone = true;
	if (parse(ring, w, text, &record))
		after_add_again(model, &record, w->id, w->line);
	free(text);
}

struct attach *model_steal_skimmed(struct model *model,
				   bool (*matters)(void *context, int32_t tgid), void *context)
{
	struct skim_ring *ring = model->ring;
	struct attach *attach = NULL;
	struct record record;

	while (ring && ring->oldest != ring->closed && !attach) {
		const struct waiting *w = nth(ring, ring->oldest++);

		/* What has not closed may turn out to be a refusal of the same writer. */
		if (w->gone || !(model->oldest || matters(context, w->tgid)))
			continue;
		char *text = xcalloc(1, w->len + 1);

		if (parse(ring, w, text, &record))
			attach = after_attach_of(w->log, &record, w->id, w->line);
		free(text);
	}
	return attach;
}
