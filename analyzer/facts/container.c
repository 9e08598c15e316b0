/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/container.h"

#include <string.h>

#define LEVELS_MAX 256

/* Part of the path, not ended by a 0. */
struct part {
	const char *at;
	size_t len;
};

enum shape {
	SHAPE_ID,	/* 12 to 64 hexadecimal digits: cut ones are in people's reports */
	SHAPE_ECS,	/* 64 of them, or 32, "-" and decimal ones (Fargate) */
	SHAPE_NAME	/* anything */
};

/* A directory, and how deep below it the containers are at most. */
static const struct parent {
	const char *name, *engine;
	enum shape shape;
	unsigned int depth;
} parents[] = {
	{ "docker", "docker", SHAPE_ID, 1 },
	{ "moby", "docker", SHAPE_ID, 1 },
	{ "default", "containerd", SHAPE_ID, 1 },	/* a namespace of containerd's: nerdctl, ctr */
	{ "k8s.io", "containerd", SHAPE_ID, 1 },
	{ "buildkit", "buildkit", SHAPE_NAME, 1 },
	{ "ecs", "ecs", SHAPE_ECS, 3 },			/* /ecs/TASK/ID, /ecs/CLUSTER/TASK/ID */
	{ "garden", "garden", SHAPE_NAME, 1 },
	{ "lxc", "lxc", SHAPE_NAME, 1 },
	{ "lxc.payload", "lxc", SHAPE_NAME, 1 },
	{ "lxc.monitor", "lxc", SHAPE_NAME, 1 },
};

/* "PREFIX-ID", ".scope" behind it or not. The longer prefix first. */
static const struct prefix {
	const char *prefix, *suffix, *engine;
	enum shape shape;
} prefixes[] = {
	{ "docker-", ".scope", "docker", SHAPE_ID },
	{ "cri-containerd-", ".scope", "containerd", SHAPE_ID },
	{ "nerdctl-", ".scope", "containerd", SHAPE_ID },
	{ "crio-conmon-", ".scope", "cri-o", SHAPE_ID },
	{ "crio-", ".scope", "cri-o", SHAPE_ID },
	{ "libpod-conmon-", ".scope", "podman", SHAPE_ID },
	{ "libpod-payload-", ".scope", "podman", SHAPE_ID },
	{ "libpod-", ".scope", "podman", SHAPE_ID },
	{ "lxc.payload.", "", "lxc", SHAPE_NAME },
	{ "lxc.monitor.", "", "lxc", SHAPE_NAME },
	{ "machine-qemu\\x2d", ".scope", "libvirt", SHAPE_NAME },
	{ "machine-lxc\\x2d", ".scope", "libvirt", SHAPE_NAME },
	{ "machine-", ".scope", "systemd-nspawn", SHAPE_NAME },
	{ "systemd-nspawn@", ".service", "systemd-nspawn", SHAPE_NAME },
};

/* "SLICE:NAME:ID": what is meant for systemd, taken for a path. */
static const struct {
	const char *name, *engine;
} names[] = { { "docker", "docker" }, { "cri-containerd", "containerd" }, { "nerdctl", "containerd" },
	      { "crio", "cri-o" }, { "libpod", "podman" } };

static bool is(struct part part, const char *text)
{
	return part.len == strlen(text) && !memcmp(part.at, text, part.len);
}

static bool cut_prefix(struct part *part, const char *prefix)
{
	size_t len = strlen(prefix);

	if (part->len < len || memcmp(part->at, prefix, len))
		return false;
	part->at += len;
	part->len -= len;
	return true;
}

static bool cut_suffix(struct part *part, const char *suffix)
{
	size_t len = strlen(suffix);

	if (part->len < len || memcmp(part->at + part->len - len, suffix, len))
		return false;
	part->len -= len;
	return true;
}

/* The part before the first `c`, which is cut off from `part`. False if there is none. */
static bool cut_at(struct part *part, char c, struct part *before)
{
	const char *found = memchr(part->at, c, part->len);

	if (!found)
		return false;
	*before = (struct part){ part->at, found - part->at };
	*part = (struct part){ found + 1, part->len - before->len - 1 };
	return true;
}

static bool is_of(struct part part, const char *set)
{
	for (size_t i = 0; i < part.len; i++)
		if (!part.at[i] || !strchr(set, part.at[i]))
			return false;
	return part.len > 0;
}

