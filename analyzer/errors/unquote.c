/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE /* memmem, memrchr */
#include "errors/unquote.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "base/util.h"

struct in {
	const char *at, *end, *begin;
};

struct out {
	char *text;
	size_t len;
};

static const struct {
	const char *name;
	uint32_t c;
} entities[] = {
	{ "quot;", '"' }, { "apos;", '\'' }, { "lt;", '<' }, { "gt;", '>' }, { "nbsp;", ' ' },
	{ "ldquo;", '"' }, { "rdquo;", '"' }, { "bdquo;", '"' }, { "laquo;", '"' }, { "raquo;", '"' },
	{ "lsquo;", '\'' }, { "rsquo;", '\'' }, { "sbquo;", '\'' }, { "sol;", '/' }, { "colon;", ':' },
	{ "amp;", '&' },
};

/* What a page is made of; other words in angle brackets may be the message's own. */
static const char *const tags[] = {
	"b", "i", "u", "p", "a", "br", "em", "td", "tr", "th", "li", "ul", "hr", "tt", "div", "pre", "kbd",
	"code", "span", "font", "mark", "strong", "table", "tbody", "blockquote",
};

/* What looks like one of these is one of these; 0: nothing at all. */
static uint32_t plain(uint32_t c)
{
	if (!c || c == 127)
		return '?';
	if (c < 0xa0)
		return c;
	switch (c) {
	case 0xb4: case 0x2bc: case 0x2018 ... 0x201b: case 0x2032: case 0x2035: case 0x2039: case 0x203a:
		return '\'';
	case 0xab: case 0xbb: case 0x201c ... 0x201f: case 0x2033: case 0x2036: case 0x300c ... 0x300f:
	case 0x301d ... 0x301f:
		return '"';
	case 0xa0: case 0x2000 ... 0x200a: case 0x202f: case 0x205f: case 0x3000:
		return ' ';
	case 0xad: case 0x200b ... 0x200f: case 0x202a ... 0x202e: case 0x2060 ... 0x2069: case 0xfeff:
		return 0;
	case 0x2010 ... 0x2015: case 0x2212:
		return '-';
	case 0x2028: case 0x2029:
		return ' ';
	case 0xff01 ... 0xff5e:
		return c - 0xff01 + '!';
	}
	return c;
}

static void put(struct out *out, uint32_t c)
{
	char last = out->len ? out->text[out->len - 1] : '\n';

	if (c < 32 && c != '\n')
		c = c == '\t' || c == '\r' || c == '\v' || c == '\f' ? ' ' : c ? '?' : 0;
	if (!c || (c == ' ' && last == ' '))
		return;
	out->len = utf8_put(out->text + out->len, c) - out->text;
}

/* `n` digits of base 8, 10 or 16 at `at`, exactly; -1 if they are not there. */
static int64_t digits(struct in in, size_t skip, size_t n, int base)
{
	int64_t value = 0;

	if ((size_t)(in.end - in.at) < skip + n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int c = tolower((unsigned char)in.at[skip + i]);
		int digit = isdigit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;

		if (digit >= base)
			return -1;
		value = value * base + digit;
	}
	return value;
}

/* ESC was read: a colour, or the title of a terminal's window. */
static void skip_control(struct in *in)
{
	const char *at = in->at;

	if (at < in->end && *at == '[') {
		for (at++; at < in->end && (isdigit((unsigned char)*at) || strchr(";?:", *at)) && *at; at++)
			;
		in->at = at < in->end ? at + 1 : at;
	} else if (at < in->end && *at == ']') {
		for (size_t n = 0; at < in->end && n < 256; at++, n++)
			if (*at == '\a') {
				in->at = at + 1;
				return;
			}
	}
}

static void put_char(struct in *in, struct out *out, uint32_t c)
{
	if (c == 27 && in->at < in->end && strchr("[]", *in->at))
		skip_control(in);
	else
		put(out, c == '\n' ? ' ' : plain(c));
}

