/*
 * clone: calls clone3() for children that begin in another cgroup (CLONE_INTO_CGROUP): accepted
 * ones, and one for every reason that a stock kernel has to refuse. Writes down which.
 *
 * A line of the truth has "clone3" as its file and no text. Its path is the destination's in its
 * hierarchy, and empty if the descriptor is not one of a cgroup.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"
#include "truth.h"
#include "workload.h"

static const char usage[] =
	"Usage: clone [-n ROUNDS] [-t TRUTH] ROOT [V1]\n"
	"Places children into cgroups below ROOT, of cgroup v2, where it makes those it needs.\n"
	"  -n N   every refusal, and as many accepted ones, N times (default 3)\n"
	"  -t F   where to put the truth\n"
	"V1 is a hierarchy of cgroup v1.\n";

static const char top[] = "lab-clone";

struct options {
	long rounds;
	const char *truth;
	const char *root;
	const char *v1; /* NULL: there is none */
};

static struct options parse_options(int argc, char **argv)
{
	struct options opt = { .rounds = 3 };
	int c;

	while ((c = getopt(argc, argv, "n:t:")) != -1) {
		switch (c) {
		case 'n':
			opt.rounds = count_arg(optarg);
			break;
		case 't':
			opt.truth = optarg;
			break;
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
	if (argc - optind != 1 && argc - optind != 2) {
		fputs(usage, stderr);
		exit(2);
	}
	opt.root = argv[optind];
	opt.v1 = argv[optind + 1];
	return opt;
}

/* ---- cgroups ---- */

static int make_cgroup(const char *root, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s/%s", root, top, name);
	if (mkdir(path, 0755) && errno != EEXIST)
		return complain("cannot make '%s': %s", path, strerror(errno));
	return 0;
}

static int set(const char *root, const char *name, const char *file, const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s/%s", root, top, name);
	return set_file(path, file, text);
}

/* The directory, or a file in one. */
static int open_cgroup(const char *root, const char *name, struct truth_file *ret)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s/%s", root, top, name);
	snprintf(ret->path, sizeof(ret->path), "/%s/%s", top, name);
	ret->name = "clone3";
	ret->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (ret->fd < 0)
		return complain("cannot open '%s': %s", path, strerror(errno));
	return 0;
}

/* ---- destinations: each opens one; 1 if it cannot be made here ---- */

static int open_plain(const struct options *opt, struct truth_file *ret)
{
	return make_cgroup(opt->root, "plain") ? -1 : open_cgroup(opt->root, "plain", ret);
}

/* Controllers for its children, and none of them may be threads'. */
static int open_inner(const struct options *opt, struct truth_file *ret)
{
	if (make_cgroup(opt->root, "inner") ||
	    set(opt->root, "inner", "cgroup.subtree_control", "+memory"))
		return -1;
	return open_cgroup(opt->root, "inner", ret);
}

static int open_invalid(const struct options *opt, struct truth_file *ret)
{
	if (make_cgroup(opt->root, "threads") || make_cgroup(opt->root, "threads/one") ||
	    make_cgroup(opt->root, "threads/two") ||
	    set(opt->root, "threads/one", "cgroup.type", "threaded"))
		return -1;
	return open_cgroup(opt->root, "threads/two", ret);
}

static int open_removed(const struct options *opt, struct truth_file *ret)
{
	char path[PATH_MAX];

	if (make_cgroup(opt->root, "removed") || open_cgroup(opt->root, "removed", ret))
		return -1;
	snprintf(path, sizeof(path), "%s/%s/removed", opt->root, top);
	if (rmdir(path))
		return complain("cannot remove '%s': %s", path, strerror(errno));
	return 0;
}

static int open_full(const struct options *opt, struct truth_file *ret)
{
	if (make_cgroup(opt->root, "full") || set(opt->root, "full", "pids.max", "0"))
		return -1;
	return open_cgroup(opt->root, "full", ret);
}

static int open_v1(const struct options *opt, struct truth_file *ret)
{
	if (!opt->v1)
		return 1;
	return make_cgroup(opt->v1, "one") ? -1 : open_cgroup(opt->v1, "one", ret);
}

static int open_its_file(const struct options *opt, struct truth_file *ret)
{
	if (make_cgroup(opt->root, "plain"))
		return -1;
	return open_cgroup(opt->root, "plain/cgroup.procs", ret);
}

static int open_file(const struct options *opt, struct truth_file *ret)
{
	(void)opt;
	ret->path[0] = '\0';
	ret->name = "clone3";
	ret->fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	return ret->fd < 0 ? complain("cannot open itself: %s", strerror(errno)) : 0;
}

/* ---- calls ---- */

static pid_t clone_into(int fd)
{
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = fd,
	};

	return syscall(SYS_clone3, &args, sizeof(args));
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return complain("cannot wait: %s", strerror(errno));
	return status ? -1 : 0;
}

