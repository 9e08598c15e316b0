# shellcheck shell=sh
# Functions of the guest's scripts that wait.

# try_every SECONDS N COMMAND: runs it until it succeeds, at most N times, SECONDS apart.
try_every() {
	pause=$1
	tries=$2
	shift 2
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep "$pause"
	done
}

# try N COMMAND: the same, a fifth of a second apart.
try() {
	try_every 0.2 "$@"
}

# try_often N COMMAND: the same, a fiftieth of a second apart, where time is measured or there are many waits.
try_often() {
	try_every 0.02 "$@"
}

stopped_growing() {
	last_size=$size
	size=$(grep -vc '^total ' "$1" 2>/dev/null)
	[ "$size" = "$last_size" ] && same=$((same + 1)) || same=0
	[ "$same" -ge 5 ]
}

# settled LOG: until nothing more arrives in it, but for the sums of what is not recorded; for when nothing is attached any
# more. What is still
# in SystemTap 4.8's buffers when a module ends is lost (its PR31597), and its reader looks there
# five times a second.
settled() {
	size=
	same=0
	try 1500 stopped_growing "$1"
}
