/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace/parse.h"

#include <string.h>

#include "base/hash.h"
#include "base/plain.h"
#include "base/utf8.h"
#include "base/util.h"

enum type { S32, S64, U32, U64, HEX, BIT, STRING, COMM, VERSION };

struct field {
	const char *key;
	enum type type;
	size_t offset;
	size_t len; /* of the key */
};

/* NOLINTBEGIN(bugprone-macro-parentheses): the name of a member */
#define NAMED(name, type, at)                                                                      \
	{                                                                                          \
		name, type, offsetof(struct record, at), sizeof(name) - 1                          \
	}
#define F(type, part, name) NAMED(#name, type, part.name)
#define R(type, name)	    NAMED(#name, type, task.row.name)
/* NOLINTEND(bugprone-macro-parentheses) */
#define ROW_THEN                                                                                   \
	R(S32, pid), R(S32, tgid), R(S32, ppid), R(HEX, state), R(HEX, exit_state), R(HEX, flags), \
		R(U32, policy), R(S32, prio), R(U64, start)
#define ROW_3 R(U64, t), ROW_THEN, R(COMM, comm)
#define ROW   ROW_THEN, R(U64, run), R(S64, arrivals), R(COMM, comm)

/* ---- both ---- */

static const struct field place_fields[] = { F(HEX, place, subtree_control),
					     F(BIT, place, domain),
					     F(BIT, place, threaded_above),
					     F(BIT, place, same_domain),
					     { 0 } };
static const struct field creator_fields[] = { F(S32, creator, pid),
					       F(U32, creator, nr),
					       F(HEX, creator, ip),
					       F(HEX, creator, sp),
					       F(HEX, creator, vma),
					       F(HEX, creator, offset),
					       NAMED("map", STRING, creator.map.path),
					       F(STRING, creator.map, fs),
					       F(U64, creator.map, size),
					       F(S64, creator.map, mtime),
					       NAMED("exe", STRING, creator.exe.path),
					       NAMED("exe_fs", STRING, creator.exe.fs),
					       NAMED("exe_size", U64, creator.exe.size),
					       NAMED("exe_mtime", S64, creator.exe.mtime),
					       { 0 } };

/* ---- versions 2 and 3 ---- */

static const struct field log_3_fields[] = {
	F(VERSION, log, version),    F(STRING, log, release),
	F(STRING, log, build),	     F(STRING, log, machine),
	F(U64, log, mono_ns),	     F(U64, log, wall_ns),
	F(BIT, log, rt_group_sched), F(BIT, log, sched_class_ext),
	F(S32, log, target),	     F(BIT, log, refused_only),
	F(STRING, log, prefix),	     F(BIT, log, syscalls),
	F(STRING, log, controllers), F(STRING, log, armed),
	F(STRING, log, absent),	     { 0 }
};
static const struct field attach_3_fields[] = { F(U64, attach, t),
						F(S32, attach, pid),
						F(S32, attach, tgid),
						F(S32, attach, ppid),
						F(COMM, attach, comm),
						F(U32, attach, euid),
						F(U32, attach, fuid),
						F(U64, attach, ns),
						F(U32, attach, level),
						F(S32, attach, nspid),
						F(STRING, attach, file),
						F(STRING, attach, text),
						F(U64, attach, nbytes),
						F(BIT, attach, reached),
						F(U32, attach, v),
						F(U32, attach, hier),
						F(STRING, attach, name),
						F(HEX, attach, mask),
						F(STRING, attach, controllers),
						F(HEX, attach, rflags),
						F(STRING, attach, dst),
						F(STRING, attach, src),
						F(S32, attach, tpid),
						F(S32, attach, ttgid),
						F(S32, attach, tnspid),
						F(U32, attach, threads),
						F(BIT, attach, threadgroup),
						{ 0 } };
#define WRITE                                                                                      \
	F(S32, write, pid), F(S32, write, tgid), F(S32, write, ppid), F(COMM, write, comm),        \
		F(U32, write, euid), F(U64, write, ns), F(U32, write, level),                      \
		F(S32, write, nspid), F(U32, write, nr), F(U32, write, fd), F(S64, write, count),  \
		F(S64, write, pos), F(HEX, write, magic), F(STRING, write, file),                  \
		F(STRING, write, path), F(U32, write, seccomp), F(HEX, write, ptrace)
