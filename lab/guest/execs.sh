# shellcheck shell=sh
# Many execs, in the guest or for it.

# execs_abreast N ABREAST COMMAND...: runs it N times, ABREAST at a time. What one prints is printed if it fails.
execs_abreast() {
	count=$1
	abreast=$2
	shift 2
	# shellcheck disable=SC2016 # for the inner shell
	seq "$count" | xargs -P "$abreast" -I '{}' sh -c '
		number=$1
		shift
		said=$("$@" </dev/null 2>&1) || printf "%s\n" "exec $number: $(echo "$said" | tr "\r\n" "  ")"' \
		exec '{}' "$@"
}
