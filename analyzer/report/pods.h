/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pods - what Kubernetes calls the pods and containers whose uid and id a cgroup's path has. It only adds to a report:
 * where a source is missing or damaged, that is said on stderr, and the rest is as without it.
 *
 * Sources: JSON of `crictl pods`, `crictl ps -a`, `crictl inspect`, `crictl inspectp` (all with -o json) and
 * `kubectl get pods -A -o json`, recognised by its shape; or a node: crictl run here, else the names of the kubelet's
 * files, /var/log/pods/NAMESPACE_POD_UID and /var/log/containers/POD_NAMESPACE_CONTAINER-ID.log.
 */
#ifndef REPORT_PODS_H
#define REPORT_PODS_H

#include <stdbool.h>
#include <stddef.h>

#include "facts/container.h"

/* Bounds: what is beyond is not taken. */
#define PODS_FILE_MOST	 (64u << 20)  /* bytes of a file */
#define PODS_MEMORY_MOST (512u << 20) /* bytes that its JSON may take meanwhile */
#define PODS_NAMES_MOST	 100000	      /* pods and containers */

struct pods;

/* Reads `file`; or, if that is "auto", a node: the one below `sysroot`, borrowed, or this one if it is NULL. */
struct pods *pods_new(const char *file, const char *sysroot);
void pods_free(struct pods *pods);

/*
 * Fills in `name`, `pod_name`, `pod_namespace`, and `pod_uid` if the path did not have it, of what is known. The strings
 * are the arena's. Of an unknown one of a node, that is read again now and then. `pods` may be NULL.
 */
void pods_fill_in(struct pods *pods, struct container *container, struct arena *arena);

/* ---- for the sources alone ---- */

/* A pod or, if `container` is not NULL or the key is a sandbox's id, a container; what is not known is NULL. */
struct pod_names {
	const char *uid, *name, *namespace, *container;
};

/* Known by `key`, a uid or an id, from now on; copied. What is longer than Kubernetes allows is passed over. */
void pods_add(struct pods *pods, const char *key, const struct pod_names *names);
bool pods_find(const struct pods *pods, const char *key, struct pod_names *ret);

/* Takes in the documents that `text` is, from the source `from`. How many pods and containers it had; -1: reported. */
int pods_read_json(struct pods *pods, const char *from, const char *text, size_t len);

/* Takes in what a node knows. False: nothing was there. */
bool pods_read_node(struct pods *pods, const char *sysroot);

#endif
