/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace/skim.h"

#include <string.h>

#include "base/hash.h"
#include "base/plain.h"
#include "trace/record.h"

/* The compiler then compares words, and makes one function of all. */
#define ALWAYS inline __attribute__((always_inline))

struct at {
	const char *p, *end;
};

#define SAME(type, at)                                                                             \
	({                                                                                         \
		type a_, b_;                                                                       \
		memcpy(&a_, p + (at), sizeof(a_));                                                 \
		memcpy(&b_, text + (at), sizeof(b_));                                              \
		a_ == b_;                                                                          \
	})

/* At most 16 bytes, in two words that overlap: the compiler calls memcmp() for an odd number of them. */
static ALWAYS bool same(const char *p, const char *text, size_t len)
{
	if (len >= 8)
		return SAME(uint64_t, 0) && SAME(uint64_t, len - 8);
	if (len >= 4)
		return SAME(uint32_t, 0) && SAME(uint32_t, len - 4);
	if (len >= 2)
		return SAME(uint16_t, 0) && SAME(uint16_t, len - 2);
	return *p == *text;
}

static ALWAYS bool literal(struct at *at, const char *text, size_t len)
{
	if ((size_t)(at->end - at->p) < len || !same(at->p, text, len))
		return false;
	at->p += len;
	return true;
}

#define LITERAL(s)                                                                                 \
	({                                                                                         \
		_Static_assert(sizeof(s) > 1 && sizeof(s) - 1 <= 16, "as same() needs it");        \
		literal(&at, s, sizeof(s) - 1);                                                    \
	})

/* Without a sign or a leading zero, below 10^18. */
static ALWAYS bool decimal(struct at *at, uint64_t *ret)
{
	const char *first = at->p;
	uint64_t value = 0;

	for (; at->p < at->end && (unsigned char)(*at->p - '0') < 10; at->p++)
		value = value * 10 + (unsigned char)(*at->p - '0');
	*ret = value;
	return at->p - first <= 18 && at->p > first && (*first != '0' || at->p == first + 1);
}

static ALWAYS bool up_to(struct at *at, uint64_t max)
{
	uint64_t value;

	return decimal(at, &value) && value <= max;
}

static ALWAYS bool hexadecimal(struct at *at)
{
	const char *first = at->p + 2;

	if (!literal(at, "0x", 2))
		return false;
	while (at->p < at->end &&
	       ((unsigned char)(*at->p - '0') < 10 || (unsigned char)(*at->p - 'a') < 6))
		at->p++;
	return at->p > first && at->p - first <= 16;
}

/* Up to its end, which is passed over, too. The only escape that is not left to parse.c is that of a line's end. */
static ALWAYS bool string(struct at *at, size_t max)
{
	const char *first = at->p;

	at->p = plain_end(at->p, at->end);
	for (; at->p < at->end && *at->p != '"'; at->p++) {
		if ((unsigned char)(*at->p - 0x20) > 0x7e - 0x20)
			return false;
		if (*at->p == '\\' && (at->end - at->p < 2 || *++at->p != 'n'))
			return false;
	}
	return at->p < at->end && (size_t)(at->p++ - first) <= max;
}

bool skim_accepted(struct skimmed *ret, const char *line, size_t len)
{
	struct at at = { line, line + len };
	uint64_t tgid;
	const char *seq = line + sizeof("attach ") - 1;

	if (!LITERAL("attach ") || !decimal(&at, &ret->seq))
		return false;
	size_t seq_len = at.p - seq;

	if (!LITERAL(" ") || !decimal(&at, &ret->id) || !ret->id || !LITERAL(" pid=") ||
	    !up_to(&at, INT32_MAX) || !LITERAL(" tgid=") || !decimal(&at, &tgid) ||
	    tgid > INT32_MAX || !LITERAL(" comm=\"") || !string(&at, RECORD_COMM_MAX) ||
	    !LITERAL(" file=\""))
		return false;
	if (!LITERAL("cgroup.procs\"") && !LITERAL("tasks\"") && !LITERAL("cgroup.threads\""))
		return false;
	if (!LITERAL(" text=\"") || !string(&at, SIZE_MAX) || !LITERAL(" ret=") ||
	    !up_to(&at, INT32_MAX) || !LITERAL(" v=") || !up_to(&at, UINT32_MAX) ||
	    !LITERAL(" hier=") || !up_to(&at, UINT32_MAX) || !LITERAL(" mask=") ||
	    !hexadecimal(&at) || !LITERAL(" tpid=") || !up_to(&at, INT32_MAX) ||
	    !LITERAL(" ttgid=") || !up_to(&at, INT32_MAX) || !LITERAL(" threads=") ||
	    !up_to(&at, UINT32_MAX) || !LITERAL(" threadgroup=") || !up_to(&at, 1) ||
	    !LITERAL(" records=1 dst=\"") || !string(&at, SIZE_MAX) || !LITERAL(" "))
		return false;
	const char *end = at.p;

	while (at.p < at.end && *at.p == ' ')
		at.p++;
	if (!LITERAL(";") || (size_t)(at.end - at.p) != seq_len || memcmp(at.p, seq, seq_len))
		return false;
	ret->tgid = tgid;
	ret->hash = hash_bytes(hash_begin(), line, end - line);
	return true;
}