/* "&" was seen; "&amp;quot;" is one, too. False if it is no entity. */
static bool take_entity(struct in *in, struct out *out)
{
	struct in at = { in->at + 1, in->end, in->begin };
	uint32_t c = 0;

	while (at.end - at.at > 4 && !strncasecmp(at.at, "amp;", 4) && (at.at[4] == '#' || isalpha((unsigned char)at.at[4])))
		at.at += 4;
	if (at.at < at.end && *at.at == '#') {
		bool hex = at.at + 1 < at.end && (at.at[1] | 32) == 'x';
		size_t n = 0, skip = hex ? 2 : 1;

		while (n < 6 && digits(at, skip, n + 1, hex ? 16 : 10) >= 0)
			n++;
		if (!n || (size_t)(at.end - at.at) <= skip + n || at.at[skip + n] != ';')
			return false;
		int64_t value = digits(at, skip, n, hex ? 16 : 10);

		c = value < 0xd800 || (value > 0xdfff && value < 0x110000) ? value : '?';
		at.at += skip + n + 1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(entities) && !c; i++) {
		size_t n = strlen(entities[i].name);

		if ((size_t)(at.end - at.at) >= n && !strncasecmp(at.at, entities[i].name, n)) {
			c = entities[i].c;
			at.at += n;
		}
	}
	if (!c)
		return false;
	in->at = at.at;
	put_char(in, out, c);
	return true;
}

/* A run of backslashes was read, and a line may have been broken in it. */
static void put_escaped(struct in *in, struct out *out)
{
	char c = in->at < in->end ? *in->at : 0;
	int64_t value;

	if ((c == 'u' || c == 'U') && (value = digits(*in, 1, c == 'u' ? 4 : 8, 16)) >= 0) {
		in->at += c == 'u' ? 5 : 9;
		put_char(in, out, value < 0xd800 || (value > 0xdfff && value < 0x110000) ? value : '?');
	} else if (c == 'x' && digits(*in, 1, 2, 16) == 27) {
		in->at += 3;
		put_char(in, out, 27);
	} else if (c == 'x' || (isalpha((unsigned char)c) && !strchr("nrtfve", c))) {
		put(out, '\\');
	} else if (digits(*in, 0, 3, 8) == 27) {
		in->at += 3;
		put_char(in, out, 27);
	} else if (c == 'e' && in->at + 1 < in->end && in->at[1] == '[') {
		in->at++;
		put_char(in, out, 27);
	} else if (c == 'e' || isdigit((unsigned char)c)) {
		put(out, '\\');
	} else if (isalpha((unsigned char)c)) {
		in->at++;
		put(out, ' ');
	} else if (c && c != '\n' && (unsigned char)c < 0x80 && (c != '&' || !take_entity(in, out))) {
		in->at++;
		put(out, c);
	}
}

static void take_backslashes(struct in *in, struct out *out)
{
	while (in->at < in->end && *in->at == '\\')
		in->at++;
	if (in->at + 1 < in->end && *in->at == '\n' && (in->at[1] == '\\' ||
	    (in->at[1] == 'x' && digits(*in, 2, 2, 16) >= 0))) {
		put(out, '\n');
		while (in->at < in->end && (*in->at == '\\' || *in->at == '\n'))
			in->at++;
	}
	put_escaped(in, out);
}

static bool take_tag(struct in *in, struct out *out)
{
	const char *name = in->at + 1, *at;

	if (name < in->end && *name == '/')
		name++;
	for (at = name; at < in->end && isalpha((unsigned char)*at); at++)
		;
	size_t n = at - name;

	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		if (strlen(tags[i]) != n || strncasecmp(tags[i], name, n))
			continue;
		for (size_t most = 0; at < in->end && *at != '>' && *at != '<' && most < 200; at++)
			most++;
		if (at == in->end || *at != '>')
			return false;
		in->at = at + 1;
		if (!strncasecmp(name, "br", 2) || !strncasecmp(name, "td", 2))
			put(out, ' ');
		return true;
	}
	return false;
}

/* "#012" and its like, as syslog daemons write control characters; "issue #012" is none. */
static bool take_syslog(struct in *in, struct out *out)
{
	int64_t value = digits(*in, 1, 3, 8);

	if (value < 0 || value >= 32 || (in->end - in->at > 4 && isdigit((unsigned char)in->at[4])))
		return false;
	in->at += 4;
	put_char(in, out, value);
	return true;
}

/* At the beginning of a line: "> > ", which is no part of the message. */
static void skip_marks(struct in *in)
{
	bool marked = false;

	for (const char *at = in->at; at < in->end && strchr("> \t", *at) && *at; at++)
		if (*at == '>') {
			in->at = at + 1;
			marked = true;
		}
	if (marked && in->at < in->end && *in->at == ' ')
		in->at++;
}

static bool take_markup(struct in *in, struct out *out)
{
	size_t left = in->end - in->at;
	char c = *in->at;

	if (c == '&')
		return take_entity(in, out);
	if (c == '<')
		return take_tag(in, out);
	if (c == '#')
		return take_syslog(in, out);
	if (left >= 3 && !memcmp(in->at, "```", 3)) {
		in->at += 3;
		put(out, ' ');
		return true;
	}
	if (left >= 2 && !memcmp(in->at, "**", 2)) {
		in->at += 2;
		return true;
	}
	if (left >= 3 && !memcmp(in->at, "^[[", 3)) {
		in->at += 2;
		skip_control(in);
		return true;
	}
	return false;
}

