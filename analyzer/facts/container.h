/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * container - whose cgroup it is: container id and pod uid, read from a cgroup's path in the usual shapes (docker,
 * containerd, cri-o, kubepods, systemd scopes, libpod, lxc).
 */
#ifndef FACTS_CONTAINER_H
#define FACTS_CONTAINER_H

#include <stdbool.h>

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

#endif
