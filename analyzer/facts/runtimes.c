/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/runtimes.h"

#include <stdio.h>
#include <string.h>

#include "base/util.h"

/* The releases that were examined, oldest first; a bit of a set each. */
static const char *const releases[] = {
	"1.0.0-rc2", "1.0.0-rc5", "1.0.0-rc6", "1.0.0-rc8", "1.0.0-rc10", "1.0.0-rc92", "1.0.0", "1.0.1", "1.0.2",
	"1.0.3",
};

enum {
	RC2 = 1 << 0, RC5 = 1 << 1, RC6 = 1 << 2, RC8 = 1 << 3, RC10 = 1 << 4, RC92 = 1 << 5,
	FINAL = 1 << 6 | 1 << 7 | 1 << 8 | 1 << 9,
};

#define CONTAINER "container_linux.go"
#define PROCESS "process_linux.go"

/*
 * In container_linux.go "starting container process", in process_linux.go what the comments say. "Corpus" is
 * tests/corpus, whose lines name where they were published and which release it was.
 */
static const struct {
	const char *file;
	unsigned int line;
	uint32_t set;
} places[] = {
	/* Corpus: moby#31230, moby#31411, cilium#1361; runc#1343 has 247 with `runc --version`; of exec: runc#1326 */
	{ CONTAINER, 247, RC2 },
	{ PROCESS, 258, RC2 }, /* applying cgroup configuration */
	{ PROCESS, 87, RC2 },  /* adding pid */
	/* Corpus: kubernetes#94257, coreos#2605, runc#1794 */
	{ CONTAINER, 348, RC5 },
	{ PROCESS, 90, RC5 }, /* adding pid */
	{ PROCESS, 138,
	  RC5 }, /* the same of exec in a build after it, which calls itself rc5: runc#1884 */
	{ PROCESS, 402, RC5 }, /* container init */
	{ PROCESS, 367, RC5 }, /* setting cgroup config for procHooks process */
	/* Corpus: oracle/docker-images#1143 */
	{ CONTAINER, 344, RC6 },
	{ PROCESS, 275, RC6 }, /* applying cgroup configuration */
	/* Corpus: runc#2142. A build between rc6 and rc7 has the first two, too (runc#2030). */
	{ CONTAINER, 345, RC8 },
	{ PROCESS, 430, RC8 }, /* container init */
	{ PROCESS, 396, RC8 }, /* setting cgroup config for procHooks process */
	/* Corpus: the template of rc7 to rc10; that it is rc10's was given, and not looked up */
	{ CONTAINER, 349, RC10 },
	{ PROCESS, 105, RC10 }, /* adding pid */
	/* The source of rc92, in Debian's kubernetes_1.20.5+really1.20.2.orig.tar.gz (go.mod has v1.0.0-rc92) */
	{ CONTAINER, 370, RC92 },
	{ PROCESS, 124, RC92 }, /* adding pid */
	{ PROCESS, 326, RC92 }, /* applying cgroup configuration */
	{ PROCESS, 388, RC92 }, /* setting cgroup config for ready process */
	{ PROCESS, 422, RC92 }, /* setting cgroup config for procHooks process */
	{ PROCESS, 459, RC92 }, /* container init */
	/* Corpus: runc#3312 (1.0.1), riju#134 (1.0), the template of exec; 1.0.2 and 1.0.3 were given, not looked up */
	{ CONTAINER, 380, FINAL },
	{ PROCESS, 385, FINAL }, /* applying cgroup configuration */
	{ PROCESS, 545, FINAL }, /* container init */
	{ PROCESS, 508, FINAL }, /* setting cgroup config for procHooks process */
	{ PROCESS, 151, FINAL }, /* adding pid */
};

const char *const runtimes_shells[] = { "bash", "dash", "ash", "zsh", "mksh", "ksh", "sh", NULL };

bool runtimes_is_shell(const char *name, size_t len)
{
	for (const char *const *shell = runtimes_shells; *shell; shell++)
		if (strlen(*shell) == len && !memcmp(name, *shell, len))
			return true;
	return false;
}

bool runtimes_makes_containers(const char *name)
{
	static const char *const names[] = { "runc", "crun", "youki", "runsc" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

bool runtimes_is_runc(const char *comm)
{
	return !strncmp(comm, "runc", 4);
}

const char *runtimes_label(const char *comm)
{
	/* A comm has 15 bytes, and shims have their version in theirs ("containerd-shim" of containerd-shim-runc-v2). */
	static const char *const names[] = {
		"crun",	   "youki",   "runsc",	   "containerd-shim", "containerd",
		"dockerd", "kubelet", "conmon",	   "podman",	      "buildah",
		"crio",	   "systemd", "lxc-start", "lxc-attach"
	};

	if (!comm)
		return "other";
	if (runtimes_is_runc(comm))
		return "runc";
	if (runtimes_is_shell(comm, strlen(comm)))
		return "shell";
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(comm, names[i]))
			return names[i];
	return "other";
}

/* runc (libcontainer/cgroups, WriteCgroupProc) and containerd's shim (containerd/cgroups, pull request 250). */
bool runtimes_hides_retries(const char *comm)
{
	return runtimes_is_runc(comm) || !strcmp(comm, "containerd-shim");
}

uint32_t runtimes_runc_set(const char *file, unsigned int line)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (places[i].line == line && !strcmp(places[i].file, file))
			return places[i].set;
	return 0;
}

/* Up to rc10 a cause stands in quotes, in rc92 behind a colon: the corpus has both, and nothing of the releases between. */
uint32_t runtimes_runc_quoting(void)
{
	return RC2 | RC5 | RC6 | RC8 | RC10;
}

const char *runtimes_runc_words(uint32_t set)
{
	/* The sets of the table, and one release each: places agree on one of these or on nothing. */
	if (set == FINAL)
		return "1.0.0 to 1.0.3";
	for (size_t i = 0; i < ARRAY_SIZE(releases); i++)
		if (set == 1u << i)
			return releases[i];
	return NULL;
}

const char *runtimes_runc_release(const char *file, unsigned int line)
{
	return runtimes_runc_words(runtimes_runc_set(file, line));
}

/* Is a release of runc 1.0.0-rc7 or later? -1 if `release` is no release. */
static int retries(const char *release)
{
	unsigned int major, minor, patch, rc;
	int n = sscanf(release, "%9u.%9u.%9u-rc%9u", &major, &minor, &patch, &rc);

	if (n == 4 && major == 1 && minor == 0 && patch == 0)
		return rc >= 7;
	return n < 2 ? -1 : major >= 1;
}

bool runtimes_runc_knows_v2(const char *release)
{
	unsigned int major, minor, patch, rc;
	int n = sscanf(release, "%9u.%9u.%9u-rc%9u", &major, &minor, &patch, &rc);

	if (n == 4 && major == 1 && minor == 0 && patch == 0)
		return rc >= 91;
	return n < 2 || major >= 1;
}

unsigned int runtimes_tries(const char *runtime, const char *release)
{
	/* One write; a second one only after EOPNOTSUPP (move_process_to_cgroup() in crun's cgroup-utils.c). */
	if (runtime && !strcmp(runtime, "crun"))
		return 1;
	/* Five writes, 30 ms apart: runc's pull request 1950, and WriteCgroupProc() in the source of rc92. */
	if (!runtime || strcmp(runtime, "runc") || !release)
		return 0;
	int answer = retries(release);

	return answer < 0 ? 0 : answer ? RUNTIMES_RUNC_TRIES : 1;
}
