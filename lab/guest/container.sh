# shellcheck shell=sh
# Functions of the guest's scripts for containers, and for holding them up.

# make_rootfs DIR: busybox, and what it needs.
make_rootfs() {
	busybox=$(command -v busybox) || return 1
	mkdir -p "$1/bin" "$1/proc" "$1/sys" "$1/dev"
	cp "$busybox" "$1/bin/busybox"
	ln -s busybox "$1/bin/sleep"
	ln -s busybox "$1/bin/true"
	# Debian's busybox comes static and dynamic.
	ldd "$busybox" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
		mkdir -p "$1$(dirname "$library")"
		cp "$library" "$1$library"
	done
}

# make_config: runc's config.json for the rootfs here.
make_config() {
	runc spec && sed -i -e 's/"terminal": true/"terminal": false/' \
		-e 's|^\([[:space:]]*\)"sh"$|\1"sleep", "3600"|' config.json
}

# start_runc ID: a container that sleeps, in $work. The script that sources this has complain().
start_runc() {
	cd "$work" || exit 1
	make_rootfs rootfs || complain "there is no busybox"
	make_config || complain "runc makes no config.json"
	runc run -d --bundle . "$1" </dev/null >run.log 2>&1 || complain "the container does not start: $(cat run.log)"
}

remove_runc() {
	runc kill "$1" KILL
	runc delete -f "$1"
}

# ---- stap/cgwiden.stp, as the host compiled it ----

widener=
widen_log=

widens() {
	grep -q '^cgwiden: ' "$widen_log"
}

widener_gone() {
	! kill -0 "$widener" 2>/dev/null
}

# widen MODULE MS LOG: from now on `runc init` is held up when it creates its first thread. Almost all
# refusals are because of that one; if it were held up at each, several short delays would add up to a long one.
widen() {
	widen_log=$3
	: >"$widen_log"
	setpriv --pdeathsig INT staprun -o "$widen_log" "$1" \
		'comm=runc:[2:INIT]' "ms=$2" threads=1 </dev/null >"$widen_log.err" 2>&1 &
	widener=$!
	try 150 widens || { cat "$widen_log.err"; return 1; }
}

unwiden() {
	[ -n "$widener" ] || return 0
	kill -INT "$widener"
	try 150 widener_gone || return 1
	wait "$widener"
	widener=
}

# ---- execs beside it ----
#
# The script that sources this has: $here, $work, $module (cgwiden.ko), $refusals (how many are wanted),
# $errors (what the execs printed; $errors.stamped has the time before each line), complain(), and
# run_exec(), an exec in the container.

keep_errors() {
	while IFS= read -r line; do
		printf '%s\n' "$line" >>"$errors"
		printf '%s %s\n' "$(date -u +%FT%T.%NZ)" "$line" >>"$errors.stamped"
	done <"$work/said"
}

# Docker 20.10 reports what runc said on stdout, with a carriage return.
exec_once() {
	execs=$((execs + 1))
	run_exec </dev/null >"$work/said" 2>&1 || failed=$((failed + 1))
	keep_errors
}

enough_hidden() {
	[ "$("$here/witness" refused)" -ge "$refusals" ]
}

enough_failed() {
	[ "$failed" -ge "$refusals" ]
}

# exec_until CONDITION MS: leaves the numbers in $execs and $failed.
exec_until() {
	execs=0
	failed=0
	widen "$module" "$2" "$work/widen.log" || complain "nothing delays runc"
	until "$1" || [ $execs -ge $((100 + refusals * 30)) ]; do
		exec_once
	done
	unwiden || complain "the delays do not end"
	tail -n 1 "$work/widen.log"
	"$1" || complain "$execs execs are not enough: $failed failed," \
		"$("$here/witness" refused) writes were refused"
}

# refused_between MIN MAX <TRUTH: how many processes were refused that often.
refused_between() {
	awk -v min="$1" -v max="$2" '/ errno=22 / {
		for (i = 2; i <= NF; i++)
			if ($i ~ /^target=/)
				refused[$i]++
	}
	END {
		for (target in refused)
			n += refused[target] >= min && refused[target] <= max
		print n + 0
	}'
}
