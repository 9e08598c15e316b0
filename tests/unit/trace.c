/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "errors/trace.h"

#include <errno.h>
#include <string.h>

#include "facts/kernel_path.h"
#include "test.h"

static const struct {
	const char *line, *function;
	int number;
} lines[] = {
	{ " 1) 0.5 us | cpu_cgroup_can_attach(); /* = -22 */", "cpu_cgroup_can_attach", EINVAL },
	{ " 1) 0.5 us | } /* cpuset_can_attach = 0xffffffe4 */", "cpuset_can_attach", ENOSPC },
	{ "} /* cpuset_can_attach ret=0xffffffffffffffe4 */", "cpuset_can_attach", ENOSPC },
	{ "} /* cgroup_migrate.part.0 = -22 */", "cgroup_migrate", EINVAL },
	{ "} /* cgroup_migrate.constprop.0.isra.0 = -22 */", "cgroup_migrate", EINVAL },
	/* The caller is not the one that returned. */
	{ "blkcg_can_attach(); /* <-cgroup_migrate_execute+0x4d/0x2d0 ret=-22 */",
	  "blkcg_can_attach", EINVAL },
	{ "x: (cgroup_migrate+0x1/0x2 <- cgroup_migrate_execute) arg1=-12",
	  "cgroup_migrate_execute", ENOMEM },
	{ "x: (cgroup_migrate_execute+0x1/0x2 <- other_can_attach) arg1=-12", NULL, 0 },
	{ "x: (cgroup_migrate+0x1 <- cgroup_attach_task) a=-12 b=-13", NULL, 0 },
	{ "x: (cgroup_migrate+0x1 <- cgroup_attach_task) a=-12 ret=-13", "cgroup_attach_task",
	  EACCES },
	/* Numbers of all kinds. */
	{ "cgroup_attach_task 4294967274", "cgroup_attach_task", EINVAL },
	{ "cgroup_attach_task ret=ffffffea", "cgroup_attach_task", EINVAL },
	{ "cgroup_attach_task 18446744073709551594", "cgroup_attach_task", EINVAL },
	{ "cgroup_attach_task ret=0", NULL, 0 },
	{ "cgroup_attach_task ret=22", NULL, 0 },
	{ "cgroup_attach_task ret=0x16", NULL, 0 },
	{ "cgroup_attach_task ret=0xffffea", NULL, 0 },
	{ "cgroup_attach_task ret=-2147483648", NULL, 0 },
	{ "cgroup_attach_task ret=-4096", NULL, 0 },
	{ "cgroup_attach_task ret=-22%", NULL, 0 },
	{ "cgroup_attach_task ret=-22.5", NULL, 0 },
	{ "cgroup_attach_task ret=-EINVAL", "cgroup_attach_task", EINVAL },
	{ "cgroup_attach_task [-EINVAL]", "cgroup_attach_task", EINVAL },
	{ "cgroup_attach_task [-EINVALID]", NULL, 0 },
	{ "cgroup_attach_task ret=-", NULL, 0 },
	{ "cgroup_attach_task -99999999999999999999999999", NULL, 0 },
	{ "[-EINVAL] cgroup_attach_task+0x1f", "cgroup_attach_task", EINVAL },
	{ "[-EINVAL] other cgroup_attach_task", NULL, 0 },
	/* A task's name and number stand between, and a number alone is theirs. */
	{ "cgroup_attach_task runc-2119 ret=-22", "cgroup_attach_task", EINVAL },
	{ "cgroup_attach_task runc 2119 -22", NULL, 0 },
	{ "cgroup_attach_task(a=-22, b=-22)", NULL, 0 },
	{ "cgroup_attach_task(a=-22) ret=-1", "cgroup_attach_task", EPERM },
	{ "other -22, cgroup_attach_task 0", NULL, 0 },
	{ "cgroup_attach_task 0, other -22", NULL, 0 },
	{ "my_cgroup_attach_task -22", NULL, 0 },
	{ "cgroup_attach_task2 -22", NULL, 0 },
	{ "r_cgroup_attach_task_0 -22", "cgroup_attach_task", EINVAL },
	{ "cgroup_attach_task", NULL, 0 },
	{ "", NULL, 0 },
};

static void check_lines(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct errtrace t;
		size_t len = strlen(lines[i].line);
		bool found = errtrace_line(lines[i].line, len, &t);
		bool right = found == !!lines[i].function &&
			     (!found || (!strcmp(t.function, lines[i].function) &&
					 t.number == lines[i].number));

		if (!right)
			printf("'%s': %s %d\n", lines[i].line, found ? t.function : "-", t.number);
		CHECK(right);
	}
}

