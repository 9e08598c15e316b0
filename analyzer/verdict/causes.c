/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict/causes.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "facts/kernel.h"

#define START "cgroup_procs_write_start"
#define CPU "cpu_cgroup_can_attach"
#define CPUSET "cpuset_can_attach"

const struct cause causes[] = {
	{
		.id = "task_new",
		.title = "a thread of the group was still being created (TASK_NEW)",
		.errnos = { EINVAL },
		.kernels = "4.8 to 6.0", .since = KERNEL_VERSION(4, 8), .before = KERNEL_VERSION(6, 1),
		.persistence = PERSISTENCE_TRANSIENT,
		.lasts = "a new thread leaves TASK_NEW within microseconds to milliseconds",
		.proof = CPU "() answered EINVAL, and its walk stopped at a thread in state 0x800.",
		.advice = {
			"A retry helps as soon as that thread runs. Only a process that creates "
			"threads all the time can be refused again and again.",
			"This kernel (<kernel>) has the test; it came with 4.8 (commit "
			"7dc603c9028e) and is gone in 6.1 (commit df16b71c686c). A kernel of 6.1 "
			"or later never refuses for this reason.",
			"runc retries an EINVAL 5 times, 30 ms apart, since 1.0-rc7; since "
			"1.0-rc6 runc create attaches before the Go runtime starts threads "
			"(create only, not exec).",
			"ps and /proc show such a thread as R; only a tracer sees TASK_NEW.",
		},
		.stage = STAGE_CONTROLLER, .functions = { CPU }, .test = rule_task_new,
		.after = after_task_new,
	}, {
		.id = "bad_pid_text",
		.title = "what was written is not one number",
		.errnos = { EINVAL },
		.kernels = "all; an empty write up to 5.9",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "the same text is refused every time",
		.proof = START "() answered EINVAL without looking up a task, and the text, read as the kernel "
			 "reads it, is no number from 0 to 2147483647.",
		.advice = {
			"Write one number and nothing else in each write(2): decimal without "
			"leading zeros (0 makes it octal), or hexadecimal with 0x. White space "
			"around it does no harm.",
			"A buffered stream may join several numbers in one write: flush after "
			"each of them.",
		},
		.stage = STAGE_LOOKUP, .functions = { START }, .test = rule_bad_pid_text,
		.after = after_bad_pid_text,
	}, {
		.id = "no_setaffinity",
		.title = "the task is bound to its CPUs and cannot be moved (PF_NO_SETAFFINITY)",
		.errnos = { EINVAL },
		.kernels = "all",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "the flag stays as long as the thread lives",
		.proof = START "() answered EINVAL, and the task that it found has PF_NO_SETAFFINITY.",
		.advice = {
			"<thread> is a kernel thread or a worker that the kernel keeps on its "
			"CPUs: leave it where it is. Whoever moves all tasks of a cgroup must "
			"pass over those that are refused so.",
		},
		.stage = STAGE_LOOKUP, .functions = { START }, .test = rule_no_setaffinity,
		.after = after_no_setaffinity,
	}, {
		.id = "kthreadd",
		.title = "the task is kthreadd, or a kernel thread that is still starting",
		.errnos = { EINVAL },
		.kernels = "4.9 and later", .since = KERNEL_VERSION(4, 9),
		.persistence = PERSISTENCE_DEPENDS,
		.lasts = "kthreadd (pid 2) can never be moved, another kernel thread may be once it has started",
		.proof = START "() answered EINVAL, and the task that it found has no_cgroup_migration set.",
		.advice = {
			"Leave kthreadd in the root cgroup: every kernel thread would be born in "
			"the cgroup it is in. If it is another kernel thread, try again after it "
			"has started.",
		},
		.stage = STAGE_LOOKUP, .functions = { START }, .test = rule_kthreadd,
		.after = after_kthreadd,
	}, {
		.id = "rt_group",
		.title = "a thread of real-time priority, and a destination without real-time runtime",
		.errnos = { EINVAL },
		.kernels = "all that have CONFIG_RT_GROUP_SCHED",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "until the cgroup gets runtime or the thread another priority",
		.proof = CPU "() answered EINVAL at a thread of real-time priority about which "
			 "sched_rt_can_attach() had said no.",
		.advice = {
			"On cgroup v1 give <cgroup> a budget first: cpu.rt_runtime_us. Cgroup v2 "
			"has none: there only the root takes real-time threads on such a kernel.",
			"Or move the process first, and let its threads become SCHED_FIFO or "
			"SCHED_RR afterwards. A thread that inherited a priority through a mutex "
			"counts as well.",
		},
		.stage = STAGE_CONTROLLER, .functions = { CPU, "sched_rt_can_attach" },
		.test = rule_rt_group,
		.after = after_rt_group,
	}, {
		.id = "non_fair_class",
		.title = "a thread that is not of the fair scheduling class",
		.errnos = { EINVAL },
		.kernels = "up to 5.3 without CONFIG_RT_GROUP_SCHED; late stable 4.x may lack the test",
		.before = KERNEL_VERSION(5, 4),
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "until the thread's policy is changed",
		.proof = CPU "() answered EINVAL at a thread of policy SCHED_FIFO, SCHED_RR or SCHED_DEADLINE "
			 "that was not TASK_NEW.",
		.advice = {
			"Make <thread> SCHED_OTHER (chrt -o -p 0), move the process, and set the "
			"policy again.",
			"Linux 5.4 (commit a07db5c08657) and later move such threads.",
		},
		.stage = STAGE_CONTROLLER, .functions = { CPU }, .test = rule_non_fair_class,
		.after = after_non_fair_class,
	}, {
		.id = "cpuset_no_setaffinity",
		.title = "a thread of the group may not change its CPUs (an io_uring worker)",
		.errnos = { EINVAL },
		.kernels = "5.12 to 6.2, and stable kernels with the io_uring of 5.15 (Debian's 5.10)",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "as long as that thread lives; this is no race",
		.proof = "task_can_attach() answered EINVAL about a thread that has PF_NO_SETAFFINITY.",
		.advice = {
			"<thread> makes every move of its process to another cpuset fail. An "
			"io_uring thread (iou-sqp, iou-wrk) goes when the process closes its "
			"ring: attach before the ring is made.",
			"Linux 6.3 (commits 01e68ce08a30 and a5fc1441af77, also in 6.1.110) does "
			"not set the flag on such threads any more.",
		},
		.stage = STAGE_CONTROLLER, .functions = { "task_can_attach", CPUSET },
		.test = rule_cpuset_no_setaffinity,
		.after = after_cpuset_no_setaffinity,
	}, {
		.id = "cpuset_deadline",
		.title = "SCHED_DEADLINE threads, and a cpuset without an active CPU for them",
		.errnos = { EINVAL },
		.kernels = "6.0 and later, late stable 5.10 and 5.15", .since = KERNEL_VERSION(5, 10),
		.persistence = PERSISTENCE_DEPENDS,
		.lasts = "until a CPU of the destination is online",
		.proof = CPUSET "() answered EINVAL though it refused none of the threads by itself, and one of them "
			 "is SCHED_DEADLINE.",
		.advice = {
			"Give <cgroup> a CPU that is online (cpuset.cpus), or bring one of its "
			"CPUs online.",
		},
		.stage = STAGE_CONTROLLER, .functions = { CPUSET, "task_can_attach" },
		.test = rule_cpuset_deadline,
		.after = after_cpuset_deadline,
	}, {
		.id = "io_context_shared",
		.title = "a thread shares its io_context with another process (CLONE_IO)",
		.errnos = { EINVAL },
		.kernels = "up to 5.13", .before = KERNEL_VERSION(5, 14),
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "as long as both processes live",
		.proof = "blkcg_can_attach() answered EINVAL at a thread whose io_context has more than one user.",
		.advice = {
			"<thread> was made by clone(CLONE_IO), or made another so: it cannot "
			"change its blkio (io) cgroup while they share. Attach before that "
			"clone, or leave CLONE_IO out.",
			"Linux 5.14 (commit b5f3352e0868) and later have no such test.",
		},
		.stage = STAGE_CONTROLLER, .functions = { "blkcg_can_attach" },
		.test = rule_io_context_shared,
		.after = after_io_context_shared,
	}, {
		.id = "sched_ext",
		.title = "the loaded sched_ext scheduler refused the move",
		.kernels = "6.12 and later that have CONFIG_SCHED_CLASS_EXT", .since = KERNEL_VERSION(6, 12),
		.persistence = PERSISTENCE_DEPENDS,
		.lasts = "on the BPF scheduler that is loaded",
		.proof = "scx_cgroup_can_attach() answered with the errno.",
		.advice = {
			"Look at cgroup_prep_move() of the scheduler named in "
			"/sys/kernel/sched_ext/root/ops, or unload it and try again.",
		},
		.stage = STAGE_CONTROLLER, .functions = { "scx_cgroup_can_attach", CPU },
		.test = rule_sched_ext,
		.after = after_sched_ext,
		.clone = clone_sched_ext,
	}, {
		.id = "vfs",
		.title = "the system call's own arguments are wrong",
		.errnos = { EINVAL },
		.kernels = "all",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "the same call is refused every time",
		.proof = "The call never entered kernfs, and its position is negative or its count too large.",
		.advice = {
			"Use write(2), or a position of 0 or more and a count that fits.",
		},
		.stage = STAGE_OUTSIDE, .test = rule_vfs,
		.after = rule_vfs,
	}, {
		.id = "not_kernel",
		.title = "it was not the kernel's cgroup code that answered",
		.errnos = { EINVAL },
		.kernels = "all",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "as long as that filter, tracer or file system is in the way",
		.proof = "The call never entered kernfs, and the file is on a file system that is not the kernel's "
			 "cgroup.",
		.advice = {
			"If the file system is FUSE, ask its server (lxcfs); if the writer has a "
			"seccomp filter, look at the container's seccomp profile; if it is "
			"traced, at its tracer.",
		},
		.stage = STAGE_OUTSIDE, .test = rule_not_kernel,
		.after = rule_not_kernel,
	}, {
		.id = "no_such_process",
		.title = "there is no process of that number where the writer lives",
		.errnos = { ESRCH },
		.kernels = "all",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "unless a new process gets the number",
		.proof = "find_task_by_vpid() found no task.",
		.advice = {
			"The process has ended, or the number is of another pid namespace: it is "
			"looked up in the one in which the writer lives, whatever namespace the "
			"cgroup file was opened in.",
		},
		.stage = STAGE_LOOKUP, .functions = { "find_task_by_vpid", START },
		.test = rule_no_such_process,
		.after = after_no_such_process,
	}, {
		.id = "cgroup_removed",
		.title = "the cgroup was removed while its file was open",
		.errnos = { ENODEV },
		.kernels = "all",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "a cgroup that is made again under that name is another one",
		.proof = "kernfs refused the write, or cgroup_file_write() did before it read the text.",
		.advice = {
			"Somebody removed <cgroup> between open(2) and write(2): make it again "
			"and open the file anew.",
		},
		.stage = STAGE_KERNFS, .test = rule_cgroup_removed,
		.after = after_cgroup_removed,
		.clone = clone_cgroup_removed, .clone_errno = ENOENT,
		.clone_advice = "<cgroup> was removed between open(2) and clone3(): create it again and open its "
			"directory anew.",
	}, {
		.id = "not_owner",
		.title = "the task belongs to another user, and the file was not opened by root",
		.errnos = { EACCES },
		.kernels = "all, cgroup v1",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "until the writer or the task is somebody else",
		.proof = "The lookup was passed and cgroup_attach_task() not reached; the opener's euid is neither 0 "
			 "nor the task's uid or saved uid.",
		.advice = {
			"On cgroup v1 only root moves the tasks of others: write permission on "
			"the file is not enough. Who opened the file counts, not who writes (on "
			"old kernels the writer).",
		},
		.stage = STAGE_PERMISSION, .test = rule_not_owner,
		.after = after_not_owner,
	}, {
		.id = "no_write_permission",
		.title = "no write permission on cgroup.procs of the common ancestor",
		.errnos = { EACCES, EROFS },
		.kernels = "all, cgroup v2",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "until the permissions change",
		.proof = "The permission check (cgroup_procs_write_permission() or its caller) answered so.",
		.advice = {
			"On cgroup v2 whoever opened the file must also be allowed to write "
			"cgroup.procs of the nearest cgroup above both source and destination: "
			"delegate that one, or start the process inside the delegated part.",
		},
		.stage = STAGE_PERMISSION,
		.functions = { "cgroup_procs_write_permission", "cgroup_attach_permissions" },
		.test = rule_no_write_permission,
		.after = after_no_write_permission,
		.clone = clone_no_write_permission,
		.clone_advice = "The caller must be allowed to write cgroup.procs of <cgroup> and of the nearest "
			"cgroup above both: delegate that one, or start the process inside the delegated part.",
	}, {
		.id = "outside_cgroup_namespace",
		.title = "source or destination is outside the opener's cgroup namespace",
		.errnos = { ENOENT },
		.kernels = "4.13 and later, cgroup v2 mounted with nsdelegate",
		.since = KERNEL_VERSION(4, 13),
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "as long as the namespace is what it is",
		.proof = "The permission check (cgroup_procs_write_permission() or its caller) answered ENOENT on a "
			 "hierarchy mounted with nsdelegate.",
		.advice = {
			"Open the file from a process whose cgroup namespace contains both "
			"cgroups, usually on the host.",
		},
		.stage = STAGE_PERMISSION,
		.functions = { "cgroup_procs_write_permission", "cgroup_attach_permissions" },
		.test = rule_outside_cgroup_namespace,
		.after = after_outside_cgroup_namespace,
		.clone = clone_outside_cgroup_namespace,
		.clone_advice = "Call clone3() in a process whose cgroup namespace contains both cgroups, usually on "
			"the host.",
	}, {
		.id = "ns_delegate_file",
		.title = "the file belongs to the outside of the cgroup namespace (nsdelegate)",
		.errnos = { EPERM },
		.kernels = "cgroup.threads in 4.14 (gone in 4.19), cgroup v2 mounted with nsdelegate",
		.since = KERNEL_VERSION(4, 14), .before = KERNEL_VERSION(4, 19),
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "as long as the namespace is what it is",
		.proof = "cgroup_file_write() answered EPERM and called nothing, on a hierarchy mounted with "
			 "nsdelegate.",
		.advice = {
			"The file in a namespace's own root is not for its inside to write: "
			"write it from outside, or in a cgroup below. Linux 4.19 lets "
			"cgroup.threads be written.",
		},
		.stage = STAGE_KERNFS, .functions = { "cgroup_file_write" }, .test = rule_ns_delegate_file,
		.after = after_ns_delegate_file,
	}, {
		.id = "setscheduler_denied",
		.title = "the writer may not change that thread's scheduling, which cpuset asks for",
		.errnos = { EPERM, EACCES },
		.kernels = "all; 6.12 does not ask on v2 if neither CPUs nor memory nodes change",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "as long as writer and thread are who they are",
		.proof = "security_task_setscheduler() refused a thread inside cpuset_can_attach().",
		.advice = {
			"The writer needs CAP_SYS_NICE over <thread>, or the same uid; the "
			"writer is asked here, not who opened the file. A security module "
			"(SELinux, AppArmor, BPF) may have said no as well.",
		},
		.stage = STAGE_CONTROLLER, .functions = { "security_task_setscheduler", CPUSET },
		.test = rule_setscheduler_denied,
		.after = after_setscheduler_denied,
	}, {
		.id = "domain_invalid",
		.title = "the destination is 'domain invalid': something above it is threaded",
		.errnos = { EOPNOTSUPP },
		.kernels = "4.14 and later, cgroup v2", .since = KERNEL_VERSION(4, 14),
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "as long as the cgroups keep their types",
		.proof = "The destination is a domain below a threaded cgroup or below the domain of threaded ones.",
		.advice = {
			"Write 'threaded' to cgroup.type of <cgroup> to make it part of that "
			"domain, or put it elsewhere (cat cgroup.type shows 'domain invalid').",
		},
		.stage = STAGE_PERMISSION, .functions = { "cgroup_attach_permissions" },
		.test = rule_domain_invalid,
		.after = after_domain_invalid,
		.clone = clone_domain_invalid,
	}, {
		.id = "other_domain",
		.title = "the thread would leave the domain of its process",
		.errnos = { EOPNOTSUPP },
		.kernels = "4.14 and later, cgroup v2, cgroup.threads, and clone3() of a thread",
		.since = KERNEL_VERSION(4, 14),
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "as long as the process is in another domain",
		.proof = "Source and destination of a write to cgroup.threads are not of the same domain.",
		.advice = {
			"Move the whole process to the domain first (cgroup.procs of the "
			"threaded root), then its threads to threaded cgroups below it.",
		},
		.stage = STAGE_PERMISSION, .functions = { "cgroup_attach_permissions" },
		.test = rule_other_domain,
		.after = after_other_domain,
		.clone = clone_other_domain,
		.clone_advice = "Create the thread in the domain of its process, or start it as a process of its own.",
	}, {
		.id = "internal_process",
		.title = "the destination has controllers enabled for its children (no internal processes)",
		.errnos = { EBUSY },
		.kernels = "all, cgroup v2",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "as long as controllers are enabled in its cgroup.subtree_control",
		.proof = "cgroup.subtree_control of the destination is not empty.",
		.advice = {
			"Processes live in leaves on cgroup v2: make a cgroup below <cgroup> and "
			"attach to that, or disable the controllers in cgroup.subtree_control of "
			"<cgroup>.",
		},
		.stage = STAGE_PERMISSION, .functions = { "cgroup_attach_permissions" },
		.test = rule_internal_process,
		.after = after_internal_process,
		.clone = clone_internal_process,
	}, {
		.id = "deadline_bandwidth",
		.title = "the CPUs of the cpuset have no bandwidth left for the SCHED_DEADLINE threads",
		.errnos = { EBUSY },
		.kernels = "all",
		.persistence = PERSISTENCE_DEPENDS,
		.lasts = "on the other SCHED_DEADLINE threads on those CPUs",
		.proof = "dl_bw_alloc(), or what asks for the bandwidth on that kernel, answered EBUSY.",
		.advice = {
			"Give <cgroup> more CPUs, or lower the runtime of the SCHED_DEADLINE "
			"threads there.",
		},
		.stage = STAGE_CONTROLLER, .functions = { "dl_bw_alloc", "dl_cpu_busy", "dl_task_can_attach" },
		.test = rule_deadline_bandwidth,
		.after = after_deadline_bandwidth,
	}, {
		.id = "cpuset_empty",
		.title = "the cpuset has no CPUs or no memory nodes",
		.errnos = { ENOSPC },
		.kernels = "all, cgroup v1; from 6.1 on also v2 without any effective CPU",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "until cpuset.cpus and cpuset.mems are set",
		.proof = CPUSET "() answered ENOSPC before it asked about any thread.",
		.advice = {
			"Write cpuset.cpus and cpuset.mems of <cgroup> first: on cgroup v1 a new "
			"cpuset has neither (cgroup.clone_children=1 above copies them).",
		},
		.stage = STAGE_CONTROLLER, .functions = { CPUSET }, .test = rule_cpuset_empty,
		.after = after_cpuset_empty,
		.clone = clone_cpuset_empty,
		.clone_advice = "No CPU is left in <cgroup>: look at cpuset.cpus.effective there and above.",
	}, {
		.id = "memory_charge",
		.title = "the memory to be charged to the destination was not to be had",
		.errnos = { ENOMEM },
		.kernels = "all that have cgroup v1 memory, with memory.move_charge_at_immigrate",
		.persistence = PERSISTENCE_DEPENDS,
		.lasts = "on the free memory and the limit of the destination",
		.proof = "mem_cgroup_can_attach() or memcg1_can_attach() answered ENOMEM.",
		.advice = {
			"Raise memory.limit_in_bytes of <cgroup>, or write 0 to its "
			"memory.move_charge_at_immigrate.",
		},
		.stage = STAGE_CONTROLLER, .functions = { "mem_cgroup_can_attach", "memcg1_can_attach" },
		.test = rule_memory_charge,
		.after = after_memory_charge,
	}, {
		.id = "out_of_memory",
		.title = "the kernel had no memory for the move itself",
		.errnos = { ENOMEM },
		.kernels = "all",
		.persistence = PERSISTENCE_TRANSIENT,
		.lasts = "as long as the machine is out of memory",
		.proof = "cgroup_migrate_prepare_dst() or the permission check answered ENOMEM.",
		.advice = {
			"The machine was short of kernel memory: see dmesg for allocation "
			"failures, and try again.",
		},
		.stage = STAGE_MIGRATION, .functions = { "cgroup_migrate_prepare_dst" },
		.test = rule_out_of_memory,
		.after = after_out_of_memory,
		.clone = clone_out_of_memory,
	}, {
		.id = "write_too_long",
		.title = "more than a page was written at once",
		.errnos = { E2BIG },
		.kernels = "all",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "the same write is refused every time",
		.proof = "kernfs refused a write of more than 4096 bytes.",
		.advice = {
			"Write one number at a time.",
		},
		.stage = STAGE_KERNFS, .test = rule_write_too_long,
		.after = after_write_too_long,
	}, {
		.id = "bad_buffer",
		.title = "the text could not be read from the writer's memory",
		.errnos = { EFAULT },
		.kernels = "all",
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "the same write is refused every time",
		.proof = "kernfs refused the write before the text reached the cgroup code.",
		.advice = {
			"The writer passed a bad pointer: it is a bug of the writing program.",
		},
		.stage = STAGE_KERNFS, .test = rule_bad_buffer,
		.after = after_bad_buffer,
	}, {
		.id = "bad_cgroup_fd",
		.title = "the descriptor given to clone3() is no directory of cgroup v2",
		.errnos = { EBADF },
		.kernels = "5.7 and later, clone3() with CLONE_INTO_CGROUP", .since = KERNEL_VERSION(5, 7),
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "the same descriptor is refused every time",
		.proof = "clone3() returned EBADF, which nothing else makes it do.",
		.advice = {
			"Open the directory of the cgroup on cgroup v2 (O_PATH will do): a file in it, or "
			"a directory of a v1 hierarchy, is not taken.",
		},
		.stage = STAGE_KERNFS, .clone = clone_bad_cgroup_fd,
	}, {
		.id = "process_limit",
		.title = "there are too many processes: a limit of the cgroup, the user or the machine",
		.errnos = { EAGAIN },
		.kernels = "5.7 and later, clone3() with CLONE_INTO_CGROUP", .since = KERNEL_VERSION(5, 7),
		.persistence = PERSISTENCE_DEPENDS,
		.lasts = "until processes end or the limit is raised",
		.proof = "None: several limits end in the same errno, and which one it was is not recorded.",
		.advice = {
			"Compare pids.current with pids.max in <cgroup> and in each cgroup above it (pids.events "
			"counts the refusals there), then ulimit -u of the caller, kernel.threads-max and "
			"kernel.pid_max.",
		},
		.stage = STAGE_CONTROLLER, .clone = clone_process_limit,
	}, {
		.id = "clone_arguments",
		.title = "the other arguments of clone3() are wrong",
		.errnos = { EINVAL },
		.kernels = "5.7 and later, clone3() with CLONE_INTO_CGROUP", .since = KERNEL_VERSION(5, 7),
		.persistence = PERSISTENCE_PERMANENT,
		.lasts = "the same call is refused every time",
		.proof = "None: only the flags are recorded.",
		.advice = {
			"Look at the flags, the exit signal and the stack that the program passes (strace -e "
			"clone3); nothing of the cgroup makes clone3() return EINVAL.",
		},
		.stage = STAGE_OUTSIDE, .clone = clone_clone_arguments,
	}, {
		.id = "unexplained",
		.title = "no known cause fits",
		.kernels = "all",
		.persistence = PERSISTENCE_DEPENDS,
		.lasts = "not known; if a retry succeeds it was a race, if it never does it was not",
		.proof = "No other cause holds, or the records do not suffice to tell.",
		.advice = {
			"If the same write fails again and again, the cause is not a race: look "
			"at the function that refused. If a retry succeeds, it was one.",
		},
	},
};

