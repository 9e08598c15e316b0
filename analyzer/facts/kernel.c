/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts/kernel.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

#define ALWAYS UINT32_MAX

/*
 * include/linux/sched.h, read in 4.8.15, 4.9.45, 4.14.67, 4.19.0, 5.4.59, 5.10.262, 5.15.85, 6.1.192 and
 * 6.12.117. PARKED, DEAD, WAKEKILL and WAKING changed places in 4.14. Composites stand before their
 * parts: the first that fits is taken.
 */
static const struct state {
	uint64_t bits;
	uint32_t since, before;
	const char *name;
} states[] = {
	{ 0x82, KERNEL_VERSION(4, 8), KERNEL_VERSION(4, 14), "KILLABLE" },
	{ 0x102, KERNEL_VERSION(4, 14), ALWAYS, "KILLABLE" },
	{ 0x402, KERNEL_VERSION(4, 8), ALWAYS, "IDLE" },
	{ 0x1, KERNEL_VERSION(4, 8), ALWAYS, "INTERRUPTIBLE" },
	{ 0x2, KERNEL_VERSION(4, 8), ALWAYS, "UNINTERRUPTIBLE" },
	{ 0x4, KERNEL_VERSION(4, 8), ALWAYS, "STOPPED" },
	{ 0x8, KERNEL_VERSION(4, 8), ALWAYS, "TRACED" },
	{ 0x40, KERNEL_VERSION(4, 8), KERNEL_VERSION(4, 14), "DEAD" },
	{ 0x80, KERNEL_VERSION(4, 8), KERNEL_VERSION(4, 14), "WAKEKILL" },
	{ 0x100, KERNEL_VERSION(4, 8), KERNEL_VERSION(4, 14), "WAKING" },
	{ 0x200, KERNEL_VERSION(4, 8), KERNEL_VERSION(4, 14), "PARKED" },
	{ 0x40, KERNEL_VERSION(4, 14), ALWAYS, "PARKED" },
	{ 0x80, KERNEL_VERSION(4, 14), ALWAYS, "DEAD" },
	{ 0x100, KERNEL_VERSION(4, 14), ALWAYS, "WAKEKILL" },
	{ 0x200, KERNEL_VERSION(4, 14), ALWAYS, "WAKING" },
	{ 0x400, KERNEL_VERSION(4, 8), ALWAYS, "NOLOAD" },
	{ KERNEL_TASK_NEW, KERNEL_VERSION(4, 8), ALWAYS, "NEW" },
	{ 0x1000, KERNEL_VERSION(5, 15), ALWAYS, "RTLOCK_WAIT" },
	{ 0x2000, KERNEL_VERSION(6, 1), ALWAYS, "FREEZABLE" },
	{ 0x8000, KERNEL_VERSION(6, 1), ALWAYS, "FROZEN" },
};

/* Every can_attach there is from 4.8 to 6.12, and what cpuset's asks about one thread. */
static const struct {
	const char *function, *v1, *v2;
} controllers[] = {
	{ "cpu_cgroup_can_attach", "cpu", "cpu" },
	{ "sched_rt_can_attach", "cpu", "cpu" },
	{ "scx_cgroup_can_attach", "cpu", "cpu" },
	{ "cpuset_can_attach", "cpuset", "cpuset" },
	{ "task_can_attach", "cpuset", "cpuset" },
	{ "security_task_setscheduler", "cpuset", "cpuset" },
	{ "dl_bw_alloc", "cpuset", "cpuset" },
	{ "dl_cpu_busy", "cpuset", "cpuset" },
	{ "dl_task_can_attach", "cpuset", "cpuset" },
	{ "blkcg_can_attach", "blkio", "io" },
	{ "mem_cgroup_can_attach", "memory", "memory" },
	{ "memcg1_can_attach", "memory", "memory" },
	{ "pids_can_attach", "pids", "pids" },
};

