/*
 * causes: makes the kernel refuse attaches, for every reason that a stock kernel can have, and
 * writes down which.
 *
 * If a kernel does not have that reason the write succeeds, and the truth says so. A write that
 * ends in any other way is a surprise, and fails the workload.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "maker.h"
#include "stage.h"
#include "truth.h"
#include "workload.h"

static const char usage[] =
	"Usage: causes [-n ROUNDS] [-c CAUSE] [-m [-N COUNT] [-s SEED] [-w WRITERS]] [-k]\n"
	"              [-t TRUTH] ROOT\n"
	"Makes refusals of every cause in the hierarchies that are mounted at ROOT.\n"
	"  -n N   each maker in turn, N times (default 3)\n"
	"  -c C   the makers of one cause only\n"
	"  -m     instead: all makers in random order by several writers, while another process\n"
	"         makes ordinary attaches\n"
	"  -N N   until N writes were refused (default 1000)\n"
	"  -s N   the seed of the order (default 1)\n"
	"  -w N   writers (default 3)\n"
	"  -k     also what is refused before any cgroup code\n"
	"  -t F   where to put the truth\n";

/* As many writes per refusal, then it gives up. */
enum { BOUND = 50, MAX_MAKERS = 64 };

struct options {
	long rounds;
	const char *cause;
	bool mix;
	long count;
	long seed;
	long writers;
	bool syscalls;
	const char *truth;
};

/* What the writers share. */
struct common {
	atomic_int prepared;
	atomic_int go;
	atomic_int stop;
};

static struct options parse_options(int argc, char **argv)
{
	struct options opt = { .rounds = 3, .count = 1000, .seed = 1, .writers = 3 };
	int c;

	while ((c = getopt(argc, argv, "n:c:mN:s:w:kt:")) != -1) {
		switch (c) {
		case 'n': opt.rounds = count_arg(optarg); break;
		case 'c': opt.cause = optarg; break;
		case 'm': opt.mix = true; break;
		case 'N': opt.count = count_arg(optarg); break;
		case 's': opt.seed = count_arg(optarg); break;
		case 'w': opt.writers = count_arg(optarg); break;
		case 'k': opt.syscalls = true; break;
		case 't': opt.truth = optarg; break;
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
	if (argc - optind != 1) {
		fputs(usage, stderr);
		exit(2);
	}
	return opt;
}

/* ---- one writer ---- */

struct cast {
	const struct maker *makers[MAX_MAKERS];
	int count;
};

static bool plays(const struct maker *maker, const struct stage *stage,
		  const struct options *opt)
{
	if (!(maker->versions & (stage->version == 1 ? ON_V1 : ON_V2)))
		return false;
	if (maker->who != ALL && stage->writer || maker->who == ALONE && opt->mix ||
	    maker->who == IF_ASKED && !opt->cause || maker->syscalls && !opt->syscalls)
		return false;
	return !opt->cause || !strcmp(opt->cause, maker->cause);
}

static const char *how(const struct maker *maker)
{
	return maker->how ? maker->how : "";
}

static int prepare_cast(struct cast *cast, struct stage *stage, const struct options *opt)
{
	static const struct maker *const tables[] = {
		makers_text, makers_task, makers_new,	makers_cpuset, makers_charge,
		makers_rt,   makers_ext,  makers_fault, makers_rules,  makers_last,
	};

	for (size_t t = 0; t < sizeof(tables) / sizeof(*tables); t++)
		for (const struct maker *m = tables[t]; m->cause; m++) {
			if (!plays(m, stage, opt))
				continue;
			int result = m->prepare ? m->prepare(stage) : 0;
			if (result < 0)
				return complain("cannot prepare %s %s", m->cause, how(m));
			if (result)
				printf("causes: %s %s: cannot be made here\n", m->cause, how(m));
			else
				cast->makers[cast->count++] = m;
		}
	return cast->count ? 0 : complain("there is nothing to make");
}

static int play_in_turn(const struct cast *cast, struct stage *stage, const struct options *opt)
{
	for (int i = 0; i < cast->count; i++) {
		const struct maker *m = cast->makers[i];
		long writes = truth_count(stage->truth), refused = truth_refused(stage->truth);
		long surprises = truth_surprises(stage->truth);

		for (long round = 0; round < opt->rounds && !workload_stop; round++)
			if (m->make(stage))
				return complain("cannot make %s %s", m->cause, how(m));
		printf("causes: %s %s: %ld writes, %ld refused, %ld surprises\n", m->cause,
		       how(m), truth_count(stage->truth) - writes,
		       truth_refused(stage->truth) - refused,
		       truth_surprises(stage->truth) - surprises);
	}
	return 0;
}

static void shuffle(struct cast *cast, struct stage *stage)
{
	for (int i = cast->count - 1; i > 0; i--) {
		int j = stage_random(stage, i + 1);
		const struct maker *m = cast->makers[i];

		cast->makers[i] = cast->makers[j];
		cast->makers[j] = m;
	}
}

static int play_mix(struct cast *cast, struct stage *stage, const struct options *opt,
		    struct common *common)
{
	while (!atomic_load(&common->stop)) {
		shuffle(cast, stage);
		for (int i = 0; i < cast->count; i++) {
			if (truth_refused(stage->truth) >= opt->count)
				return 0;
			if (truth_count(stage->truth) >= BOUND * opt->count)
				return complain("%ld writes are not enough", BOUND * opt->count);
			if (cast->makers[i]->make(stage))
				return complain("cannot make %s %s", cast->makers[i]->cause,
						how(cast->makers[i]));
		}
	}
	return 0;
}

static int be_writer(struct stage *stage, const struct options *opt, const char *root,
		     struct common *common)
{
	struct cast cast = { .count = 0 };

	stage->random = opt->seed * 1000 + stage->writer;
	int result = stage_init(stage, root) || prepare_cast(&cast, stage, opt) ? -1 : 0;
	if (result)
		atomic_store(&common->stop, 1);
	atomic_fetch_add(&common->prepared, 1);
	while (!atomic_load(&common->go) && !atomic_load(&common->stop))
		usleep(1000);
	if (!result)
		result = opt->mix ? play_mix(&cast, stage, opt, common) :
				    play_in_turn(&cast, stage, opt);
	stage_fini(stage);
	return result;
}

/* ---- ordinary attaches beside them ---- */

static int be_ordinary(struct stage *stage, const char *root, struct common *common)
{
	char text[16];

	if (stage_init(stage, root))
		return -1;
	int length = snprintf(text, sizeof(text), "%d", stage->idle);
	atomic_fetch_add(&common->prepared, 1);
	while (!atomic_load(&common->stop)) {
		if (stage_move_idle(stage, stage_any(stage), text, length))
			break;
		usleep(1000);
	}
	stage_fini(stage);
	return 0;
}

/* ---- all of them ---- */

static int version_of(const char *root)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/cgroup.controllers", root);
	return access(path, F_OK) ? 1 : 2;
}

static pid_t start_writer(struct stage *stage, const struct options *opt, const char *root,
			  struct common *common, bool ordinary)
{
	pid_t parent = getpid();
	/* What is in the buffer would be printed by both. */
	fflush(stdout);
	pid_t pid = fork();

