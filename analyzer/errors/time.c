/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "errors/time.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/util.h"

#define SECOND 1000000000ll

struct date {
	int year, month, day;	/* year 0: not said */
};

/* Reads exactly `n` digits, which no more follow; false and `*at` where it was if they are not there. */
static bool number(const char **at, int n, int least, int most, int *ret)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (!isdigit((unsigned char)(*at)[i]))
			return false;
		value = value * 10 + (*at)[i] - '0';
	}
	if (value < least || value > most)
		return false;
	*at += n;
	*ret = value;
	return true;
}

static bool literal(const char **at, const char *of)
{
	if (!**at || !strchr(of, **at))
		return false;
	++*at;
	return true;
}

/* ".123456" of a second, to ns; without one the precision is a second. */
static void fraction(const char **at, struct errtime *t)
{
	t->precision_ns = SECOND;
	if ((**at != '.' && **at != ',') || !isdigit((unsigned char)(*at)[1]))
		return;
	for (++*at; isdigit((unsigned char)**at); ++*at)
		if (t->precision_ns > 1) {
			t->precision_ns /= 10;
			t->ns += (**at - '0') * t->precision_ns;
		}
}

/* "14:24:19.003982" */
static bool clock_time(const char **at, struct errtime *t)
{
	const char *s = *at;
	int hour, minute, second;

	if (!number(&s, 2, 0, 23, &hour) || !literal(&s, ":") || !number(&s, 2, 0, 59, &minute) ||
	    !literal(&s, ":") || !number(&s, 2, 0, 60, &second))
		return false;
	t->ns = (hour * 3600ll + minute * 60 + second) * SECOND;
	fraction(&s, t);
	if (isdigit((unsigned char)*s))
		return false;
	*at = s;
	return true;
}

/* Of the proleptic Gregorian calendar, since 1970. */
static int64_t days_of(struct date d)
{
	int64_t year = d.year - (d.month <= 2), era = year / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void set_date(struct errtime *t, struct date d)
{
	if (!d.year) {
		d.year = 1972;
		t->clock = ERRLINE_NO_YEAR;
	} else if (t->clock == ERRLINE_NO_TIME) {
		t->clock = ERRLINE_LOCAL;
	}
	t->ns += days_of(d) * 86400 * SECOND;
}

/* "Z", "+02:00", " +0000", " UTC": the time becomes one of UTC. */
static void zone(const char **at, struct errtime *t)
{
	const char *s = *at + (**at == ' ');
	int hour, minute, sign = *s == '-' ? 1 : -1;

	if ((*s == 'Z' && !isalnum((unsigned char)s[1])) || ((!strncmp(s, "UTC", 3) || !strncmp(s, "GMT", 3)) &&
	    !isalnum((unsigned char)s[3]))) {
		t->clock = ERRLINE_UTC;
		*at = s + (*s == 'Z' ? 1 : 3);
		return;
	}
	if (!literal(&s, "+-") || !number(&s, 2, 0, 14, &hour))
		return;
	literal(&s, ":");
	if (!number(&s, 2, 0, 59, &minute) || isdigit((unsigned char)*s))
		return;
	t->clock = ERRLINE_UTC;
	t->ns += sign * (hour * 60ll + minute) * 60 * SECOND;
	*at = s;
}

/* "2026-11-24T10:00:00.5Z", "2026/11/24 10:00:00" */
static bool iso(const char **at, struct errtime *t)
{
	struct date d;

	if (!number(at, 4, 1971, 2200, &d.year) || (**at != '-' && **at != '/'))
		return false;
	char between[] = { **at, 0 };

	if (!literal(at, between) || !number(at, 2, 1, 12, &d.month) || !literal(at, between) ||
	    !number(at, 2, 1, 31, &d.day) || !literal(at, "T t_") || !clock_time(at, t))
		return false;
	zone(at, t);
	set_date(t, d);
	return true;
}

/* "08-25 06:25:29.193", logcat's */
static bool logcat(const char **at, struct errtime *t)
{
	struct date d = { 0 };

	if (!number(at, 2, 1, 12, &d.month) || !literal(at, "-") || !number(at, 2, 1, 31, &d.day) ||
	    !literal(at, " ") || !clock_time(at, t) || t->precision_ns == SECOND)
		return false;
	set_date(t, d);
	return true;
}

/* "20240110192152.751": lxc writes UTC (lxc_unix_epoch_to_utc() in its log.c). */
static bool lxc(const char **at, struct errtime *t)
{
	struct date d;
	int hour, minute, second;

	if (!number(at, 4, 1971, 2200, &d.year) || !number(at, 2, 1, 12, &d.month) ||
	    !number(at, 2, 1, 31, &d.day) || !number(at, 2, 0, 23, &hour) ||
	    !number(at, 2, 0, 59, &minute) || !number(at, 2, 0, 60, &second) || **at != '.')
		return false;
	t->ns = (hour * 3600ll + minute * 60 + second) * SECOND;
	fraction(at, t);
	t->clock = ERRLINE_UTC;
	set_date(t, d);
	return true;
}

static int month(const char *s)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++)
		if (!strncmp(s, names + 3 * i, 3))
			return i + 1;
	return 0;
}

