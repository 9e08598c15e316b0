/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a node knows of its pods. Nothing is written there or changed. */
#define _GNU_SOURCE /* pipe2 */
#include "report/pods.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "symbols/sysroot.h"

extern char **environ;

/* How long crictl may take, ns: reading waits for it. */
#define PATIENCE 3000000000ull

/* Entries of a directory that are looked at. */
#define FILES_MOST 100000

/* ---- crictl ---- */

/* -1: there is none. */
static pid_t spawn(char *const argv[], int out)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	pid_t pid = -1;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &actions, &attributes, argv, environ))
		pid = -1;
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

/* False: it takes too long. */
static bool wait_for(int fd, uint64_t until)
{
	struct pollfd from = { .fd = fd, .events = POLLIN };
	int ready;

	do {
		uint64_t now = clock_now();

		ready = now < until ? poll(&from, 1, (until - now) / 1000000 + 1) : 0;
	} while (ready < 0 && errno == EINTR);
	return ready > 0;
}

/* The bytes until its end; 0 if it takes too long or prints too much. `*text` is the caller's to free. */
static size_t read_output(int fd, char **text, uint64_t until)
{
	size_t len = 0, room = 0;
	ssize_t n = 1;

	*text = NULL;
	while (n && len < PODS_FILE_MOST && wait_for(fd, until)) {
		if (room - len < 4096) {
			room = room ? room * 2 : 1u << 16;
			*text = realloc(*text, room);
			if (!*text)
				out_of_memory();
		}
		n = read(fd, *text + len, room - len);
		if (n < 0 && errno != EINTR)
			return 0;
		len += n > 0 ? n : 0;
	}
	return n ? 0 : len;
}

/* One that takes too long is ended: it was started here. */
static bool ended_well(pid_t pid, bool is_done)
{
	int status = 0;

	if (!is_done)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return is_done && WIFEXITED(status) && !WEXITSTATUS(status);
}

static bool ask_crictl(struct pods *pods, const char *what, const char *all, uint64_t until)
{
	char *const argv[] = { (char *)"crictl", (char *)what, (char *)"-o",
			       (char *)"json",	 (char *)all,  NULL };
	char *text = NULL;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return false;
	pid_t pid = spawn(argv, ends[1]);

	close(ends[1]);
	size_t len = pid < 0 ? 0 : read_output(ends[0], &text, until);

	close(ends[0]);
	bool is_good =
		pid >= 0 && ended_well(pid, len) && pods_read_json(pods, "crictl", text, len) >= 0;

	free(text);
	return is_good;
}

/* ---- the kubelet's files ---- */

static DIR *open_list(const struct sysroot *root, const char *place)
{
	int fd = sysroot_open_directory(root, place);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !dir)
		close(fd);
	return dir;
}

/* Cuts a copy of what is before the first `c` off; NULL if there is none. */
static char *cut(char **rest, char c)
{
	char *from = *rest, *at = strchr(from, c);

	if (!at)
		return NULL;
	*at = '\0';
	*rest = at + 1;
	return from;
}

/* NAMESPACE_POD_UID; none of them has a "_". */
static void take_directory(struct pods *pods, char *name)
{
	char *rest = name, *namespace = cut(&rest, '_'), *pod = namespace ? cut(&rest, '_') : NULL;

	if (pod && *rest)
		pods_add(pods, rest,
			 &(struct pod_names){ .uid = rest, .name = pod, .namespace = namespace });
}

/* POD_NAMESPACE_CONTAINER-ID.log */
static void take_link(struct pods *pods, char *name)
{
	char *rest = name, *pod = cut(&rest, '_'), *namespace = pod ? cut(&rest, '_') : NULL;
	char *id = namespace ? strrchr(rest, '-') : NULL, *end = id ? strrchr(id, '.') : NULL;

	if (!end || strcmp(end, ".log"))
		return;
	*id++ = *end = '\0';
	pods_add(pods, id,
		 &(struct pod_names){ .name = pod, .namespace = namespace, .container = rest });
}

static bool read_names(struct pods *pods, const struct sysroot *root, const char *place,
		       void (*take)(struct pods *pods, char *name))
{
	DIR *dir = open_list(root, place);
	struct dirent *entry;

	if (!dir)
		return false;
	for (int i = 0; i < FILES_MOST && (entry = readdir(dir)); i++)
		take(pods, entry->d_name);
	closedir(dir);
	return true;
}

static bool read_files(struct pods *pods, const char *path)
{
	struct sysroot root;

	sysroot_init(&root, path);
	bool has_pods = read_names(pods, &root, "var/log/pods", take_directory);
	bool has_containers = read_names(pods, &root, "var/log/containers", take_link);

	sysroot_fini(&root);
	return has_pods || has_containers;
}

bool pods_read_node(struct pods *pods, const char *sysroot)
{
	uint64_t until = clock_now() + PATIENCE;

	/* Below another root are another machine's files. */
	if (!sysroot && ask_crictl(pods, "pods", NULL, until) &&
	    ask_crictl(pods, "ps", "-a", until))
		return true;
	return read_files(pods, sysroot);
}
