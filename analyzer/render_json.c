/* SPDX-License-Identifier: GPL-2.0-or-later */
/* analyzer/JSON.md describes what is written here, field by field. */
#include "render.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "parse.h"

#define JSON_FORMAT 1

static void set(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value))
		abort();	/* out of memory, which xcalloc() would not have survived either */
}

static json_t *number(uint64_t n)
{
	char digits[24];

	if (n <= INT64_MAX)
		return json_integer(n);
	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
	return json_string(digits);
}

static json_t *number_or_null(int64_t n, bool known)
{
	return known ? json_integer(n) : json_null();
}

/* The length of the UTF-8 character at `s`, 0 if there is none. */
static size_t character(const unsigned char *s, size_t room)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = *s < 0x80 ? 1 : *s >= 0xf0 && *s < 0xf5 ? 4 : *s >= 0xe0 && *s < 0xf0 ? 3 :
		   *s >= 0xc2 && *s < 0xe0 ? 2 : 0;

	if (n < 2)
		return n;
	uint32_t c = *s & (0x7f >> n);

	for (size_t i = 1; i < n; i++) {
		if (i >= room || (s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	return c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : n;
}

/* Bytes to a JSON string; one that is part of no UTF-8 character becomes the four characters \xNN. */
static json_t *bytes(const char *s, size_t len)
{
	char *text = xcalloc(len, 4), *to = text;

	for (size_t i = 0, n; i < len; i += n ? n : 1) {
		n = character((const unsigned char *)s + i, len - i);
		if (n)
			to = (char *)memcpy(to, s + i, n) + n;
		else {
			char hex[5];

			snprintf(hex, sizeof(hex), "\\x%02x", (unsigned char)s[i]);
			to = (char *)memcpy(to, hex, 4) + 4;
		}
	}
	json_t *string_value = json_stringn(text, to - text);

	free(text);
	return string_value;
}

/* A string of the log, still escaped; NULL is null. */
static json_t *string(const char *escaped)
{
	if (!escaped)
		return json_null();
	char *raw = xcalloc(strlen(escaped), 1);
	json_t *value = bytes(raw, parse_unescape(raw, escaped));

	free(raw);
	return value;
}

static json_t *plain_string(const char *s)
{
	return s ? bytes(s, strlen(s)) : json_null();
}

static json_t *list_of(const char *names)
{
	json_t *list = json_array();

	for (const char *s = names; s && *s; s += strcspn(s, ",")) {
		s += *s == ',';
		json_array_append_new(list, json_stringn(s, strcspn(s, ",")));
	}
	return list;
}

static json_t *strings(const struct strings *from)
{
	json_t *list = json_array();

	for (size_t i = 0; i < from->count; i++)
		json_array_append_new(list, json_string(from->items[i]));
	return list;
}

static json_t *thread(const struct row *row, uint32_t version, bool has_state)
{
	json_t *o = json_object();
	char name[KERNEL_STATE_MAX];

	kernel_state_name(name, version, row->state, row->exit_state);
	set(o, "pid", json_integer(row->pid));
	set(o, "tgid", json_integer(row->tgid));
	set(o, "ppid", json_integer(row->ppid));
	set(o, "comm", string(row->comm));
	set(o, "state", has_state ? json_string(name) : json_null());
	set(o, "state_raw", has_state ? number(row->state) : json_null());
	set(o, "exit_state_raw", has_state ? number(row->exit_state) : json_null());
	return o;
}

static json_t *culprit(const struct finding *f)
{
	if (!f->culprit)
		return json_null();
	json_t *o = thread(&f->culprit->r.row, f->attach->log->version, true);
	int64_t age = task_age(f->culprit);

	set(o, "age_ns", number_or_null(age, age >= 0));
	return o;
}

static json_t *threads(const struct finding *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->table.count; i++) {
		const struct table_row *row = &f->table.rows[i];
		json_t *o = thread(&row->task->r.row, f->attach->log->version, true);

		set(o, "parent", json_boolean(row->task->kind == RECORD_PARENT));
		set(o, "written", json_boolean(row->written));
		set(o, "culprit", json_boolean(report_is(f->culprit, &row->task->r.row)));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *evidence(const struct finding *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->evidence_count; i++) {
		json_t *o = json_object();

		set(o, "file", plain_string(f->attach->log->file));
		set(o, "line", json_integer(f->evidence[i].line));
		set(o, "what", json_string(f->evidence[i].what));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *writer(const struct attach *a)
{
	if (!a->begun)
		return json_null();
	json_t *o = json_object();

	set(o, "pid", json_integer(a->begin.pid));
	set(o, "tgid", json_integer(a->begin.tgid));
	set(o, "ppid", json_integer(a->begin.ppid));
	set(o, "comm", string(a->begin.comm));
	set(o, "euid", json_integer(a->begin.euid));
	return o;
}

static void set_attach(json_t *o, const struct attach *a)
{
	const struct record_attach *b = &a->begin;
	uint64_t t = attach_time(a), wall = log_wall_ns(a->log, t);
	int64_t pid = report_written_pid(a);

	set(o, "id", number(a->id));
	set(o, "log", plain_string(a->log->file));
	set(o, "kernel", a->log->has_header ? string(a->log->header.release) : json_null());
	set(o, "time_ns", t ? number(t) : json_null());
	set(o, "wall_ns", t && wall ? number(wall) : json_null());
	set(o, "complete", json_boolean(a->complete));
	set(o, "writer", writer(a));
	set(o, "written", number_or_null(pid, pid >= 0));
	set(o, "written_text", string(b->text));
	set(o, "target_pid", number_or_null(b->tpid, b->tpid));
	set(o, "target_tgid", number_or_null(b->ttgid, b->ttgid));
	set(o, "file", string(b->file));
	set(o, "cgroup", string(b->dst));
	set(o, "from_cgroup", string(b->src));
	set(o, "version", number_or_null(b->v, a->begun));
	set(o, "hierarchy", a->begun && *b->name ? string(b->name) : json_null());
	set(o, "controllers", list_of(b->controllers));
}

static json_t *attach_json(struct report *r, const struct finding *f)
{
	const struct log *log = f->attach->log;
	json_t *o = json_object();

	set_attach(o, f->attach);
	set(o, "result", number_or_null(f->answer, f->answer < 0 || f->attach->ended));
	if (f->answer < 0) {
		set(o, "errno", json_string(report_errno(&r->arena, f->answer)));
		set(o, "function", string(f->function));
		set(o, "source", plain_string(symbols_find(r->symbols, f->function,
			log->has_header ? log->header.release : NULL)));
		set(o, "controller", plain_string(f->controller));
		set(o, "cause", json_string(f->rule->id));
		set(o, "title", json_string(f->rule->title));
		set(o, "confidence", plain_string(confidence_name(f->confidence)));
		set(o, "culprit", culprit(f));
		set(o, "known", strings(&f->facts));
	}
	set(o, "threads", threads(f));
	if (f->answer < 0) {
		set(o, "evidence", evidence(f));
		set(o, "advice", strings(&f->advice));
	}
	return o;
}

static json_t *summary(const struct summary *s)
{
	json_t *o = json_object(), *causes = json_object();

	for (size_t i = 0; i < s->cause_count; i++)
		if (s->causes[i].count)
			set(causes, s->causes[i].rule->id, number(s->causes[i].count));
	set(o, "attempts", number(s->attempts));
	set(o, "refused", number(s->refused));
	set(o, "by_cause", causes);
	set(o, "lost", number(s->lost));
	set(o, "lost_attaches", number(s->lost_attaches));
	set(o, "incomplete", number(s->incomplete));
	set(o, "damaged_lines", number(s->damaged));
	set(o, "misplaced_records", number(s->repeated));
	set(o, "filtered", number(s->filtered));
	set(o, "unmatched", number(s->unmatched));
	set(o, "shed", number(s->shed));
	set(o, "cut_short", json_boolean(s->cut_short));
	set(o, "whole", json_boolean(s->whole));
	return o;
}

static json_t *kernel_of(const struct report *r)
{
	return r->logs && r->logs->has_header ? string(r->logs->header.release) : json_null();
}

static json_t *logs(const struct report *r)
{
	json_t *list = json_array();

	for (const struct log *log = r->logs; log; log = log->next) {
		json_t *o = json_object();

		set(o, "file", plain_string(log->file));
		set(o, "line", json_integer(log->line));
		set(o, "kernel", log->has_header ? string(log->header.release) : json_null());
		set(o, "machine", log->has_header ? string(log->header.machine) : json_null());
		set(o, "attempts", number(log->attaches + log_lost_attaches(log)));
		set(o, "refused", number(log->refused));
		set(o, "lost", number(log_lost(log)));
		set(o, "whole", json_boolean(log_is_whole(log)));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *document(const struct report *r)
{
	json_t *o = json_object();

	set(o, "format", json_integer(JSON_FORMAT));
	set(o, "kernel", kernel_of(r));
	set(o, "summary", summary(&r->summary));
	set(o, "logs", logs(r));
	return o;
}

static void write_out(const struct render_options *o, json_t *root)
{
	/* A full disk shows in ferror(), which main() looks at. */
	json_dumpf(root, o->out, JSON_INDENT(2));
	fputc('\n', o->out);
	json_decref(root);
}

static void json_findings(const struct render_options *o, struct report *r, const char *key,
			  struct finding **findings, size_t count)
{
	json_t *root = document(r), *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, attach_json(r, findings[i]));
	set(root, key, list);
	write_out(o, root);
}

static void json_report(const struct render_options *o, struct report *r)
{
	json_findings(o, r, "refusals", r->findings, r->count);
}

static void json_attaches(const struct render_options *o, struct report *r)
{
	json_findings(o, r, "attaches", r->kept, r->kept_count);
}

static json_t *moment(const struct log *log)
{
	json_t *o = json_object(), *list = json_array();
	size_t count;
	const struct sighting **seen = seen_list(log->seen, &count);
	uint64_t t = seen_time(log->seen), wall = log_wall_ns(log, t);

	for (size_t i = 0; i < count; i++) {
		json_t *row = thread(&seen[i]->row, log->version, seen[i]->has_state);

		set(row, "seen_ns", number(seen[i]->row.t));
		json_array_append_new(list, row);
	}
	free(seen);
	set(o, "log", plain_string(log->file));
	set(o, "time_ns", number(t));
	set(o, "wall_ns", wall ? number(wall) : json_null());
	set(o, "threads", list);
	return o;
}

static void json_moment(const struct render_options *o, struct report *r)
{
	json_t *root = document(r), *list = json_array();

	for (const struct log *log = r->logs; log; log = log->next)
		if (log->seen)
			json_array_append_new(list, moment(log));
	set(root, "moments", list);
	write_out(o, root);
}

const struct renderer render_json = {
	.name = "json",
	.report = json_report,
	.attaches = json_attaches,
	.moment = json_moment,
};