/* "Oct 16 14:24:19", "Oct  6 14:24:19.5 UTC 2026" */
static bool syslog_date(const char **at, struct errtime *t)
{
	struct date d = { .month = month(*at) };

	if (!d.month || (*at)[3] != ' ')
		return false;
	*at += 4;
	literal(at, " ");
	if ((!number(at, 2, 1, 31, &d.day) && !number(at, 1, 1, 9, &d.day)) || !literal(at, " ") ||
	    !clock_time(at, t))
		return false;
	const char *s = *at;

	zone(&s, t);
	if (*s == ' ' && s++ && number(&s, 4, 1971, 2200, &d.year) && !isalnum((unsigned char)*s))
		*at = s;
	set_date(t, d);
	return true;
}

/* "E1016 14:24:19.003982" */
static bool klog(const char **at, struct errtime *t)
{
	struct date d = { 0 };

	if (!literal(at, "IWEF") || !number(at, 2, 1, 12, &d.month) || !number(at, 2, 1, 31, &d.day) ||
	    !literal(at, " ") || !clock_time(at, t) || t->precision_ns == SECOND)
		return false;
	set_date(t, d);
	return true;
}

/* "[   21.251329]" */
static bool dmesg(const char **at, struct errtime *t)
{
	int64_t seconds = 0;
	int digits = 0;

	if (!literal(at, "["))
		return false;
	while (**at == ' ')
		++*at;
	for (; isdigit((unsigned char)**at) && digits < 9; ++*at, digits++)
		seconds = seconds * 10 + **at - '0';
	if (!digits || **at != '.')
		return false;
	t->ns = seconds * SECOND;
	fraction(at, t);
	t->clock = ERRLINE_MONOTONIC;
	return t->precision_ns <= SECOND / 1000 && literal(at, "]");
}

/* "1700000000.123", "1700000000123456", "1.700000000123e+09": seconds since 1970, by the number of digits. */
static bool epoch(const char **at, struct errtime *t)
{
	char digits[32];
	size_t n = 0, point = 0;
	const char *s = *at;

	for (; (isdigit((unsigned char)*s) || (*s == '.' && !point && n)) && n < sizeof(digits) - 1; s++) {
		if (*s == '.')
			point = n;
		else
			digits[n++] = *s;
	}
	if (*s == 'e' || *s == 'E') {
		s++;
		literal(&s, "+");
		literal(&s, "0");
		if (point != 1 || !literal(&s, "9"))
			return false;
		point = 10;
	}
	size_t whole = point ? point : n;

	/* From 9e9 on: more seconds than 64 bits of ns have, or a number that only looks like a time. */
	if ((whole != 10 && whole != 13 && whole != 16 && whole != 19) || digits[0] < '1' ||
	    digits[0] > '8' || n < whole || isalnum((unsigned char)*s))
		return false;
	int64_t ns = 0, unit = SECOND;

	for (size_t i = 0; i < n && unit; i++) {
		if (i >= 10)
			unit /= 10;
		ns = i < 10 ? ns * 10 + digits[i] - '0' : ns + (digits[i] - '0') * unit;
		if (i == 9)
			ns *= SECOND;
	}
	t->ns = ns;
	t->precision_ns = unit ? unit : 1;
	t->clock = ERRLINE_UTC;
	*at = s;
	return true;
}