/* A child that was accepted ends at once. */
static void call(struct truth *truth, const struct truth_file *dst, const struct truth_note *note)
{
	struct truth_line *line = truth_begin(truth, dst, NULL, 0, note);
	pid_t pid = clone_into(dst->fd);

	if (pid == 0)
		_exit(0);
	truth_end(truth, line, pid);
	if (pid > 0)
		wait_for(pid);
}

struct refusal {
	const char *cause;
	const char *how;
	int error; /* 0: it is accepted */
	int (*open)(const struct options *opt, struct truth_file *ret);
	int (*become)(void); /* for a child that calls; NULL: this process does */
	bool at_home;	     /* that child begins in another cgroup */
};

static int leave_namespace(void)
{
	if (unshare(CLONE_NEWCGROUP))
		return complain("cannot make a cgroup namespace: %s", strerror(errno));
	return 0;
}

static const struct refusal refusals[] = {
	{ NULL, "accepted", 0, open_plain, NULL, false },
	{ "internal_process", "controllers for its children", EBUSY, open_inner, NULL, false },
	{ "domain_invalid", "below a threaded domain", EOPNOTSUPP, open_invalid, NULL, false },
	{ "no_write_permission", "another user", EACCES, open_plain, become_nobody, false },
	{ "outside_cgroup_namespace", "a namespace", ENOENT, open_plain, leave_namespace, true },
	{ "cgroup_removed", "removed while it is open", ENOENT, open_removed, NULL, false },
	{ "bad_cgroup_fd", "of a v1 hierarchy", EBADF, open_v1, NULL, false },
	{ "bad_cgroup_fd", "a file of a cgroup", EBADF, open_its_file, NULL, false },
	{ "bad_cgroup_fd", "a plain file", EBADF, open_file, NULL, false },
	{ "process_limit", "pids.max", EAGAIN, open_full, NULL, false },
};

static int call_once(const struct options *opt, struct truth *truth, const struct refusal *r)
{
	struct truth_note note = { .expected = r->error, .cause = r->cause };
	struct truth_file dst;
	int result = r->open(opt, &dst);

	if (result)
		return result;
	call(truth, &dst, &note);
	close(dst.fd);
	return 0;
}

/* Opens before it becomes somebody else. */
static _Noreturn void be_other(const struct options *opt, struct truth *truth,
			       const struct refusal *r, pid_t parent)
{
	struct truth_note note = { .expected = r->error, .cause = r->cause };
	struct truth_file dst;

	truth_enter();
	if (r->open(opt, &dst) || r->become())
		_exit(1);
	die_with_parent(parent);
	for (long i = 0; i < opt->rounds; i++)
		call(truth, &dst, &note);
	_exit(0);
}

static int call_as_other(const struct options *opt, struct truth *truth, const struct refusal *r)
{
	const struct truth_note accepted = { 0 };
	struct truth_line *line = NULL;
	struct truth_file home = { 0 };
	pid_t parent = getpid();

	if (r->at_home) {
		if (make_cgroup(opt->root, "home") || open_cgroup(opt->root, "home", &home))
			return -1;
		line = truth_begin(truth, &home, NULL, 0, &accepted);
	}
	pid_t pid = r->at_home ? clone_into(home.fd) : fork();
	if (pid == 0)
		be_other(opt, truth, r, parent);
	if (line) {
		truth_end(truth, line, pid);
		close(home.fd);
	}
	return pid < 0 ? complain("cannot make a child") : wait_for(pid);
}

static int play(const struct options *opt, struct truth *truth, const struct refusal *r)
{
	long calls = truth_count(truth), refused = truth_refused(truth);
	int result = 0;

	if (r->become)
		result = call_as_other(opt, truth, r);
	else
		for (long i = 0; i < opt->rounds && !result && !workload_stop; i++)
			result = call_once(opt, truth, r);
	if (result < 0)
		return complain("cannot make %s, %s", r->cause ? r->cause : "-", r->how);
	if (result)
		printf("clone: %s, %s: cannot be made here\n", r->cause, r->how);
	else
		printf("clone: %s, %s: %ld calls, %ld refused\n", r->cause ? r->cause : "-", r->how,
		       truth_count(truth) - calls, truth_refused(truth) - refused);
	/* A child prints nothing of this again. */
	fflush(stdout);
	return 0;
}

static int run(const struct options *opt, struct truth *truth)
{
	if (make_cgroup(opt->root, "") || (opt->v1 && make_cgroup(opt->v1, "")) ||
	    set(opt->root, "", "cgroup.subtree_control", "+memory +pids"))
		return -1;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		if (play(opt, truth, &refusals[i]))
			return -1;
	printf("clone: %ld calls, %ld accepted, %ld refused, %ld surprises\n", truth_count(truth),
	       truth_accepted(truth), truth_refused(truth), truth_surprises(truth));
	return truth_surprises(truth) ? -1 : 0;
}

int main(int argc, char **argv)
{
	struct options opt = parse_options(argc, argv);
	struct truth truth;

	stop_with_parent();
	truth_init(&truth, opt.truth);
	int result = run(&opt, &truth);
	if (truth_fini(&truth))
		result = -1;
	return result ? 1 : 0;
}
