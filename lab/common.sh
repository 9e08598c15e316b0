# shellcheck shell=sh
# What the scripts on the lab's host side share; $lab is their directory.

: "${lab:?}"
project=$(dirname "$lab")

say() {
	echo "lab: $*" >&2
}

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo --preserve-env=http_proxy,https_proxy,no_proxy "$@"
	else
		die "'$1' needs root, and there is no sudo"
	fi
}

# ---- which kernel, and where it is kept ----

select_kernel() {
	KERNEL=${KERNEL:-5.10}
	row=$(awk -v k="$KERNEL" '!/^#/ && $1 == k { print $2, $3, $4, $5 }' "$lab/kernels")
	[ -n "$row" ] || die "no kernel '$KERNEL' in lab/kernels, which has:" \
		"$(awk '!/^#/ { printf "%s ", $1 }' "$lab/kernels")"
	# shellcheck disable=SC2034 # for those who source this
	read -r suite more_suites systemtap releases <<-END
	$row
	END
	case $KERNEL in
	*-arm64) arch=arm64 ;;
	*) arch=amd64 ;;
	esac
}

is_foreign() {
	[ -n "${arch-}" ] || select_kernel
	[ "$arch" != "$(dpkg --print-architecture)" ]
}

# Until the next boot this machine runs programs of the guest's architecture, in any root, with qemu-user-static. From
# Linux 6.7 on (1c5976ef0f7a) the last umount forgets them: it stays mounted here, as systemd has it.
allow_foreign() {
	is_foreign || return 0
	"$lab/prerequisites" lab-arm64
	# shellcheck disable=SC2016 # for the inner shell
	as_root sh -c '
		known=/proc/sys/fs/binfmt_misc
		[ -e $known/register ] || mount -t binfmt_misc binfmt_misc $known || exit
		[ -e $known/qemu-aarch64 ] || cat /usr/lib/binfmt.d/qemu-aarch64.conf >$known/register' ||
		die "this machine does not let programs of $arch run (binfmt_misc)"
}

# A service may run with a HOME that does not exist.
find_cache() {
	cache=${CGATTACH_CACHE-}
	if [ -z "$cache" ]; then
		cache=${XDG_CACHE_HOME:-${HOME-/nonexistent}/.cache}/cgattach
		mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] ||
			cache=/var/tmp/cgattach-$(id -u)
	fi
	mkdir -p "$cache" || die "cannot make the cache '$cache'"
	cache=$(cd "$cache" && pwd)
}

key_of() {
	cat "$@" | sha256sum | cut -c 1-16
}

# The packages of this kernel's guest.
guest_packages() {
	awk -v kernel="$KERNEL" '!/^#/ && NF {
		wanted = NF == 1
		for (i = 2; i <= NF; i++)
			wanted = wanted || $i == kernel
		if (wanted)
			print $1
	}' "$lab/packages"
}

# The kernel's row, not the whole table: a change of another row changes nothing here.
find_lab() {
	[ "$(dpkg --print-architecture)" = amd64 ] || die "the lab needs an x86-64 machine, on which it also emulates arm64"
	select_kernel
	find_cache
	key=$( (echo "$row"; guest_packages; cat "$lab/build" "$lab/initramfs" "$lab/install-kernel"
		case $releases in source-*) cat "$lab/${releases#*/}" ;; esac) | key_of -)
	vm=$cache/$KERNEL-$key
}

# put_module FILE OPTION...: puts a module where the guest looks for it; the options are lab/module's.
put_module() {
	file=$1
	shift
	module=$("$lab/module" "$@")
	cp "$module" "$file"
}

# put_libraries DIR: what cganalyze needs and the guest may lack. Not libc, which is the guest's own.
put_libraries() {
	mkdir -p "$1"
	ldd "$project/build/cganalyze" | awk '$3 ~ /^\// && $1 !~ /^libc\.so/ { print $3 }' |
		while read -r library; do
			cp -L "$library" "$1"
		done
}

