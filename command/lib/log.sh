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
	may_replace "$log" "$1"
	[ ! -e "$log" ] || is_log "$log" || die 4 "'$1' is there and is not a log of cgattach: give another name with -o"
	attempt=$(mktemp "$(dirname -- "$log")/.cgattach.XXXXXX" 2>/dev/null) || die 4 "'${log#./}' cannot be written"
	rm -f -- "$attempt"
}

# may_replace FILE NAME: dies with 4 if it is no plain file, or another user's.
may_replace() {
	[ -e "$1" ] || [ -L "$1" ] || return 0
	[ ! -L "$1" ] && [ -f "$1" ] || die 4 "'$2' is there and is not a plain file"
	owner=$(owner_of "$1")
	[ "$owner" = "$(id -u)" ] || [ "$owner" = "$(caller_uid)" ] || die 4 "'$2' belongs to another user"
}

# log_create: an empty file that was not there before, open as 5. Its directory may be a user's, who could put a link in its
# place: the name is not used again to write.
log_create() {
	[ "$log" != - ] || return 0
	rm -f -- "$log"
	set -C
	{ command exec 5>"$log"; } 2>/dev/null || die 4 "'${log#./}' cannot be written"
	set +C
	own_by_caller /proc/self/fd/5
}
