/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Slices and scopes: systemd.special(7), user@.service(5). Directories of engines: facts/container.c. Files of cgroups:
 * Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst. Kernel threads: kernel/, fs/ and io_uring/ of 5.10 and 6.1.
 */
#include "facts/wellknown.h"

#include <string.h>

#include "base/util.h"
#include "facts/kernel.h"
#include "facts/kernel_path.h"
#include "facts/runtimes.h"

/* One of the words in `list`, between blanks. */
static bool is_in(const char *list, const char *name, size_t len)
{
	for (const char *at = list; *at; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");

		if (n == len && !memcmp(at, name, len))
			return true;
		at += n;
	}
	return false;
}

/* `pattern`, in which '#' stands for one digit or more. */
static bool fits(const char *pattern, size_t pattern_len, const char *name, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < pattern_len; i++) {
		if (pattern[i] != '#') {
			if (at == len || name[at++] != pattern[i])
				return false;
			continue;
		}
		size_t digits = 0;

		while (at + digits < len && digits < 10 && name[at + digits] >= '0' &&
		       name[at + digits] <= '9')
			digits++;
		if (!digits)
			return false;
		at += digits;
	}
	return at == len;
}

/* One of the patterns in `list`, between blanks. */
static bool fits_one(const char *list, const char *name, size_t len)
{
	for (const char *at = list; *at; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");

		if (fits(at, n, name, len))
			return true;
		at += n;
	}
	return false;
}

/* ---- programs ---- */

static const char programs[] =
	"runc docker-runc runc:[0:PARENT] runc:[1:CHILD] runc:[2:INIT] crun youki runsc containerd "
	"containerd-shim "
	"containerd-shim-runc-v1 containerd-shim-runc-v2 containerd-shim- containerd-shi ctr "
	"nerdctl docker dockerd "
	"docker-containe docker-containerd docker-init docker-proxy docker-compose tini buildkitd "
	"podman conmon crio "
	"cri-o crictl buildah kubelet k3s k3s-server k3s-agent lxc-start lxc-attach lxc-execute "
	"lxcfs lxd incusd criu "
	"cgmanager cgexec cgclassify libvirtd virtlxcd slurmd slurmstepd nomad jailer pause "
	"systemd systemd-nspawn systemd-logind systemd-udevd systemd-journal systemd-oomd "
	"systemd-run systemd-executo "
	"(sd-pam) (sd-executor) init elogind dbus-daemon bash dash ash zsh mksh ksh sh busybox "
	"sudo su env tee cat echo";

/* A kernel thread's name may go on with the name of a device or of a driver: those are not here. */
static const char kernel_threads[] =
	"kthreadd swapper/# ksoftirqd/# migration/# cpuhp/# rcuc/# rcub/# rcuog/# rcuop/# rcuos/# "
	"rcu_gp rcu_par_gp "
	"rcu_sched rcu_preempt rcu_bh rcu_tasks_kthre rcu_tasks_rude_ rcu_tasks_trace kworker/#:# "
	"kworker/#:#H "
	"kworker/u#:# kworker/u#:#H kworker/R kworker/dying kswapd# kcompactd# khugepaged ksmd "
	"kauditd kdevtmpfs netns "
	"khungtaskd oom_reaper writeback watchdog/# watchdogd idle_inject/# irq/# iou-wrk-# "
	"iou-sqp-# iou-sqp-#-# "
	"iou-mgr-# io_wqe_worker-# io_wq_manager io_uring-sq mm_percpu_wq devfreq_wq slub_flushwq "
	"inet_frag_wq "
	"kblockd blkcg_punt_bio md ata_sff edac-poller ipv6_addrconf kstrp kthrotld psimon "
	"scx_enable_help";

bool wellknown_program(const char *comm)
{
	size_t len = strlen(comm);

	return !len || is_in(programs, comm, len) || fits_one(kernel_threads, comm, len) ||
	       runtimes_makes_containers(comm) || runtimes_is_shell(comm, len);
}

/* ---- cgroups ---- */

static const char controllers[] =
	"cpu cpuacct cpuset memory blkio devices freezer net_cls net_prio perf_event "
	"hugetlb pids rdma misc io dmem debug";

