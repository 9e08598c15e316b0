# shellcheck shell=sh
# What tests/run and tests/update share; $tests is where they are.

: "${CGANALYZE:=$tests/../build/cganalyze}"
case $CGANALYZE in
/*) ;;
*) CGANALYZE=$PWD/$CGANALYZE ;;
esac
if [ ! -x "$CGANALYZE" ]; then
	echo "${0##*/}: no program '$CGANALYZE'" >&2
	exit 2
fi
LC_ALL=C TZ=UTC0 TERM=dumb
# What happens to be installed here is not the recorded machine's.
CGANALYZE_SYSROOT=$tests
SHOW=$tests/show
FILE_LOG=$tests/file-log
export CGANALYZE LC_ALL TZ TERM CGANALYZE_SYSROOT SHOW FILE_LOG
unset NO_COLOR

# cases_of [CASE...]: sets $cases to GROUP/NAME of each, of all if none is named. CASE is a GROUP, a
# NAME or both, and may have tests/cases before it, as a shell completes it.
cases_of() {
	all=$(cd "$tests/cases" && for cmd in */*/cmd; do echo "${cmd%/cmd}"; done)
	cases=
	[ $# -gt 0 ] || cases=$all
	for wanted; do
		wanted=${wanted#tests/cases/}
		wanted=${wanted%/}
		found=
		for name in $all; do
			case $name in
			"$wanted" | "$wanted"/* | */"$wanted") found="$found $name" ;;
			esac
		done
		[ -n "$found" ] || { echo "${0##*/}: no case '$wanted'" >&2; exit 2; }
		cases="$cases$found"
	done
}

# run_case DIR SCRATCH: leaves stdout, stderr and status in SCRATCH.
run_case() {
	rm -rf "$2/tmp"
	mkdir "$2/tmp"
	(cd "$1" && TMP=$2/tmp exec sh ./cmd) >"$2/stdout" 2>"$2/stderr" </dev/null
	echo $? >"$2/status"
}