static const struct field write_3_fields[] = { F(U64, write, t), WRITE, { 0 } };
#define TARGET                                                                                     \
	F(S32, task, found), F(S32, task, nspid), F(BIT, task, no_cgroup_migration),               \
		F(U32, task, uid), F(U32, task, suid)
static const struct field target_3_fields[] = { F(STRING, task, fn), TARGET, ROW_3, { 0 } };
static const struct field thread_3_fields[] = {
	F(STRING, task, fn), F(U32, task, n), ROW_3, { 0 }
};
static const struct field stop_3_fields[] = { F(STRING, task, fn),
					      F(S32, task, ret),
					      F(U32, task, walked),
					      F(S32, task, curpid),
					      F(U32, task, ioc),
					      ROW_3,
					      { 0 } };
static const struct field group_3_fields[] = { F(U32, task, n), ROW_3, { 0 } };
static const struct field parent_3_fields[] = { ROW_3, { 0 } };
static const struct field ret_3_fields[] = {
	F(U64, ret, t), F(STRING, ret, fn), F(S32, ret, ret), { 0 }
};
static const struct field end_3_fields[] = { F(U64, end, t),
					     F(S64, end, ret),
					     F(U64, end, dur),
					     F(U64, end, records),
					     F(U64, end, omitted),
					     F(U64, end, walked),
					     { 0 } };
static const struct field trailer_3_fields[] = {
	F(U64, trailer, t),	   F(U64, trailer, records),
	F(U64, trailer, attaches), F(U64, trailer, refused),
	F(U64, trailer, filtered), F(U64, trailer, unmatched),
	F(U64, trailer, shed),	   { 0 }
};

/* ---- version 4 ---- */

static const struct field log_fields[] = { F(VERSION, log, version),
					   F(STRING, log, release),
					   F(STRING, log, build),
					   F(STRING, log, machine),
					   F(U64, log, mono_ns),
					   F(U64, log, wall_ns),
					   F(BIT, log, rt_group_sched),
					   F(BIT, log, sched_class_ext),
					   F(S32, log, target),
					   F(BIT, log, refused_only),
					   F(BIT, log, threads),
					   F(BIT, log, early),
					   F(BIT, log, placed),
					   F(STRING, log, prefix),
					   F(BIT, log, syscalls),
					   F(STRING, log, controllers),
					   F(STRING, log, watched),
					   F(STRING, log, absent),
					   { 0 } };
static const struct field armed_fields[] = { F(U32, armed, functions), { 0 } };
static const struct field attach_fields[] = { F(S32, attach, pid),	   F(S32, attach, tgid),
					      F(COMM, attach, comm),	   F(STRING, attach, file),
					      F(STRING, attach, text),	   F(S64, attach, ret),
					      F(U32, attach, v),	   F(U32, attach, hier),
					      F(HEX, attach, mask),	   F(S32, attach, tpid),
					      F(S32, attach, ttgid),	   F(U32, attach, threads),
					      F(BIT, attach, threadgroup), F(U64, attach, records),
					      F(STRING, attach, dst),	   { 0 } };
static const struct field writer_fields[] = {
	F(S32, writer, ppid),	 F(U32, writer, euid),	  F(U32, writer, fuid),
	F(U64, writer, ns),	 F(U32, writer, level),	  F(S32, writer, nspid),
	F(BIT, writer, reached), F(U32, writer, from),	  F(U64, writer, nbytes),
	F(S32, writer, tnspid),	 F(STRING, writer, name), F(HEX, writer, rflags),
	F(BIT, writer, dead),	 F(STRING, writer, src),  { 0 }
};
static const struct field target_fields[] = { TARGET, ROW, { 0 } };
static const struct field stop_fields[] = { F(STRING, task, fn),
					    F(S32, task, ret),
					    F(S32, task, wpid),
					    F(S32, task, wtgid),
					    F(BIT, task, own),
					    F(U64, task, same),
					    F(S64, task, woken),
					    F(U32, task, moving),
					    F(U32, task, ioc),
					    ROW,
					    { 0 } };