static bool is_hex(struct part part, size_t min, size_t max)
{
	return part.len >= min && part.len <= max && is_of(part, "0123456789abcdef");
}

static bool has_shape(struct part part, enum shape shape)
{
	struct part task, rest = part;

	switch (shape) {
	case SHAPE_ID:
		return is_hex(part, 12, 64);
	case SHAPE_ECS:
		return is_hex(part, 64, 64) ||
		       (cut_at(&rest, '-', &task) && is_hex(task, 32, 32) && is_of(rest, "0123456789"));
	case SHAPE_NAME:
		return part.len > 0;
	}
	return false;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? found - digits : -1;
}

/* systemd writes "-" in a unit's name as "\x2d". */
static const char *unescape(struct arena *arena, struct part part)
{
	char *ret = arena_printf(arena, "%.*s", (int)part.len, part.at), *to = ret;

	for (const char *from = ret; *from; from++) {
		int high = from[0] == '\\' && from[1] == 'x' ? hex_digit(from[2]) : -1;
		int low = high >= 0 ? hex_digit(from[3]) : -1;

		if (low >= 0 && high >= 2 && high < 8 && (high != 7 || low != 15)) {
			*to++ = high << 4 | low;
			from += 3;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return ret;
}

/* What was found so far, the innermost of each; engine: that of the id. */
struct found {
	struct part id, uid, service, slice;
	const char *engine, *qos, *qos_above;
	bool in_pods, is_name;
	/* All of them, of container_parts() alone. */
	const char *path;
	struct container_part *parts;
	size_t count, room;
};

static void note_part(struct found *found, struct part part, enum container_part_kind kind)
{
	if (found->count < found->room)
		found->parts[found->count++] =
			(struct container_part){ kind, part.at - found->path, part.len };
}

static void take_id(struct found *found, struct part id, const char *engine, enum shape shape)
{
	note_part(found, id, shape == SHAPE_NAME ? CONTAINER_PART_NAME : CONTAINER_PART_ID);
	found->id = id;
	found->engine = engine;
	found->is_name = shape == SHAPE_NAME;
}

/* 8-4-4-4-12 hexadecimal digits; in a slice's name "_" stands for "-". A static pod's are without. */
static bool is_uid(struct part uid)
{
	static const size_t groups[] = { 8, 4, 4, 4, 12 };

	if (is_hex(uid, 32, 32))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		if (uid.len < groups[i] || !is_hex((struct part){ uid.at, groups[i] }, groups[i], groups[i]))
			return false;
		uid.at += groups[i];
		uid.len -= groups[i];
		if (i + 1 < ARRAY_SIZE(groups) && !cut_prefix(&uid, "-") && !cut_prefix(&uid, "_"))
			return false;
	}
	return !uid.len;
}

static const char *cut_qos(struct part *part)
{
	static const char *const all[] = { "burstable", "besteffort", "guaranteed" };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (cut_prefix(part, all[i]))
			return all[i];
	return NULL;
}

static void take_pod(struct found *found, struct part uid, const char *qos)
{
	note_part(found, uid, CONTAINER_PART_POD);
	found->uid = uid;
	found->qos = qos ? qos : "guaranteed";
}

/* "pod33be...", and "burstable" and "kubepods" above it. */
static bool match_plain_pod(struct found *found, struct part part)
{
	struct part rest = part;
	const char *qos = cut_qos(&rest);

	if (is(part, "kubepods")) {
		found->in_pods = true;
		found->qos_above = NULL;
	} else if (found->in_pods && qos && !rest.len) {
		found->qos_above = qos;
	} else if (found->in_pods && cut_prefix(&part, "pod") && is_uid(part)) {
		take_pod(found, part, found->qos_above);
	} else {
		return false;
	}
	return true;
}

/* "kubepods-burstable-pod33be_....slice"; kind has "kubelet-" before it. */
static bool match_pod_slice(struct found *found, struct part part)
{
	if (!cut_suffix(&part, ".slice"))
		return false;
	cut_prefix(&part, "kubelet-");
	if (!cut_prefix(&part, "kubepods") || !cut_prefix(&part, "-"))
		return false;
	const char *qos = cut_qos(&part);

	if ((qos && !cut_prefix(&part, "-")) || !cut_prefix(&part, "pod") || !is_uid(part))
		return false;
	take_pod(found, part, qos);
	return true;
}

static bool match_colons(struct found *found, struct part part)
{
	struct part slice, name;

	if (!cut_at(&part, ':', &slice) || !cut_at(&part, ':', &name) || !has_shape(part, SHAPE_ID))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!is(name, names[i].name))
			continue;
		match_pod_slice(found, slice);
		take_id(found, part, names[i].engine, SHAPE_ID);
		return true;
	}
	return false;
}

