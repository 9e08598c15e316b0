/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/markdown.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

/* A backslash of the log's own escapes stays as it is. */
const char *markdown_line(struct arena *arena, const char *text)
{
	for (const char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			return text_safe(arena, text);
	return text;
}

static size_t longest_run(const char *text, char of)
{
	size_t longest = 0;

	for (; *text; text++) {
		size_t run = 0;

		while (text[run] == of)
			run++;
		longest = run > longest ? run : longest;
		text += run ? run - 1 : 0;
	}
	return longest;
}

size_t markdown_fence(size_t so_far, const char *line)
{
	size_t run = longest_run(line, '`') + 1;

	return run > so_far ? run : so_far;
}

/* In a table a bar ends the cell, in code too, unless a backslash stands before it (GFM, 4.10). */
static void put(FILE *out, const char *text, bool in_table)
{
	for (; *text; text++) {
		if (*text == '|' && in_table)
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void put_many(FILE *out, size_t count)
{
	while (count--)
		fputc('`', out);
}

/* A blank at both ends is taken off again, and a backquote or a blank that the text begins with needs it. */
static void put_code(FILE *out, const char *text, bool in_table)
{
	size_t fence = longest_run(text, '`') + 1, len = strlen(text);
	bool pads = !len || strchr("` ", *text) || strchr("` ", text[len - 1]);

	put_many(out, fence);
	fputs(pads ? " " : "", out);
	put(out, text, in_table);
	fputs(pads ? " " : "", out);
	put_many(out, fence);
}

const char *markdown_code(struct arena *arena, const char *text, bool in_table)
{
	struct text code;

	text_begin(&code);
	put_code(code.out, text ? markdown_line(arena, text) : "?", in_table);
	return text_end(&code, arena);
}

/* A commit's hash, to which GitHub links. */
static bool is_hash(const char *word, size_t len)
{
	size_t hex = 0, digits = 0;

	for (; hex < len && isxdigit((unsigned char)word[hex]); hex++)
		digits += isdigit((unsigned char)word[hex]) != 0;
	return len >= 7 && hex == len && digits;
}

/* Letters and digits with a few marks between them. "GH-1" is a link, "www." and "://" are, too. */
static bool is_plain(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)word[i]) && !strchr(".,:;'%/-()=?", word[i]))
			return false;
		if (!strncmp(word + i, "://", 3))
			return false;
	}
	return len && isalnum((unsigned char)*word) && strncasecmp(word, "www.", 4) &&
	       strncasecmp(word, "gh-", 3) && !is_hash(word, len);
}

/* At the beginning of a line "1." or "2)" begins a list. */
static bool begins_list(const char *word, size_t len)
{
	return len > 1 && isdigit((unsigned char)*word) && strchr(".)", word[len - 1]);
}

static void put_word(FILE *out, const char *word, size_t len, bool is_first, bool in_table,
		     struct arena *arena)
{
	size_t before = 0, behind = 0;

	while (before < len && strchr("(\"'", word[before]))
		before++;
	while (before + behind < len && strchr(",.;:)\"'", word[len - 1 - behind]))
		behind++;
	/* f() keeps its brackets. */
	if (behind && len - behind > before && word[len - behind - 1] == '(' &&
	    word[len - behind] == ')')
		behind--;
	size_t inner = len - before - behind;

	bool marks = !inner && !is_first, plain = inner && is_plain(word + before, inner) &&
						  !(is_first && begins_list(word, len));

	if (marks || plain) {
		fprintf(out, "%.*s", (int)len, word);
		return;
	}
	fprintf(out, "%.*s", (int)before, word);
	put_code(out, arena_printf(arena, "%.*s", (int)inner, word + before), in_table);
	fprintf(out, "%.*s", (int)behind, word + len - behind);
}

const char *markdown_prose(struct arena *arena, const char *from, bool in_table)
{
	const char *at = markdown_line(arena, from);
	struct text text;

	text_begin(&text);
	for (bool is_first = true; *at; is_first = false) {
		size_t blanks = strspn(at, " "), len = strcspn(at + blanks, " ");

		fputs(blanks && !is_first ? " " : "", text.out);
		if (len)
			put_word(text.out, at + blanks, len, is_first, in_table, arena);
		at += blanks + len;
	}
	return text_end(&text, arena);
}