static const struct field group_fields[] = { F(U32, task, n), ROW, { 0 } };
static const struct field parent_fields[] = { ROW, { 0 } };
static const struct field unmoved_fields[] = { F(U32, task, moving), { 0 } };
static const struct field clone_fields[] = { F(S32, clone, pid),
					     F(S32, clone, tgid),
					     F(S32, clone, ppid),
					     F(COMM, clone, comm),
					     F(U32, clone, euid),
					     F(U64, clone, ns),
					     F(U32, clone, level),
					     F(S32, clone, nspid),
					     F(HEX, clone, flags),
					     F(S64, clone, fd),
					     F(S64, clone, ret),
					     F(U32, clone, v),
					     F(HEX, clone, magic),
					     F(BIT, clone, dead),
					     F(HEX, clone, subtree_control),
					     F(BIT, clone, domain),
					     F(BIT, clone, threaded_above),
					     F(BIT, clone, same_domain),
					     F(STRING, clone, src),
					     F(STRING, clone, dst),
					     { 0 } };
static const struct field write_fields[] = { WRITE, { 0 } };
static const struct field count_fields[] = { F(STRING, count, fn),
					     F(S64, count, ret),
					     F(S32, count, tgid),
					     F(COMM, count, comm),
					     F(U64, count, dir),
					     F(U64, count, n),
					     { 0 } };
static const struct field failed_fields[] = { F(STRING, failed, fn), { 0 } };
#define T(name) F(U64, totals, name)
static const struct field total_fields[] = { T(accepted), T(refused),	     T(stops),
					     T(placed),	  T(placed_refused), { 0 } };
static const struct field trailer_fields[] = { T(accepted),	  T(accepted_told), T(refused),
					       T(refused_told),	  T(counted),	    T(stops),
					       T(stops_told),	  T(filtered),	    T(placed),
					       T(placed_refused), T(placed_told),   { 0 } };

#define BEFORE(name) NAMED(#name, U64, segment.before.name)
static const struct field segment_fields[] = {
	F(U64, segment, n),   BEFORE(accepted),	      BEFORE(accepted_told), BEFORE(refused),
	BEFORE(refused_told), BEFORE(counted),	      BEFORE(stops),	     BEFORE(stops_told),
	BEFORE(placed),	      BEFORE(placed_refused), BEFORE(placed_told),   { 0 }
};
static const struct field continued_fields[] = { F(U64, continued, n),
						 F(U64, continued, accepted),
						 F(U64, continued, refused),
						 F(U64, continued, counted),
						 { 0 } };
static const struct field unkept_fields[] = { F(U64, unkept, since),
					      F(U64, unkept, bytes),
					      F(U64, unkept, records),
					      F(U64, unkept, refusals),
					      { 0 } };

