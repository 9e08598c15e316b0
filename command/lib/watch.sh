# shellcheck shell=sh
# watch: each incident as soon as it is known. cganalyze reads the recorder's log from a pipe; with -o the log is kept as well.
# On a terminal it shows a screen, whose "q" interrupts this script as Ctrl-C does. A COMMAND has the terminal for itself.

# start_reader: cganalyze behind the pipe. Its own way with Ctrl-C is that of a pipe: the first one is the recorder's.
start_reader() {
	if [ "$log" = - ]; then
		"$cganalyze" --watch ${lines:+--text} - <"$scratch/pipe" 4<&- &
	else
		tee /proc/self/fd/5 <"$scratch/pipe" 4<&- | "$cganalyze" --watch ${lines:+--text} - 4<&- &
	fi
	reader=$!
}

# Until it has shown all: a signal interrupts a wait.
await_reader() {
	while kill -0 "$reader" 2>/dev/null; do
		wait "$reader"
		status=$?
	done
	wait "$reader" 2>/dev/null
	ended=$?
	[ $ended -eq 127 ] || status=$ended
}

watch_main() {
	live=1
	record_options "$@"
	shift $(($# - ${command_given:-0}))
	[ -n "$command_given" ] || set --
	[ "$output" != - ] || usage_error 'the verdicts go to the standard output; -o takes a file'
	find_analyzer || die 4 "watch needs cganalyze: $cganalyze_missing"
	: "${output:=-}"
	[ $# -eq 0 ] || lines=1
	prepare ${1+"$1"}
	watched=$target
	[ $# -eq 0 ] || [ -n "$everything" ] || watched=$$
	mkfifo -m 600 "$scratch/pipe" || exit 4
	# Open for reading as well, so that the recorder need not wait for the reader, nor the reader read of a failure.
	exec 4<>"$scratch/pipe"
	log_create
	trap on_interrupt INT TERM
	trap on_end HUP
	start_recorder 4
	await_armed || { [ "$interrupted" -eq 0 ] || exit 130; exit 4; }
	say "armed, watching$([ $# -gt 0 ] || echo "${seconds:+ for $seconds s}; Ctrl-C ends it")"
	status=0
	start_reader
	exec 4<&-
	watch_over "$@"
	stop_recorder
	await_reader
	say_end
	say_command
	[ "$log" = - ] || say "the log is ${log#./}"
	exit "$status"
}