static bool match_prefix(struct found *found, struct part part)
{
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		struct part rest = part;

		if (!cut_prefix(&rest, prefixes[i].prefix))
			continue;
		/* Only systemd has names in its scopes; an id's directory may be cgroupfs's. */
		if (!cut_suffix(&rest, prefixes[i].suffix) && prefixes[i].shape == SHAPE_NAME)
			continue;
		if (!has_shape(rest, prefixes[i].shape))
			continue;
		take_id(found, rest, prefixes[i].engine, prefixes[i].shape);
		return true;
	}
	return false;
}

static const struct parent *parent_named(struct part part)
{
	for (size_t i = 0; i < ARRAY_SIZE(parents); i++)
		if (is(part, parents[i].name))
			return &parents[i];
	return NULL;
}

static void note_unit(struct found *found, struct part part)
{
	struct part rest = part;

	if (memchr(part.at, ':', part.len))
		return;
	if (cut_suffix(&rest, ".service") || cut_suffix(&rest, ".scope"))
		found->service = rest.len ? part : found->service;
	else if (cut_suffix(&rest, ".slice"))
		found->slice = rest.len ? part : found->slice;
}

/* `depth`: levels below `parent`, from 1. */
static void match(struct found *found, struct part part, const struct parent *parent, unsigned int depth)
{
	note_unit(found, part);
	if (match_colons(found, part) || match_prefix(found, part) || match_pod_slice(found, part) ||
	    match_plain_pod(found, part))
		return;
	if (parent && depth <= parent->depth && has_shape(part, parent->shape))
		take_id(found, part, parent->engine, parent->shape);
	else if (is_hex(part, 64, 64))
		take_id(found, part, NULL, SHAPE_ID);
}

static void match_all(struct found *found, const char *path)
{
	struct part rest = { path, strlen(path) }, part;
	const struct parent *parent = NULL;
	unsigned int depth = 0;

	for (size_t i = 0; i < LEVELS_MAX && rest.len; i++) {
		if (!cut_at(&rest, '/', &part)) {
			part = rest;
			rest.len = 0;
		}
		/* The kernel's mark of a removed cgroup. */
		cut_suffix(&part, " (deleted)");
		if (!part.len)
			continue;
		match(found, part, parent, ++depth);
		if (parent_named(part)) {
			parent = parent_named(part);
			depth = 0;
		}
	}
}

static const char *text_of(struct arena *arena, struct part part)
{
	return part.len ? arena_printf(arena, "%.*s", (int)part.len, part.at) : NULL;
}

static const char *uid_of(struct arena *arena, struct part uid)
{
	char *ret = uid.len ? arena_printf(arena, "%.*s", (int)uid.len, uid.at) : NULL;

	for (char *p = ret; p && *p; p++)
		if (*p == '_')
			*p = '-';
	return ret;
}

size_t container_parts(const char *path, struct container_part *parts, size_t room)
{
	struct found found = { .path = path, .parts = parts, .room = room };

	match_all(&found, path);
	return found.count;
}

const char *container_part_name(const char *path, const struct container_part *part,
				struct arena *arena)
{
	const struct part at = { path + part->at, part->len };

	return part->kind == CONTAINER_PART_NAME ? unescape(arena, at) :
	       part->kind == CONTAINER_PART_POD	 ? uid_of(arena, at) :
						   text_of(arena, at);
}

bool container_of_path(struct container *ret, const char *path, struct arena *arena)
{
	struct found found = { 0 };

	match_all(&found, path);
	*ret = (struct container){
		.engine = found.engine,
		.id = found.is_name ? unescape(arena, found.id) : text_of(arena, found.id),
		.pod_uid = uid_of(arena, found.uid),
		.qos = found.qos,
		.unit = text_of(arena, found.service.len ? found.service : found.slice),
	};
	return ret->id || ret->pod_uid || ret->unit;
}
