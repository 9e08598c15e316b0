/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What crictl and kubectl print. */
#include "report/pods.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/hash.h"

/* ---- bounded memory: a document of 64 MB can be made to need gigabytes ---- */

#define OVERHEAD (4 * sizeof(size_t)) /* of a block: the two here, and malloc()'s */

static size_t left;

static void *allocate(size_t size)
{
	bool fits = left > OVERHEAD && size < left - OVERHEAD;
	size_t *block = fits ? malloc(2 * sizeof(*block) + size) : NULL;

	if (!block)
		return NULL;
	*block = size + OVERHEAD;
	left -= *block;
	return block + 2; /* aligned as malloc() aligns */
}

static void release(void *at)
{
	size_t *block = at ? (size_t *)at - 2 : NULL;

	left += block ? *block : 0;
	free(block);
}

/* ---- one pod or container ---- */

/* NULL if it is none, or has a NUL in it. */
static const char *string(const json_t *o, const char *key)
{
	const json_t *value = json_object_get(o, key);
	const char *s = json_string_value(value);

	return s && strlen(s) == json_string_length(value) ? s : NULL;
}

/* Without the "containerd://" that Kubernetes writes before it. */
static const char *plain_id(const char *id)
{
	const char *scheme = id ? strstr(id, "://") : NULL;

	return scheme ? scheme + 3 : id;
}

static void take_statuses(struct pods *pods, const json_t *list, const struct pod_names *pod)
{
	size_t n;
	json_t *status;

	json_array_foreach(list, n, status)
	{
		struct pod_names names = *pod;
		const char *id = plain_id(string(status, "containerID"));

		names.container = string(status, "name");
		if (id && *id)
			pods_add(pods, id, &names);
	}
}

/* Of kubectl, or a sandbox of crictl. */
static bool take_pod(struct pods *pods, const json_t *o, const json_t *meta)
{
	static const char *const lists[] = { "containerStatuses", "initContainerStatuses",
					     "ephemeralContainerStatuses" };
	const json_t *status = json_object_get(o, "status");
	const struct pod_names names = { .uid = string(meta, "uid"),
					 .name = string(meta, "name"),
					 .namespace = string(meta, "namespace") };
	/* A static pod's cgroup is named by this, and not by the uid of its mirror. */
	const char *hash =
		string(json_object_get(meta, "annotations"), "kubernetes.io/config.hash");
	const char *id = string(o, "id");

	if (!names.uid || !names.name)
		return false;
	pods_add(pods, names.uid, &names);
	if (hash)
		pods_add(pods, hash, &names);
	if (id)
		pods_add(pods, id, &names);
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		take_statuses(pods, json_object_get(status, lists[i]), &names);
	return true;
}

/* Of crictl: its pod is in the labels, or known by its sandbox. */
static bool take_container(struct pods *pods, const json_t *o, const json_t *meta)
{
	const json_t *labels = json_object_get(o, "labels");
	const char *id = string(o, "id"), *name = string(labels, "io.kubernetes.container.name");
	struct pod_names names = { 0 };

	pods_find(pods, string(o, "podSandboxId"), &names);
	if (string(labels, "io.kubernetes.pod.uid"))
		names = (struct pod_names){ .uid = string(labels, "io.kubernetes.pod.uid"),
					    .name = string(labels, "io.kubernetes.pod.name"),
					    .namespace =
						    string(labels, "io.kubernetes.pod.namespace") };
	names.container = name ? name : string(meta, "name");
	if (!id || !names.container)
		return false;
	pods_add(pods, id, &names);
	names.container = NULL;
	if (names.uid && names.name)
		pods_add(pods, names.uid, &names);
	return true;
}

static int take(struct pods *pods, const json_t *o)
{
	const json_t *meta = json_object_get(o, "metadata");

	return take_pod(pods, o, meta) || take_container(pods, o, meta);
}

/* crictl inspect has what crictl ps has in an object of its own. */
static int take_any(struct pods *pods, const json_t *o)
{
	const json_t *status = json_object_get(o, "status");

	return take(pods, json_object_get(status, "metadata") ? status : o);
}

static int take_list(struct pods *pods, const json_t *list)
{
	size_t n;
	json_t *item;
	int count = 0;

	json_array_foreach(list, n, item) count += take_any(pods, item);
	return count;
}

static int take_document(struct pods *pods, const json_t *document)
{
	static const char *const lists[] = { "items", "containers" };

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		if (json_is_array(json_object_get(document, lists[i])))
			return take_list(pods, json_object_get(document, lists[i]));
	return json_is_array(document) ? take_list(pods, document) : take_any(pods, document);
}

/* ---- documents, one after the other ---- */

static unsigned long lines_of(const char *text, size_t len)
{
	unsigned long n = 0;

	for (size_t i = 0; i < len; i++)
		n += text[i] == '\n';
	return n;
}

static size_t blanks_of(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && strchr(" \t\r\n", text[n]) && text[n])
		n++;
	return n;
}

static int read_documents(struct pods *pods, const char *from, const char *text, size_t len)
{
	int count = 0;
	size_t at = blanks_of(text, len);

	while (at < len) {
		json_error_t e;
		json_t *document = json_loadb(text + at, len - at,
					      JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &e);

		if (!document) {
			error_at(&(struct pos){ from,
						lines_of(text, at) + (e.line > 0 ? e.line : 1) },
				 "not JSON: %s; pods that follow have no names", e.text);
			return count ? count : -1;
		}
		count += take_document(pods, document);
		json_decref(document);
		at += e.position;
		at += blanks_of(text + at, len - at);
	}
	return count;
}

int pods_read_json(struct pods *pods, const char *from, const char *text, size_t len)
{
	json_malloc_t malloc_before;
	json_free_t free_before;

	/* Else it reads /dev/urandom. */
	json_object_seed((size_t)hash_begin());
	json_get_alloc_funcs(&malloc_before, &free_before);
	left = PODS_MEMORY_MOST;
	json_set_alloc_funcs(allocate, release);
	int count = read_documents(pods, from, text, len);

	json_set_alloc_funcs(malloc_before, free_before);
	return count;
}
