/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/container.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

#define ID "1d7b29b96dfd50bdba3b8e1e1d9f0f87c3c8cbd4a24b5d0f1a5a40ea3a4b6c7d"
#define INNER "aa7b29b96dfd50bdba3b8e1e1d9f0f87c3c8cbd4a24b5d0f1a5a40ea3a4b6c7d"
#define UID "0f1b8a3c-22d4-4c59-9c0b-6d6f8a2e1b33"
#define UID_ "0f1b8a3c_22d4_4c59_9c0b_6d6f8a2e1b33"
#define STATIC_UID "4c4a3b1f2e5d6c7b8a9f0e1d2c3b4a5f"

static const struct {
	const char *path, *engine, *id, *pod_uid, *qos, *unit;
} paths[] = {
	{ "/docker/" ID, "docker", ID, NULL, NULL, NULL },
	{ "/docker/1d7b29b96dfd", "docker", "1d7b29b96dfd", NULL, NULL, NULL },
	{ "/system.slice/docker-" ID ".scope", "docker", ID, NULL, NULL, "docker-" ID ".scope" },
	{ "/system.slice:docker:" ID, "docker", ID, NULL, NULL, NULL },
	/* docker in docker, kind, a service in a container */
	{ "/docker/" ID "/docker/" INNER, "docker", INNER, NULL, NULL, NULL },
	{ "/docker/" ID "/system.slice/ssh.service", "docker", ID, NULL, NULL, "ssh.service" },
	{ "/docker/" ID "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/"
	  "kubelet-kubepods-besteffort-pod" UID_ ".slice/cri-containerd-" INNER ".scope",
	  "containerd", INNER, UID, "besteffort", "cri-containerd-" INNER ".scope" },
	{ "/docker/" ID "/kubelet/kubepods/burstable/pod" UID "/" INNER, NULL, INNER, UID, "burstable", NULL },
	{ "/kubepods/pod" UID "/" ID "/docker/" INNER, "docker", INNER, UID, "guaranteed", NULL },
	/* docker run --cgroup-parent */
	{ "/batch/" ID, NULL, ID, NULL, NULL, NULL },

	{ "/kubepods/burstable/pod" UID "/" ID, NULL, ID, UID, "burstable", NULL },
	{ "/kubepods/besteffort/pod" UID, NULL, NULL, UID, "besteffort", NULL },
	{ "/kubepods/pod" UID "/crio-" ID, "cri-o", ID, UID, "guaranteed", NULL },
	{ "/kubepods/burstable/pod" STATIC_UID "/" ID, NULL, ID, STATIC_UID, "burstable", NULL },
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_ ".slice/cri-containerd-" ID ".scope",
	  "containerd", ID, UID, "burstable", "cri-containerd-" ID ".scope" },
	{ "/kubepods.slice/kubepods-pod" UID_ ".slice/crio-" ID ".scope", "cri-o", ID, UID, "guaranteed",
	  "crio-" ID ".scope" },
	{ "/kubepods.slice/kubepods-pod" UID_ ".slice/crio-conmon-" ID ".scope", "cri-o", ID, UID, "guaranteed",
	  "crio-conmon-" ID ".scope" },
	{ "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID_ ".slice/docker-" ID ".scope",
	  "docker", ID, UID, "besteffort", "docker-" ID ".scope" },
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" STATIC_UID ".slice", NULL, NULL,
	  STATIC_UID, "burstable", "kubepods-burstable-pod" STATIC_UID ".slice" },
	{ "/system.slice/containerd.service/kubepods-burstable-pod" UID_ ".slice:cri-containerd:" ID,
	  "containerd", ID, UID, "burstable", "containerd.service" },
	{ "/kubepods.slice", NULL, NULL, NULL, NULL, "kubepods.slice" },

	{ "/machine.slice/libpod-" ID ".scope", "podman", ID, NULL, NULL, "libpod-" ID ".scope" },
	{ "/machine.slice/libpod-" ID ".scope/container", "podman", ID, NULL, NULL, "libpod-" ID ".scope" },
	{ "/machine.slice/libpod-conmon-" ID ".scope", "podman", ID, NULL, NULL, "libpod-conmon-" ID ".scope" },
	{ "/machine.slice/libpod-" ID ".scope/libpod-payload-" ID, "podman", ID, NULL, NULL,
	  "libpod-" ID ".scope" },
	{ "/libpod_parent/libpod-" ID, "podman", ID, NULL, NULL, NULL },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope", "podman", ID, NULL, NULL,
	  "libpod-" ID ".scope" },

	{ "/lxc/web-1", "lxc", "web-1", NULL, NULL, NULL },
	{ "/lxc.payload.web-1/system.slice/ssh.service", "lxc", "web-1", NULL, NULL, "ssh.service" },
	{ "/lxc.payload/web-1", "lxc", "web-1", NULL, NULL, NULL },
	{ "/lxc.monitor.web-1", "lxc", "web-1", NULL, NULL, NULL },
	{ "/machine.slice/machine-a\\x2db.scope", "systemd-nspawn", "a-b", NULL, NULL, "machine-a\\x2db.scope" },
	{ "/machine.slice/systemd-nspawn@a\\x2db.service/payload", "systemd-nspawn", "a-b", NULL, NULL,
	  "systemd-nspawn@a\\x2db.service" },
	{ "/machine.slice/machine-qemu\\x2d3\\x2dvm.scope/libvirt/emulator", "libvirt", "3-vm", NULL, NULL,
	  "machine-qemu\\x2d3\\x2dvm.scope" },
	{ "/default/" ID, "containerd", ID, NULL, NULL, NULL },
	{ "/buildkit/p1a2b3c4d5e6f7g8h9i0j1k2l", "buildkit", "p1a2b3c4d5e6f7g8h9i0j1k2l", NULL, NULL, NULL },
	{ "/ecs/" STATIC_UID "/" ID, "ecs", ID, NULL, NULL, NULL },
	{ "/ecs/cluster/" STATIC_UID "/" ID, "ecs", ID, NULL, NULL, NULL },
	{ "/ecs/" STATIC_UID "/" STATIC_UID "-1234567890", "ecs", STATIC_UID "-1234567890", NULL, NULL, NULL },
	{ "/garden/0f1b8a3c-22d4", "garden", "0f1b8a3c-22d4", NULL, NULL, NULL },
	{ "/garden", NULL, NULL, NULL, NULL, NULL },

	{ "/system.slice/ssh.service", NULL, NULL, NULL, NULL, "ssh.service" },
	{ "/user.slice/user-1000.slice/session-3.scope", NULL, NULL, NULL, NULL, "session-3.scope" },
	{ "/user.slice", NULL, NULL, NULL, NULL, "user.slice" },
	{ "/init.scope", NULL, NULL, NULL, NULL, "init.scope" },

	/* What only looks like it. */
	{ "", NULL, NULL, NULL, NULL, NULL },
	{ "/", NULL, NULL, NULL, NULL, NULL },
	{ "//docker//" ID "//", "docker", ID, NULL, NULL, NULL },
	{ "/docker", NULL, NULL, NULL, NULL, NULL },
	{ "/docker/buildx", NULL, NULL, NULL, NULL, NULL },
	{ "/docker/1d7b29b96df", NULL, NULL, NULL, NULL, NULL },
	{ "/docker/" ID "0", NULL, NULL, NULL, NULL, NULL },
	{ "/docker/buildx/1d7b29b96dfd", NULL, NULL, NULL, NULL, NULL },
	{ "/docker-x.scope", NULL, NULL, NULL, NULL, "docker-x.scope" },
	{ "/.service/.scope/.slice", NULL, NULL, NULL, NULL, NULL },
	{ "/pod" UID, NULL, NULL, NULL, NULL, NULL },
	{ "/kubepods/pod0f1b8a3c-22d4-4c59-9c0b-6d6f8a2e1b3", NULL, NULL, NULL, NULL, NULL },
	{ "/kubepods/pod" UID "0", NULL, NULL, NULL, NULL, NULL },
	{ "/kubepods-burstable-pod" UID_ ".slice:cri-containerd:x", NULL, NULL, NULL, NULL, NULL },
	{ ":::", NULL, NULL, NULL, NULL, NULL },
	{ "/lxc/\x1b[2J\n\xff", "lxc", "\x1b[2J\n\xff", NULL, NULL, NULL },
	{ "/machine-\\x1b\\x7f\\x2.scope", "systemd-nspawn", "\\x1b\\x7f\\x2", NULL, NULL,
	  "machine-\\x1b\\x7f\\x2.scope" },
	{ "/lxc.payload.", NULL, NULL, NULL, NULL, NULL },
};

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static void check_table(void)
{
	struct arena arena = { 0 };
	struct container c;

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		bool known = container_of_path(&c, paths[i].path, &arena);
		bool good = same(c.engine, paths[i].engine) && same(c.id, paths[i].id) &&
			    same(c.pod_uid, paths[i].pod_uid) && same(c.qos, paths[i].qos) &&
			    same(c.unit, paths[i].unit) && known == (paths[i].id || paths[i].pod_uid || paths[i].unit);

		if (!good)
			printf("%s: engine %s, id %s, pod %s, qos %s, unit %s\n", paths[i].path, c.engine, c.id,
			       c.pod_uid, c.qos, c.unit);
		CHECK(good);
	}
	arena_fini(&arena);
}

/* Every path of the table with every byte changed: nothing but parts of the path may come out. */
static void check_damage(void)
{
	static const char with[] = "/-_.:\\x0\xff";
	struct arena arena = { 0 };
	struct container c;

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		char *copy = xstrdup(paths[i].path);
		bool good = true;

		for (size_t at = 0; copy[at]; at++) {
			for (size_t j = 0; j < sizeof(with); j++) {	/* its final 0, too */
				char kept = copy[at];

				copy[at] = with[j];
				container_of_path(&c, copy, &arena);
				good &= !c.unit || strstr(copy, c.unit);
				good &= !c.id || strstr(copy, c.id) || strstr(copy, "\\x");
				copy[at] = kept;
			}
		}
		CHECK(good);
		free(copy);
	}
	arena_fini(&arena);
}

int main(void)
{
	check_table();
	check_damage();
	return TEST_END();
}
