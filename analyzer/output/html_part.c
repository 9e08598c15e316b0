/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/html_part.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/util.h"
#include "output/json_stream.h"

/* So that a browser unpacks it within milliseconds. */
#define PART_OBJECTS 256
#define PART_BYTES   (1u << 20)

/* What JSON never has as it is; what stands between two of them is missing. */
#define MARK '\x7f'

/* A number of more digits is not exact in JavaScript: the last TAIL of them are a number of their own then. */
#define DIGITS_MAX 15
#define TAIL	   9
/* The first that is as large is the object's time; others that are near are other times. */
#define TIME_MIN  1000000000
#define TIME_NEAR 64000000000
/* Smaller ones are equal by chance. */
#define SAME_MIN 1000
/* The id of a container, which is kept apart as well. */
#define ID_DIGITS 64
/* Beyond that they stay as they are. */
#define NUMBERS_MAX 4096
#define BUCKETS	    (2 * NUMBERS_MAX)

struct column {
	int64_t *values;
	size_t count, room;
};

struct shape {
	uint64_t hash;
	char *text;
	size_t len;
	struct column *columns;
	size_t column_count;
};

struct html_part {
	struct shape shapes[PART_OBJECTS];
	size_t shape_count, bytes;
	char ids[PART_OBJECTS][ID_DIGITS + 1];
	size_t id_count;
	uint32_t rows[PART_OBJECTS]; /* the shape of each */
	size_t row_count;
	/* Of the object that is added. */
	char *text; /* its shape */
	size_t len, room;
	int64_t numbers[NUMBERS_MAX], stored[NUMBERS_MAX];
	size_t number_count, stored_count;
	int64_t time; /* its first; 0: none yet */
	uint32_t buckets[BUCKETS], stamps[BUCKETS], stamp;
	struct json_stream json;
};

struct html_part *html_part_new(void)
{
	return xcalloc(1, sizeof(struct html_part));
}

static void clear(struct html_part *p)
{
	for (size_t i = 0; i < p->shape_count; i++) {
		struct shape *shape = &p->shapes[i];

		for (size_t k = 0; k < shape->column_count; k++)
			free(shape->columns[k].values);
		free(shape->columns);
		free(shape->text);
	}
	p->shape_count = p->id_count = p->row_count = p->bytes = 0;
}

void html_part_free(struct html_part *p)
{
	clear(p);
	free(p->text);
	json_stream_fini(&p->json);
	free(p);
}

bool html_part_is_empty(const struct html_part *p)
{
	return !p->row_count;
}

bool html_part_is_full(const struct html_part *p, size_t len)
{
	return p->row_count == PART_OBJECTS || (p->row_count && p->bytes + len > PART_BYTES);
}

/* ---- numbers out of a text ---- */

static void put(struct html_part *p, const char *bytes, size_t len)
{
	if (p->room - p->len < len) {
		p->room = 2 * p->room + len + 4096;
		p->text = realloc(p->text, p->room);
		if (!p->text)
			out_of_memory();
	}
	memcpy(p->text + p->len, bytes, len);
	p->len += len;
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_';
}

/* How many digits there are, if they are a number of its own; else 0. */
static size_t digits_at(const char *s, size_t room)
{
	size_t n = 0;

	while (n < room && s[n] >= '0' && s[n] <= '9')
		n++;
	if (!n || n > DIGITS_MAX + TAIL || (*s == '0' && n > 1) || (n < room && is_word(s[n])))
		return 0;
	return n;
}

/* The place of an equal one before it, or -1; and it is found from now on. */
static int64_t same_as(struct html_part *p, int64_t value)
{
	size_t b = hash_number(hash_begin(), value) % BUCKETS;

	for (; p->stamps[b] == p->stamp; b = (b + 1) % BUCKETS)
		if (p->numbers[p->buckets[b]] == value)
			return p->buckets[b];
	p->stamps[b] = p->stamp;
	p->buckets[b] = p->number_count;
	return -1;
}

static void put_mark(struct html_part *p, const char *what)
{
	char mark[32];

	int len = snprintf(mark, sizeof(mark), "%c%s%c", MARK, what, MARK);

	put(p, mark, len);
}

static void store(struct html_part *p, int64_t value, int64_t stored)
{
	p->numbers[p->number_count++] = value;
	p->stored[p->stored_count++] = stored;
}

static bool is_time(const struct html_part *p, int64_t value)
{
	return p->time && value >= TIME_MIN && value - p->time < TIME_NEAR &&
	       p->time - value < TIME_NEAR;
}

/* Between two marks: nothing: the next number; t: that and the object's time; or the place of an equal one. */
static void put_number(struct html_part *p, int64_t value)
{
	int64_t same = value >= SAME_MIN ? same_as(p, value) : -1;
	char place[24];

	if (same >= 0) {
		snprintf(place, sizeof(place), "%d", (int)same);
		put_mark(p, place);
		p->numbers[p->number_count++] = value;
	} else if (is_time(p, value)) {
		put_mark(p, "t");
		store(p, value, value - p->time);
	} else {
		put_mark(p, "");
		store(p, value, value);
		if (value >= TIME_MIN && !p->time)
			p->time = value;
	}
}