/* Cut anywhere, a line may show less, and never another function or errno. */
static void check_cut(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		for (size_t len = 0; len < strlen(lines[i].line); len++) {
			struct errtrace t;
			char cut[128] = "";

			memcpy(cut, lines[i].line, len);
			if (!lines[i].function || !errtrace_line(cut, len, &t))
				continue;
			/* "-2" of "-22" is a number as good. */
			CHECK(!strcmp(t.function, lines[i].function));
		}
}

static struct errtrace trace_of(const char *line)
{
	struct errtrace t;

	errtrace_line(line, strlen(line), &t);
	return t;
}

static void check_who(void)
{
	struct errtrace a = trace_of(
		" runc-2119 [001] ..... 269.972310: x: (a+0x1 <- pids_can_attach) arg1=-22");
	struct errtrace b = trace_of(
		" runc-2119 [001] ..... 270.000000001: x: (a+0x1 <- cgroup_migrate) arg1=-22");
	struct errtrace c = trace_of(
		" runc-2120 [001] ..... 270.000000001: x: (a+0x1 <- cgroup_migrate) arg1=-22");
	struct errtrace d = trace_of(" 1) 0.5 us | } /* cgroup_migrate = -22 */");
	struct errtrace e = trace_of(" 1) 1.5 us | } /* cgroup_attach_task = -22 */");
	struct errtrace f = trace_of(" 2) 1.5 us | } /* cgroup_attach_task = -22 */");

	CHECK(a.time_ns == 269972310000 && a.precision_ns == 1000);
	CHECK(b.time_ns == 270000000001 && b.precision_ns == 1);
	CHECK(a.who && a.who == b.who && a.who != c.who);
	CHECK(d.who && d.who == e.who && d.who != f.who);
	CHECK(!d.time_ns);
	CHECK(errtrace_is_line(" 1) 0.5 us | } /* other = 0 */", 30));
	CHECK(!errtrace_is_line("1) write /sys/fs/cgroup/a/cgroup.procs", 38));
}

static void check_chains(void)
{
	struct errtrace_chain chain = { 0 };
	struct errtrace can = { "cpu_cgroup_can_attach", EINVAL, 7, 0, 0 };
	struct errtrace migrate = { "cgroup_migrate_execute", EINVAL, 7, 0, 0 };
	struct errtrace write = { "cgroup1_tasks_write", EINVAL, 7, 0, 0 };

	CHECK(errtrace_join(&chain, &can) && errtrace_join(&chain, &migrate));
	CHECK(!strcmp(chain.inner, "cpu_cgroup_can_attach") && !chain.door);
	/* The next refusal. */
	CHECK(!errtrace_join(&chain, &can) && !errtrace_join(&chain, &migrate));
	/* Another task's, another errno. */
	CHECK(!errtrace_join(&chain, &(struct errtrace){ "cgroup_attach_task", EINVAL, 8, 0, 0 }));
	CHECK(!errtrace_join(&chain, &(struct errtrace){ "cgroup_attach_task", EBUSY, 7, 0, 0 }));
	CHECK(errtrace_join(&chain, &write));
	CHECK(chain.door == DOOR_WRITE && !strcmp(chain.file, "tasks") && chain.version == 1);
	/* From the outside in. */
	chain = (struct errtrace_chain){ 0 };
	CHECK(errtrace_join(&chain, &write) && errtrace_join(&chain, &migrate) &&
	      errtrace_join(&chain, &can));
	CHECK(!strcmp(chain.inner, "cpu_cgroup_can_attach"));
	CHECK(!errtrace_join(&chain, &write));
	/* What other calls return as well is no attach by itself. */
	chain = (struct errtrace_chain){ 0 };
	CHECK(errtrace_join(&chain, &(struct errtrace){ "dl_cpu_busy", EBUSY, 0, 0, 0 }));
	CHECK(!chain.is_attach);
	CHECK(errtrace_join(&chain, &(struct errtrace){ "cpuset_can_attach", EBUSY, 0, 0, 0 }));
	CHECK(chain.is_attach && !strcmp(chain.inner, "dl_cpu_busy"));
}

static void check_paths(void)
{
	CHECK(kernel_path_calls("cgroup_procs_write", "scx_cgroup_can_attach"));
	CHECK(kernel_path_calls("cgroup_subtree_control_write", "dl_bw_alloc"));
	CHECK(kernel_path_calls("cgroup_can_fork", "cgroup_migrate_vet_dst"));
	CHECK(!kernel_path_calls("cpu_cgroup_can_attach", "cgroup_migrate_execute"));
	CHECK(!kernel_path_calls("cgroup_attach_task", "cgroup_procs_write_start"));
	CHECK(!kernel_path_calls("cgroup_css_set_fork", "cpu_cgroup_can_attach"));
	CHECK(kernel_path_below("cgroup_may_write") == 0);
}

int main(void)
{
	check_lines();
	check_cut();
	check_who();
	check_chains();
	check_paths();
	return TEST_END();
}
