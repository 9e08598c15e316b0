# shellcheck shell=sh
# report and explain: the analyzer's.

need_analyzer() {
	find_analyzer || die 4 "there is no cganalyze, which does that: $cganalyze_missing"
}

report_main() {
	[ $# -gt 0 ] || die 4 'report needs a log (cgattach help report)'
	need_analyzer
	exec "$cganalyze" "$@"
}

explain_main() {
	case ${1-} in
	--help | -h) . "$lib/help.sh"; help_main explain; exit 0 ;;
	'' | -*) die 4 "explain begins with the error line, in quotes: cgattach explain 'LINE' [OPTION...]" ;;
	esac
	need_analyzer
	line=$1
	shift
	# A line without its quotes is several words.
	case ${1-} in
	'' | -*) ;;
	*) die 4 "the error line must stand in quotes: cgattach explain 'LINE' [OPTION...]" ;;
	esac
	exec "$cganalyze" "--explain=$line" "$@"
}
