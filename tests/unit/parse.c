/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trace/parse.h"

#include <string.h>

#include "test.h"

static char line[4096];
static struct record record;
static struct parse_error e;

static int parse(const char *text)
{
	strcpy(line, text);
	return parse_record(line, strlen(line), &record, &e);
}

static size_t rescue(const char *text)
{
	strcpy(line, text);
	return parse_rescue(line, strlen(line), &record);
}

#define RET(seq, ret) "ret " seq " 1 t=7 fn=\"f\" ret=" ret " ;" seq

static void test_records(void)
{
	CHECK(!parse("ret 3 1 t=7 fn=\"cpu\\u00e9\" ret=-22 ;3"));
	CHECK(record.kind == RECORD_RET && record.seq == 3 && record.id == 1);
	CHECK(record.ret.ret == -22 && !strcmp(record.ret.fn, "cpu\\u00e9"));
	CHECK(!parse("end 4 9 t=1 ret=5 dur=2 records=3 omitted=0 walked=2 ;4"));
	CHECK(record.end.ret == 5 && record.end.records == 3 && record.end.walked == 2);
	CHECK(!parse("parent 2 1 t=1 pid=2 tgid=2 ppid=1 state=0x800 exit_state=0x0 flags=0xffffffff "
		     "policy=0 prio=-1 start=18446744073709551615 comm=\"\" ;2"));
	CHECK(record.task.row.state == 0x800 && record.task.row.prio == -1);
	CHECK(record.task.row.start == UINT64_MAX && !*record.task.row.comm);
}

static void test_early_refusals(void)
{
	CHECK(!parse("write 1 1 t=1 pid=2 tgid=2 ppid=1 comm=\"sh\" euid=0 ns=1 level=0 nspid=2 nr=18 fd=3 "
		     "count=-1 pos=-5 magic=0x63677270 file=\"cgroup.procs\" path=\"/a\" seccomp=2 "
		     "ptrace=0x1 ;1"));
	CHECK(record.kind == RECORD_WRITE && record.write.nr == 18 && record.write.pos == -5);
	CHECK(record.write.count == -1 && record.write.magic == 0x63677270 && record.write.ptrace == 1);
	CHECK(!parse("place 2 1 subtree_control=0x2 domain=1 threaded_above=0 same_domain=1 ;2"));
	CHECK(record.place.subtree_control == 2 && record.place.domain && record.place.same_domain);
	CHECK(parse("place 2 1 subtree_control=0x2 domain=2 threaded_above=0 same_domain=1 ;2"));
	CHECK(!parse("target 3 1 fn=\"find_task_by_vpid\" found=2 nspid=1 no_cgroup_migration=1 uid=5 suid=6 "
		     "t=1 pid=2 tgid=2 ppid=0 state=0x1 exit_state=0x0 flags=0x208040 policy=0 prio=120 "
		     "start=0 comm=\"kthreadd\" ;3"));
	CHECK(record.task.found == 2 && record.task.nspid == 1 && record.task.no_cgroup_migration);
	CHECK(record.task.uid == 5 && record.task.suid == 6 && record.task.row.flags == 0x208040);
}

static void test_maker(void)
{
	CHECK(!parse("maker 4 2 pid=9 nr=435 ip=0x7f0000000012 sp=0x7f1000 vma=0x7f0000000000 offset=0x12 "
		     "map=\"/usr/lib/libc.so.6\" fs=\"ext4\" size=2000 mtime=-1 exe=\"memfd:a\" exe_fs=\"tmpfs\" "
		     "exe_size=18446744073709551615 exe_mtime=5      ;4"));
	CHECK(record.kind == RECORD_CREATOR && record.creator.nr == 435 &&
	      record.creator.offset == 0x12);
	CHECK(!strcmp(record.creator.map.path, "/usr/lib/libc.so.6") &&
	      record.creator.map.mtime == -1);
	CHECK(!strcmp(record.creator.exe.path, "memfd:a") &&
	      !strcmp(record.creator.exe.fs, "tmpfs"));
	CHECK(record.creator.exe.size == UINT64_MAX && record.creator.exe.mtime == 5);
	CHECK(parse("maker 4 2 pid=9 nr=-1 ip=0x1 sp=0x1 vma=0x0 offset=0x0 map=\"\" fs=\"\" size=0 mtime=0 "
		    "exe=\"\" exe_fs=\"\" exe_size=0 exe_mtime=0 ;4"));
}

