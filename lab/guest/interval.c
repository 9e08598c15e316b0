/*
 * interval: how often something happens under an observer, as a share of how often it happens without one,
 * and the 95 % interval of that share by bootstrap. The runs of both sides are resampled with
 * replacement, since events come in bursts and runs scatter more than their counts suggest.
 *
 * stdin: a line for each run, NAME EVENTS TRIALS; the argument names the runs without an observer.
 * stdout: a line for each other name, in the order of their first run:
 *     NAME SHARE LOW HIGH EVENTS TRIALS EVENTS TRIALS     (the second pair is without an observer)
 * The generator's seed is fixed: the same runs give the same interval.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workload.h"

static const char usage[] =
	"Usage: interval BASE <RUNS\n"
	"       interval -t\n"
	"Prints the share of events of each name relative to BASE's, and its 95 % interval.\n"
	"  -t   checks itself\n";

enum { MAX_NAMES = 32, MAX_RUNS = 4096, RESAMPLES = 10000, NAME_SIZE = 32 };

struct group {
	char name[NAME_SIZE];
	int count;
	long events[MAX_RUNS];
	long trials[MAX_RUNS];
};

struct share {
	double value, low, high;
};

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static double rate(double events, double trials)
{
	return trials ? events / trials : 0;
}

static double whole_rate(const struct group *g)
{
	double events = 0, trials = 0;

	for (int i = 0; i < g->count; i++) {
		events += g->events[i];
		trials += g->trials[i];
	}
	return rate(events, trials);
}

static double resampled_rate(const struct group *g, uint64_t *state)
{
	double events = 0, trials = 0;

	for (int i = 0; i < g->count; i++) {
		int run = next_random(state) % g->count;

		events += g->events[run];
		trials += g->trials[run];
	}
	return rate(events, trials);
}

/* Without any event there is no share: infinite. */
static double divide(double rate, double base)
{
	return base ? rate / base : INFINITY;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static struct share share_of(const struct group *g, const struct group *base)
{
	static double drawn[RESAMPLES];
	uint64_t state = 1;

	for (int i = 0; i < RESAMPLES; i++) {
		double mine = resampled_rate(g, &state);

		drawn[i] = divide(mine, resampled_rate(base, &state));
	}
	qsort(drawn, RESAMPLES, sizeof(drawn[0]), compare_doubles);
	return (struct share){
		.value = divide(whole_rate(g), whole_rate(base)),
		.low = drawn[RESAMPLES * 25 / 1000],
		.high = drawn[RESAMPLES * 975 / 1000],
	};
}

/* ---- runs ---- */

static struct group *find_group(struct group *groups, int *count, const char *name)
{
	for (int i = 0; i < *count; i++)
		if (!strcmp(groups[i].name, name))
			return &groups[i];
	if (*count == MAX_NAMES)
		return NULL;
	struct group *g = &groups[(*count)++];
	snprintf(g->name, sizeof(g->name), "%s", name);
	return g;
}

static int add_run(struct group *g, long events, long trials)
{
	if (!g || g->count == MAX_RUNS)
		return complain("too many names or runs");
	g->events[g->count] = events;
	g->trials[g->count++] = trials;
	return 0;
}

static int read_runs(FILE *in, struct group *groups, int *count)
{
	char line[256], name[NAME_SIZE];
	long events, trials;
	char more;

	while (fgets(line, sizeof(line), in)) {
		if (sscanf(line, "%31s %ld %ld %c", name, &events, &trials, &more) != 3 ||
		    events < 0 || trials < 0)
			return complain("not a run: %s", line);
		if (add_run(find_group(groups, count, name), events, trials))
			return -1;
	}
	return 0;
}

static long sum(const long *numbers, int count)
{
	long total = 0;

	while (count-- > 0)
		total += numbers[count];
	return total;
}

static void print_share(const struct group *g, const struct group *base)
{
	struct share share = share_of(g, base);

	printf("%s %.2f %.2f %.2f %ld %ld %ld %ld\n", g->name, share.value, share.low, share.high,
	       sum(g->events, g->count), sum(g->trials, g->count), sum(base->events, base->count),
	       sum(base->trials, base->count));
}

/* ---- does it compute well? ---- */

static int expect(const char *what, double is, double low, double high)
{
	if (is >= low && is <= high)
		return 0;
	return complain("%s is %g, not from %g to %g", what, is, low, high);
}

static void fill(struct group *g, int runs, long even, long odd, long trials)
{
	for (int i = 0; i < runs; i++)
		add_run(g, i % 2 ? odd : even, trials);
}

/* Where all runs are alike the interval is a point; where they scatter it is as wide as theory says. */
static int check_itself(void)
{
	static struct group same, half, none, wide;
	int bad = 0;

	fill(&same, 50, 4, 4, 100);
	fill(&half, 50, 2, 2, 100);
	fill(&none, 50, 0, 0, 100);
	fill(&wide, 50, 0, 8, 100);
	struct share share = share_of(&half, &same);
	bad |= expect("the share of a half", share.value, 0.5, 0.5);
	bad |= expect("its low end", share.low, 0.5, 0.5);
	bad |= expect("its high end", share.high, 0.5, 0.5);
	share = share_of(&none, &same);
	bad |= expect("the share of nothing", share.high, 0, 0);
	/* The mean of 50 coins of 0 or 2: 1, with a deviation of 1/sqrt(50); 1.96 times that is 0.277. */
	share = share_of(&wide, &same);
	bad |= expect("the share of coins", share.value, 1, 1);
	bad |= expect("their low end", share.low, 0.68, 0.76);
	bad |= expect("their high end", share.high, 1.24, 1.32);
	bad |= expect("a share of nothing", share_of(&same, &none).value, INFINITY, INFINITY);
	return bad;
}

int main(int argc, char **argv)
{
	static struct group groups[MAX_NAMES];
	int count = 0;

	if (argc != 2) {
		fputs(usage, stderr);
		return 2;
	}
	if (!strcmp(argv[1], "-t"))
		return check_itself() ? 1 : 0;
	if (read_runs(stdin, groups, &count))
		return 1;
	struct group *base = find_group(groups, &count, argv[1]);
	if (!base || !base->count) {
		complain("no run of '%s'", argv[1]);
		return 1;
	}
	for (int i = 0; i < count; i++)
		if (&groups[i] != base)
			print_share(&groups[i], base);
	return 0;
}
