/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE	/* strcasestr */
#include "errors/writer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "facts/runtimes.h"

/* What only this program says, in the order in which they are tried. A '^' stands for the beginning of a word. */
struct sign {
	const char *words, *who;
};

static const struct sign runtimes[] = {
	{ "^youki", "youki" },
	{ "^crun:", "crun" },
	{ "writing file `", "crun" }, /* the form of crun's errors */
	{ "write to `", "crun" },
	{ "^runsc", "runsc" },
	{ "^gvisor", "runsc" },
	{ "^criu/", "criu" },
	{ "^cgfsng", "lxc" },
	{ "^lxc-", "lxc" },
	{ "^lxc ", "lxc" },
	{ "^cgmanager:", "cgmanager" },
	{ "move_pid_main: ", "cgmanager" },
	{ "^cgm:", "cgmanager" },
	{ "^slurmstepd", "slurm" },
	{ "^slurmd", "slurm" },
	{ "file_write_uint32s:", "slurm" },
	{ "^_cgroup_procs_check:", "slurm" },
	{ "to init root cgroup", "slurm" },
	{ "Cannot write to cgroup.procs for ", "slurm" },
	{ "^jailer:", "jailer" },
	{ "^elogind", "elogind" },
	{ "^libprocessgroup", "libprocessgroup" },
	{ "^container_linux.go:", "runc" },
	{ "^process_linux.go:", "runc" },
	{ "^runc create failed", "runc" },
	{ "^runc run failed", "runc" },
	{ "^runc:", "runc" },
	{ "^runc[", "runc" },
	{ "^runc run", "runc" },
	{ "^runc exec", "runc" },
	{ "unable to start container process", "runc" },
	{ "CLONE_INTO_CGROUP failed", "runc" },
	{ "creating container: write ", "runsc" },
	{ "set the cpuset cgroup for container", "nomad" },
	{ "^nomad", "nomad" },
	{ "^client.driver_mgr", "nomad" }, /* names of nomad's loggers */
	{ "^client.alloc_runner", "nomad" },
	{ "^virCgroup", "libvirt" },
	{ "^libvirt:", "libvirt" },
	{ "^libvirtError:", "libvirt" },
	{ "cgroup change of group failed", "cgexec" },
	{ "^cgexec", "cgexec" },
	{ "^cgclassify", "cgclassify" },
	{ "^systemd[", "systemd" },
	{ "^systemd:", "systemd" },
	{ "'s control group", "systemd" },
	{ "Failed at step CGROUP", "systemd" },
	{ "[Errno ", "python" },
};

/* The outermost first: who a user would look at. */
static const struct sign engines[] = {
	{ "^kubelet", "kubelet" },
	{ "^hyperkube", "kubelet" },
	{ "^remote_runtime.go:", "kubelet" },
	{ "^kuberuntime_manager.go:", "kubelet" },
	{ "^kuberuntime_sandbox.go:", "kubelet" },
	{ "^kuberuntime_container.go:", "kubelet" },
	{ "^pod_workers.go:", "kubelet" },
	{ "ness probe failed", "kubelet" },
	{ "ness probe errored", "kubelet" },
	{ "startup probe failed", "kubelet" },
	{ "startup probe errored", "kubelet" },
	{ "FailedCreatePodSandBox", "kubelet" },
	{ "Cannot start service", "docker-compose" },
	{ "^docker-compose", "docker-compose" },
	{ "Error response from daemon", "docker" },
	{ "^docker:", "docker" },
	{ "^dockerd", "docker" },
	{ "Cannot start container", "docker" },
	{ "^podman", "podman" },
	{ "Error: OCI runtime error:", "podman" },
	{ "^crio:", "cri-o" },
	{ "^crio[", "cri-o" },
	{ "^cri-o", "cri-o" },
	{ "desc = command error: ", "cri-o" },
	{ "^ctr:", "ctr" },
	{ "containerd task", "containerd" },
	{ "^containerd:", "containerd" },
	{ "^containerd[", "containerd" },
	{ "^containerd-shim", "containerd" },
	{ "failed to exec in container: failed to start exec", "containerd" },
	{ "failed to create shim task", "containerd" },
};

