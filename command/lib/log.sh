# shellcheck shell=sh
# The log's file: it belongs to who called sudo, and nothing that is not an earlier log of his is replaced.

# caller_uid: who asked for this.
caller_uid() {
	uid=$(id -u)
	[ "$uid" -ne 0 ] || uid=${SUDO_UID:-0}
	echo "$uid"
}

owner_of() {
	# shellcheck disable=SC2012 # the owner of one file
	LC_ALL=C ls -ldn -- "$1" | awk 'NR == 1 { print $3 }'
}

is_log() {
	[ ! -s "$1" ] || [ "$(head -c 13 -- "$1" | tr -d '\000')" = 'cgattach 0 0 ' ]
}

# log_choose FILE: sets $log to where the log will be, or to "-"; dies with 4 if it must not or cannot be there. Nothing is
# left there yet.
log_choose() {
	log=$1
	[ -n "$log" ] || log=cgattach-$(date +%Y%m%dT%H%M%S).log
	[ "$log" != - ] || return 0
	case $log in
	/*) ;;
	*) log=./$log ;;
	esac
	if [ -e "$log" ] || [ -L "$log" ]; then
		[ ! -L "$log" ] && [ -f "$log" ] || die 4 "'$1' is there and is not a plain file"
		owner=$(owner_of "$log")
		[ "$owner" = "$(id -u)" ] || [ "$owner" = "$(caller_uid)" ] || die 4 "'$1' belongs to another user"
		is_log "$log" || die 4 "'$1' is there and is not a log of cgattach: give another name with -o"
	fi
	attempt=$(mktemp "$(dirname -- "$log")/.cgattach.XXXXXX" 2>/dev/null) || die 4 "'${log#./}' cannot be written"
	rm -f -- "$attempt"
}

# log_create: an empty file that was not there before.
log_create() {
	[ "$log" != - ] || return 0
	rm -f -- "$log"
	(set -C && : >"$log") 2>/dev/null || die 4 "'${log#./}' cannot be written"
	own_by_caller "$log"
}
