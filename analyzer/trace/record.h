/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record - the log's contract, stap/FORMAT.md, as C. A field here has the name, the unit and the raw
 * value that it has there; times are CLOCK_MONOTONIC nanoseconds unless the name says otherwise.
 *
 * Strings are as they stand in the log, still escaped: printable ASCII without a raw quote, hence safe
 * to print on any terminal. parse_unescape() gives the bytes that the kernel held.
 */
#ifndef TRACE_RECORD_H
#define TRACE_RECORD_H

#include <stdint.h>

#define RECORD_VERSION 3
#define RECORD_VERSION_OLDEST 2	/* the same, without maker and again */
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
	RECORD_MAKER,
	RECORD_RET,
	RECORD_END,
	RECORD_TRAILER,
	RECORD_KINDS
};

struct record_log {
	uint32_t version;
	const char *release, *build, *machine;
	uint64_t mono_ns, wall_ns;
	uint32_t rt_group_sched, sched_class_ext;
	int32_t target;
	uint32_t refused_only;
	const char *prefix;
	uint32_t syscalls;
	const char *controllers, *armed, *absent;
};

struct record_attach {
	uint64_t t;
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
	const char *comm;
};

/* target, thread, stop, group and parent; what a kind has not got is 0 or NULL. */
struct record_task {
	const char *fn;
	uint32_t n, walked, ioc;
	int32_t ret, curpid;
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

struct record_maker {
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

struct record_trailer {
	uint64_t t, records, attaches, refused, filtered, unmatched, shed;
};

struct record {
	enum record_kind kind;
	uint64_t seq, id;
	union {
		struct record_log log;
		struct record_attach attach;
		struct record_write write;
		struct record_place place;
		struct record_task task;
		struct record_maker maker;
		struct record_ret ret;
		struct record_end end;
		struct record_trailer trailer;
	};
};

#endif
