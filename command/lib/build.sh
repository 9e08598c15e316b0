# shellcheck shell=sh
# build: compiles the recorder into a module; and the modules that are kept, so that this is done once.

# cache_directory: prints where modules are kept. Root loads them, so root's must not be for others to write to.
cache_directory() {
	if [ -n "${CGATTACH_CACHE-}" ]; then
		directory=$CGATTACH_CACHE
	elif is_root; then
		directory=/var/cache/cgattach/modules
	else
		directory=${XDG_CACHE_HOME:-${HOME-/nonexistent}/.cache}/cgattach/modules
	fi
	(umask 022 && mkdir -p -- "$directory") 2>/dev/null && [ -w "$directory" ] || return 1
	if is_root; then
		# shellcheck disable=SC2012 # the mode and the owner of one directory
		case $(LC_ALL=C ls -ldn -- "$directory" | awk '{ print $1, $3 }') in
		d????-??-?*' 0') ;;
		*) return 1 ;;
		esac
	fi
	(cd -- "$directory" && pwd)
}

# The name of the module: the kernel loads one name once.
module_base=cgattach

# module_key RELEASE ARGUMENT...: of all that decides what the module is.
module_key() {
	release=$1
	{
		cat "$script"
		echo "$module_base $*"
		# Without a HOME, as in a service, it has other lines as well.
		LC_ALL=C stap --version 2>&1 | grep -m 1 '(version '
		[ "$release" != "$(uname -r)" ] || uname -v
		cat "$(headers_of "$release")/.config"
	} 2>/dev/null | sha256sum | cut -c 1-16
}

# ---- compiling ----

compiler_pid=

end_compiler() {
	[ -z "$compiler_pid" ] || kill -INT "$compiler_pid" 2>/dev/null
	rm -rf -- "$build_directory"
	[ ! -t 2 ] || printf '\r\033[K' >&2
	say 'interrupted'
	trap - INT TERM HUP
	exit 130
}

# show_passes RELEASE: until the compiler ends, on a terminal.
show_passes() {
	begin=$(date +%s)
	while kill -0 "$compiler_pid" 2>/dev/null; do
		pass=$(grep -ac '^Pass [1-4]:' "$build_directory/words")
		[ ! -t 2 ] || printf '\rcgattach: compiling for %s (once): pass %d of 4, %d s ' "$1" \
			"$((pass < 4 ? pass + 1 : 4))" "$(($(date +%s) - begin))" >&2
		pause
	done
	[ ! -t 2 ] || printf '\r\033[K' >&2
}

# compile DIRECTORY RELEASE ARGUMENT...: leaves $module_base.ko in DIRECTORY. A mistake in a file of functions is but a
# warning to stap, which then does without them.
compile() {
	build_directory=$1
	release=$2
	shift 2
	[ -t 2 ] || say "compiling for $release, which takes a minute or more, once"
	(
		cd -- "$build_directory" || exit
		LC_ALL=C exec stap -v -p4 -r "$release" -m "$module_base" "$script_path" "$@" >messages 2>words </dev/null
	) &
	compiler_pid=$!
	trap end_compiler INT TERM HUP
	show_passes "$release"
	compiled=0
	wait "$compiler_pid" || compiled=$?
	compiler_pid=
	exit_on_signals
	if [ $compiled -ne 0 ] || ! [ -s "$build_directory/$module_base.ko" ] ||
			grep -aq 'WARNING:.*parse error' "$build_directory/words"; then
		tell_failure 'stap failed' "$build_directory/words" "$release"
		return 1
	fi
}

# module_place RELEASE ARGUMENT...: prints the folder in which this module is kept, or is to be; returns 1 if nothing can be.
module_place() {
	kept_in=$(cache_directory) || return 1
	echo "$kept_in/$1-$(module_key "$@")"
}