/* Who passes whose refusal on, 4.8 to 6.12; not every kernel has every pair. */
static const struct {
	const char *outer, *inner;
} calls[] = {
	{ "cgroup_procs_write_start", "find_task_by_vpid" },
	{ "cgroup_attach_permissions", "cgroup_procs_write_permission" },
	{ "cgroup_attach_task", "cgroup_migrate_prepare_dst" },
	{ "cgroup_attach_task", "cgroup_migrate_execute" },
	{ "cgroup_update_dfl_csses", "cgroup_migrate_prepare_dst" },
	{ "cgroup_update_dfl_csses", "cgroup_migrate_execute" },
	{ "cgroup_migrate_execute", "cpuset_can_attach" },
	{ "cgroup_migrate_execute", "cpu_cgroup_can_attach" },
	{ "cgroup_migrate_execute", "blkcg_can_attach" },
	{ "cgroup_migrate_execute", "mem_cgroup_can_attach" },
	{ "cgroup_migrate_execute", "memcg1_can_attach" },
	{ "cgroup_migrate_execute", "pids_can_attach" },
	{ "cpuset_can_attach", "task_can_attach" },
	{ "cpuset_can_attach", "security_task_setscheduler" },
	{ "cpuset_can_attach", "dl_bw_alloc" },
	{ "cpuset_can_attach", "dl_cpu_busy" },
	{ "cpuset_can_attach", "dl_task_can_attach" },
	{ "task_can_attach", "dl_cpu_busy" },
	{ "task_can_attach", "dl_task_can_attach" },
	{ "cpu_cgroup_can_attach", "scx_cgroup_can_attach" },
};

uint32_t kernel_version(const char *release)
{
	char *end;

	if (!release || !isdigit((unsigned char)*release))
		return 0;
	unsigned long major = strtoul(release, &end, 10);

	if (*end != '.' || !isdigit((unsigned char)end[1]))
		return 0;
	unsigned long minor = strtoul(end + 1, &end, 10);

	return major && major < 1000 && minor < 1000 ? KERNEL_VERSION(major, minor) : 0;
}

static size_t append(char *to, size_t used, const char *name)
{
	int n = snprintf(to + used, KERNEL_STATE_MAX - used, "%s%s", used ? "|" : "", name);

	return used + n < KERNEL_STATE_MAX ? used + n : KERNEL_STATE_MAX - 1;
}

void kernel_state_name(char *to, uint32_t version, uint64_t state, uint64_t exit_state)
{
	char number[24];
	size_t used = 0;

	*to = 0;
	if (exit_state & 0x10)
		used = append(to, used, "EXIT_DEAD");
	if (exit_state & 0x20)
		used = append(to, used, "ZOMBIE");
	if (used)
		return;
	if (!state && version)
		used = append(to, used, "RUNNING");
	for (size_t i = 0; i < ARRAY_SIZE(states) && version; i++) {
		const struct state *s = &states[i];

		if ((state & s->bits) != s->bits || version < s->since || version >= s->before)
			continue;
		used = append(to, used, s->name);
		state &= ~s->bits;
	}
	if (!state && used)
		return;
	snprintf(number, sizeof(number), "0x%llx", (unsigned long long)state);
	append(to, used, number);
}

