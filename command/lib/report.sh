# shellcheck shell=sh
# report and explain: the analyzer's.

need_analyzer() {
	find_analyzer || die 4 "there is no cganalyze, which does that: $cganalyze_missing"
}

report_main() {
	[ $# -gt 0 ] || usage_error 'report needs a log'
	need_analyzer
	exec "$cganalyze" "$@"
}

explain_main() {
	[ $# -gt 0 ] || usage_error 'explain needs an error line, as one word'
	need_analyzer
	line=$1
	shift
	exec "$cganalyze" "--explain=$line" "$@"
}
