/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * make-log BYTES PER_MILLION THREADS [KIND]: writes a log of version 4 of about so many bytes, in which so many of a
 * million attaches are refused, of groups of up to so many threads. The same arguments give the same log.
 *
 * KIND: "mixed" (the default); "writer": one process writes all that is refused, and never tries again; "incidents": no
 * two refusals have the writer in common; "threads": each group is of threads that were not seen before.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The recorder cuts longer tables. */
#define ROWS_MAX 110
#define SECOND	 1000000000ull
#define CGROUPS	 40

static uint64_t state = 88172645463325252ull;
static uint64_t now = 100 * SECOND, written, next_pid = 5000, tries;
static uint64_t accepted, refused, stops;
static unsigned int group_max;
static char kind;

static uint64_t pick(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

/* As the recorder pads its messages. */
static void line(const char *text, int len, uint64_t seq)
{
	char end[32];
	int tail = snprintf(end, sizeof(end), ";%" PRIu64 "\n", seq), pad = 16 - (len + tail) % 16;

	written += len + pad + tail;
	fwrite(text, 1, len, stdout);
	printf("%*s%s", pad, "", end);
}

#define LINE(seq, ...)                                                                             \
	do {                                                                                       \
		char text_[1024];                                                                  \
		line(text_, snprintf(text_, sizeof(text_), __VA_ARGS__), seq);                     \
	} while (0)

static void row(const char *what, uint64_t id, const char *more, uint64_t pid, uint64_t tgid,
		uint64_t state_word, uint64_t start, const char *comm)
{
	now += 1 + pick(3000);
	LINE(now,
	     "%s %" PRIu64 " %" PRIu64 " %spid=%" PRIu64 " tgid=%" PRIu64
	     " ppid=1898 state=0x%" PRIx64
	     " exit_state=0x0 flags=0x400040 policy=0 prio=120 start=%" PRIu64
	     " run=%d arrivals=%d comm=\"%s\" ",
	     what, now, id, more, pid, tgid, state_word, start, state_word ? 0 : 90629051,
	     state_word ? 0 : 4, comm);
}

static void cgroup(char *to, size_t room, unsigned int n)
{
	snprintf(to, room, "/docker/%016" PRIx64 "%016" PRIx64 "%016" PRIx64 "%016" PRIx64,
		 n * 0x9e3779b97f4a7c15ull, n * 0xc2b2ae3d27d4eb4full, n * 0x165667b19e3779f9ull,
		 n * 0xd6e8feb86659fd93ull);
}

static void attach(uint64_t id, uint64_t tgid, uint64_t target, unsigned int threads, int ret,
		   unsigned int place)
{
	char path[80];

	cgroup(path, sizeof(path), place);
	now += 1 + pick(5000);
	LINE(now,
	     "attach %" PRIu64 " %" PRIu64 " pid=%" PRIu64 " tgid=%" PRIu64
	     " comm=\"runc\" file=\"cgroup.procs\" text=\"%" PRIu64
	     "\" ret=%d v=1 hier=1 mask=0x6 tpid=%" PRIu64 " ttgid=%" PRIu64
	     " threads=%u threadgroup=1 records=%d dst=\"%s\" ",
	     now, id, tgid + 3, tgid, target, ret, target, target, threads, ret < 0 ? 3 : 1, path);
	*(ret < 0 ? &refused : &accepted) += 1;
}

static unsigned int group_size(void)
{
	unsigned int n = 2;

	while (n < group_max && pick(3) == 0)
		n *= 4;
	return n < group_max ? n : group_max;
}

static void refuse(uint64_t id, uint64_t tgid, uint64_t target, unsigned int place)
{
	unsigned int threads = group_size(), rows = threads < ROWS_MAX ? threads : ROWS_MAX;
	uint64_t last = target + rows - 1, start = now - 230000000;
	char more[160];

	snprintf(more, sizeof(more),
		 "fn=\"cpu_cgroup_can_attach\" ret=-22 wpid=%" PRIu64 " wtgid=%" PRIu64
		 " own=0 same=0 woken=-1 moving=%u ioc=0 ",
		 tgid + 3, tgid, threads);
	row("stop", id, more, last, target, 0x800, start, "runc:[2:INIT]");
	stops++;
	now += 1 + pick(2000);
	LINE(now,
	     "creator %" PRIu64 " %" PRIu64 " pid=%" PRIu64
	     " nr=435 ip=0x7f6ea599f8d9 sp=0x7f6e7e400f80 vma=0x7f6ea58bc000 offset=0x1098d9"
	     " map=\"/usr/lib/x86_64-linux-gnu/libc.so.6\" fs=\"ext4\" size=1926232 "
	     "mtime=1777320873"
	     " exe=\"/usr/sbin/runc\" exe_fs=\"ext4\" exe_size=8752456 exe_mtime=1706881985 ",
	     now, id, last);
	row("parent", id, "", tgid + 1, tgid, 1, start - SECOND, "runc");
	for (unsigned int n = 1; n <= rows; n++) {
		snprintf(more, sizeof(more), "n=%u ", n);
		row("group", id, more, target + n - 1, target, n == rows ? 0x800 : 0, start,
		    "runc:[2:INIT]");
	}
	now += 1 + pick(2000);
	LINE(now,
	     "writer %" PRIu64 " %" PRIu64
	     " ppid=1828 euid=0 fuid=0 ns=4026531836 level=0 nspid=%" PRIu64
	     " reached=1 from=3 nbytes=4 tnspid=%" PRIu64 " name=\"\" rflags=0x0 dead=0 src=\"/\" ",
	     now, id, tgid + 3, target);
	snprintf(more, sizeof(more),
		 "found=%" PRIu64 " nspid=%" PRIu64 " no_cgroup_migration=0 uid=0 suid=0 ", target,
		 target);
	row("target", id, more, target, target, 0, start, "runc:[2:INIT]");
	attach(id, tgid, target, threads, -22, place);
}

static void total(void)
{
	LINE(now,
	     "total %" PRIu64 " 0 accepted=%" PRIu64 " refused=%" PRIu64 " stops=%" PRIu64
	     " placed=0 placed_refused=0 ",
	     now, accepted, refused, stops);
}

static uint64_t new_pids(uint64_t n)
{
	uint64_t pid = next_pid;

	next_pid += n;
	if (next_pid > 4000000)
		next_pid = 5000;
	return pid;
}

/* A write that is refused is tried again up to four times, as runc does; one in two succeeds in the end. */
static void write_once(uint64_t per_million)
{
	uint64_t id = (++tries << 13) + 1, tgid = kind == 'w' ? 700 : new_pids(4),
		 target = new_pids(kind == 't' ? ROWS_MAX : 2);
	unsigned int place = pick(CGROUPS);
	bool refuses = pick(1000000) < per_million;

	now += 200000 + pick(1600000);
	if (!refuses) {
		attach(id, tgid, target, 2, 1, place);
		return;
	}
	refuse(id, tgid, target, place);
	for (unsigned int n = 1; kind == 'm' && n < 5 && pick(2); n++) {
		now += 30000000;
		refuse(((++tries) << 13) + 1, tgid, target, place);
	}
	if (kind == 'm' && per_million < 1000000 && pick(2)) {
		now += 30000000;
		attach(((++tries) << 13) + 1, tgid, target, 2, 1, place);
	}
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fputs("Usage: make-log BYTES PER_MILLION THREADS "
		      "[mixed|writer|incidents|threads]\n",
		      stderr);
		return 2;
	}
	uint64_t bytes = strtoull(argv[1], NULL, 10), per_million = strtoull(argv[2], NULL, 10),
		 second = 0;
	static char buffer[1 << 20];

	group_max = strtoul(argv[3], NULL, 10);
	kind = argc > 4 ? argv[4][0] : 'm';
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	LINE(0ul,
	     "cgattach 0 0 version=4 release=\"5.10.0-32-amd64\" build=\"#1 SMP Debian 5.10.223-1"
	     " (2024-08-10)\" machine=\"x86_64\" mono_ns=%llu wall_ns=1795704102407666330"
	     " rt_group_sched=0 sched_class_ext=0 target=0 refused_only=0 threads=0 early=0 "
	     "placed=0"
	     " prefix=\"\" syscalls=0 "
	     "controllers=\"cpuset,cpu,cpuacct,blkio,memory,devices,freezer,"
	     "net_cls,perf_event,net_prio,hugetlb,pids,rdma\" watched=\"cgroup1_procs_write,"
	     "cgroup_procs_write,cpu_cgroup_can_attach\" absent=\"\" ",
	     99 * SECOND);
	now = 99 * SECOND + 500000000;
	LINE(now, "armed %" PRIu64 " 0 functions=3 ", now);
	while (written < bytes) {
		write_once(per_million);
		if (now / SECOND == second)
			continue;
		second = now / SECOND;
		total();
	}
	now += 3 * SECOND;
	total();
	LINE(now + 1,
	     "trailer %" PRIu64 " 0 accepted=%" PRIu64 " accepted_told=%" PRIu64 " refused=%" PRIu64
	     " refused_told=%" PRIu64 " counted=0 stops=%" PRIu64 " stops_told=%" PRIu64
	     " filtered=0 placed=0 placed_refused=0 placed_told=0 ",
	     now + 1, accepted, accepted, refused, refused, stops, stops);
	return ferror(stdout) || fclose(stdout) ? 1 : 0;
}
