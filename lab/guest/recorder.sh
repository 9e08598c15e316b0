# shellcheck shell=sh
# A recorder for the benchmarks: loads it, waits until it is armed, ends it, and reads its sums and what SystemTap said.
# A script that starts one has wait.sh.

recorder=
recorder_log=

recorder_armed() {
	grep -q '^armed ' "$recorder_log"
}

recorder_began() {
	grep -q -m 1 '^cgattach 0 0 ' "$recorder_log" 2>/dev/null
}

recorder_gone() {
	! kill -0 "$recorder" 2>/dev/null
}

recorder_began_or_gone() {
	recorder_began || recorder_gone
}

now_ms() {
	echo $(($(date +%s%N) / 1000000))
}

# recorder_start MODULE LOG OPTION...: returns when all probes are live. header_ms and armed_ms are the times until
# the header and until that. staprun's messages are in LOG.err.
recorder_start() {
	module=$1
	recorder_log=$2
	shift 2
	rm -f "$recorder_log"
	begin=$(now_ms)
	setpriv --pdeathsig INT staprun -o "$recorder_log" "$module" "$@" >"$recorder_log.err" 2>&1 </dev/null &
	recorder=$!
	try_often 9000 recorder_began_or_gone && recorder_began || return 1
	header_ms=$(($(now_ms) - begin))
	try_often 3000 recorder_armed || return 1
	armed_ms=$(($(now_ms) - begin))
}

# Status 1 if it had ended before.
recorder_stop() {
	[ -n "$recorder" ] || return 1
	kill -INT "$recorder" 2>/dev/null
	alive=$?
	try_often 9000 recorder_gone
	wait "$recorder" 2>/dev/null
	recorder=
	[ $alive -eq 0 ] && tail -n 3 "$recorder_log" | grep -q '^trailer '
}

# recorder_accounts LOG: "told=N told_refused=N counted=N counted_refused=N lost=N whole=N": the writes that have a
# record of their own, those that were only counted, and the records that did not arrive. In a log without a trailer
# it is not known what was counted.
recorder_accounts() {
	awk '
	function field(name,   i) {
		for (i = 4; i <= NF; i++)
			if (index($i, name "=") == 1)
				return substr($i, length(name) + 2) + 0
		return 0
	}
	$NF != ";" $2 { next }
	$1 == "attach" {
		told++
		told_refused += field("ret") < 0
	}
	$1 == "trailer" {
		counted_refused = field("counted")
		counted = counted_refused + field("accepted") - field("accepted_told")
		lost = field("accepted_told") + field("refused_told") - told
		whole = 1
	}
	END {
		printf "told=%d told_refused=%d counted=%d counted_refused=%d lost=%d whole=%d\n", told,
			told_refused, counted, counted_refused, lost, whole
	}' "$1"
}

# recorder_complaints LOG: "skipped=N failures=N": the probes that SystemTap skipped and the failures of its transport,
# as far as it reports them.
recorder_complaints() {
	awk '
	match($0, /skipped probes: [0-9]+/) { skipped += substr($0, RSTART + 16, RLENGTH - 16) }
	match($0, /[0-9]+ transport failures/) { failures += substr($0, RSTART, RLENGTH) + 0 }
	END { printf "skipped=%d failures=%d\n", skipped, failures }' "$1.err"
}

# SystemTap 4.8 loses what is in its buffers when a module ends.
recorder_settle() {
	settled "$recorder_log"
}