/* p: the next number, with zeros before it up to TAIL digits. */
static void put_digits(struct html_part *p, const char *s, size_t n)
{
	size_t head = n > DIGITS_MAX ? n - TAIL : n;
	char digits[DIGITS_MAX + 1] = { 0 };
	int64_t tail;

	memcpy(digits, s, head);
	put_number(p, strtoll(digits, NULL, 10));
	if (head == n)
		return;
	memset(digits, 0, sizeof(digits));
	memcpy(digits, s + head, TAIL);
	tail = strtoll(digits, NULL, 10);
	put_mark(p, "p");
	store(p, tail, tail);
}

static size_t id_at(const char *s, size_t room)
{
	size_t n = 0;

	while (n < room && ((s[n] >= '0' && s[n] <= '9') || (s[n] >= 'a' && s[n] <= 'f')))
		n++;
	return n == ID_DIGITS && (n == room || !is_word(s[n])) ? n : 0;
}

/* i: one of the ids. */
static void put_id(struct html_part *p, const char *s)
{
	size_t i = 0;

	while (i < p->id_count && memcmp(p->ids[i], s, ID_DIGITS) != 0)
		i++;
	if (i == p->id_count)
		memcpy(p->ids[p->id_count++], s, ID_DIGITS);
	put_mark(p, "i");
	store(p, i, i);
}

/* How much of the text at `s` was put otherwise; 0: nothing. `done`: what comes before it, to be put first. */
static size_t take_piece(struct html_part *p, const char *s, size_t room, const char *done)
{
	size_t id = id_at(s, room), n = id ? id : digits_at(s, room);

	if (!n || (id && p->id_count == PART_OBJECTS))
		return 0;
	put(p, done, s - done);
	if (id)
		put_id(p, s);
	else
		put_digits(p, s, n);
	return n;
}

static void take_apart(struct html_part *p, const char *s, size_t len)
{
	const char *end = s + len, *done = s;

	p->len = p->number_count = p->stored_count = 0;
	p->time = 0;
	p->stamp++;
	for (const char *at = s; at < end && p->number_count + 2 <= NUMBERS_MAX;) {
		bool begins = at == s || !is_word(at[-1]);
		size_t n = begins && is_word(*at) ? take_piece(p, at, end - at, done) : 0;

		at += n ? n : 1;
		done = n ? at : done;
	}
	put(p, done, end - done);
}

/* ---- shapes ---- */

static struct shape *add_shape(struct html_part *p, uint64_t hash)
{
	struct shape *shape = &p->shapes[p->shape_count++];

	*shape = (struct shape){ .hash = hash, .len = p->len, .column_count = p->stored_count };
	shape->text = xcalloc(p->len + 1, 1);
	memcpy(shape->text, p->text, p->len);
	shape->columns = xcalloc(p->stored_count, sizeof(*shape->columns));
	return shape;
}

static struct shape *find_shape(struct html_part *p)
{
	uint64_t hash = hash_bytes(hash_begin(), p->text, p->len);

	for (size_t i = 0; i < p->shape_count; i++) {
		struct shape *shape = &p->shapes[i];

		if (shape->hash == hash && shape->len == p->len &&
		    !memcmp(shape->text, p->text, p->len))
			return shape;
	}
	return add_shape(p, hash);
}

/* JSON ends in no digit, so a number never runs into what follows the object. */
void html_part_add(struct html_part *p, const char *json, size_t len)
{
	take_apart(p, json, len);
	struct shape *shape = find_shape(p);

	for (size_t i = 0; i < shape->column_count; i++) {
		struct column *c = &shape->columns[i];

		c->values = xgrow(c->values, c->count, &c->room, sizeof(*c->values));
		c->values[c->count++] = p->stored[i];
	}
	p->rows[p->row_count++] = shape - p->shapes;
	p->bytes += len;
}

static void drain(struct html_part *p, struct pack *pack)
{
	pack_add(pack, p->json.text, p->json.len);
	p->json.len = 0;
}

static void put_column(struct json_stream *s, const struct column *c)
{
	js_open(s, '[');
	for (size_t i = 0; i < c->count; i++)
		js_integer(s, i ? c->values[i] - c->values[i - 1] : c->values[i]);
	js_close(s, ']');
}

static void put_shape(struct json_stream *s, const struct shape *shape)
{
	js_open(s, '{');
	js_key_plain(s, "text", shape->text);
	js_key(s, "columns");
	js_open(s, '[');
	for (size_t i = 0; i < shape->column_count; i++)
		put_column(s, &shape->columns[i]);
	js_close(s, ']');
	js_close(s, '}');
}

void html_part_write(struct html_part *p, struct pack *pack)
{
	json_stream_clear(&p->json);
	js_open(&p->json, '{');
	js_key(&p->json, "shapes");
	js_open(&p->json, '[');
	for (size_t i = 0; i < p->shape_count; i++) {
		put_shape(&p->json, &p->shapes[i]);
		drain(p, pack);
	}
	js_close(&p->json, ']');
	js_key(&p->json, "ids");
	js_open(&p->json, '[');
	for (size_t i = 0; i < p->id_count; i++)
		js_plain(&p->json, p->ids[i]);
	js_close(&p->json, ']');
	js_key(&p->json, "rows");
	js_open(&p->json, '[');
	for (size_t i = 0; i < p->row_count; i++)
		js_integer(&p->json, p->rows[i]);
	js_close(&p->json, ']');
	js_close(&p->json, '}');
	drain(p, pack);
	clear(p);
}