static const struct kind {
	const char *name;
	enum record_kind kind;
	enum record_format format;
	const struct field *fields;
	bool has_id;
} kinds[] = {
	{ "cgattach", RECORD_CGATTACH, FORMAT_ON_THE_WAY, log_3_fields, false },
	{ "attach", RECORD_ATTACH, FORMAT_ON_THE_WAY, attach_3_fields, true },
	{ "write", RECORD_WRITE, FORMAT_ON_THE_WAY, write_3_fields, true },
	{ "target", RECORD_TARGET, FORMAT_ON_THE_WAY, target_3_fields, true },
	{ "place", RECORD_PLACE, FORMAT_ANY, place_fields, true },
	{ "thread", RECORD_THREAD, FORMAT_ON_THE_WAY, thread_3_fields, true },
	{ "stop", RECORD_STOP, FORMAT_ON_THE_WAY, stop_3_fields, true },
	{ "group", RECORD_GROUP, FORMAT_ON_THE_WAY, group_3_fields, true },
	{ "parent", RECORD_PARENT, FORMAT_ON_THE_WAY, parent_3_fields, true },
	{ "maker", RECORD_CREATOR, FORMAT_ON_THE_WAY, creator_fields, true },
	{ "ret", RECORD_RET, FORMAT_ON_THE_WAY, ret_3_fields, true },
	{ "end", RECORD_END, FORMAT_ON_THE_WAY, end_3_fields, true },
	{ "trailer", RECORD_TRAILER, FORMAT_ON_THE_WAY, trailer_3_fields, false },
	{ "cgattach", RECORD_CGATTACH, FORMAT_AFTERWARDS, log_fields, false },
	{ "armed", RECORD_ARMED, FORMAT_AFTERWARDS, armed_fields, false },
	{ "attach", RECORD_ATTACH, FORMAT_AFTERWARDS, attach_fields, true },
	{ "writer", RECORD_WRITER, FORMAT_AFTERWARDS, writer_fields, true },
	{ "target", RECORD_TARGET, FORMAT_AFTERWARDS, target_fields, true },
	{ "stop", RECORD_STOP, FORMAT_AFTERWARDS, stop_fields, true },
	{ "creator", RECORD_CREATOR, FORMAT_AFTERWARDS, creator_fields, true },
	{ "parent", RECORD_PARENT, FORMAT_AFTERWARDS, parent_fields, true },
	{ "group", RECORD_GROUP, FORMAT_AFTERWARDS, group_fields, true },
	{ "unmoved", RECORD_UNMOVED, FORMAT_AFTERWARDS, unmoved_fields, true },
	{ "clone", RECORD_CLONE, FORMAT_AFTERWARDS, clone_fields, true },
	{ "write", RECORD_WRITE, FORMAT_AFTERWARDS, write_fields, true },
	{ "count", RECORD_COUNT, FORMAT_AFTERWARDS, count_fields, false },
	{ "failed", RECORD_FAILED, FORMAT_AFTERWARDS, failed_fields, true },
	{ "total", RECORD_TOTAL, FORMAT_AFTERWARDS, total_fields, false },
	{ "trailer", RECORD_TRAILER, FORMAT_AFTERWARDS, trailer_fields, false },
	{ "segment", RECORD_SEGMENT, FORMAT_AFTERWARDS, segment_fields, false },
	{ "continued", RECORD_CONTINUED, FORMAT_AFTERWARDS, continued_fields, false },
	{ "unkept", RECORD_UNKEPT, FORMAT_AFTERWARDS, unkept_fields, false },
};

#define STRINGS_MAX 8

struct cursor {
	char *begin, *at, *end;
	const char *key;
	struct parse_error *error;
	const struct kind *kind;
	char *closing[STRINGS_MAX];	/* the quotes that become 0 once the whole line is good */
	size_t strings;
};

const char *parse_kind_name(enum record_kind kind)
{
	for (size_t i = ARRAY_SIZE(kinds); i--;)
		if (kinds[i].kind == kind)
			return kinds[i].name;
	return NULL;
}

static int fail(struct cursor *c, const char *what)
{
	c->error->what = what;
	c->error->key = c->key;
	c->error->column = c->at - c->begin;
	c->error->ran_out = c->at == c->end;
	return -1;
}

static int expect(struct cursor *c, const char *literal, const char *what)
{
	for (; *literal; literal++, c->at++)
		if (c->at == c->end || *c->at != *literal)
			return fail(c, what);
	return 0;
}

/* At most 19 digits and the overflow test on the 20th; no sign, no leading zero. */
static int decimal(struct cursor *c, uint64_t *ret)
{
	const char *first = c->at;
	char *at = c->at, *safe = c->end - at > 18 ? at + 18 : c->end;
	uint64_t value = 0;

	for (; at < safe && (unsigned char)(*at - '0') < 10; at++)
		value = value * 10 + (*at - '0');
	for (c->at = at; at == safe && c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, *c->at - '0', &value))
			return fail(c, "number too large");
	}
	if (c->at == first)
		return fail(c, "expected a number");
	if (*first == '0' && c->at > first + 1)
		return fail(c, "leading zero");
	*ret = value;
	return 0;
}

static int decimal_up_to(struct cursor *c, uint64_t max, uint64_t *ret)
{
	if (decimal(c, ret))
		return -1;
	return *ret > max ? fail(c, "number too large") : 0;
}