/* A word may begin here; one that is a part of a path or of another name may not. */
static bool begins_word(const char *text, const char *at)
{
	/* Android's "E/libprocessgroup" */
	if (at - text > 1 && at[-1] == '/' && isupper((unsigned char)at[-2]) && (at - text == 2 || at[-3] == ' '))
		return true;
	return at == text || (!isalnum((unsigned char)at[-1]) && !strchr("/-_.", at[-1]));
}

static const char *find(const char *text, const struct grams *grams, const char *words)
{
	bool whole = *words == '^';
	const char *at = text;

	words += whole;
	while ((at = grams_find(grams, at, words)) && whole && !begins_word(text, at))
		at++;
	return at;
}

/* Who has the first sign; counts all that are there. */
static const char *first_of(const char *text, const struct grams *grams, const struct sign *signs,
			    size_t n, int *found)
{
	const char *who = NULL;

	for (size_t i = 0; i < n; i++)
		if (find(text, grams, signs[i].words)) {
			++*found;
			if (!who)
				who = signs[i].who;
		}
	return who;
}

/* conmon is CRI-O's and podman's: the names around it tell whose. */
static const char *engine_of_conmon(const char *text, const struct grams *grams)
{
	if (!find(text, grams, "^conmon"))
		return NULL;
	if (strstr(text, "crio") || strstr(text, "cri-o"))
		return "cri-o";
	/* podman's own cgroup for it has its name, CRI-O's has more. */
	return strstr(text, "libpod") || strstr(text, "/conmon/") ? "podman" : NULL;
}

/* Where the name of a unit ends before `at`, its beginning in `*begin`; false if none ends there. */
static bool unit_before(const char *text, const char *at, const char **begin)
{
	static const char *const types[] = {
		".service", ".scope",	  ".slice",  ".socket", ".mount",
		".swap",    ".automount", ".target", ".timer",	".path",
	};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(types) && !n; i++)
		if ((size_t)(at - text) > strlen(types[i]) &&
		    !memcmp(at - strlen(types[i]), types[i], strlen(types[i])))
			n = strlen(types[i]);
	if (!n)
		return false;
	for (*begin = at; *begin > text && !strchr(" \"'", (*begin)[-1]) && at - *begin < 256;)
		--*begin;
	return (size_t)(at - *begin) > n;
}

void errwriter_unit(struct errline *line, const char *text)
{
	const char *begin;

	for (const char *at = text; (at = strstr(at, ": ")); at += 2)
		if (unit_before(text, at, &begin)) {
			line->unit = arena_printf(&line->arena, "%.*s", (int)(at - begin), begin);
			return;
		}
}

/* A process's name has at most 15 bytes; some print a path there. */
#define CHILD_MAX 256

/* "(podman)[4242]: ": a child of systemd that has not become podman yet. */
static bool has_child(const char *text)
{
	for (const char *at = text; (at = strstr(at, ")[")); at += 2) {
		size_t digits = strspn(at + 2, "0123456789");
		const char *begin = at;

		while (begin > text && !strchr(" (", begin[-1]) && at - begin < CHILD_MAX)
			begin--;
		if (digits && !strncmp(at + 2 + digits, "]: ", 3) && begin > text &&
		    begin[-1] == '(')
			return true;
	}
	return false;
}

/*
 * systemd's own words behind the name of a unit, or before its child runs. The names in such a line, of the unit or
 * of the program to be run, are of nobody who has done anything yet.
 */
