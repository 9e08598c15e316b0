/*
 * A sched_ext scheduler that has no thread to schedule, and refuses to let a process move: struct sched_ext_ops
 * (kernel/sched/ext_internal.h) may be declared with the members that are set, and libbpf finds their places.
 */
#include <linux/types.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* enum scx_ops_flags: only threads that ask for SCHED_EXT are its own. */
#define SCX_OPS_SWITCH_PARTIAL (1ULL << 3)

struct cgroup;

struct task_struct {
	int tgid;
} __attribute__((preserve_access_index));

struct sched_ext_ops {
	int (*cgroup_prep_move)(struct task_struct *p, struct cgroup *from, struct cgroup *to);
	__u64 flags;
	char name[128];
};

/* Set before it is loaded. */
const volatile int refused_tgid, refused_errno;

SEC("struct_ops/cgroup_prep_move")
int BPF_PROG(prep_move, struct task_struct *p, struct cgroup *from, struct cgroup *to)
{
	return p->tgid == refused_tgid ? -refused_errno : 0;
}

SEC(".struct_ops")
struct sched_ext_ops refuse = {
	.cgroup_prep_move = (void *)prep_move,
	.flags = SCX_OPS_SWITCH_PARTIAL,
	.name = "refuse",
};

char LICENSE[] SEC("license") = "GPL";