static void take_newline(struct in *in, struct out *out)
{
	in->at++;
	put(out, '\n');
	skip_marks(in);
}

/* A line of a mail in quoted-printable that ends with '=' goes on in the next; it has up to 76 characters. */
static bool take_soft_break(struct in *in)
{
	const char *at = in->at + 1;
	size_t width = 0;

	if (at < in->end && *at == '\r')
		at++;
	if (at >= in->end || *at != '\n')
		return false;
	while (in->at - width > in->begin && in->at[-(long)width - 1] != '\n' && width < 77)
		width++;
	if (width < 60 || width > 75)
		return false;
	in->at = at + 1;
	return true;
}

/* Most bytes mean themselves. */
static bool is_plain(unsigned char c)
{
	static const bool marks[128] = {
		['\\'] = true, ['&'] = true, ['<'] = true, ['#'] = true,
		['`'] = true,  ['*'] = true, ['^'] = true, ['='] = true,
	};

	return c > ' ' && c < 127 && !marks[c];
}

/* Words, and single spaces between them. */
static void take_words(struct in *in, struct out *out)
{
	const char *at = in->at;
	char *to = out->text + out->len;

	for (;;) {
		while (at < in->end && is_plain(*at))
			*to++ = *at++;
		if (at == in->at || at == in->end || *at != ' ' || at[-1] == ' ')
			break;
		*to++ = *at++;
	}
	in->at = at;
	out->len = to - out->text;
}

static void take(struct in *in, struct out *out)
{
	uint32_t c;

	if (is_plain(*in->at)) {
		take_words(in, out);
		return;
	}

	if (*in->at == '=' && take_soft_break(in))
		return;
	if (*in->at == '\\') {
		take_backslashes(in, out);
	} else if (*in->at == '\n') {
		take_newline(in, out);
	} else if (*in->at == '\r' && in->at + 1 < in->end && in->at[1] == '\n') {
		in->at++;
	} else if (!strchr("&<#`*^", *in->at) || !*in->at || !take_markup(in, out)) {
		size_t n = utf8_get(in->at, in->end - in->at, &c);

		in->at += n ? n : 1;
		put_char(in, out, n ? c : '?');
	}
}

char *unquote(const char *text, size_t len, size_t *ret_len)
{
	struct in in = { text, text + len, text };
	/* The least that becomes a character of 4 bytes is as long: "&#99999;" has 8. */
	struct out out = { xcalloc(len + 8, 1), 0 };

	skip_marks(&in);
	while (in.at < in.end)
		take(&in, &out);
	out.text[out.len] = 0;
	*ret_len = out.len;
	return out.text;
}

/* ---- what it would do, for those who read many lines ---- */

bool unquote_changes(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = text[i], next = i + 1 < len ? text[i + 1] : 0;

		switch (c) {
		case '\\':
			if (isalnum(next) || next == '&' || next == 27)
				return true;
			break;
		case '<':
			if (isalpha(next) || next == '/')
				return true;
			break;
		case '&':
			if (isalpha(next) || next == '#')
				return true;
			break;
		case '#':
			if (isdigit(next))
				return true;
			break;
		case '*':
		case '`':
			if (next == c)
				return true;
			break;
		case '^':
			if (next == '[')
				return true;
			break;
		case 27:
		case 0xc2:
		case 0xca:
		case 0xe2:
		case 0xe3:
		case 0xef:
			return true;
		}
	}
	return false;
}

bool unquote_goes_on(const char *line, size_t len)
{
	static const char *const escapes[] = { "\x1b]", "33]", "1b]", "1B]", ";]", "\\e]" };
	const char *tag = memrchr(line, '<', len), *title = memrchr(line, ']', len);

	if (tag && !memchr(tag, '>', len - (tag - line)) && (size_t)(tag - line) + 1 < len &&
	    (isalpha((unsigned char)tag[1]) || tag[1] == '/'))
		return true;
	if (!title || memchr(title, '\a', len - (title - line)))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(escapes); i++)
		if (memmem(line, len, escapes[i], strlen(escapes[i])))
			return true;
	return false;
}

bool unquote_ends_softly(const char *line, size_t len)
{
	while (len && line[len - 1] == '\r')
		len--;
	return len && line[len - 1] == '=';
}