static bool is_systemd(const struct errline *line, const char *text, const struct grams *grams)
{
	static const char *const words[] = {
		": Failed to attach to cgroup ",
		": Couldn't move process ",
		": Failed to spawn executor: ",
		": Failed to spawn process into cgroup ",
		": Failed to spawn '",
		": Failed to run '",
		": Failed to migrate controller cgroups ",
		": Failed to migrate cgroup from to ",
		" controllers on cgroup ",
		"'s control group: ",
		": Failed to attach PID ",
	};
	static const char *const alone[] = { "Failed at step CGROUP ",
					     "Couldn't move remaining userspace processes" };

	for (size_t i = 0; i < ARRAY_SIZE(alone); i++)
		if (grams_may_have(grams, alone[i]) && strstr(text, alone[i]))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (grams_may_have(grams, words[i]) && strstr(text, words[i]) &&
		    (line->unit || has_child(text)))
			return true;
	return false;
}

/* "bash: ", "-bash: ", "/bin/sh: ", "a.sh: line 7: ": the one that comes first, with its colon. */
static const char *shell_of(const char *text)
{
	for (const char *colon = strchr(text, ':'); colon; colon = strchr(colon + 1, ':'))
		for (const char *const *shell = runtimes_shells; *shell; shell++) {
			size_t n = strlen(*shell);

			if ((size_t)(colon - text) < n || strncmp(colon - n, *shell, n))
				continue;
			const char *name = colon - n;
			char before = name > text ? name[-1] : ' ';

			if (!isalnum((unsigned char)before) && before != '_')
				return *shell;
		}
	return NULL;
}

/* "runc version 1.0.0-rc10", "crun 1.14.1": a release next to the program's name. */
static const char *said_version(struct errline *line, const char *text)
{
	const char *at = text;

	while ((at = strcasestr(at, line->runtime))) {
		const char *begin = at;

		at += strlen(line->runtime);
		if (!begins_word(text, begin))
			continue;
		const char *v = at;

		while (*v == ' ')
			v++;
		if (!strncasecmp(v, "version ", 8))
			v += 8;
		size_t n = strspn(v, "0123456789.");

		if (v == at || !n || !memchr(v, '.', n) || v[n - 1] == '.')
			continue;
		while (isalnum((unsigned char)v[n]) || (v[n] && strchr(".-+~", v[n])))
			n++;
		while (strchr(".-+~", v[n - 1]))
			n--;
		if (v[n])
			return arena_printf(&line->arena, "%.*s", (int)n, v);
	}
	return NULL;
}

/* What is said at the places that the table has: another number there is of a release that it has not. */
static bool is_known_place(const char *at)
{
	static const char *const said[] = {
		": starting container process",
		": applying cgroup configuration",
		": adding pid ",
		": container init",
		": setting cgroup config for ",
	};

	for (size_t i = 0; i < ARRAY_SIZE(said); i++)
		if (!strncmp(at, said[i], strlen(said[i])))
			return true;
	return false;
}

/* Do other words of the text contradict these releases? */
static bool is_contradicted(const char *text, uint32_t releases)
{
	uint32_t quoting = runtimes_runc_quoting();

	/* 1.1.0 and later print no places. */
	if (strstr(text, "unable to start container process"))
		return true;
	return (strstr(text, " caused \"") && !(releases & quoting)) ||
	       (strstr(text, " caused: ") && !(releases & ~quoting));
}

/* The releases that all places in the text have: "process_linux.go:90:"; NULL if signs contradict each other. */
static const char *version_by_places(struct errline *line, const char *text, int *found)
{
	static const char *const files[] = { "container_linux.go", "process_linux.go" };
	uint32_t agreed = ~0u;
	bool unknown = false;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		size_t n = strlen(files[i]);

		for (const char *at = text; (at = strstr(at, files[i])); at += n) {
			char *end;

			if (at[n] != ':' || !isdigit((unsigned char)at[n + 1]))
				continue;
			unsigned long number = strtoul(at + n + 1, &end, 10);
			uint32_t set = *end && number < 100000 ? runtimes_runc_set(files[i], number) : 0;

			unknown |= !set && is_known_place(end);
			if (!set)
				continue;
			agreed &= set;
			*found += 2;
		}
	}
	if (agreed == ~0u)
		return NULL;
	line->release_disputed = unknown || !agreed || is_contradicted(text, agreed);
	return line->release_disputed ? NULL : runtimes_runc_words(agreed);
}