static const char cgroups[] =
	"sys fs cgroup cgroup2 unified dev cpuctl memcg stune acct run cgmanager proc self root . "
	".. "
	"docker moby default k8s.io buildkit ecs garden lxc lxc.payload lxc.monitor init payload "
	"kubepods burstable besteffort guaranteed kubepods.slice kubepods-burstable.slice "
	"kubepods-besteffort.slice "
	"kubepods-guaranteed.slice kubelet kubelet.slice podruntime podruntime.slice runtime.slice "
	"kubelet-kubepods.slice "
	"kubelet-kubepods-burstable.slice kubelet-kubepods-besteffort.slice "
	"libpod_parent system user machine -.slice system.slice user.slice machine.slice "
	"init.scope app.slice "
	"session.slice background.slice user-#.slice user@#.service session-#.scope "
	"session-c#.scope "
	"docker.service docker.socket containerd.service crio.service podman.service podman.socket "
	"kubelet.service "
	"k3s.service k3s-agent.service lxc.service lxd.service libvirtd.service slurmd.service "
	"dbus.service "
	"systemd-journald.service systemd-logind.service systemd-udevd.service "
	"systemd-machined.service "
	"systemd-oomd.service systemd-networkd.service systemd-resolved.service "
	"systemd-timesyncd.service "
	"ssh.service sshd.service cron.service crond.service "
	"(null) (deleted) (unreachable)";

bool wellknown_controller(const char *name, size_t len)
{
	return is_in(controllers, name, len) || is_in("name=systemd systemd", name, len);
}

static bool are_controllers(const char *name, size_t len)
{
	for (;;) {
		const char *comma = memchr(name, ',', len);
		size_t n = comma ? (size_t)(comma - name) : len;

		if (!wellknown_controller(name, n))
			return false;
		if (!comma)
			return true;
		name += n + 1;
		len -= n + 1;
	}
}

bool wellknown_cgroup(const char *name, size_t len)
{
	return fits_one(cgroups, name, len) || are_controllers(name, len);
}

static const char cgroup_files[] =
	"cgroup.procs tasks cgroup.threads cgroup.subtree_control cgroup.controllers cgroup.type "
	"cgroup.freeze "
	"cgroup.kill cgroup.max.depth cgroup.max.descendants cgroup.pressure cgroup.clone_children "
	"cgroup.event_control cgroup.sane_behavior cgroup.events cgroup.stat notify_on_release "
	"release_agent "
	"cpu.cfs_quota_us cpu.cfs_period_us cpu.shares cpu.rt_runtime_us cpu.rt_period_us cpu.max "
	"cpu.max.burst "
	"cpu.weight cpu.weight.nice cpu.idle cpu.uclamp.min cpu.uclamp.max cpu.stat cpu.pressure "
	"cpuacct.usage "
	"cpuset.cpus cpuset.mems cpuset.cpus.effective cpuset.mems.effective cpuset.cpus.partition "
	"cpuset.cpus.exclusive cpuset.cpu_exclusive cpuset.mem_exclusive cpuset.memory_migrate "
	"cpuset.sched_load_balance memory.limit_in_bytes memory.soft_limit_in_bytes "
	"memory.memsw.limit_in_bytes "
	"memory.kmem.limit_in_bytes memory.kmem.tcp.limit_in_bytes memory.swappiness "
	"memory.use_hierarchy "
	"memory.oom_control memory.move_charge_at_immigrate memory.usage_in_bytes "
	"memory.force_empty memory.max "
	"memory.high memory.low memory.min memory.swap.max memory.swap.high memory.zswap.max "
	"memory.oom.group "
	"memory.reclaim memory.pressure io.max io.weight io.bfq.weight io.latency io.cost.qos "
	"io.cost.model io.pressure "
	"blkio.weight blkio.weight_device blkio.bfq.weight blkio.throttle.read_bps_device "
	"blkio.throttle.write_bps_device blkio.throttle.read_iops_device "
	"blkio.throttle.write_iops_device "
	"blkio.leaf_weight pids.max pids.current devices.allow devices.deny devices.list "
	"freezer.state "
	"net_cls.classid net_prio.ifpriomap hugetlb.2MB.limit_in_bytes hugetlb.1GB.limit_in_bytes "
	"hugetlb.2MB.max "
	"hugetlb.1GB.max rdma.max misc.max";