static int signed_decimal(struct cursor *c, uint64_t max, int64_t *ret)
{
	bool negative = c->at < c->end && *c->at == '-';
	uint64_t value;

	c->at += negative;
	if (decimal_up_to(c, max + negative, &value))
		return -1;
	*ret = negative ? (int64_t)(0 - value) : (int64_t)value;
	return 0;
}

static int hex_digit(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

static int hexadecimal(struct cursor *c, uint64_t *ret)
{
	if (expect(c, "0x", "expected 0x and a number"))
		return -1;
	const char *first = c->at;
	uint64_t value = 0;

	for (; c->at < c->end && hex_digit(*c->at) >= 0; c->at++) {
		if (value >> 60)
			return fail(c, "number too large");
		value = value << 4 | hex_digit(*c->at);
	}
	if (c->at == first)
		return fail(c, "expected 0x and a number");
	*ret = value;
	return 0;
}

static int digits(struct cursor *c, size_t n, unsigned int base, uint32_t *ret)
{
	*ret = 0;
	for (; n; n--, c->at++) {
		if (c->at == c->end)
			return fail(c, "bad escape");
		int digit = hex_digit(*c->at >= 'A' && *c->at <= 'F' ? *c->at | 0x20 : *c->at);

		if (digit < 0 || (unsigned int)digit >= base)
			return fail(c, "bad escape");
		*ret = *ret * base + digit;
	}
	return 0;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/*
 * SystemTap 4.8 writes a NUL as \0, whatever follows. Three digits are a byte only if it is one that has
 * to be written so; and to no other byte does it give a 0 first.
 */
static bool is_short_nul(const char *digits, size_t room)
{
	if (*digits != '0')
		return false;
	if (room < 3 || !is_octal(digits[1]) || !is_octal(digits[2]))
		return true;
	int byte = (digits[1] - '0') * 8 + digits[2] - '0';

	return (byte >= '\a' && byte <= '\r') || byte >= ' ';
}

static int escape(struct cursor *c)
{
	uint32_t value;

	if (c->at == c->end)
		return fail(c, "bad escape");
	if (strchr("abfnrtv\"\\", *c->at) && *c->at) {
		c->at++;
		return 0;
	}
	if (is_short_nul(c->at, c->end - c->at)) {
		c->at++;
		return 0;
	}
	if (*c->at >= '0' && *c->at <= '3')
		return digits(c, 3, 8, &value);
	bool wide = *c->at == 'U';

	if (!wide && *c->at != 'u')
		return fail(c, "bad escape");
	c->at++;
	if (digits(c, wide ? 8 : 4, 16, &value))
		return -1;
	if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return fail(c, "escape that is not a character");
	return 0;
}

static int string(struct cursor *c, size_t max, const char **ret)
{
	if (expect(c, "\"", "expected a quote"))
		return -1;
	*ret = c->at;
	c->error->in_string = true;
	c->at += plain_end(c->at, c->end) - c->at;
	while (c->at < c->end && *c->at != '"') {
		if (*c->at < 0x20 || *c->at > 0x7e)
			return fail(c, "raw byte in a string");
		if (*c->at++ == '\\' && escape(c))
			return -1;
	}
	if (c->at == c->end)
		return fail(c, "unclosed string");
	if ((size_t)(c->at - *ret) > max)
		return fail(c, "string too long");
	c->error->in_string = false;
	c->closing[c->strings++] = c->at++;
	return 0;
}

static int unsigned32(struct cursor *c, uint64_t max, uint32_t *ret)
{
	uint64_t value;

	if (decimal_up_to(c, max, &value))
		return -1;
	*ret = value;
	return 0;
}

static int signed32(struct cursor *c, int32_t *ret)
{
	int64_t value;

	if (signed_decimal(c, INT32_MAX, &value))
		return -1;
	*ret = value;
	return 0;
}

static int version(struct cursor *c, uint32_t *ret)
{
	bool mine;

	if (unsigned32(c, UINT32_MAX, ret))
		return -1;
	mine = (*ret > 3) == (c->kind->format == FORMAT_AFTERWARDS);
	c->error->version = (*ret < RECORD_VERSION_OLDEST || *ret > RECORD_VERSION) && c->at < c->end &&
			    *c->at == ' ';
	return c->error->version || !mine ? fail(c, "unknown version of the log's format") : 0;
}

static int value(struct cursor *c, enum type type, void *to)
{
	switch (type) {
	case S32:
		return signed32(c, to);
	case S64:
		return signed_decimal(c, INT64_MAX, to);
	case U32:
		return unsigned32(c, UINT32_MAX, to);
	case BIT:
		return unsigned32(c, 1, to);
	case U64:
		return decimal(c, to);
	case HEX:
		return hexadecimal(c, to);
	case STRING:
		return string(c, SIZE_MAX, to);
	case COMM:
		return string(c, RECORD_COMM_MAX, to);
	case VERSION:
		return version(c, to);
	}
	return -1;
}

/* `skip` of the kinds of that name are passed over. */
static int find_kind(struct cursor *c, unsigned int skip)
{
	size_t len = c->end - c->at, best = 0;

	for (size_t i = 0; len && i < ARRAY_SIZE(kinds); i++) {
		size_t n = 0;

		if (kinds[i].name[0] != *c->at)
			continue;

		while (n < len && kinds[i].name[n] && kinds[i].name[n] == c->at[n])
			n++;
		if (!kinds[i].name[n] && n < len && c->at[n] == ' ' && !skip--) {
			c->kind = &kinds[i];
			c->at += n + 1;
			return 0;
		}
		best = n > best ? n : best;
	}
	c->at += best;
	c->error->foreign = best < len;
	return fail(c, "no record");
}

static int head(struct cursor *c, unsigned int skip, struct record *record)
{
	if (find_kind(c, skip))
		return -1;
	record->kind = c->kind->kind;
	record->format = c->kind->format;
	c->key = "SEQ";
	if (decimal(c, &record->seq) || expect(c, " ", "expected a number"))
		return -1;
	c->key = "ID";
	if (decimal(c, &record->id) || expect(c, " ", "expected a number"))
		return -1;
	if (c->kind->has_id != (record->id != 0))
		return fail(c, "an ID that this kind of record cannot have");
	if (record->kind == RECORD_CGATTACH && record->seq)
		return fail(c, "a header that is not record 0");
	return 0;
}

static int key(struct cursor *c, const struct field *f)
{
	if ((size_t)(c->end - c->at) > f->len && c->at[f->len] == '=' &&
	    !memcmp(c->at, f->key, f->len)) {
		c->at += f->len + 1;
		return 0;
	}
	return expect(c, f->key, "expected another field") ||
	       expect(c, "=", "expected another field");
}

static int fields(struct cursor *c, struct record *record)
{
	for (const struct field *f = c->kind->fields; f->key; f++) {
		c->key = f->key;
		if (key(c, f) || value(c, f->type, (char *)record + f->offset) ||
		    expect(c, " ", "expected the field's end"))
			return -1;
	}
	c->key = NULL;
	return 0;
}

static int tail(struct cursor *c, struct record *record)
{
	uint64_t seq;

	record->hash = hash_bytes(hash_begin(), c->begin, c->at - c->begin);
	/* The recorder fills a message up with blanks: see "Output" in stap/cgattach.stp. */
	while (c->at != c->end && *c->at == ' ')
		c->at++;
	if (expect(c, ";", "expected the end mark") || decimal(c, &seq))
		return -1;
	if (c->at != c->end)
		return fail(c, "text after the end mark");
	if (seq == record->seq)
		return 0;
	fail(c, "the numbers at both ends differ");
	uint64_t begin = record->seq;

	while (begin > seq)
		begin /= 10;
	c->error->ran_out = begin == seq;	/* ";12" may be what is left of ";123" */
	return -1;
}

static bool has_row(const struct kind *kind)
{
	return kind->kind == RECORD_TARGET || kind->kind == RECORD_THREAD ||
	       kind->kind == RECORD_STOP || kind->kind == RECORD_GROUP ||
	       kind->kind == RECORD_PARENT;
}

/* As the record of that name whose number is `nth`; where there is none, foreign or not, it is none. */
static int parse_as(char *line, size_t len, unsigned int nth, struct record *record,
		    struct parse_error *error)
{
	struct cursor c = { .begin = line, .at = line, .end = line + len, .error = error };

	memset(record, 0, sizeof(*record));
	memset(error, 0, sizeof(*error));
	if (head(&c, nth, record) || fields(&c, record) || tail(&c, record))
		return -1;
	if (has_row(c.kind) && record->format == FORMAT_ON_THE_WAY)
		record->task.row.arrivals = -1;
	for (size_t i = 0; i < c.strings; i++)
		*c.closing[i] = 0;
	return 0;
}

/* Of two failures the one that comes later is of the table that was meant. */
static bool is_nearer(const struct parse_error *a, const struct parse_error *than)
{
	return a->version > than->version ||
	       (a->version == than->version && a->column > than->column);
}

/*
 * Most lines of a log are of the same format. No line is a record of both, so which of two is tried first makes a
 * difference to the time alone.
 */
static bool begins_with_second;

int parse_record(char *line, size_t len, struct record *record, struct parse_error *error)
{
	struct parse_error other;

	if (begins_with_second && !parse_as(line, len, 1, record, error))
		return 0;
	begins_with_second = false;
	if (!parse_as(line, len, 0, record, error))
		return 0;
	if (error->foreign)
		return -1;
	if (!parse_as(line, len, 1, record, &other)) {
		begins_with_second = true;
		return 0;
	}
	if (!other.foreign && is_nearer(&other, error))
		*error = other;
	return -1;
}

/*
 * Could line[0..len) be what is left of a record that was torn off there? Not between two quotes: what
 * looks like a record there may be part of a cgroup's name, and then somebody put it there for us.
 */
static bool is_torn_head(char *line, size_t len)
{
	struct record record;
	struct parse_error error;

	return parse_record(line, len, &record, &error) && error.ran_out && !error.in_string;
}

static bool may_begin(const char *at, const char *end)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t n = strlen(kinds[i].name);

		if ((size_t)(end - at) > n && !memcmp(at, kinds[i].name, n) && at[n] == ' ')
			return true;
	}
	return false;
}