/* What stands after `words`, as a name: without quotes, and not the end of the text. */
static const char *name_after(struct errline *line, const char *text, const struct grams *grams,
			      const char *words)
{
	const char *at = find(text, grams, words);

	if (!at)
		return NULL;
	at += strlen(words) - (*words == '^');
	at += strspn(at, "\"'` ");
	size_t n = 0;

	while (isalnum((unsigned char)at[n]) || (at[n] && strchr("_.-", at[n])))
		n++;
	if (!at[n] || (n < 12 && at[n] == ' ') || n < 2)
		return NULL;
	return arena_printf(&line->arena, "%.*s", (int)n, at);
}

static void read_container(struct errline *line, const char *text, const struct grams *grams)
{
	static const char *const before[] = {
		"failed to start container \"", "Cannot start container ", "spec.containers{",
		"containerID=docker://", "containerID=containerd://", "containerID=cri-o://", "^container=",
		"^container_id=", "^containerID=", "^container \"",
	};
	static const char *const programs[] = { "lxc-start ", "lxc-attach " };

	for (size_t i = 0; i < ARRAY_SIZE(before) && !line->container; i++)
		line->container = name_after(line, text, grams, before[i]);
	for (size_t i = 0; i < ARRAY_SIZE(programs) && !line->container; i++) {
		size_t n = strlen(programs[i]);
		const char *at =
			grams_may_have(grams, programs[i]) ? strstr(text, programs[i]) : NULL;
		size_t name = at ? strcspn(at + n, " ") : 0;

		/* lxc's log: program, container, a time of 14 digits. */
		if (name && at[n + name] && strspn(at + n + name + 1, "0123456789") == 14)
			line->container = arena_printf(&line->arena, "%.*s", (int)name, at + n);
	}
}

static bool is_runc(const struct errline *line)
{
	return line->runtime && !strcmp(line->runtime, "runc");
}

/* Is "1.0.0-rc5+dev" a build of the releases in words: "1.0.0-rc5", "1.0.0 to 1.0.3"? */
static bool is_release_of(const char *said, const char *releases)
{
	size_t n = strcspn(releases, " ");

	if (!strncmp(said, releases, n) && !isdigit((unsigned char)said[n]))
		return true;
	return releases[n] && !strncmp(said, "1.0.", 4) && !strchr(said, '-');
}

/* By its places, by what is said, by its words; none if these contradict each other. */
static void read_version(struct errline *line, const char *text, int *found)
{
	const char *said = said_version(line, text);

	if (is_runc(line))
		line->runtime_version = version_by_places(line, text, found);
	if (said && line->runtime_version && !is_release_of(said, line->runtime_version)) {
		line->runtime_version = NULL;
		line->release_disputed = true;
	}
	if (line->release_disputed || line->runtime_version)
		return;
	line->runtime_version = said;
	/* Without a place in its source: 1.0.3 still gave one (tests/corpus), Debian's 1.1.5 says this. */
	if (!said && is_runc(line) && strstr(text, "unable to start container process:"))
		line->runtime_version = "1.1.0 or later";
}

int errwriter_read(struct errline *line, const char *text, const struct grams *grams)
{
	int found = 0;

	line->runtime = first_of(text, grams, runtimes, ARRAY_SIZE(runtimes), &found);
	line->engine = first_of(text, grams, engines, ARRAY_SIZE(engines), &found);
	if (!line->engine)
		line->engine = engine_of_conmon(text, grams);
	if (is_systemd(line, text, grams)) {
		line->runtime = "systemd";
		line->engine = NULL;
	}
	if (!line->runtime)
		line->runtime = shell_of(text);
	if (line->runtime)
		read_version(line, text, &found);
	read_container(line, text, grams);
	return found;
}

void errwriter_check(struct errline *line)
{
	if (!is_runc(line) || !line->runtime_version || line->version != 2 ||
	    runtimes_runc_knows_v2(line->runtime_version))
		return;
	line->runtime_version = NULL;
	line->release_disputed = true;
}