/* strerrorname_np() has the same, but only since glibc 2.32. */
#define N(name) [name] = #name
// clang-format off
static const char *const errno_names[] = {
	N(EPERM), N(ENOENT), N(ESRCH), N(EINTR), N(EIO), N(ENXIO), N(E2BIG), N(ENOEXEC),
	N(EBADF), N(ECHILD), N(EAGAIN), N(ENOMEM), N(EACCES), N(EFAULT), N(ENOTBLK), N(EBUSY),
	N(EEXIST), N(EXDEV), N(ENODEV), N(ENOTDIR), N(EISDIR), N(EINVAL), N(ENFILE), N(EMFILE),
	N(ENOTTY), N(ETXTBSY), N(EFBIG), N(ENOSPC), N(ESPIPE), N(EROFS), N(EMLINK), N(EPIPE),
	N(EDOM), N(ERANGE), N(EDEADLK), N(ENAMETOOLONG), N(ENOLCK), N(ENOSYS), N(ENOTEMPTY),
	N(ELOOP), N(ENOMSG), N(EIDRM), N(ECHRNG), N(EL2NSYNC), N(EL3HLT), N(EL3RST), N(ELNRNG),
	N(EUNATCH), N(ENOCSI), N(EL2HLT), N(EBADE), N(EBADR), N(EXFULL), N(ENOANO), N(EBADRQC),
	N(EBADSLT), N(EBFONT), N(ENOSTR), N(ENODATA), N(ETIME), N(ENOSR), N(ENONET), N(ENOPKG),
	N(EREMOTE), N(ENOLINK), N(EADV), N(ESRMNT), N(ECOMM), N(EPROTO), N(EMULTIHOP),
	N(EDOTDOT), N(EBADMSG), N(EOVERFLOW), N(ENOTUNIQ), N(EBADFD), N(EREMCHG), N(ELIBACC),
	N(ELIBBAD), N(ELIBSCN), N(ELIBMAX), N(ELIBEXEC), N(EILSEQ), N(ERESTART), N(ESTRPIPE),
	N(EUSERS), N(ENOTSOCK), N(EDESTADDRREQ), N(EMSGSIZE), N(EPROTOTYPE), N(ENOPROTOOPT),
	N(EPROTONOSUPPORT), N(ESOCKTNOSUPPORT), N(EOPNOTSUPP), N(EPFNOSUPPORT),
	N(EAFNOSUPPORT), N(EADDRINUSE), N(EADDRNOTAVAIL), N(ENETDOWN), N(ENETUNREACH),
	N(ENETRESET), N(ECONNABORTED), N(ECONNRESET), N(ENOBUFS), N(EISCONN), N(ENOTCONN),
	N(ESHUTDOWN), N(ETOOMANYREFS), N(ETIMEDOUT), N(ECONNREFUSED), N(EHOSTDOWN),
	N(EHOSTUNREACH), N(EALREADY), N(EINPROGRESS), N(ESTALE), N(EUCLEAN), N(ENOTNAM),
	N(ENAVAIL), N(EISNAM), N(EREMOTEIO), N(EDQUOT), N(ENOMEDIUM), N(EMEDIUMTYPE),
	N(ECANCELED), N(ENOKEY), N(EKEYEXPIRED), N(EKEYREVOKED), N(EKEYREJECTED),
	N(EOWNERDEAD), N(ENOTRECOVERABLE), N(ERFKILL), N(EHWPOISON),
};
// clang-format on
#undef N

const char *kernel_errno_name(int64_t number)
{
	return number > 0 && number < (int64_t)ARRAY_SIZE(errno_names) ? errno_names[number] : NULL;
}

const char *kernel_answer_name(int64_t answer)
{
	/* A hostile log has also the one number that cannot be negated. */
	return answer >= -INT_MAX ? kernel_errno_name(-answer) : NULL;
}

const char *kernel_controller_of(const char *function, uint32_t cgroup_version)
{
	for (size_t i = 0; function && i < ARRAY_SIZE(controllers); i++)
		if (!strcmp(function, controllers[i].function))
			return cgroup_version == 1 ? controllers[i].v1 : controllers[i].v2;
	return NULL;
}

const char *kernel_controller_on_v2(const char *v1)
{
	for (size_t i = 0; i < ARRAY_SIZE(controllers); i++)
		if (!strcmp(v1, controllers[i].v1))
			return controllers[i].v2;
	return v1;
}

bool kernel_calls(const char *outer, const char *inner)
{
	if (!strcmp(outer, inner))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (!strcmp(calls[i].outer, outer) && kernel_calls(calls[i].inner, inner))
			return true;
	return false;
}

bool kernel_asks_together(const char *function)
{
	static const char *const functions[] = {
		"cpuset_can_attach", "dl_bw_alloc", "dl_cpu_busy", "mem_cgroup_can_attach",
		"memcg1_can_attach", "scx_cgroup_can_attach", "cgroup_migrate_prepare_dst",
	};

	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (!strcmp(function, functions[i]))
			return true;
	return false;
}
