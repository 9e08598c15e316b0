# shellcheck shell=sh
# load: what record and service share about loading a module: bundles, the module's name, and what staprun leaves behind.
#
# A bundle is a tar that `cgattach build --with-staprun` makes: a module, and the staprun of the SystemTap that made it with
# the libraries that this needs, since no other SystemTap's staprun can read what the module records.

staprun=staprun
bundle=

# is_bundle FILE
is_bundle() {
	[ -f "$1" ] && tar -tf "$1" 2>/dev/null | grep -qx '\./run/staprun'
}

# unpack FILE DIRECTORY: whatever modes the tar has, nobody else may write there.
unpack() {
	tar -C "$2" --no-same-permissions -xof "$1" 2>/dev/null && chmod -R u-s,g-s,go-w,a+rX "$2" && chmod 755 "$2"
}

is_whole_bundle() {
	[ -s "$1/run/version" ] && [ -f "$1/run/stapio" ] && [ "$(find "$1" -maxdepth 1 -name '*.ko' | wc -l)" -eq 1 ]
}

# open_bundle FILE [DIRECTORY]: sets $module and $staprun to those of the bundle, unpacked in the cache; in DIRECTORY, if it
# is only looked at. Returns 1, and has said why, if there is no room.
open_bundle() {
	if [ $# -gt 1 ] || ! unpacked=$(cache_directory); then
		unpacked=${2:-$scratch}
	fi
	bundle=$unpacked/bundle-$(sha256sum <"$1" | cut -c 1-16)
	if ! [ -e "$bundle" ]; then
		new=$(mktemp -d "$unpacked/.new.XXXXXX") || { say "nothing can be written in $unpacked"; return 1; }
		if ! unpack "$1" "$new" || ! is_whole_bundle "$new"; then
			rm -rf -- "$new"
			say "'$1' cannot be unpacked: it is damaged, or there is no room in $unpacked"
			return 1
		fi
		mv -- "$new" "$bundle" 2>/dev/null || rm -rf -- "$new"
	fi
	for module in "$bundle"/*.ko; do
		break
	done
	staprun=$bundle/run/staprun
	SYSTEMTAP_STAPIO=$bundle/run/stapio
	export SYSTEMTAP_STAPIO
}

# make_bundle MODULE FILE
make_bundle() {
	parts=$scratch/bundle
	mkdir -p "$parts/run/lib" || return 1
	cp -- "$1" "$parts/" || return 1
	stapio=$(find_stapio) || { say 'there is no stapio, which belongs to staprun'; return 1; }
	staprun_version >"$parts/run/version"
	for program in "$(beside_path staprun)" "$stapio"; do
		name=${program##*/}
		cp -- "$program" "$parts/run/lib/$name" && put_libraries "$program" "$parts/run/lib" || return 1
		# By the bundle's own loader: its libc may be newer than the machine's.
		cat >"$parts/run/$name" <<-'END'
		#!/bin/sh
		lib=$(dirname "$(readlink -f "$0")")/lib
		exec "$lib/loader" --library-path "$lib" "$lib/${0##*/}" "$@"
		END
		chmod 755 "$parts/run/$name" "$parts/run/lib/$name"
	done
	[ -x "$parts/run/lib/loader" ] || { say 'staprun here is not as expected: ldd names no loader of it'; return 1; }
	(cd "$parts" && tar --owner=0 --group=0 --numeric-owner -cf - .) >"$2"
}

# put_libraries PROGRAM DIRECTORY: with the dynamic loader, as "loader".
put_libraries() {
	ldd "$1" | sed -n -e 's/.*=> \(\/[^ ]*\) (.*/\1/p' -e 's/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' | sort -u |
		while read -r library; do
			case $library in
			*/ld-*) cp -L -- "$library" "$2/loader" && chmod 755 "$2/loader" ;;
			*) cp -L -- "$library" "$2/" ;;
			esac || exit 1
		done
}

find_stapio() {
	for candidate in "${SYSTEMTAP_STAPIO-}" /usr/lib/systemtap/stapio /usr/libexec/systemtap/stapio \
			/usr/lib/*/systemtap/stapio; do
		[ ! -f "$candidate" ] || { echo "$candidate"; return; }
	done
	return 1
}

# name_module DIRECTORY: staprun takes the name of the file for that of the module. Sets $module_name; a file with another
# name is linked in DIRECTORY.
name_module() {
	module_name=$(module_field "$module" name)
	case $module in
	/*) ;;
	*) module=$PWD/$module ;;
	esac
	[ "${module##*/}" != "$module_name.ko" ] || return 0
	ln -sfn -- "$module" "$1/$module_name.ko" || return 1
	module=$1/$module_name.ko
}

# ---- what staprun leaves behind ----

# Before 5.1 it switches this off and leaves it so.
optimization=/proc/sys/debug/kprobes-optimization

# remember_optimization NOTE: makes the file NOTE if it is on.
remember_optimization() {
	[ "$(read_line $optimization)" = 1 ] && [ -w $optimization ] || return 0
	: >"$1"
}

# put_back_optimization NOTE: unless another recorder runs.
put_back_optimization() {
	[ -e "$1" ] && ! grep -qE '^(stap_|cgattach)' /proc/modules || return 0
	rm -f -- "$1"
	{ echo 1 >$optimization; } 2>/dev/null || :
}