	if (pid)
		return pid;
	die_with_parent(parent);
	truth_enter();
	int result = ordinary ? be_ordinary(stage, root, common) :
				be_writer(stage, opt, root, common);
	fflush(stdout);
	_exit(result ? 1 : 0);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return status ? -1 : 0;
}

static int run(const struct options *opt, struct truth *truth, const char *root)
{
	struct common *common = mmap(NULL, sizeof(*common), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct stage stage = {
		.truth = truth, .version = version_of(root), .kernel = kernel_version(),
	};
	int writers = opt->mix ? opt->writers : 1, result = 0;
	pid_t pids[writers + 1];

	if (stage.version == 2 &&
	    set_file(root, "cgroup.subtree_control", "+cpu +cpuset +io +memory"))
		return -1;
	for (int i = 0; i < writers + opt->mix; i++) {
		stage.writer = i;
		pids[i] = start_writer(&stage, opt, root, common, i == writers);
	}
	while (atomic_load(&common->prepared) < writers + opt->mix && !workload_stop &&
	       !atomic_load(&common->stop))
		usleep(1000);
	atomic_store(&common->go, 1);
	for (int i = 0; i < writers + opt->mix; i++) {
		if (i == writers || workload_stop)
			atomic_store(&common->stop, 1);
		if (wait_for(pids[i]))
			result = -1;
	}
	printf("causes: %ld writes, %ld accepted, %ld refused, %ld surprises\n",
	       truth_count(truth), truth_accepted(truth), truth_refused(truth),
	       truth_surprises(truth));
	if (opt->mix && truth_refused(truth) < opt->count)
		result = complain("%ld refusals only, of %ld wanted", truth_refused(truth),
				  opt->count);
	return truth_surprises(truth) ? -1 : result;
}

int main(int argc, char **argv)
{
	struct options opt = parse_options(argc, argv);
	struct truth truth;

	stop_with_parent();
	truth_init(&truth, opt.truth);
	int result = run(&opt, &truth, argv[optind]);
	if (truth_fini(&truth))
		result = -1;
	return result ? 1 : 0;
}
