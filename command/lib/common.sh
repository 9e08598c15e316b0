# shellcheck shell=sh
# What all commands share. Set by those who source it: $lib, $script, $verified, $version_file, $analyzers.
#
# CGATTACH_SYSROOT is put before each path of the machine that is read (/proc, /sys, /boot, /lib/modules): for tests.

: "${CGATTACH_SYSROOT=}"

# File names may have any bytes; on the way to a terminal control characters become "?".
printable() {
	LC_ALL=C tr '\001-\011\013-\037\177' '?'
}

say() {
	printf 'cgattach: %s\n' "$*" | printable >&2
}

# die STATUS WORD...
die() {
	status=$1
	shift
	say "$@"
	exit "$status"
}

usage_error() {
	die 4 "$* (cgattach help $word)"
}

# option_value OPTION [VALUE]: complains if there is none.
option_value() {
	[ -n "${2-}" ] || usage_error "$1 needs a value"
}

# exit_on_signals: so that what the EXIT trap removes is removed then, too.
exit_on_signals() {
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
}

is_number() {
	case $1 in
	'' | *[!0-9]*) return 1 ;;
	esac
	[ ${#1} -le 9 ]
}

# machine_file PATH: where a file of the machine is.
machine_file() {
	printf '%s' "$CGATTACH_SYSROOT$1"
}

# read_line PATH: the first line of a file of the machine; nothing if it cannot be read.
read_line() {
	line=
	{ IFS= read -r line <"$CGATTACH_SYSROOT$1"; } 2>/dev/null
	printf '%s' "$line"
}

has() {
	command -v "$1" >/dev/null 2>&1
}

# is_program WORD: can it be executed? Not one of these functions, which command -v finds as well.
is_program() {
	case $1 in
	*/*)
		[ -f "$1" ] && [ -x "$1" ]
		return
		;;
	esac
	(
		IFS=:
		set -f
		for directory in $PATH; do
			[ -f "${directory:-.}/$1" ] && [ -x "${directory:-.}/$1" ] && exit 0
		done
		exit 1
	)
}

is_root() {
	[ "$(id -u)" -eq 0 ]
}

in_group() {
	case " $(id -Gn 2>/dev/null) " in
	*" $1 "*) return 0 ;;
	esac
	return 1
}

cgattach_version() {
	version=unknown
	{ read -r version <"$version_file"; } 2>/dev/null
	echo "$version"
}

# shell_word TEXT: as it must be typed.
shell_word() {
	case $1 in
	'' | *[!a-zA-Z0-9_./:=@%+,-]*) printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")" ;;
	*) printf '%s' "$1" ;;
	esac
}

# A short pause. Not every sleep takes fractions.
pause() {
	sleep 0.2 2>/dev/null || sleep 1
}

# find_analyzer: sets $cganalyze to a cganalyze that runs here; empty, with the reason in $cganalyze_missing, if there
# is none. CGANALYZE names another.
find_analyzer() {
	cganalyze=
	cganalyze_missing='it is not installed'
	for candidate in ${CGANALYZE:+"$CGANALYZE"} "$analyzers" "$(command -v cganalyze)"; do
		[ -n "$candidate" ] && [ -x "$candidate" ] || continue
		if "$candidate" --version >/dev/null 2>&1; then
			cganalyze=$candidate
			return 0
		fi
		cganalyze_missing="'$candidate' does not run here: $("$candidate" --version 2>&1 | head -n 1)"
	done
	return 1
}

# stap_version: of the SystemTap that compiles, as 4.8.
stap_version() {
	LC_ALL=C stap --version 2>&1 | sed -n 's/.*(version \([0-9][0-9.]*\).*/\1/p' | head -n 1
}

# staprun_version: of the one that loads. Some refuse to tell those who may not load; then the package does.
staprun_version() {
	if [ -n "${bundle-}" ]; then
		cat "$bundle/run/version"
		return
	fi
	{
		LC_ALL=C staprun -V 2>&1 | sed -n 's/.*version \([0-9][0-9.]*\).*/\1/p'
		dpkg-query -W -f '${Version}\n' systemtap-runtime 2>/dev/null
		rpm -q --qf '%{VERSION}\n' systemtap-runtime 2>/dev/null
	} | sed -n '/^[0-9]/{s/^\([0-9]*\.[0-9]*\).*/\1/;p;q;}'
}

# ---- modules ----

# module_field FILE FIELD: from the module's own description (name, vermagic).
module_field() {
	LC_ALL=C tr '\000' '\n' <"$1" 2>/dev/null | LC_ALL=C sed -n "s/^$2=//p" | head -n 1
}

# module_systemtap FILE: which SystemTap made it, "4.8"; nothing if it does not tell.
module_systemtap() {
	LC_ALL=C tr '\000' '\n' <"$1" 2>/dev/null | LC_ALL=C sed -n 's,^\([0-9]\.[0-9]*\)/0\.[0-9]*$,\1,p' | head -n 1
}

module_is_signed() {
	tail -c 28 -- "$1" 2>/dev/null | LC_ALL=C grep -aq 'Module signature appended'
}

# module_users NAME: how many use the loaded module; nothing if it is not loaded.
module_users() {
	awk -v name="$1" '$1 == name { print $3 }' "$CGATTACH_SYSROOT/proc/modules" 2>/dev/null
}

# ---- the table of kernels and SystemTaps ----

# suffix_of RELEASE: Debian's word for the architecture that the release's name ends in; this machine's if it names none.
suffix_of() {
	case $1 in
	*-arm64 | *.aarch64) echo arm64 ;;
	*-amd64 | *.x86_64) echo amd64 ;;
	*) [ "$(uname -m)" = aarch64 ] && echo arm64 || echo amd64 ;;
	esac
}

# verified_row RELEASE SYSTEMTAP: "RESULT NOTE" of the first row that fits; nothing if this pair was never tried.
verified_row() {
	while read -r pattern systemtap result note; do
		case $pattern in
		'' | '#'*) continue ;;
		esac
		# shellcheck disable=SC2254 # patterns
		case $1 in
		$pattern)
			case $2 in
			"$systemtap" | "$systemtap".*)
				echo "$result $note"
				return
				;;
			esac
			;;
		esac
	done <"$verified"
}

# verified_for RELEASE: the SystemTaps with which it works.
verified_for() {
	while read -r pattern systemtap result _; do
		# shellcheck disable=SC2254 # patterns
		case $1 in
		$pattern) [ "$result" != verified ] || echo "$systemtap" ;;
		esac
	done <"$verified" | paste -sd ' ' -
}

# version_number RELEASE: 5.10.0-32-amd64 as 5010.
version_number() {
	echo "$1" | awk -F '[^0-9]+' '{ print $1 * 1000 + $2 }'
}

# own_by_caller FILE: gives a new file to who called sudo. Where others may write, its name is not certain: /proc/self/fd/N.
own_by_caller() {
	case ${SUDO_UID-}:${SUDO_GID-} in
	*[!0-9:]* | :* | *:) return 0 ;;
	esac
	! is_root || chown -- "$SUDO_UID:$SUDO_GID" "$1" 2>/dev/null || return 0
}
