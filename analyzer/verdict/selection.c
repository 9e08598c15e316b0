/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/selection.h"

#include <string.h>
#include <strings.h>

#include "facts/container.h"
#include "trace/parse.h"

#define COMM_LEN 15 /* The kernel cuts longer names (TASK_COMM_LEN). */

bool selection_is_empty(const struct selection *s)
{
	return !s->since.given && !s->until.given && !s->cause && !s->cgroup && !s->comm &&
	       !s->container;
}

/* Is the refusal from that moment on? */
static bool is_from(const struct moment *m, const struct finding *f)
{
	uint64_t t = attach_time(f->attach), wall = log_wall_ns(f->attach->log, t);

	return m->wall ? wall && wall >= m->ns : t >= m->ns;
}

static bool begins_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static bool is_container(const char *wanted, const char *cgroup, struct arena *arena)
{
	const char *scheme = strstr(wanted, "://"); /* as Kubernetes writes it: containerd://ID */
	struct container c;

	wanted = scheme ? scheme + 3 : wanted;
	return container_of_path(&c, cgroup, arena) && c.id &&
	       !strncasecmp(c.id, wanted, strlen(wanted));
}

static bool has_place(const struct selection *s, const struct finding *f)
{
	const struct record_attach *b = &f->attach->begin;
	struct arena arena = { 0 };

	if (!s->cgroup && !s->comm && !s->container)
		return true;
	if (!f->attach->begun)
		return false;
	const char *cgroup = parse_plain(&arena, b->dst);
	bool has = (!s->cgroup || begins_with(cgroup, s->cgroup)) &&
		   (!s->comm || !strncmp(parse_plain(&arena, b->comm), s->comm, COMM_LEN)) &&
		   (!s->container || is_container(s->container, cgroup, &arena));

	arena_fini(&arena);
	return has;
}

bool selection_has(const struct selection *s, const struct finding *f)
{
	if ((s->since.given && !is_from(&s->since, f)) || (s->until.given && is_from(&s->until, f)))
		return false;
	return (!s->cause || f->cause == s->cause) && has_place(s, f);
}
