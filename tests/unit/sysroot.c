/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No path leads out of a sysroot, and nothing but a regular file is opened: with openat2(2), and where there is none. */
#define _GNU_SOURCE
#include "symbols/sysroot.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "test.h"

static char dir[] = "/tmp/sysroot.XXXXXX";

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) < 0 || close(fd))
		abort();
}

static void make_links(void)
{
	static const struct {
		const char *text, *path;
	} links[] = {
		{ "file", "root/d/beside" },
		{ "/d/file", "root/absolute" },
		{ "../../../d/file", "root/d/up" },
		{ "d", "root/link" },
		{ "/link/../d/file", "root/d/far" },
		{ "../secret", "root/out" },
		{ "../../secret", "root/d/out" },
		{ "..", "root/d/parent" },
		{ "loop", "root/loop" },
		{ "/dev/zero", "root/device" },
		{ "/proc/self/fd/0", "root/magic" },
	};

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlink(links[i].text, links[i].path))
			abort();
}

static void make_tree(void)
{
	struct sockaddr_un address = { AF_UNIX, "root/socket" };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (!mkdtemp(dir) || chdir(dir) || mkdir("root", 0700) || mkdir("root/d", 0700) ||
	    mkfifo("root/pipe", 0600) || fd < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)))
		abort();
	close(fd);
	write_file("secret", "secret");
	write_file("root/d/file", "file");
	make_links();
}

static void remove_tree(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	/* NOLINTNEXTLINE(cert-env33-c): of a name from mkdtemp() */
	if (chdir("/") || system(command))
		abort();
}

/* What is in the file; "" if it is not opened. */
static const char *content(const struct sysroot *root, const char *place)
{
	static char text[16];
	struct stat st;
	int fd = sysroot_open(root, place, &st);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void check_below(void)
{
	static const char *const there[] = { "/d/file",		"d/file",	   "//d/./file",
					     "/d/beside",	"/absolute",	   "/d/up",
					     "/link/file",	"/d/far",	   "/../d/file",
					     "/d/../../d/file", "/d/parent/d/file" };
	static const char *const not_there[] = {
		"/out",	  "/d/out", "/../secret", "/d/parent/../secret",
		"/loop",  "/pipe",  "/socket",	  "/device",
		"/magic", "/d",	    "/",	  "",
		"/no",	  "/no/no", "/d/file/no"
	};
	struct sysroot root;

	sysroot_init(&root, "root");
	for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++)
		CHECK(!strcmp(content(&root, there[i]), "file") || (printf("%s: ", there[i]), 0));
	for (size_t i = 0; i < sizeof(not_there) / sizeof(not_there[0]); i++)
		CHECK(!*content(&root, not_there[i]) || (printf("%s: ", not_there[i]), 0));
	sysroot_fini(&root);
}

static void check_errors(void)
{
	struct sysroot root;
	struct stat st;
	char longest[5000] = "/";

	sysroot_init(&root, "root");
	CHECK(sysroot_open(&root, "/pipe", &st) < 0 && errno == ENOTSUP);
	CHECK(sysroot_open(&root, "/no", &st) < 0 && errno == ENOENT);
	CHECK(sysroot_open(&root, "/loop", &st) < 0 && errno == ELOOP);
	memset(longest + 1, 'x', 300);
	CHECK(sysroot_open(&root, longest, &st) < 0 && errno == ENAMETOOLONG);
	memset(longest + 1, '/', sizeof(longest) - 2);
	CHECK(sysroot_open(&root, longest, &st) < 0 && errno == ENAMETOOLONG);
	sysroot_fini(&root);
	sysroot_init(&root, "no-such-root");
	CHECK(root.fd < 0 && sysroot_open(&root, "/d/file", &st) < 0);
	sysroot_fini(&root);
	CHECK(sysroot_open_named("root/pipe", &st) < 0 && errno == ENOTSUP);
	CHECK(sysroot_open_named("/dev/null", &st) < 0 && errno == ENOTSUP);
}

/* Without a sysroot links may lead anywhere, and still nothing but files is opened. */
static void check_whole_machine(void)
{
	struct sysroot root;
	char place[64];

	sysroot_init(&root, NULL);
	snprintf(place, sizeof(place), "%s/root/out", dir);
	CHECK(!strcmp(content(&root, place), "secret"));
	snprintf(place, sizeof(place), "%s/root/pipe", dir);
	CHECK(!*content(&root, place));
	CHECK(!*content(&root, "/dev/zero"));
	sysroot_fini(&root);
}

static int fds_open(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

static int take_openat2_away(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int main(void)
{
	make_tree();
	int fds = fds_open();

	for (int old = 0; old < 2; old++) {
		CHECK(!old || !take_openat2_away());
		check_below();
		check_errors();
		check_whole_machine();
		CHECK(fds_open() == fds);
	}
	remove_tree();
	return TEST_END();
}
