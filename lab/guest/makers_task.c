/* Refusals, and moves without effect, because of the task or because the cgroup is gone. */
#include <dirent.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"
#include "maker.h"
#include "workload.h"

enum { PF_NO_SETAFFINITY = 0x04000000 };

/* ---- kernel threads ---- */

static pid_t bound[64];
static int bound_count;

/* Workers come and go, but for the first high-priority one of a CPU. */
static bool is_bound(const char *entry)
{
	char path[300], line[512] = "", name[64];
	unsigned flags;

	snprintf(path, sizeof(path), "/proc/%s/stat", entry);
	FILE *file = fopen(path, "r");
	if (!file)
		return false;
	bool read = fgets(line, sizeof(line), file);
	fclose(file);
	char *rest = strrchr(line, ')');
	if (!read || !rest || sscanf(line, "%*d (%63[^)]", name) != 1 ||
	    sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %u", &flags) != 1)
		return false;
	if (!strncmp(name, "kworker/", 8) && !strstr(name, ":0H"))
		return false;
	return flags & PF_NO_SETAFFINITY;
}

static int find_bound(struct stage *stage)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	(void)stage;
	if (!dir)
		return complain("cannot open /proc: %s", strerror(errno));
	while ((entry = readdir(dir)) && bound_count < 64)
		if (atoi(entry->d_name) > 0 && is_bound(entry->d_name))
			bound[bound_count++] = atoi(entry->d_name);
	closedir(dir);
	return bound_count ? 0 : complain("there is no bound kernel thread");
}

static int make_no_setaffinity(struct stage *stage)
{
	for (int i = 0; i < 8; i++) {
		pid_t pid = bound[stage_random(stage, bound_count)];
		struct truth_note note = refusal(EINVAL, "no_setaffinity", pid, pid);

		truth_write_pid(stage->truth, stage_any_file(stage), pid, &note);
	}
	return 0;
}

static int make_kthreadd(struct stage *stage)
{
	static const char *const texts[] = { "2", " 2", "+2\n", "\t2 " };
	struct truth_note note = refusal(EINVAL, "kthreadd", 2, 2);

	/* The recorder must find the task whatever is before the number. */
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		truth_write(stage->truth, stage_any_file(stage), texts[i], strlen(texts[i]), &note);
	return 0;
}

/* ---- nobody is there ---- */

static pid_t end_child(bool reap)
{
	siginfo_t info;
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid < 0)
		return complain("cannot fork: %s", strerror(errno));
	waitid(P_PID, pid, &info, WEXITED | (reap ? 0 : WNOWAIT));
	return pid;
}

/* Pids are given out in turn: this one is not somebody else's yet. */
static int make_dead(struct stage *stage)
{
	struct truth_note note = refusal(ESRCH, "no_such_process", 0, 0);
	pid_t pid = end_child(true);

	if (pid < 0)
		return -1;
	truth_write_pid(stage->truth, stage_any_file(stage), pid, &note);
	truth_write(stage->truth, stage_any_file(stage), "2147483647", 10, &note);
	return 0;
}

static int make_zombie(struct stage *stage)
{
	struct hierarchy *h = stage_any(stage);
	pid_t pid = end_child(false);
	struct truth_note note = { .target = pid, .no_effect = "zombie" };

	if (pid < 0)
		return -1;
	truth_write_pid(stage->truth, &h->procs[stage_random(stage, 2)], pid, &note);
	waitpid(pid, NULL, 0);
	return 0;
}

static int make_already_there(struct stage *stage)
{
	struct truth_note note = { .target = stage->idle, .no_effect = "already_there" };
	struct hierarchy *h = stage_any(stage);
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", stage->idle);

	if (stage_move_idle(stage, h, text, length))
		return -1;
	truth_write_pid(stage->truth, &h->procs[h->idle_in], stage->idle, &note);
	return 0;
}

/* ---- a number of another pid namespace ---- */

static struct agent foreigner;

static int open_all(struct truth_file *files, void *arg)
{
	struct stage *stage = arg;

	for (int i = 0; i < stage->count; i++)
		files[i] = stage->all[i]->procs[0];
	return 0;
}

static int prepare_foreigner(struct stage *stage)
{
	return agent_start_in_pid_ns(&foreigner, stage->truth, open_all, stage);
}

static int make_foreign_number(struct stage *stage)
{
	struct truth_note note = refusal(ESRCH, "no_such_process", 0, 0);
	int file = stage_random(stage, stage->count);

	return agent_write_pid(&foreigner, file, stage->idle, &note) < 0 ? -1 : 0;
}

/* ---- the cgroup is gone ---- */

static int make_removed(struct stage *stage)
{
	struct truth_note note = refusal(ENODEV, "cgroup_removed", 0, 0);
	struct hierarchy *h = stage_any(stage);
	char dir[PATH_MAX];
	struct truth_file file;

	if (stage_cgroup(h, "gone", dir, sizeof(dir)) ||
	    truth_file_init(&file, dir, "cgroup.procs"))
		return -1;
	if (rmdir(dir))
		return complain("cannot remove '%s': %s", dir, strerror(errno));
	truth_write_pid(stage->truth, &file, stage->idle, &note);
	truth_file_fini(&file);
	return 0;
}

/* ---- not the kernel's cgroup code at all ---- */

static struct agent filtered;

/* write(2) to that one file fails, and nothing else. */
static int filter_writes(struct truth_file *files, void *arg)
{
	struct stage *stage = arg;

	files[0] = stage->all[0]->procs[0];
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, files[0].fd, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = sizeof(filter) / sizeof(*filter), .filter = filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return complain("cannot set a seccomp filter: %s", strerror(errno));
	return 0;
}

static int prepare_filtered(struct stage *stage)
{
	return agent_start(&filtered, stage->truth, filter_writes, stage);
}

static int make_not_kernel(struct stage *stage)
{
	struct truth_note note = refusal(EINVAL, "not_kernel", stage->idle, 0);

	return agent_write_pid(&filtered, 0, stage->idle, &note) < 0 ? -1 : 0;
}

const struct maker makers_task[] = {
	{ "no_setaffinity", NULL, ON_BOTH, find_bound, make_no_setaffinity, ALL, false },
	{ "kthreadd", NULL, ON_BOTH, NULL, make_kthreadd, ALL, false },
	{ "no_such_process", "dead", ON_BOTH, NULL, make_dead, ALL, false },
	{ "no_such_process", "namespace", ON_BOTH, prepare_foreigner, make_foreign_number, ALL,
	  false },
	{ "cgroup_removed", NULL, ON_BOTH, NULL, make_removed, ALL, false },
	{ "-", "zombie", ON_BOTH, NULL, make_zombie, ALL, false },
	{ "-", "already there", ON_BOTH, NULL, make_already_there, ALL, false },
	{ "not_kernel", NULL, ON_BOTH, prepare_filtered, make_not_kernel, ALL, true },
	{ 0 },
};
