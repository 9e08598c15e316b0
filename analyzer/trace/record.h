/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record - the log's contract, stap/FORMAT.md and, of versions 2 and 3, FORMAT-3.md, as C. A field here has
 * the name, the unit and the raw value that it has there; times are CLOCK_MONOTONIC nanoseconds unless the
 * name shows otherwise. What a version does not have is 0 or NULL.
 *
 * Strings are as they stand in the log, still escaped: printable ASCII without a raw quote, hence safe
 * to print on any terminal. parse_unescape() gives the bytes that the kernel held.
 */
#ifndef TRACE_RECORD_H
#define TRACE_RECORD_H

#include <stdint.h>

#define RECORD_VERSION	      4
#define RECORD_VERSION_OLDEST 2

/*
 * Which table a line fits. Up to version 3 a record is what a function on the way did, and SEQ counts; from 4
 * on all is gathered after the decision, and SEQ is the time. Both have place, which is FORMAT_ANY.
 */
enum record_format { FORMAT_ANY, FORMAT_ON_THE_WAY, FORMAT_AFTERWARDS };

#define RECORD_COMM_MAX 60	/* TASK_COMM_LEN - 1 bytes, each escaped to four characters at most */

enum record_kind {
	RECORD_CGATTACH,
	RECORD_ATTACH,
	RECORD_WRITE,
	RECORD_TARGET,
	RECORD_PLACE,
	RECORD_THREAD,
	RECORD_STOP,
	RECORD_GROUP,
	RECORD_PARENT,
	RECORD_CREATOR, /* up to version 3: maker */
	RECORD_RET,
	RECORD_END,
	RECORD_ARMED,
	RECORD_WRITER,
	RECORD_UNMOVED,
	RECORD_CLONE,
	RECORD_COUNT,
	RECORD_FAILED,
	RECORD_TOTAL,
	RECORD_TRAILER,
	RECORD_SEGMENT, /* this and the next two: of a log that is kept in several files */
	RECORD_CONTINUED,
	RECORD_UNKEPT,
	RECORD_KINDS
};

struct record_log {
	uint32_t version;
	const char *release, *build, *machine;
	uint64_t mono_ns, wall_ns;
	uint32_t rt_group_sched, sched_class_ext;
	int32_t target;
	uint32_t refused_only, threads, early, placed;
	const char *prefix;
	uint32_t syscalls;
	const char *controllers, *armed, *watched, *absent;
};

struct record_armed {
	uint32_t functions;
};

/* From version 4 on an attach's last record; then the fields of `writer` are in a record of their own. */
struct record_attach {
	uint64_t t; /* up to version 3: when it began; else when it returned */
	int32_t pid, tgid, ppid;
	const char *comm;
	uint32_t euid, fuid;
	uint64_t ns;
	uint32_t level;
	int32_t nspid;
	const char *file, *text;
	uint64_t nbytes;
	uint32_t reached, v, hier;
	const char *name;
	uint64_t mask;
	const char *controllers;
	uint64_t rflags;
	const char *dst, *src;
	int32_t tpid, ttgid, tnspid;
	uint32_t threads, threadgroup;
	int64_t ret; /* this and `records` from version 4 on; else they are in `end` */
	uint64_t records;
};

/* Where the text was found. */
enum { TEXT_NOWHERE, TEXT_IN_WRITER, TEXT_IN_KERNEL, TEXT_IN_BOTH };

struct record_writer {
	int32_t ppid;
	uint32_t euid, fuid;
	uint64_t ns;
	uint32_t level;
	int32_t nspid;
	uint32_t reached, from;
	uint64_t nbytes;
	int32_t tnspid;
	const char *name;
	uint64_t rflags;
	uint32_t dead;
	const char *src;
};

struct record_clone {
	int32_t pid, tgid, ppid;
	const char *comm;
	uint32_t euid;
	uint64_t ns;
	uint32_t level;
	int32_t nspid;
	uint64_t flags;
	int64_t fd; /* what the caller passed */
	int64_t ret;
	uint32_t v;
	uint64_t magic;
	uint32_t dead;
	uint64_t subtree_control;
	uint32_t domain, threaded_above, same_domain;
	const char *src, *dst;
};

/* `pos` and `count` are what the caller's registers held, as signed numbers. */
struct record_write {
	uint64_t t;
	int32_t pid, tgid, ppid;
	const char *comm;
	uint32_t euid;
	uint64_t ns;
	uint32_t level;
	int32_t nspid;
	uint32_t nr, fd;
	int64_t count, pos;
	uint64_t magic;
	const char *file, *path;
	uint32_t seccomp;
	uint64_t ptrace;
};

struct record_place {
	uint64_t subtree_control;
	uint32_t domain, threaded_above, same_domain;
};

/* One thread as it was at `t`. */
struct row {
	uint64_t t;
	int32_t pid, tgid, ppid;
	uint64_t state, exit_state, flags;
	uint32_t policy;
	int32_t prio;
	uint64_t start;
	uint64_t run;	  /* from version 4 on; */
	int64_t arrivals; /* up to 3 it is -1 */
	const char *comm;
};

/* target, thread, stop, group and parent; what a kind has not got is 0 or NULL. */
struct record_task {
	const char *fn;
	uint32_t n, walked, ioc;
	int32_t ret, curpid;
	int32_t wpid, wtgid;
	uint32_t own, moving;
	uint64_t same;
	int64_t woken;
	int32_t found, nspid;
	uint32_t no_cgroup_migration, uid, suid;
	struct row row;
};

/* A file that was mapped. */
struct record_file {
	const char *path, *fs;
	uint64_t size;
	int64_t mtime;			/* seconds since 1970 */
};

struct record_creator {
	int32_t pid;
	uint32_t nr;
	uint64_t ip, sp, vma, offset;
	struct record_file map, exe;
};

struct record_ret {
	uint64_t t;
	const char *fn;
	int32_t ret;
};

struct record_end {
	uint64_t t;
	int64_t ret;
	uint64_t dur, records, omitted, walked;
};

struct record_count {
	const char *fn;
	int64_t ret;
	int32_t tgid;
	const char *comm;
	uint64_t dir, n;
};

/* The script's handler at `fn` gave up. */
struct record_failed {
	const char *fn;
};

/* Of versions 2 and 3. */
struct record_trailer {
	uint64_t t, records, attaches, refused, filtered, unmatched, shed;
};

/* total, and from version 4 on the trailer. */
struct record_totals {
	uint64_t accepted, accepted_told, refused, refused_told, counted, stops, stops_told,
		filtered;
	uint64_t placed, placed_refused, placed_told;
};

/* The sums of all that came before this segment; what a `total` has not got is counted from the records. */
struct record_segment {
	uint64_t n;
	struct record_totals before;
};

/* Which segment follows, and the sums until then. */
struct record_continued {
	uint64_t n, accepted, refused, counted;
};

/* What the keeper of the log had no room for. */
struct record_unkept {
	uint64_t since, bytes, records, refusals;
};

struct record {
	enum record_kind kind;
	enum record_format format;
	uint64_t seq, id;
	uint64_t hash; /* of what the line says, blanks before its end aside */
	union {
		struct record_log log;
		struct record_attach attach;
		struct record_write write;
		struct record_place place;
		struct record_task task;
		struct record_creator creator;
		struct record_ret ret;
		struct record_end end;
		struct record_armed armed;
		struct record_writer writer;
		struct record_clone clone;
		struct record_count count;
		struct record_failed failed;
		struct record_trailer trailer;
		struct record_totals totals;
		struct record_segment segment;
		struct record_continued continued;
		struct record_unkept unkept;
	};
};

#endif
