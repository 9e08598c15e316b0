/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * container - whose cgroup it is: container id and pod uid, read from a cgroup's path in the usual shapes (docker,
 * containerd, cri-o, kubepods, systemd scopes, libpod, lxc).
 */
#ifndef FACTS_CONTAINER_H
#define FACTS_CONTAINER_H

#include <stdbool.h>

#include <stddef.h>

#include "base/util.h"

/* What is not in the path is NULL. */
struct container {
	const char *engine;	/* of the id: "docker", "containerd", "cri-o", "podman", "lxc", "systemd-nspawn", ... */
	const char *id;		/* of the innermost container: 12 to 64 hexadecimal digits, or a name of any bytes */
	const char *pod_uid;	/* with "-", also where the path has "_"; a static pod's are 32 digits */
	const char *qos;	/* "guaranteed", "burstable", "besteffort", if it is a pod's */
	const char *unit;	/* systemd's, the innermost, a slice only if there is no other: "ssh.service" */
	/* In no path: NULL unless somebody else knows them. Any bytes. */
	const char *name; /* of the container, in its pod */
	const char *pod_name, *pod_namespace;
};

/* Strings in `arena`. False if nothing of it is known. `path` is plain text, from the root of the hierarchy. */
bool container_of_path(struct container *ret, const char *path, struct arena *arena);

/* Where in a path such a name stands: bytes from `at` on. */
enum container_part_kind { CONTAINER_PART_ID, CONTAINER_PART_NAME, CONTAINER_PART_POD };

struct container_part {
	enum container_part_kind kind;
	size_t at, len;
};

/* All of them, in their order, at most `room`; how many. What stands beside one in its directory's name is the engine's. */
size_t container_parts(const char *path, struct container_part *parts, size_t room);

/* The name, as struct container has it. In `arena`. */
const char *container_part_name(const char *path, const struct container_part *part,
				struct arena *arena);

#endif
