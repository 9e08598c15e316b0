/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/diagnose.h"

#include <string.h>

#include "trace/parse.h"
#include "verdict/cause.h"
#include "test.h"

/* An attach of process 10 (threads 10 and 11) that cpu_cgroup_can_attach() refused at thread 11. */
static const struct refusal {
	const char *release;
	int rt_group_sched, state, prio, curpid, walked;
	const char *cause;
	enum confidence confidence;
	int blocker;
} refusals[] = {
	{ "5.10.0", 0, 0x800, 120, 11, 2, "task_new", CONFIDENCE_PROVEN, 11 },
	{ "4.8.15", 0, 0x800, 120, 11, 2, "task_new", CONFIDENCE_PROVEN, 11 },
	{ "6.0.1", 0, 0x800, 120, 11, 2, "task_new", CONFIDENCE_PROVEN, 11 },
	{ "6.1.0", 0, 0x800, 120, 11, 2, "unexplained", CONFIDENCE_NONE, 0 },
	{ "6.12.117", 0, 0x800, 120, 11, 2, "unexplained", CONFIDENCE_NONE, 0 },
	{ "4.7.10", 0, 0x800, 120, 11, 2, "unexplained", CONFIDENCE_NONE, 0 },
	{ "4.10.0", 0, 0x800, 120, 11, 2, "task_new", CONFIDENCE_PROVEN, 11 },
	{ "mainline", 0, 0x800, 120, 11, 2, "unexplained", CONFIDENCE_NONE, 0 },
	/* Read before the controller looked, and not new: then it was something else. */
	{ "5.10.0", 0, 0x0, 120, 11, 2, "unexplained", CONFIDENCE_NONE, 0 },
	{ "5.10.0", 0, 0x0, 49, 11, 2, "unexplained", CONFIDENCE_NONE, 0 },
	{ "5.10.0", 1, 0x0, 49, 11, 2, "rt_group", CONFIDENCE_INFERRED, 11 },
	{ "5.10.0", 1, 0x0, 120, 11, 2, "unexplained", CONFIDENCE_NONE, 0 },
	{ "5.3.0", 0, 0x0, 49, 11, 2, "non_fair_class", CONFIDENCE_INFERRED, 11 },
	{ "5.4.0", 0, 0x0, 49, 11, 2, "unexplained", CONFIDENCE_NONE, 0 },
	{ "5.3.0", 0, 0x0, 120, 11, 2, "unexplained", CONFIDENCE_NONE, 0 },
	/* New and of real-time priority: either may have been it. */
	{ "5.10.0", 1, 0x800, 49, 11, 2, "unexplained", CONFIDENCE_NONE, 0 },
	{ "5.10.0", 0, 0x800, 49, 11, 2, "task_new", CONFIDENCE_PROVEN, 11 },
	{ "4.19.0", 0, 0x800, 49, 11, 2, "unexplained", CONFIDENCE_NONE, 0 },
	/* The recorder and the kernel disagree, or the kernel could not be asked. */
	{ "5.10.0", 0, 0x800, 120, -1, 2, "task_new", CONFIDENCE_INFERRED, 11 },
	{ "5.10.0", 0, 0x800, 120, 10, 2, "task_new", CONFIDENCE_INFERRED, 0 },
	{ "5.10.0", 0, 0x800, 120, 99, 2, "task_new", CONFIDENCE_INFERRED, 0 },
	{ "4.19.0", 0, 0x0, 49, 99, 2, "unexplained", CONFIDENCE_NONE, 0 },
	/* The walk was not seen. */
	{ "5.10.0", 0, 0x800, 120, 11, 0, "task_new", CONFIDENCE_INFERRED, 11 },
	{ "5.10.0", 1, 0x0, 49, 11, 0, "unexplained", CONFIDENCE_NONE, 0 },
};

static void feed(struct model *model, const char *text)
{
	char line[1024];
	struct record record;
	struct parse_error e;

	strcpy(line, text);
	CHECK(!parse_record(line, strlen(line), &record, &e) && !model_add(model, &record, 1));
}

#define ROW "t=12 pid=%d tgid=10 ppid=1 state=0x%x exit_state=0x0 flags=0x0 policy=0 prio=%d " \
	"start=%d comm=\"x\" "

static struct attach *refuse(struct model *model, const struct refusal *r)
{
	char line[1024];

	snprintf(line, sizeof(line), "cgattach 0 0 version=2 release=\"%s\" build=\"\" machine=\"\" mono_ns=1 "
		 "wall_ns=1 rt_group_sched=%d sched_class_ext=0 target=0 refused_only=0 prefix=\"\" syscalls=0 "
		 "controllers=\"\" armed=\"\" absent=\"\" ;0", r->release, r->rt_group_sched);
	feed(model, line);
	feed(model, "attach 1 1 t=1 pid=5 tgid=5 ppid=1 comm=\"sh\" euid=0 fuid=0 ns=1 level=0 nspid=5 "
	     "file=\"cgroup.procs\" text=\"10\" nbytes=2 reached=1 v=1 hier=1 name=\"\" mask=0x2 controllers=\"cpu\" rflags=0x0 "
	     "dst=\"/a\" src=\"/\" tpid=10 ttgid=10 tnspid=10 threads=2 threadgroup=1 ;1");
	snprintf(line, sizeof(line), "stop 2 1 fn=\"cpu_cgroup_can_attach\" ret=-22 walked=%d curpid=%d ioc=0 "
		 ROW ";2", r->walked, r->curpid, r->walked ? 11 : 0, r->state, r->prio, 11);
	feed(model, line);
	snprintf(line, sizeof(line), "group 3 1 n=1 " ROW ";3", 10, 1, 120, 10);
	feed(model, line);
	snprintf(line, sizeof(line), "group 4 1 n=2 " ROW ";4", 11, r->state ? r->state : 1, r->prio, 11);
	feed(model, line);
	feed(model, "end 5 1 t=13 ret=-22 dur=12 records=5 omitted=0 walked=0 ;5");
	return model_steal_closed(model);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *r = &refusals[i];
		struct model *model = model_new();

		model_begin_file(model, "test");
		struct finding *f = finding_new_steal(refuse(model, r));
		int good = !strcmp(f->cause->id, r->cause) && f->confidence == r->confidence &&
			   (f->blocker ? f->blocker->r.row.pid : 0) == r->blocker;

		if (!good)
			printf("row %zu: %s %d %d\n", i, f->cause->id, f->confidence,
			       f->blocker ? f->blocker->r.row.pid : 0);
		CHECK(good);
		CHECK(f->attach->complete);
		finding_free(f);
		model_free(model);
	}
	return TEST_END();
}
