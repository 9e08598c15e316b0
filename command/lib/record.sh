# shellcheck shell=sh
# record: loads the recorder, keeps its log until it has seen what it was to see, and shows what cganalyze finds.
#
# staprun has a session of its own, so that Ctrl-C comes to this script only: what is in SystemTap's buffers has then time to
# arrive before the module ends (before 5.1 it is lost). A COMMAND runs in this script's foreground, beside a recorder
# that is told to watch this script and its children (-x): so it has the terminal and its words as they were given,
# starts when every probe is live, and its status is known.

recorder=
interrupted=0
words=
scratch=

# ---- options ----

# record_options WORD...: reads what record and watch take.
record_options() {
	output=
	seconds=
	target=
	everything=
	module=
	no_report=
	force=
	syscalls=
	parameters=
	lines=
	command_given=
	while [ $# -gt 0 ]; do
		case $1 in
		-o | --output) option_value "$@"; output=$2; shift ;;
		-o?*) output=${1#-o} ;;
		--output=*) output=${1#*=} ;;
		-d | --duration) option_value "$@"; seconds=$2; shift ;;
		-d?*) seconds=${1#-d} ;;
		--duration=*) seconds=${1#*=} ;;
		-p | --pid) option_value "$@"; target=$2; shift ;;
		-p?*) target=${1#-p} ;;
		--pid=*) target=${1#*=} ;;
		-a | --all) everything=1 ;;
		--module) option_value "$@"; module=$2; shift ;;
		--module=*) module=${1#*=} ;;
		--prefix) option_value "$@"; prefix_option "$2"; shift ;;
		--prefix=*) prefix_option "${1#*=}" ;;
		--refused-only) parameters="$parameters refused_only=1" ;;
		--threads) parameters="$parameters threads=1" ;;
		--placed) parameters="$parameters placed=1" ;;
		--early) parameters="$parameters early=1" ;;
		--syscalls) syscalls=syscalls ;;
		--no-report) no_report=1 ;;
		--force) force=1 ;;
		--text) [ "$word" = watch ] || usage_error "$word knows no option '$1'"; lines=1 ;;
		--help) . "$lib/help.sh"; help_main "$word"; exit 0 ;;
		--) shift; command_given=$#; break ;;
		-?*) usage_error "$word knows no option '$1'" ;;
		*) usage_error "'$1' is no option; a command stands behind --" ;;
		esac
		shift
	done
	options_agree
}

# SystemTap takes a slash in no parameter, and neither blanks nor "!"; the recorder adds the first slash.
prefix_option() {
	prefix=${1#/}
	case $prefix in
	'') usage_error '--prefix needs the beginning of a path' ;;
	*[!a-zA-Z0-9_.:@%+,=/-]*) usage_error "--prefix takes letters, digits and _.:@%+,=/-, not '$1'" ;;
	esac
	parameters="$parameters prefix=$prefix"
}

options_agree() {
	[ -z "$seconds" ] || { is_number "$seconds" && [ "$seconds" -gt 0 ]; } ||
		usage_error "-d takes a whole number of seconds, not '$seconds'"
	[ -z "$target" ] || is_number "$target" || usage_error "-p takes a process's number, not '$target'"
	[ "${command_given:-1}" -ne 0 ] || usage_error 'there is no command behind --'
	[ -z "$command_given" ] || [ -z "$target" ] || usage_error '-p and a command exclude each other'
	[ -z "$command_given" ] || [ -z "$seconds" ] ||
		usage_error '-d and a command exclude each other (-- timeout SECONDS COMMAND ends one)'
	[ -z "$everything" ] || [ -z "$target" ] || usage_error '-a and -p exclude each other'
	[ -z "$module" ] || [ -z "$syscalls" ] ||
		usage_error '--syscalls is compiled in: cgattach build --syscalls makes such a module'
}

# ---- before it starts ----

clean_up() {
	[ -z "$recorder" ] || kill -INT "$recorder" 2>/dev/null
	[ -z "$scratch" ] || rm -rf -- "$scratch"
}

