/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wellknown - names that are the same on machines everywhere, so that they tell nothing about the one they come
 * from: of the kernel, of systemd, of container runtimes and of a distribution's libraries. What is not listed is
 * taken for private. `len`: of a name that no 0 ends.
 */
#ifndef FACTS_WELLKNOWN_H
#define FACTS_WELLKNOWN_H

#include <stdbool.h>
#include <stddef.h>

/* By its comm: a runtime or an engine, with its parts ("runc:[2:INIT]"), systemd, a shell, a kernel thread. */
bool wellknown_program(const char *comm);

/* A directory in a hierarchy, or above one: "docker", "system.slice", "user-1000.slice", "cpu,cpuacct". */
bool wellknown_cgroup(const char *name, size_t len);

/* A part of a file's path: "usr", "libc.so.6", "runc". */
bool wellknown_file(const char *name, size_t len);

/* A file of a cgroup, the whole name: "cgroup.procs", "cpu.cfs_quota_us". */
bool wellknown_cgroup_file(const char *name);

/* A function on the way of an attach, of any kernel. */
bool wellknown_function(const char *name);

bool wellknown_controller(const char *name,
			  size_t len);	     /* as v1 or v2 name it; "name=systemd", too */
bool wellknown_hierarchy(const char *name);  /* of v1, without a controller: "systemd" */
bool wellknown_filesystem(const char *name); /* "ext4" */
bool wellknown_machine(const char *name);    /* "x86_64" */

/* A word of a kernel's release, between its digits and marks: "amd64", "generic", "rt". */
bool wellknown_release_word(const char *word, size_t len);

#endif
