/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layouts are facts of Go: src/runtime/symtab.go (struct pcHeader, struct functab), src/runtime/runtime2.go
 * (struct _func), and src/cmd/link/internal/ld/pcln.go, of Go 1.2, 1.16, 1.18, 1.20 and 1.26.
 */
#include "symbols/go_table.h"

#include <string.h>

#define NAME_MAX_LEN 4096

/* In the head: the offset of a number, 0 if there is none. */
static const struct layout {
	uint32_t magic;
	bool relative;
	uint8_t text, names, functions, head;
} layouts[] = {
	{ 0xfffffffb, false, 0, 0, 0, 16 },	/* 1.2: the index follows, everything counts from the beginning */
	{ 0xfffffffa, false, 0, 24, 56, 64 },	/* 1.16 */
	{ 0xfffffff0, true, 24, 32, 64, 72 },	/* 1.18 */
	{ 0xfffffff1, true, 24, 32, 64, 72 },	/* 1.20; from 1.26 on text is 0 */
};

static uint64_t number(const unsigned char *at, size_t width)
{
	uint64_t ret = 0;

	for (size_t i = width; i-- > 0;)
		ret = ret << 8 | at[i];
	return ret;
}

static const struct layout *layout_of(const unsigned char *bytes, size_t size)
{
	/* Two zeros, the smallest instruction (1 byte on x86, 4 on arm64), the size of a pointer. */
	if (size < 8 || bytes[4] || bytes[5] || (bytes[6] != 1 && bytes[6] != 4) || bytes[7] != 8)
		return NULL;
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (layouts[i].magic == number(bytes, 4))
			return &layouts[i];
	return NULL;
}

bool go_table_is_magic(const unsigned char *bytes, size_t size)
{
	return layout_of(bytes, size);
}

/* Of the pair `i` of the index: the function's address, and where it is described. */
static uint64_t start_of(const struct go_table *t, uint64_t i)
{
	return number(t->bytes + t->index + 2 * i * t->width, t->width);
}

static uint64_t description_of(const struct go_table *t, uint64_t i)
{
	return number(t->bytes + t->index + (2 * i + 1) * t->width, t->width);
}

/* The pairs, and the end of the last function behind them. */
static bool is_index_sound(const struct go_table *t)
{
	if (t->index > t->size || t->count < 1 || t->count > (t->size - t->index) / (2 * t->width) ||
	    (t->size - t->index) / t->width < 2 * t->count + 1)
		return false;
	for (uint64_t i = 0; i < t->count; i++)
		if (start_of(t, i) > start_of(t, i + 1))
			return false;
	return true;
}

bool go_table_init(struct go_table *ret, const unsigned char *bytes, size_t size)
{
	const struct layout *l = layout_of(bytes, size);
	struct go_table t = { .bytes = bytes, .size = size };

	if (!l || size < l->head)
		return false;
	t.relative = l->relative;
	t.width = l->relative ? 4 : 8;
	t.count = number(bytes + 8, 8);
	t.text = l->text ? number(bytes + l->text, 8) : 0;
	t.names = l->names ? number(bytes + l->names, 8) : 0;
	t.functions = l->functions ? number(bytes + l->functions, 8) : 0;
	t.index = l->functions ? t.functions : l->head;
	if (t.names >= size || !is_index_sound(&t))
		return false;
	t.first = start_of(&t, 0);
	t.last = start_of(&t, t.count);
	*ret = t;
	return true;
}

/* Description: the address once more, and where the name is. Both must fit: a wrong name is worse than none. */
static const char *name_of(const struct go_table *t, uint64_t i)
{
	uint64_t from = description_of(t, i);

	if (from > t->size - t->functions || t->size - t->functions - from < t->width + 4)
		return NULL;
	const unsigned char *at = t->bytes + t->functions + from;
	uint64_t name = number(at + t->width, 4);

	if (number(at, t->width) != start_of(t, i) || name >= t->size - t->names)
		return NULL;
	const char *text = (const char *)t->bytes + t->names + name;
	size_t room = t->size - t->names - name;

	if (!*text || strnlen(text, room) >= (room < NAME_MAX_LEN ? room : NAME_MAX_LEN))
		return NULL;
	return text;
}

const char *go_table_find(const struct go_table *t, uint64_t address, uint64_t *start)
{
	uint64_t base = t->relative ? t->text : 0, low = 0, high = t->count;

	if (address < base || address - base < t->first || address - base >= t->last)
		return NULL;
	while (high - low > 1) {
		uint64_t middle = low + (high - low) / 2;

		if (start_of(t, middle) <= address - base)
			low = middle;
		else
			high = middle;
	}
	*start = base + start_of(t, low);
	return name_of(t, low);
}