# prepare [COMMAND]: dies with 4 if nothing can be recorded. Nothing was compiled until it is certain that the rest is there.
prepare() {
	scratch=$(mktemp -d) || exit 4
	trap clean_up EXIT
	exit_on_signals
	words=$scratch/words
	: >"$words"
	[ $# -eq 0 ] || is_program "$1" || die 4 "there is no command '$1'"
	[ -z "$target" ] || [ -d "/proc/$target" ] || die 4 "there is no process $target"
	log_choose "$output"
	! is_bundle "$module" || open_bundle "$module" || exit 4
	check_all ${module:+"$module"} >"$scratch/points"
	if [ "$run_failures" -ne 0 ] || [ "$build_failures" -ne 0 ] && [ -z "$force" ]; then
		cat "$scratch/points" >&2
		exit 4
	fi
	[ -n "$module" ] || build_module "$(uname -r)" ${syscalls:+"$syscalls"} || exit 4
	name_module "$scratch" || exit 4
	remove_stale
}

# A recorder that was killed leaves its module. One that is in use needs another name for a second one, and renaming
# breaks a signature.
remove_stale() {
	rename=
	case $(module_users "$module_name") in
	'') return ;;
	0) LC_ALL=C "$staprun" -d "$module_name" >/dev/null 2>&1 || : ;;
	esac
	[ -z "$(module_users "$module_name")" ] || rename=-R
}

# ---- the recorder ----

is_running() {
	[ -n "$recorder" ] && kill -0 "$recorder" 2>/dev/null
}

is_armed() {
	grep -aq '^cgattach: armed' "$words"
}

on_interrupt() {
	interrupted=$((interrupted + 1))
	[ $interrupted -lt 2 ] || {
		say 'interrupted twice: the log lacks its end'
		is_running && kill -INT "$recorder" 2>/dev/null
		recorder=
		exit 130
	}
}

on_end() {
	interrupted=9
	is_running && kill -INT "$recorder" 2>/dev/null
	exit 129
}

# start_recorder DESCRIPTOR: staprun in the background, which writes to it.
start_recorder() {
	remember_optimization "$scratch/optimization"
	apart=
	! has setsid || apart=setsid
	# Whatever becomes of this script, the recorder does not stay behind.
	! setpriv --pdeathsig INT true 2>/dev/null || apart="$apart setpriv --pdeathsig INT"
	# shellcheck disable=SC2086 # several words
	LC_ALL=C $apart "$staprun" ${rename:+-R} ${watched:+-x "$watched"} "$module" $parameters 1>&"$1" 2>"$words" </dev/null &
	recorder=$!
}

# await_armed: until every probe is live. Emulated machines take minutes.
await_armed() {
	polls=0
	until is_armed; do
		if ! is_running && ! is_armed; then
			wait "$recorder"
			recorder=
			tell_failure 'the recorder could not be loaded' "$words" "$(uname -r)"
			return 1
		fi
		polls=$((polls + 1))
		[ $polls -lt 3000 ] && [ "$interrupted" -eq 0 ] || return 1
		pause
	done
}

# settle POLLS: until the log has stopped growing, or that many fifths of a second.
settle() {
	left=$1
	same=0
	size=
	while [ "$left" -gt 0 ] && [ $same -lt 3 ] && is_running; do
		pause
		left=$((left - 1))
		[ "$log" != - ] || { same=$((same + 1)); continue; }
		last=$size
		size=$(wc -c <"$log" 2>/dev/null)
		[ "$size" = "$last" ] && same=$((same + 1)) || same=0
	done
}

# stop_recorder: ends it in order.
stop_recorder() {
	kill -INT "$recorder" 2>/dev/null
	polls=0
	while is_running && [ $polls -lt 900 ]; do
		pause
		polls=$((polls + 1))
	done
	is_running && kill -KILL "$recorder" 2>/dev/null
	wait "$recorder" 2>/dev/null
	recorder=
	put_back_optimization "$scratch/optimization"
	[ -n "$rename" ] || [ "$(module_users "$module_name")" != 0 ] || LC_ALL=C "$staprun" -d "$module_name" >/dev/null 2>&1 || :
}

# ---- while it records ----