size_t parse_rescue(char *line, size_t len, struct record *record)
{
	struct parse_error error;
	bool quoted = false;

	if (!parse_record(line, len, record, &error))
		return 0;
	size_t last = error.column;	/* beyond it the line is no record's beginning */

	for (size_t at = 1; at <= last && at < len; at++) {
		if (quoted && line[at - 1] == '\\') {
			at++;
			continue;
		}
		quoted ^= line[at - 1] == '"';
		if (!quoted && may_begin(line + at, line + len) && is_torn_head(line, at) &&
		    !parse_record(line + at, len - at, record, &error))
			return at;
	}
	return 0;
}

static uint32_t number(const char **from, size_t n, unsigned int base)
{
	uint32_t value = 0;

	for (; n && **from; n--, ++*from)
		value = value * base + hex_digit(**from > '9' ? **from | 0x20 : **from);
	return value;
}

size_t parse_unescape(char *to, const char *from)
{
	static const char letters[] = "abfnrtv", bytes[] = "\a\b\f\n\r\t\v";
	char *first = to;

	while (*from) {
		if (*from != '\\') {
			*to++ = *from++;
			continue;
		}
		char c = *++from;
		const char *letter = c ? strchr(letters, c) : NULL;

		if (c && is_short_nul(from, strlen(from))) {
			*to++ = 0;
			from++;
		} else if (c >= '0' && c <= '3') {
			*to++ = number(&from, 3, 8);
		} else if (c == 'u' || c == 'U') {
			from++;
			to = utf8_put(to, number(&from, c == 'u' ? 4 : 8, 16));
		} else if (c) {
			*to++ = letter ? bytes[letter - letters] : c;
			from++;
		}
	}
	return to - first;
}

const char *parse_plain(struct arena *arena, const char *escaped)
{
	char *bytes = arena_strdup(arena, escaped);

	bytes[parse_unescape(bytes, escaped)] = 0;
	return bytes;
}