bool wellknown_cgroup_file(const char *name)
{
	return !*name || is_in(cgroup_files, name, strlen(name));
}

bool wellknown_hierarchy(const char *name)
{
	return !*name || !strcmp(name, "systemd") || !strcmp(name, "elogind");
}

/* ---- files ---- */

static const char files[] = ". .. usr bin sbin lib lib32 lib64 libexec local opt etc var run tmp "
			    "dev shm proc self exe root home srv mnt sys "
			    "x86_64-linux-gnu aarch64-linux-gnu i386-linux-gnu cri-o-runc "
			    "containerd docker crio rancher k3s data current "
			    "ld-linux-x86-64.so.2 ld-musl-x86_64.so.1 libc.musl-x86_64.so.1 "
			    "libgcc_s.so.1 libstdc++.so.6 liburing.so.2 "
			    "libnss_systemd.so.2 libsystemd.so.0 libseccomp.so.2 [vdso] [vsyscall] "
			    "[heap] [stack] (deleted) "
			    "docker-runc-current python# python#.# perl java node";

static const char *const libraries[] = { "libc",  "libpthread", "libm", "libdl",
					 "librt", "libresolv",	"ld",	"libutil" };

/* "libc.so.6", "libc-2.31.so" */
static bool is_library(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(libraries); i++) {
		size_t n = strlen(libraries[i]);

		if (len > n && !memcmp(name, libraries[i], n) &&
		    fits_one(".so .so.# -#.so -#.#.so", name + n, len - n))
			return true;
	}
	return false;
}

bool wellknown_file(const char *name, size_t len)
{
	return fits_one(files, name, len) || is_library(name, len) || is_in(programs, name, len);
}

bool wellknown_filesystem(const char *name)
{
	return !*name || is_in("ext2 ext3 ext4 xfs btrfs overlay tmpfs devtmpfs ramfs rootfs "
			       "squashfs erofs zfs f2fs "
			       "fuse fuseblk nfs nfs4 9p virtiofs iso9660 vfat hugetlbfs cgroup "
			       "cgroup2 proc sysfs "
			       "bcachefs aufs",
			       name, strlen(name));
}

/* ---- the kernel ---- */

/* Those of recorders of any version, besides the ways of an attach that kernel_path.h has. */
static const char functions[] = "cgroup_file_write cgroup_migrate_finish cgroup_procs_write_finish "
				"cgroup_taskset_next find_task_by_vpid "
				"kernfs_fop_write kernfs_fop_write_iter sched_rt_can_attach "
				"__x64_sys_clone3 __arm64_sys_clone3 cgroup_kn_lock_live "
				"cgroup_get_from_fd";

bool wellknown_function(const char *name)
{
	size_t len = strlen(name);

	return !len || kernel_path_find(name, len) || kernel_controller_of(name, 1) ||
	       is_in(functions, name, len);
}

bool wellknown_machine(const char *name)
{
	return !*name ||
	       is_in("x86_64 aarch64 aarch64_be i686 i386 armv6l armv7l armv8l ppc64 ppc64le "
		     "s390x riscv64 loongarch64",
		     name, strlen(name));
}

bool wellknown_release_word(const char *word, size_t len)
{
	return is_in("amd arm aarch x x86 i ppc s390x s390 riscv generic lowlatency server virtual "
		     "cloud rt default arch lts zen "
		     "hardened go rc deb bpo kali ubuntu debian el fc amzn amd64 arm64 aarch64 686 "
		     "pae uek cip pve "
		     "aws azure gcp gke oracle ibm kvm oem raspi linuxkit microsoft Microsoft "
		     "standard WSL WSL2 android "
		     "or later to and before cos flatcar coreos talos bottlerocket std mainline "
		     "custom xanmod tkg p cm mariner azl",
		     word, len);
}
