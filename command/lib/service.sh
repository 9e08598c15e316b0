# shellcheck shell=sh
# service: what the unit cgattach.service runs. Finds or makes the module for the running kernel, and becomes cgattach-keep,
# which runs the recorder and the analyzer. Its settings are those of cgattach.conf, in the environment.

# No other start would mend it: RestartPreventExitStatus in the unit has these.
wrong_configuration=2
cannot_record=11

# ---- the module ----

# cannot_be: says the points that fail, each with its remedy.
cannot_be() {
	why_not=$(awk '
	/^FAIL/ { sub(/^FAIL +/, ""); why = why (why == "" ? "" : "; ") $0; fails = 1; next }
	/^ +-> / { if (fails) { sub(/^ +-> /, ""); why = why " (to mend it: " $0 ")" } next }
	{ fails = 0 }
	END { print why }' "$scratch/points")
	die $cannot_record "cannot record: $why_not"
}

# find_module: sets $module to the configured one, or to one for the running kernel that was made here now or earlier.
find_module() {
	module=${MODULE-}
	# One for each kernel that this machine boots.
	if [ -d "$module" ]; then
		for module in "$MODULE/cgattach-$(uname -r).tar" "$MODULE/cgattach-$(uname -r).ko"; do
			[ ! -e "$module" ] || break
		done
	fi
	if [ -z "$module" ]; then
		module_base=cgattach_service
		place=$(module_place "$(uname -r)") && [ -s "$place/$module_base.ko" ] && module=$place/$module_base.ko
	elif is_bundle "$module"; then
		open_bundle "$module" || exit 1
	fi
	check_all ${module:+"$module"} >"$scratch/points" || cannot_be
	[ -n "$module" ] && return
	words_directory=${LOG_DIR:-/var/log/cgattach}
	build_module "$(uname -r)" || exit $cannot_record
}

# ---- the command lines ----

yes_or_no() {
	case $1 in
	yes | no) ;;
	*) die $wrong_configuration "$2 in cgattach.conf is yes or no, not '$1'" ;;
	esac
}

# The recorder adds the first slash, since SystemTap takes none there.
check_prefix() {
	case $1 in
	*[!a-zA-Z0-9_.:@%+,=/-]*)
		die $wrong_configuration "PREFIX in cgattach.conf takes letters, digits and _.:@%+,=/-, not '$1'"
		;;
	esac
}

# analyzer_command: empty if there is nothing for it to do. CGATTACH_ANALYZER, of tests, is a command of one word instead.
analyzer_command() {
	if [ -n "${CGATTACH_ANALYZER-}" ]; then
		echo "$CGATTACH_ANALYZER"
	elif [ -n "${TEXTFILE_DIR-}" ] || [ "${JOURNAL:-yes}" = yes ]; then
		echo "$analyzers"
	fi
}

service_main() {
	run_dir=${RUNTIME_DIRECTORY:-/run/cgattach}
	mkdir -p "$run_dir" || exit 1
	case ${1-} in
	'') ;;
	--restore) put_back_optimization "$run_dir/kprobes-optimization"; exit 0 ;;
	*) die $wrong_configuration "service takes no '$1': its settings are in cgattach.conf" ;;
	esac
	yes_or_no "${JOURNAL:-yes}" JOURNAL
	check_prefix "${PREFIX-}"
	scratch=$(mktemp -d) || exit 1
	trap 'rm -rf -- "$scratch"' EXIT
	exit_on_signals
	find_module
	name_module "$run_dir" || exit 1
	remember_optimization "$run_dir/kprobes-optimization"
	set -- --run-dir "$run_dir" --log-dir "${LOG_DIR:-/var/log/cgattach}" --log-max "${LOG_MAX:-200M}" \
		--share "${SHARE:-5}" --module "$module_name" \
		-- "$staprun" "$module" refused_only=1
	[ -z "${PREFIX-}" ] || set -- "$@" "prefix=${PREFIX#/}"
	analyzer=$(analyzer_command)
	if [ -n "$analyzer" ]; then
		set -- "$@" -- "$analyzer"
		if [ -z "${CGATTACH_ANALYZER-}" ]; then
			[ -z "${TEXTFILE_DIR-}" ] || set -- "$@" --textfile "$TEXTFILE_DIR" --interval 15
			[ "${JOURNAL:-yes}" = no ] || set -- "$@" --journald
			[ -z "${PODS-}" ] || set -- "$@" --pods "$PODS"
			set -- "$@" -
		fi
	fi
	rm -rf -- "$scratch"
	trap - EXIT
	exec "$libexec/cgattach-keep" "$@"
}