/* Does a name of a field that holds a time stand before `at`? */
static bool is_keyed(const char *text, const char *at)
{
	static const char *const keys[] = { "ts", "time", "timestamp", "realtime_timestamp" };
	const char *end = at;

	while (end > text && strchr("\"': =", end[-1]) && at - end < 6)
		end--;
	if (end == at || !memchr(end, ':', at - end) == !memchr(end, '=', at - end))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		size_t n = strlen(keys[i]);

		if ((size_t)(end - text) >= n && !strncasecmp(end - n, keys[i], n) &&
		    (end - n == text || !isalnum((unsigned char)*(end - n - 1))))
			return true;
	}
	return false;
}

static bool time_at(const char *text, const char **at, struct errtime *t)
{
	static bool (*const forms[])(const char **, struct errtime *) = {
		iso, logcat, lxc, syslog_date, klog, dmesg,
	};
	char before = *at > text ? (*at)[-1] : ' ';
	const char *begin = *at;

	if (isalnum((unsigned char)before) || strchr("-./_+", before) ||
	    (before == ':' && begin - text > 1 && isdigit((unsigned char)begin[-2])))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		*t = (struct errtime){ 0 };
		if (forms[i](at, t))
			return true;
		*at = begin;
	}
	*t = (struct errtime){ 0 };
	if (!isdigit((unsigned char)**at) || !epoch(at, t))
		return false;
	return is_keyed(text, begin) || (begin == text && t->precision_ns < SECOND);
}

/* Of a Kubernetes event: when it was seen last, rather than first. */
static int preference(const char *text, const char *at)
{
	char key[24] = "";
	size_t n = at - text < 23 ? at - text : 23;

	memcpy(key, at - n, n);
	if (strstr(key, "lastTimestamp") || strstr(key, "eventTime"))
		return 2;
	return !strstr(key, "firstTimestamp") && !strstr(key, "creationTimestamp");
}

/* May a time begin there: a year, a month, a level of klog, dmesg's bracket, and not in the middle of a word? */
static bool may_begin(const char *text, const char *at)
{
	static const bool begins[256] = {
		['['] = true, ['J'] = true, ['F'] = true, ['M'] = true, ['A'] = true, ['S'] = true,
		['O'] = true, ['N'] = true, ['D'] = true, ['I'] = true, ['W'] = true, ['E'] = true,
		['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true, ['5'] = true,
		['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true,
	};

	return begins[(unsigned char)*at] && (at == text || !isalnum((unsigned char)at[-1]));
}

bool errtime_find(const char *text, size_t len, struct errtime *ret)
{
	static const int rank[] = {
		[ERRLINE_UTC] = 4, [ERRLINE_LOCAL] = 3, [ERRLINE_MONOTONIC] = 2, [ERRLINE_NO_YEAR] = 1,
	};
	int best = 0;

	for (const char *at = text; at < text + len;) {
		const char *end = at;
		struct errtime t;

		if (!may_begin(text, at) || !time_at(text, &end, &t)) {
			at++;
			continue;
		}
		int worth = rank[t.clock] * 3 + preference(text, at);

		if (end < text + len && (worth > best || (worth == best && t.precision_ns < ret->precision_ns))) {
			*ret = t;
			best = worth;
		}
		at = end > at ? end : at + 1;
	}
	return best > 0;
}