# stock DIR SCENARIO...: puts into DIR what these scenarios need: workloads, the recorder, other modules.
stock() {
	directory=$1
	shift
	"$lab/programs" "$directory/bin"
	put_module "$directory/cgattach.ko" "$project/stap/cgattach.stp"
	case $* in
	*syscalls-*) put_module "$directory/cgattach_syscalls.ko" "$project/stap/cgattach.stp" syscalls ;;
	esac
	case $* in
	*retry-* | *docker-* | *tutorial-*) put_module "$directory/cgwiden.ko" -g "$project/stap/cgwiden.stp" ;;
	esac
	case $* in
	*service-* | *boots-*)
		put_module "$directory/cgattach_service.ko" -m cgattach_service "$project/stap/cgattach.stp"
		cp "$project/build/cganalyze" "$project/build/cgattach-keep" "$directory/bin"
		put_libraries "$directory/lib"
		;;
	esac
	case $* in
	*container-*) KERNEL=debian12 "$lab/image" "$directory/image" ;;
	esac
	case $* in
	*endure-*) put_module "$directory/cgattach_stock.ko" -s -m cgattach_stock "$project/stap/cgattach.stp" ;;
	esac
	case $* in
	*window-*)
		put_module "$directory/cgwindow.ko" "$project/stap/cgwindow.stp"
		put_module "$directory/cgwindow_twin.ko" -m cgwindow_twin "$project/stap/cgwindow.stp"
		;;
	esac
}

# ---- the build root: Debian's root of the guest, and Go ----

# in_root ROOT COMMAND: runs it with an empty /tmp, which is gone afterwards like the mounts.
in_root() {
	allow_foreign
	# shellcheck disable=SC2016 # for the inner shell
	as_root unshare -m sh -c '
		root=$1
		shift
		mount -t proc proc "$root/proc" &&
			mount --bind /dev "$root/dev" &&
			mount -t tmpfs tmpfs "$root/tmp" || exit
		cd /
		exec chroot "$root" env -i HOME=/tmp TMPDIR=/tmp LC_ALL=C \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"' in_root "$@"
}

# publish COMMAND FILE: writes COMMAND's output to FILE, completely or not at all.
publish() {
	partial=$2.$$
	if "$1" >"$partial"; then
		mv "$partial" "$2"
	else
		rm -f "$partial"
		return 1
	fi
}

# ---- what is built of the project, or of packages, and kept with the guest $vm ----

sources() {
	(cd "$project" && git ls-files -co --exclude-standard -z | xargs -0 tar -cf -)
}

# sources_key: of those that the packages and modules are made of.
sources_key() {
	(cd "$project" && git ls-files -co --exclude-standard | grep -v '^tests/\|^samples/\|^lab/' | LC_ALL=C sort |
		xargs -d '\n' cat | key_of -)
}

# As a user makes them. The tests of the project need more than is there.
build_packages() {
	# shellcheck disable=SC2016 # for the inner shell
	sources | in_root "$vm/root" sh -ec '
		mkdir -p /tmp/build/cgattach
		cd /tmp/build/cgattach
		tar -xof -
		DEB_BUILD_PROFILES=nocheck DEB_BUILD_OPTIONS="nocheck parallel=2" dpkg-buildpackage -us -uc -b >&2
		cd ..
		tar -cf - *.deb'
}

# keep WHAT FILE-KEY: as publish, with the messages only if it fails; those of other keys are removed. Two scripts may
# want the same.
keep() {
	exec 8>"$cache/keep"
	flock 8
	[ -e "$2" ] || {
		as_root rm -f "${2%-*}"-????????????????
		said=$(publish "$1" "$2" 2>&1) || {
			printf '%s\n' "$said" | tail -n 30 >&2
			die "$1 failed for $KERNEL"
		}
	}
	exec 8>&-
}

# put_packages DIR: the project's, for the guest of KERNEL=debianNN.
put_packages() {
	key=$(sources_key)
	keep build_packages "$vm/packages-$key"
	rm -rf "$1"
	mkdir -p "$1"
	tar -C "$1" -xf "$vm/packages-$key"
}
