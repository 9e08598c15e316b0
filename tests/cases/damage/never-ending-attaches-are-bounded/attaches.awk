function put(kind, id, body) {
	printf "%s %d %d %s ;%d\n", kind, seq, id, body, seq
	seq++
}

BEGIN {
	put("cgattach", 0, "version=2 release=\"5.10.0-32-amd64\" build=\"\" machine=\"x86_64\" mono_ns=1" \
	    " wall_ns=2 rt_group_sched=0 sched_class_ext=0 target=0 refused_only=0 prefix=\"\" syscalls=0" \
	    " controllers=\"\" armed=\"\" absent=\"\"")
	for (id = 1; id <= 70000; id++)
		put("ret", id, "t=1 fn=\"cgroup_attach_task\" ret=0")
	for (; id <= 140000; id++)
		put("end", id, "t=1 ret=4 dur=1 records=1 omitted=0 walked=0")
	put("ret", id, "t=1 fn=\"cgroup_procs_write_start\" ret=-3")
	put("trailer", 0, "t=2 records=" seq + 1 " attaches=140001 refused=1 filtered=0 unmatched=0 shed=0")
}
