# shellcheck shell=sh
# service: what the unit cgattach.service runs. Finds or makes the module for the running kernel, and becomes cgattach-keep,
# which runs the recorder and the analyzer. Its settings are those of cgattach.conf, in the environment.
#
# $script, $libexec and $analyzers are set by cgattach.

# No other start would mend it: RestartPreventExitStatus in the unit has these.
wrong_configuration=2
no_module=11

# The recorder of `cgattach record` has another name: both may run.
service_module=cgattach_service

service_say() {
	echo "cgattach: $*" >&2
}

service_die() {
	service_status=$1
	shift
	service_say "$*"
	exit "$service_status"
}

# ---- the module ----

# field_of MODULE.ko NAME
field_of() {
	modinfo -F "$2" "$1" 2>/dev/null | head -n 1
}

# fits_kernel MODULE.ko: is it for the running kernel?
fits_kernel() {
	[ "$(field_of "$1" vermagic | cut -d ' ' -f 1)" = "$(uname -r)" ]
}

# service_key: of all that decides what the module is.
service_key() {
	{
		cat "$script"
		uname -rv
		stap --version 2>&1 | head -n 1
	} | sha256sum | cut -c 1-16
}

# compile_service_module FILE.ko
compile_service_module() {
	service_scratch=$(mktemp -d) || return 1
	service_say "compiling the recorder for kernel $(uname -r), which takes a minute or more"
	script_path=$(readlink -f "$script")
	(cd "$service_scratch" && stap -p4 -m $service_module "$script_path" >words 2>&1 </dev/null)
	if [ -s "$service_scratch/$service_module.ko" ]; then
		mkdir -p "$(dirname "$1")" &&
			cp "$service_scratch/$service_module.ko" "$1.new" && mv "$1.new" "$1"
		service_status=$?
	else
		grep -a -m 3 -i 'error' "$service_scratch/words" >&2 || tail -n 3 "$service_scratch/words" >&2
		service_status=1
	fi
	rm -rf "$service_scratch"
	return $service_status
}

service_cache() {
	echo "${CGATTACH_CACHE:-/var/cache/cgattach/modules}"
}

# module_for_this_kernel: sets $module to a module named $service_module for the running kernel, or says why there is none.
module_for_this_kernel() {
	if [ -n "${MODULE-}" ]; then
		module=$MODULE
		[ -r "$module" ] || service_die $no_module "cannot record: there is no module '$module' (MODULE in cgattach.conf)"
		fits_kernel "$module" ||
			service_die $no_module "cannot record: '$module' is for kernel $(field_of "$module" vermagic |
				cut -d ' ' -f 1), and this is $(uname -r); make another: cgattach build --kernel $(uname -r)"
		return
	fi
	command -v stap >/dev/null ||
		service_die $no_module "cannot record: there is no SystemTap (stap) to compile the recorder for kernel $(uname -r);" \
			"install it, or set MODULE in cgattach.conf to a module made with: cgattach build --kernel $(uname -r)"
	module=$(service_cache)/$(uname -r)-$(service_key)/$service_module.ko
	[ ! -s "$module" ] || return 0
	[ -d "${CGATTACH_MODULES:-/lib/modules}/$(uname -r)/build" ] ||
		service_die $no_module "cannot record: there are no headers of kernel $(uname -r)" \
			"(apt-get install linux-headers-$(uname -r))"
	compile_service_module "$module" ||
		service_die $no_module "cannot record: the recorder does not compile for kernel $(uname -r); cgattach check says more"
	forget_other_modules
}

# Those of former kernels and scripts; the latest three stay.
forget_other_modules() {
	find "$(service_cache)" -name "$service_module.ko" -printf '%T@ %h\n' 2>/dev/null | sort -rn | tail -n +4 |
		while read -r _ directory; do
			rm -f "$directory/$service_module.ko"
			rmdir "$directory" 2>/dev/null || :
		done
}

# staprun takes the name of the file for that of the module.
name_service_module() {
	module_name=$(field_of "$module" name)
	case $module_name in
	'' | *[!a-zA-Z0-9_]*) service_die $no_module "'$module' is no module" ;;
	esac
	[ "$(basename "$module")" != "$module_name.ko" ] || return 0
	ln -sfn "$(readlink -f "$module")" "$run_dir/$module_name.ko" || exit 1
	module=$run_dir/$module_name.ko
}

# ---- what staprun leaves behind ----

# staprun before 5.1 sets it to 0 and leaves it so.
optimization=/proc/sys/debug/kprobes-optimization

note_optimization() {
	[ "$(cat $optimization 2>/dev/null)" != 1 ] || echo 1 >"$run_dir/kprobes-optimization"
}

restore_optimization() {
	[ -e "$run_dir/kprobes-optimization" ] || return 0
	rm -f "$run_dir/kprobes-optimization"
	echo 1 >$optimization
}

# ---- the command lines ----

yes_or_no() {
	case $1 in
	yes | no) ;;
	*) service_die $wrong_configuration "$2 in cgattach.conf is yes or no, not '$1'" ;;
	esac
}

# The recorder adds the first slash, since SystemTap takes none there.
check_prefix() {
	case $1 in
	*[!a-zA-Z0-9_.:@%+,=/-]*)
		service_die $wrong_configuration "PREFIX in cgattach.conf takes letters, digits and _.:@%+,=/-, not '$1'"
		;;
	esac
}

# CGATTACH_ANALYZER, of tests, is a command of one word instead.
analyzer_command() {
	if [ -n "${CGATTACH_ANALYZER-}" ]; then
		echo "$CGATTACH_ANALYZER"
		return
	fi
	[ -n "${TEXTFILE_DIR-}" ] || [ "${JOURNAL:-yes}" = yes ] || return 0
	echo "${analyzers%% *}"
}

service_main() {
	run_dir=${RUNTIME_DIRECTORY:-/run/cgattach}
	mkdir -p "$run_dir" || exit 1
	case ${1-} in
	'') ;;
	--restore) restore_optimization; exit 0 ;;
	*) service_die $wrong_configuration "service takes no '$1': its settings are in cgattach.conf" ;;
	esac
	yes_or_no "${JOURNAL:-yes}" JOURNAL
	check_prefix "${PREFIX-}"
	command -v staprun >/dev/null ||
		service_die $no_module "cannot record: there is no staprun (apt-get install systemtap)"
	module_for_this_kernel
	name_service_module
	note_optimization
	analyzer=$(analyzer_command)
	set -- --run-dir "$run_dir" --log-dir "${LOG_DIR:-/var/log/cgattach}" --log-max "${LOG_MAX:-200M}" \
		--share "${SHARE:-5}" --module "$module_name" \
		-- staprun "$module" refused_only=1
	[ -z "${PREFIX-}" ] || set -- "$@" "prefix=${PREFIX#/}"
	if [ -n "${CGATTACH_ANALYZER-}" ]; then
		set -- "$@" -- "$analyzer"
	elif [ -n "$analyzer" ]; then
		set -- "$@" -- "$analyzer"
		[ -z "${TEXTFILE_DIR-}" ] || set -- "$@" --textfile "$TEXTFILE_DIR" --interval 15
		[ "${JOURNAL:-yes}" = no ] || set -- "$@" --journald
		[ -z "${PODS-}" ] || set -- "$@" --pods "$PODS"
		set -- "$@" -
	fi
	exec "$libexec/cgattach-keep" "$@"
}