static void test_numbers(void)
{
	CHECK(!parse(RET("1", "2147483647")));
	CHECK(!parse(RET("1", "-2147483648")));
	CHECK(record.ret.ret == INT32_MIN);
	CHECK(parse(RET("1", "2147483648")));
	CHECK(parse(RET("1", "-2147483649")));
	CHECK(parse(RET("1", "+1")));
	CHECK(parse(RET("1", "01")));
	CHECK(parse(RET("1", "-")));
	CHECK(parse(RET("1", "")));
	CHECK(parse(RET("1", " 1")));
	CHECK(parse(RET("1", "0x1")));
	CHECK(parse(RET("18446744073709551616", "1")));
	CHECK(!parse(RET("18446744073709551615", "1")));
	CHECK(record.seq == UINT64_MAX);
}

static void test_strictness(void)
{
	CHECK(parse("ret 3 1 t=7 fn=\"f\" ret=-22 ;4") && !e.ran_out);
	CHECK(parse("ret 3 1 t=7 fn=\"f\" ret=-22 ;3 ") && parse("ret 3 1 t=7 fn=\"f\" ret=-22 ;3\r"));
	CHECK(parse(" ret 3 1 t=7 fn=\"f\" ret=-22 ;3") && e.foreign);
	CHECK(parse("ret 3 1 fn=\"f\" t=7 ret=-22 ;3") && !strcmp(e.key, "t"));
	CHECK(parse("ret 3 1 t=7 fn=f ret=-22 ;3") && !strcmp(e.key, "fn"));
	CHECK(parse("ret 3 1 t=7  fn=\"f\" ret=-22 ;3"));
	CHECK(parse("ret 3 0 t=7 fn=\"f\" ret=-22 ;3"));
	CHECK(parse("trailer 3 1 t=7 records=1 attaches=1 refused=1 filtered=0 unmatched=0 shed=0 ;3"));
	CHECK(parse("cgattach 1 0 version=2 ") && parse("cgattach 0 0 version=1 ") && e.version);
	CHECK(parse("cgattach 0 0 version=12") && !e.version);
	CHECK(parse("") && e.ran_out);
}

static int string(const char *escaped)
{
	char text[256];

	snprintf(text, sizeof(text), "ret 3 1 t=7 fn=\"%s\" ret=-22 ;3", escaped);
	return parse(text);
}

static void test_strings(void)
{
	static const char *const bad[] = {
		"\\", "\\x41", "\\8", "\\400", "\\18", "\\u12", "\\ud800", "\\U00110000", "\t", "\x7f",
		"\xc3\xa9", "a\"b", "\\'", "\\u\x10\x10\x10\x10",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(string(bad[i]));
	CHECK(!string("\\a\\b\\f\\n\\r\\t\\v\\\"\\\\\\000\\377\\u202e\\U0001F600 ;3"));
	char raw[64];
	size_t n = parse_unescape(raw, record.ret.fn);

	CHECK(n == 21 && !memcmp(raw, "\a\b\f\n\r\t\v\"\\\0\377\342\200\256\360\237\230\200 ;3", n));
	CHECK(!string("5\\0\\08\\012\\0006\\037"));
	n = parse_unescape(raw, record.ret.fn);
	CHECK(n == 10 && !memcmp(raw, "5\0\0" "8\0" "12\0" "6\037", n));
	CHECK(!string("x"));
	CHECK(parse("parent 2 1 t=1 pid=2 tgid=2 ppid=1 state=0x0 exit_state=0x0 flags=0x0 policy=0 prio=0 "
		    "start=0 comm=\"1234567890123456789012345678901234567890123456789012345678901\" ;2"));
}

static void test_rescue(void)
{
	CHECK(rescue("ret 3 1 t=7 f" RET("4", "0")) == 13 && record.seq == 4);
	CHECK(rescue("thr" RET("4", "0")) == 3);
	CHECK(rescue("ret 3 1 t=7 fn=\"f\" ret=-2" RET("4", "0")));
	CHECK(rescue("ret 3 1 t=7 fn=\"a\\\\\" ret=-2" RET("4", "0")));
	/* In a string it may be the string's own text. */
	CHECK(!rescue("ret 3 1 t=7 fn=\"ab" RET("4", "0")));
	CHECK(!rescue("ret 3 1 t=7 fn=\"ab\\\"" RET("4", "0")));
	CHECK(!rescue("ret 3 1 t=7 fn=\"/end 4 1 t=1 ret=0 dur=0 records=1 omitted=0 walked=2 ;4"));
	/* Not after something that no record begins with, and not if the tail is not whole. */
	CHECK(!rescue("hello " RET("4", "0")));
	CHECK(!rescue("ret 3 1 t=7 f" RET("4", "0") "5"));
	CHECK(!rescue(RET("4", "0")));
	CHECK(!rescue(""));
}

int main(void)
{
	test_records();
	test_early_refusals();
	test_maker();
	test_numbers();
	test_strictness();
	test_strings();
	test_rescue();
	return TEST_END();
}