const size_t cause_count = ARRAY_SIZE(causes);

bool cause_is_unexplained(const struct cause *cause)
{
	return cause == &causes[cause_count - 1];
}

bool cause_is_of_clone(const struct cause *cause)
{
	return cause->clone != NULL;
}

bool cause_is_of_write(const struct cause *cause)
{
	return cause->test != NULL;
}

bool cause_answers(const struct cause *cause, int64_t answer, bool clone)
{
	if (clone && cause->clone_errno && cause->clone_errno == -answer)
		return true;
	for (size_t i = 0; i < CAUSE_ERRNOS; i++)
		if (cause->errnos[i] && cause->errnos[i] == -answer)
			return true;
	return !cause->errnos[0];
}

const char *cause_errnos(const struct cause *cause, struct arena *arena)
{
	struct text text;

	if (!cause->errnos[0])
		return "any";
	text_begin(&text);
	for (size_t i = 0; i < CAUSE_ERRNOS && cause->errnos[i]; i++)
		fprintf(text.out, "%s%s", i ? ", " : "", kernel_errno_name(cause->errnos[i]));
	return text_end(&text, arena);
}

const char *persistence_name(enum persistence persistence)
{
	static const char *const names[] = { "transient", "permanent", "depends" };

	return names[persistence];
}

static const char *place(const char *name, size_t len, struct finding *f)
{
	const struct attach *a = f->attach;

	if (!strncmp(name, "<kernel>", len))
		return a->log->has_header ? a->log->header.release : "its release is not known";
	if (!strncmp(name, "<thread>", len))
		return !f->culprit ? "that thread" :
		       arena_printf(&f->arena, "thread %d (%s)", f->culprit->r.row.pid,
				    f->culprit->r.row.comm);
	if (!strncmp(name, "<cgroup>", len))
		return a->begun ? a->begin.dst : "the cgroup";
	return NULL;
}

const char *cause_expand(const char *advice, struct finding *f)
{
	struct text text;

	text_begin(&text);
	while (*advice) {
		size_t plain = strcspn(advice, "<"), len = strcspn(advice + plain, ">");
		const char *value = advice[plain] ? place(advice + plain, len + 1, f) : NULL;

		fprintf(text.out, "%.*s%s", (int)plain, advice, value ? value : "");
		advice += plain + (advice[plain] ? len + 1 : 0);
	}
	const char *ret = text_end(&text, &f->arena);

	/* A sentence begins with a capital, whoever it is about. */
	return *ret == 't' ? arena_printf(&f->arena, "T%s", ret + 1) : ret;
}