# build_module RELEASE ARGUMENT...: sets $module to a module for that kernel, which is compiled unless it was kept.
# Returns 1, and has said why, if there is none. What cannot be kept is in $scratch, which the caller removes.
build_module() {
	script_path=$(readlink -f "$script") && [ -r "$script_path" ] || {
		say "there is no '$script'"
		return 1
	}
	if place=$(module_place "$@"); then
		module=$place/$module_base.ko
		[ ! -s "$module" ] || return 0
		cache=${place%/*}
		new=$(mktemp -d "$cache/.new.XXXXXX")
	else
		place=
		new=$(mktemp -d "$scratch/module.XXXXXX")
	fi || { say 'there is no room for a module'; return 1; }
	chmod 755 "$new"
	compile "$new" "$@" || {
		rm -rf -- "$new"
		return 1
	}
	chmod -R go-w "$new"
	module=$new/$module_base.ko
	[ -n "$place" ] || return 0
	rm -rf -- "$place"
	if mv -- "$new" "$place" 2>/dev/null; then
		module=$place/$module_base.ko
	fi
	forget_modules
}

# The latest ones stay: those of former kernels and scripts nobody loads again.
forget_modules() {
	find "$cache" -maxdepth 1 -name '.new.*' -mmin +60 -exec rm -rf -- {} + 2>/dev/null
	# shellcheck disable=SC2012 # names of our own
	(cd -- "$cache" && ls -td -- */ 2>/dev/null) | grep -v '^bundle-' | tail -n +9 | while read -r old; do
		rm -rf -- "${cache:?}/$old"
	done
}

build_usage() {
	usage_error "build takes --kernel RELEASE, -o FILE, --with-staprun, --module FILE, --syscalls and --force, not '$1'"
}

build_main() {
	wanted=$(uname -r)
	built=
	force=
	syscalls=
	with_staprun=
	given=
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel) option_value "$@"; wanted=$2; shift ;;
		--kernel=*) wanted=${1#*=} ;;
		-o | --output) option_value "$@"; built=$2; shift ;;
		-o?*) built=${1#-o} ;;
		--output=*) built=${1#*=} ;;
		--syscalls) syscalls=syscalls ;;
		--with-staprun) with_staprun=1 ;;
		--module) option_value "$@"; given=$2; shift ;;
		--module=*) given=${1#*=} ;;
		--force) force=1 ;;
		--help) . "$lib/help.sh"; help_main build; exit 0 ;;
		*) build_usage "$1" ;;
		esac
		shift
	done
	case $wanted in
	'' | */* | -*) usage_error "--kernel takes a release like $(uname -r)" ;;
	esac
	if [ -n "$given" ]; then
		[ -n "$with_staprun" ] || usage_error 'build --module goes with --with-staprun'
		module_name=$(module_field "$given" name)
		case $module_name in
		cgattach | cgattach_*) ;;
		*) die 1 "'$given' is not the recorder's module" ;;
		esac
		wanted=$(module_field "$given" vermagic)
		wanted=${wanted%% *}
	fi
	ending=ko
	[ -z "$with_staprun" ] || ending=tar
	: "${built:=cgattach-$wanted.$ending}"
	case $built in
	/*) ;;
	*) built=./$built ;;
	esac
	[ ! -d "$built" ] || die 1 "'$built' is a directory"
	may_replace "$built" "$built"
	scratch=$(mktemp -d) || exit 1
	trap 'rm -rf -- "$scratch"' EXIT
	exit_on_signals
	partial=$(mktemp "$(dirname -- "$built")/.cgattach.XXXXXX" 2>/dev/null) || die 1 "'$built' cannot be written"
	rm -f -- "$partial"
	[ -n "$given" ] || check_to_build "$wanted" >"$scratch/points"
	if [ "$build_failures" -ne 0 ] && [ -z "$force" ]; then
		cat "$scratch/points" >&2
		die 1 "it cannot be built here for $wanted: $build_failures of the points above must be mended"
	fi
	if [ -n "$given" ]; then
		maker=$(module_systemtap "$given")
		[ -z "$maker" ] || [ "$maker" = "$(staprun_version)" ] ||
			die 1 "SystemTap $maker made '$given', and staprun here is of $(staprun_version)"
		# In the bundle it must have the module's name.
		module=$scratch/$module_name.ko
		cp -- "$given" "$module" || exit 1
	else
		build_module "$wanted" ${syscalls:+"$syscalls"} || exit 1
	fi
	if [ -n "$with_staprun" ]; then
		make_bundle "$module" "$scratch/built" || die 1 "'$built' cannot be made"
	else
		cp -- "$module" "$scratch/built" || exit 1
	fi
	chmod 644 "$scratch/built"
	own_by_caller "$scratch/built"
	# mv follows no link there.
	mv -f -- "$scratch/built" "$built" || {
		rm -f -- "$built"
		die 1 "'$built' cannot be written"
	}
	echo "'${built#./}' is the recorder for kernel $wanted; on such a machine: sudo cgattach record --module $(shell_word "${built#./}")"
}