# The log's own sums, which come once a second if they have changed.
counts() {
	tail -c 65536 -- "$log" 2>/dev/null | awk '
	$1 == "total" {
		for (i = 4; i <= NF; i++)
			if ($i ~ /^accepted=/)
				accepted = substr($i, 10)
			else if ($i ~ /^refused=/)
				refused = substr($i, 9)
	}
	END { printf "%d refused, %d accepted", refused, accepted }'
}

show_progress() {
	[ -t 2 ] && [ "$log" != - ] && [ -z "$live" ] || return 0
	printf '\r\033[Kcgattach: %d s: %s; Ctrl-C ends it ' "$(($(date +%s) - began))" "$(counts)" >&2
}

end_progress() {
	[ ! -t 2 ] || [ "$log" = - ] || [ -n "$live" ] || printf '\r\033[K' >&2
}

# wait_until_end: Ctrl-C, -d, or the end of -p's process or of the recorder.
wait_until_end() {
	began=$(date +%s)
	timer=
	[ -z "$seconds" ] || { sleep "$seconds" & timer=$!; }
	while [ "$interrupted" -eq 0 ] && is_running; do
		[ -z "$timer" ] || kill -0 "$timer" 2>/dev/null || break
		[ -z "$target" ] || [ -d "/proc/$target" ] || break
		show_progress
		sleep 1 &
		wait $!
	done
	[ -z "$timer" ] || kill "$timer" 2>/dev/null
	end_progress
}

# run_command WORD...: sets $command_status. A subshell, since words of this script must not stand for commands.
run_command() {
	command_status=0
	(
		trap - INT TERM HUP EXIT
		exec "$@"
	) || command_status=$?
}

# watch_over [COMMAND...]: from when every probe is live until all was seen.
watch_over() {
	if [ $# -gt 0 ]; then
		run_command "$@"
		settle 25
	else
		wait_until_end
		settle 5
	fi
}

# ---- afterwards ----

# say_end WORDS: whether SystemTap complained.
say_end() {
	grep -av '^cgattach: armed\|^Disabled \|^$' "$words" >"$scratch/complaints" || return 0
	why "$scratch/complaints" "$(uname -r)" || say "SystemTap: $(head -n 3 "$scratch/complaints" | paste -sd ' ' -)"
}

# say_command: COMMAND's own end.
say_command() {
	[ -n "${command_status-}" ] || return 0
	case $command_status in
	0) say "the command succeeded" ;;
	*) say "the command's exit status is $command_status" ;;
	esac
}

# is_complete LOG
is_complete() {
	tail -n 3 -- "$1" | LC_ALL=C grep -aq '^trailer '
}

# show_report: prints it, and exits as cganalyze does.
show_report() {
	shown=${log#./}
	status=0
	if [ -z "$no_report" ] && find_analyzer; then
		case $log in
		-*) log=./$log ;;
		esac
		"$cganalyze" "$log" || status=$?
		say "the log is $shown; again: cgattach report $(shell_word "$shown")"
		return $status
	fi
	is_complete "$log" || status=3
	say "the log is $shown ($(counts)$([ $status -eq 0 ] || echo ', cut short'))"
	[ -n "$no_report" ] || say "there is no cganalyze here ($cganalyze_missing); where it is: cganalyze $(shell_word "${shown##*/}")"
	return $status
}

record_main() {
	live=
	record_options "$@"
	shift $(($# - ${command_given:-0}))
	[ -n "$command_given" ] || set --
	[ $# -eq 0 ] || [ "$output" != - ] || usage_error "the log and a command's output cannot both go to the standard output"
	prepare ${1+"$1"}
	watched=$target
	[ $# -eq 0 ] || [ -n "$everything" ] || watched=$$
	log_create
	[ "$log" != - ] || exec 5>&1
	trap on_interrupt INT TERM
	trap on_end HUP
	start_recorder 5
	await_armed || { [ "$log" = - ] || is_complete "$log" || rm -f -- "$log"; [ "$interrupted" -eq 0 ] || exit 130; exit 4; }
	say "armed, recording$([ "$log" = - ] || echo " to ${log#./}")$([ $# -gt 0 ] || echo "${seconds:+ for $seconds s}; Ctrl-C ends it")"
	watch_over "$@"
	stop_recorder
	say_end
	say_command
	[ "$log" != - ] || exit 0
	show_report
	exit
}
