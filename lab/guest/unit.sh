# shellcheck shell=sh
# The service in a guest that systemd has booted. The script that sources this has wait.sh, $here, $tree (where the command
# is put) and $logs. $failed becomes 1 if something is not as it should be, $made is how many refusals were made.

project=$(cd "$here/../.." && pwd)
bin=/out/bin
root=/sys/fs/cgroup
status_file=/run/cgattach/status
made=0
failed=0
LD_LIBRARY_PATH=/out/lib
export LD_LIBRARY_PATH

# ok WHAT COMMAND...
ok() {
	what=$1
	shift
	if "$@"; then
		echo "ok $what"
	else
		echo "FAIL $what"
		failed=1
		cat "$status_file"
		journalctl -u cgattach -n 12 -o cat --no-pager
	fi
}

value() {
	sed -n "s/^$1=//p" "$status_file" 2>/dev/null
}

is() {
	[ "$(value "$1")" = "$2" ]
}

analyze() {
	"$bin/cganalyze" "$@"
}

# ---- the service, installed ----

# The command, with the programs that were built outside; the guest may lack their libraries.
write_command() {
	mkdir -p "$tree/build"
	cp -r "$project/command" "$tree"
	ln -s "$project/stap" "$project/VERSION" "$tree"
	ln -s "$bin/cgattach-keep" "$tree/build"
	cat >"$tree/build/cganalyze" <<-END
	#!/bin/sh
	LD_LIBRARY_PATH=/out/lib exec $bin/cganalyze "\$@"
	END
	cat >"$tree/analyzer" <<-END
	#!/bin/sh
	exec $tree/build/cganalyze --ndjson - >>/run/cgattach/ndjson
	END
	chmod +x "$tree/build/cganalyze" "$tree/analyzer"
}

# configure KEY=VALUE...
configure() {
	printf '%s\n' "LOG_DIR=$logs" "MODULE=$module" "CGATTACH_ANALYZER=$tree/analyzer" \
		SHARE=0 "$@" >/etc/cgattach.conf
}

install_unit() {
	sed "s,@bindir@/cgattach,$tree/command/cgattach,; s,@sysconfdir@,/etc," \
		"$project/service/cgattach.service.in" >/etc/systemd/system/cgattach.service
	systemctl daemon-reload
	ok 'the unit has no mistake' sh -c '! systemd-analyze verify --man=no cgattach.service 2>&1 | grep "cgattach.service:"'
	systemctl -q enable cgattach
	ok 'it is enabled' systemctl -q is-enabled cgattach
}

# ---- load ----

# refuse N: makes about three times N refusals; each is in $truth.
refuse() {
	"$bin/stuck" -n "$1" -t /run/truth "$root/lab-a" "$root/lab-b" >/run/stuck.log 2>&1 ||
		{ cat /run/stuck.log; failed=1; }
	now=$(grep -vc ' errno=0 ' /run/truth)
	made=$((made + now))
	[ "$now" -gt 0 ] || { echo "FAIL nothing was refused"; failed=1; }
}

# accounted N: what is kept, lost and counted since the service started is N.
accounted() {
	[ $(($(value refusals_kept) + $(value refusals_lost) + $(value refusals_counted))) -eq "$1" ]
}

recorded_all() {
	try 500 accounted "$1"
}

is_recording() {
	is state recording
}

has_other() {
	[ "$(value "$1")" != "$2" ]
}

restarted() {
	is_recording && has_other "$1" "$2"
}

# refused_in_logs: of all files, one by one.
refused_in_logs() {
	for file in "$logs"/*.log; do
		analyze --json "$file" 2>/dev/null | sed -n '/^  "summary"/,/^  }/s/^    "refused": \([0-9]*\).*/\1/p'
	done | awk '{ n += $1 } END { print n + 0 }'
}

not_whole() {
	for file in "$logs"/*.log; do
		analyze "$file" 2>/dev/null | grep -q '^lost: nothing$' || echo "$file"
	done
}

has_module() {
	grep -q '^cgattach_service ' /proc/modules
}

no_module() {
	! has_module
}

said() {
	journalctl -q --sync
	journalctl -u cgattach -o cat --no-pager | grep -q -- "$1"
}
