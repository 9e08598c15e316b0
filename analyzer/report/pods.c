/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/pods.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/hash.h"
#include "symbols/sysroot.h"

/* Of a name: a DNS subdomain's 253 bytes are the longest that Kubernetes knows, and an id or a uid is shorter. */
#define NAME_MOST 253
#define BUCKETS	  4096

/* A node is asked again for what it did not know, but not more often, ns. */
#define AGAIN 15000000000ull

struct known {
	const char *key;
	struct pod_names names;
	uint32_t chain; /* the next of its bucket, and 1; 0: none */
};

struct pods {
	struct known *known;
	size_t count, room;
	uint32_t buckets[BUCKETS]; /* the first, and 1 */
	struct arena arena;
	const char *sysroot;
	bool is_node;
	uint64_t asked; /* when, CLOCK_MONOTONIC */
};

/* ---- what is known ---- */

static uint32_t *bucket_of(struct pods *pods, const char *key)
{
	return &pods->buckets[hash_string(hash_begin(), key) % BUCKETS];
}

static struct known *find(const struct pods *pods, const char *key)
{
	for (uint32_t i = *bucket_of((struct pods *)pods, key); i; i = pods->known[i - 1].chain)
		if (!strcmp(pods->known[i - 1].key, key))
			return &pods->known[i - 1];
	return NULL;
}

bool pods_find(const struct pods *pods, const char *key, struct pod_names *ret)
{
	const struct known *known = key ? find(pods, key) : NULL;

	if (known)
		*ret = known->names;
	return known;
}

static bool is_name(const char *s)
{
	return s && *s && strlen(s) <= NAME_MOST;
}

static const char *copy(struct pods *pods, const char *s)
{
	return is_name(s) ? arena_strdup(&pods->arena, s) : NULL;
}

/* A name that is known stays: the sources know different things of one container. */
static void merge(struct pods *pods, struct pod_names *to, const struct pod_names *from)
{
	to->uid = to->uid ? to->uid : copy(pods, from->uid);
	to->name = to->name ? to->name : copy(pods, from->name);
	to->namespace = to->namespace ? to->namespace : copy(pods, from->namespace);
	to->container = to->container ? to->container : copy(pods, from->container);
}

void pods_add(struct pods *pods, const char *key, const struct pod_names *names)
{
	if (!is_name(key))
		return;
	struct known *known = find(pods, key);

	if (known) {
		merge(pods, &known->names, names);
		return;
	}
	if (pods->count == PODS_NAMES_MOST)
		return;
	uint32_t *bucket = bucket_of(pods, key);

	pods->known = xgrow(pods->known, pods->count, &pods->room, sizeof(*pods->known));
	known = &pods->known[pods->count++];
	*known = (struct known){ .key = copy(pods, key), .chain = *bucket };
	*bucket = pods->count;
	merge(pods, &known->names, names);
}

static void forget_all(struct pods *pods)
{
	pods->count = 0;
	memset(pods->buckets, 0, sizeof(pods->buckets));
	arena_fini(&pods->arena);
}

/* ---- where it comes from ---- */

/* The caller's to free; NULL, which it has reported. */
static char *read_all(int fd, const char *file, size_t size, size_t *len)
{
	char *text = xcalloc(1, size + 1);
	ssize_t n = 1;

	*len = 0;
	while (*len < size && n) {
		n = read(fd, text + *len, size - *len);
		if (n < 0 && errno != EINTR) {
			error_at(&(struct pos){ file, 0 }, "cannot read: %s", strerror(errno));
			free(text);
			return NULL;
		}
		*len += n > 0 ? n : 0;
	}
	return text;
}

static void read_file(struct pods *pods, const char *file)
{
	const struct pos pos = { file, 0 };
	struct stat st;
	size_t len;
	int fd = sysroot_open_named(file, &st);

	if (fd < 0) {
		error_at(&pos, "cannot open: %s; pods have no names",
			 errno == ENOTSUP ? "not a regular file" : strerror(errno));
		return;
	}
	char *text = NULL;

	if (st.st_size > PODS_FILE_MOST)
		error_at(&pos, "larger than %u MB; pods have no names", PODS_FILE_MOST >> 20);
	else
		text = read_all(fd, file, st.st_size, &len);
	close(fd);
	if (text && !pods_read_json(pods, file, text, len))
		error_at(&pos, "it has no pods and no containers, as crictl or kubectl print them");
	free(text);
}

/* One that was known until now may be gone, and the log still speak of it. */
static bool ask_node(struct pods *pods)
{
	pods->asked = clock_now();
	if (pods->count > PODS_NAMES_MOST / 2)
		forget_all(pods);
	return pods_read_node(pods, pods->sysroot);
}

struct pods *pods_new(const char *file, const char *sysroot)
{
	struct pods *pods = xcalloc(1, sizeof(*pods));

	pods->is_node = !strcmp(file, "auto");
	pods->sysroot = sysroot;
	if (!pods->is_node)
		read_file(pods, file);
	else if (!ask_node(pods))
		error("--pods auto: no crictl answers, and the kubelet has no files here; pods "
		      "have no "
		      "names");
	return pods;
}

void pods_free(struct pods *pods)
{
	if (!pods)
		return;
	free(pods->known);
	arena_fini(&pods->arena);
	free(pods);
}

/* ---- what is asked for ---- */

static bool look_up(const struct pods *pods, const struct container *c, struct pod_names *ret)
{
	struct pod_names pod;
	bool is_known = pods_find(pods, c->id, ret);

	if (pods_find(pods, c->pod_uid ? c->pod_uid : ret->uid, &pod)) {
		ret->uid = pod.uid;
		ret->name = pod.name;
		ret->namespace = pod.namespace;
		is_known |= !c->id;
	}
	return is_known;
}

static const char *dup_or_null(struct arena *arena, const char *s)
{
	return s ? arena_strdup(arena, s) : NULL;
}

void pods_fill_in(struct pods *pods, struct container *c, struct arena *arena)
{
	struct pod_names names = { 0 };

	if (!pods || (!c->id && !c->pod_uid))
		return;
	/* Only a pod's: docker's own containers are none of crictl's. */
	if (!look_up(pods, c, &names) && pods->is_node && c->pod_uid &&
	    clock_now() - pods->asked > AGAIN) {
		ask_node(pods);
		look_up(pods, c, &names);
	}
	c->name = dup_or_null(arena, names.container);
	c->pod_name = dup_or_null(arena, names.name);
	c->pod_namespace = dup_or_null(arena, names.namespace);
	if (!c->pod_uid)
		c->pod_uid = dup_or_null(arena, names.uid);
}
