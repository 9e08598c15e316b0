function row(pid, state) {
	return sprintf("t=%d pid=%d tgid=1000 ppid=1 state=%s exit_state=0x0 flags=0x400000 policy=0" \
		" prio=120 start=%d comm=\"java\"", t++, pid, state, pid)
}

function put(kind, id, body) {
	printf "%s %d %d %s ;%d\n", kind, seq, id, body, seq
	seq++
}

BEGIN {
	t = 1000000
	put("cgattach", 0, "version=2 release=\"5.10.0-32-amd64\" build=\"\" machine=\"x86_64\" mono_ns=1" \
	    " wall_ns=2 rt_group_sched=0 sched_class_ext=0 target=0 refused_only=0 prefix=\"\" syscalls=0" \
	    " controllers=\"\" armed=\"\" absent=\"\"")
	put("attach", 1, "t=1 pid=9 tgid=9 ppid=1 comm=\"sh\" euid=0 fuid=0 ns=1 level=0 nspid=9" \
	    " file=\"cgroup.procs\" text=\"1000\" nbytes=4 reached=1 v=2 hier=0 name=\"\" mask=0x2" \
	    " controllers=\"cpu\" rflags=0x0 dst=\"/a\" src=\"/\" tpid=1000 ttgid=1000 tnspid=1000" \
	    " threads=5000 threadgroup=1")
	for (n = 1; n < 4990; n++)
		put("thread", 1, "fn=\"cpu_cgroup_can_attach\" n=" n " " row(999 + n, "0x1"))
	put("stop", 1, "fn=\"cpu_cgroup_can_attach\" ret=-22 walked=4990 curpid=5989 ioc=0 " row(5989, "0x800"))
	for (n = 1; n <= 5000; n++)
		put("group", 1, "n=" n " " row(999 + n, "0x1"))
	put("end", 1, "t=" t " ret=-22 dur=1 records=9992 omitted=0 walked=4990")
	put("trailer", 0, "t=" t " records=" seq + 1 " attaches=1 refused=1 filtered=0 unmatched=0 shed=0")
}
