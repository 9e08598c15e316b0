/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What skim.c takes, parse.c takes as well, and as the same; that is tried on lines with a few bytes changed. */
#include "trace/skim.h"

#include <string.h>

#include "test.h"
#include "trace/parse.h"

#define LINE                                                                                       \
	"attach 99500440166 8193 pid=5003 tgid=5000 comm=\"runc\" file=\"cgroup.procs\" "          \
	"text=\"5004\" ret=1 v=1 hier=1 mask=0x6 tpid=5004 ttgid=5004 threads=2 threadgroup=1 "    \
	"records=1 dst=\"/docker/c6ef372fe94f\"   ;99500440166"

static unsigned long taken;

static bool agree(const char *line, size_t len)
{
	char copy[1024];
	struct skimmed s;
	struct record r;
	struct parse_error e;

	memcpy(copy, line, len);
	copy[len] = 0;
	if (!skim_accepted(&s, copy, len))
		return true;
	taken++;
	return !parse_record(copy, len, &r, &e) && r.kind == RECORD_ATTACH &&
	       r.format == FORMAT_AFTERWARDS && r.seq == s.seq && r.id == s.id &&
	       r.hash == s.hash && r.attach.tgid == s.tgid && r.attach.ret >= 0 &&
	       r.attach.records == 1;
}

static bool takes(const char *line)
{
	struct skimmed s;

	return skim_accepted(&s, line, strlen(line)) && agree(line, strlen(line));
}

static const struct {
	const char *old, *new;
	bool takes;
} edits[] = {
	{ "", "", true },
	{ "text=\"5004\"", "text=\"5004\\n\"", true },
	{ "text=\"5004\"", "text=\"5004\\t\"", false },
	{ "ret=1", "ret=-22", false },
	{ "ret=1", "ret=0", true },
	{ "records=1", "records=2", false },
	{ "records=1", "records=11", false },
	{ "file=\"cgroup.procs\"", "file=\"tasks\"", true },
	{ "file=\"cgroup.procs\"", "file=\"cgroup.threads\"", true },
	{ "file=\"cgroup.procs\"", "file=\"cgroup.subtree_control\"", false },
	{ "pid=5003", "pid=05003", false },
	{ "pid=5003", "pid=2147483648", false },
	{ "mask=0x6", "mask=0xffffffffffffffff", true },
	{ "mask=0x6", "mask=0x0123456789abcdef0", false },
	{ "mask=0x6", "mask=0xF", false },
	{ ";99500440166", ";99500440167", false },
	{ ";99500440166", ";99500440166 ", false },
	{ " 8193 ", " 0 ", false },
	{ "comm=\"runc\"", "comm=\"\"", true },
	{ "comm=\"runc\"", "comm=\"a\\\"b\"", false },
	{ "/docker/c6ef372fe94f", "/a b/;1 attach 2 3", true },
	{ "/docker/c6ef372fe94f", "/docker/\xc3\xa4", false },
	{ "threadgroup=1", "threadgroup=2", false },
};

static void check_edits(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(edits); i++) {
		char line[1024];
		const char *at = strstr(LINE, edits[i].old);
		int before = at - LINE;

		snprintf(line, sizeof(line), "%.*s%s%s", before, LINE, edits[i].new,
			 at + strlen(edits[i].old));
		CHECK(takes(line) == edits[i].takes);
		CHECK(agree(line, strlen(line)));
	}
}

/* Each byte replaced by others, left out, and doubled; each beginning. */
static void check_mutations(void)
{
	static const char others[] = " \"\\;=-019afx.\n\x7f\xff";
	const size_t len = strlen(LINE);
	char line[1024];

	for (size_t i = 0; i < len; i++) {
		for (size_t n = 0; n < sizeof(others); n++) {
			memcpy(line, LINE, len);
			line[i] = others[n];
			CHECK(agree(line, len));
		}
		memcpy(line, LINE, i);
		memcpy(line + i, LINE + i + 1, len - i - 1);
		CHECK(agree(line, len - 1));
		memcpy(line, LINE, i);
		line[i] = LINE[i];
		memcpy(line + i + 1, LINE + i, len - i);
		CHECK(agree(line, len + 1));
		CHECK(agree(LINE, i));
	}
}

int main(void)
{
	check_edits();
	check_mutations();
	/* It is there to be taken: a skim that takes nothing would pass all of the above. */
	CHECK(taken > 100);
	return TEST_END();
}
