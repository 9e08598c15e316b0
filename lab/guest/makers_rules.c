/* Refusals by the rules of the hierarchy: who may move which task where. */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent.h"
#include "maker.h"
#include "workload.h"

static int write_idle(struct stage *stage, const struct truth_file *file, int expected,
		      const char *cause)
{
	struct truth_note note = refusal(expected, cause, stage->idle, 0);

	truth_write_pid(stage->truth, file, stage->idle, &note);
	return 0;
}

/* ---- somebody else's process: v1 asks who the writer is, v2 what it may write to ---- */

static struct agent nobody;

static int open_as_nobody(struct truth_file *files, void *arg)
{
	struct stage *stage = arg;
	char dir[PATH_MAX];

	if (become_nobody())
		return -1;
	for (int i = 0; i < stage->count; i++) {
		snprintf(dir, sizeof(dir), "%s/open", stage->all[i]->dir);
		if (truth_file_init(&files[i], dir, "cgroup.procs"))
			return -1;
	}
	return 0;
}

static int prepare_nobody(struct stage *stage)
{
	char dir[PATH_MAX], path[PATH_MAX + 16];

	for (int i = 0; i < stage->count; i++) {
		if (stage_cgroup(stage->all[i], "open", dir, sizeof(dir)))
			return -1;
		snprintf(path, sizeof(path), "%s/cgroup.procs", dir);
		if (chmod(path, 0666))
			return complain("cannot chmod '%s': %s", path, strerror(errno));
	}
	return agent_start(&nobody, stage->truth, open_as_nobody, stage);
}

static int make_nobody(struct stage *stage)
{
	const char *cause = stage->version == 1 ? "not_owner" : "no_write_permission";
	struct truth_note note = refusal(EACCES, cause, stage->idle, 0);

	return agent_write_pid(&nobody, stage_random(stage, stage->count), stage->idle, &note) < 0 ?
		       -1 : 0;
}

/* ---- cgroup namespaces ---- */

static struct agent delegate;
static struct truth_file home;

static bool is_delegating(void)
{
	char line[1024];
	bool found = false;
	FILE *file = fopen("/proc/mounts", "r");

	while (file && fgets(line, sizeof(line), file))
		if (strstr(line, " cgroup2 ") && strstr(line, "nsdelegate"))
			found = true;
	if (file)
		fclose(file);
	return found;
}

static int move_into_namespace(struct truth_file *files, void *arg)
{
	struct stage *stage = arg;

	if (stage_move(stage, &home, 0))
		return -1;
	if (unshare(CLONE_NEWCGROUP))
		return complain("cannot make a cgroup namespace: %s", strerror(errno));
	return stage_file(stage->all[0], "home/inside", "cgroup.procs", &files[0]);
}

static int prepare_delegate(struct stage *stage)
{
	if (!is_delegating())
		return 1;
	if (stage_file(stage->all[0], "home", "cgroup.procs", &home))
		return -1;
	return agent_start(&delegate, stage->truth, move_into_namespace, stage);
}

static int make_outside(struct stage *stage)
{
	struct truth_note note = refusal(ENOENT, "outside_cgroup_namespace", stage->idle, 0);

	return agent_write_pid(&delegate, 0, stage->idle, &note) < 0 ? -1 : 0;
}

/* ---- threaded cgroups, and inner ones with processes ---- */

static struct truth_file invalid, inner;

static int prepare_invalid(struct stage *stage)
{
	struct hierarchy *h = stage->all[0];
	char dir[PATH_MAX];

	if (stage_cgroup(h, "threads", dir, sizeof(dir)) ||
	    stage_cgroup(h, "threads/one", dir, sizeof(dir)) ||
	    set_file(dir, "cgroup.type", "threaded"))
		return -1;
	return stage_file(h, "threads/two", "cgroup.procs", &invalid);
}

static int make_invalid(struct stage *stage)
{
	return write_idle(stage, &invalid, EOPNOTSUPP, "domain_invalid");
}

static int make_other_domain(struct stage *stage)
{
	struct hierarchy *h = stage->all[0];

	return write_idle(stage, &h->threads[h->idle_in == 0], EOPNOTSUPP, "other_domain");
}

static int prepare_inner(struct stage *stage)
{
	char dir[PATH_MAX];

	if (stage_cgroup(stage->all[0], "inner", dir, sizeof(dir)) ||
	    set_file(dir, "cgroup.subtree_control", "+memory"))
		return -1;
	return truth_file_init(&inner, dir, "cgroup.procs");
}

static int make_internal(struct stage *stage)
{
	return write_idle(stage, &inner, EBUSY, "internal_process");
}

const struct maker makers_rules[] = {
	{ "not_owner", NULL, ON_V1, prepare_nobody, make_nobody, ALL, false },
	{ "no_write_permission", NULL, ON_V2, prepare_nobody, make_nobody, ALL, false },
	{ "outside_cgroup_namespace", NULL, ON_V2, prepare_delegate, make_outside, ALL, false },
	{ "domain_invalid", NULL, ON_V2, prepare_invalid, make_invalid, ALL, false },
	{ "other_domain", NULL, ON_V2, NULL, make_other_domain, ALL, false },
	{ "internal_process", NULL, ON_V2, prepare_inner, make_internal, ALL, false },
	{ 0 },
};
