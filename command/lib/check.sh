# shellcheck shell=sh
# check: can this machine record? One line for each point, and below one that fails the command that mends it.
#
# Each point belongs to what compiles (build) or to what loads and runs (run); a module that was built elsewhere needs
# only the latter.

# ---- points ----

build_failures=0
run_failures=0
no_stap_builds=

# point STATE WHAT VALUE [REMEDY]: STATE is ok, warn, FAIL or skip.
point() {
	printf '%-4s  %s: %s\n' "$1" "$2" "$3" | printable
	[ -z "${4-}" ] || printf '      -> %s\n' "$4" | printable
}

build_fails() {
	build_failures=$((build_failures + 1))
	point FAIL "$@"
}

run_fails() {
	run_failures=$((run_failures + 1))
	point FAIL "$@"
}

# ---- the machine ----

# One word of this machine's distribution: debian, fedora, ...; empty if it is not known.
distribution() {
	for name in $(sed -n 's/^ID=//p; s/^ID_LIKE=//p' "$(machine_file /etc/os-release)" 2>/dev/null | tr -d '"'); do
		case $name in
		debian | ubuntu) echo debian; return ;;
		fedora | rhel | centos) echo fedora; return ;;
		suse | opensuse*) echo suse; return ;;
		arch) echo arch; return ;;
		esac
	done
}

# install_command DEBIAN FEDORA SUSE ARCH: how these packages are installed here.
install_command() {
	case $(distribution) in
	debian) echo "sudo apt-get install $1" ;;
	fedora) echo "sudo dnf install $2" ;;
	suse) echo "sudo zypper install $3" ;;
	arch) echo "sudo pacman -S $4" ;;
	*) echo "install $1 (as Debian names it)" ;;
	esac
}

# container_kind: which kind of container this is; empty if it is none, as far as can be seen.
container_kind() {
	if [ -e "$(machine_file /.dockerenv)" ]; then
		echo docker
	elif [ -e "$(machine_file /run/.containerenv)" ]; then
		echo podman
	elif [ -s "$(machine_file /run/systemd/container)" ]; then
		read_line /run/systemd/container
	else
		tr '\000' '\n' 2>/dev/null <"$(machine_file /proc/1/environ)" | sed -n 's/^container=//p' | head -n 1
	fi
}

# can_load_modules: has this process CAP_SYS_MODULE (bit 16)? Root in a container often has not.
can_load_modules() {
	effective=$(sed -n 's/^CapEff:[[:space:]]*//p' "$(machine_file /proc/self/status)" 2>/dev/null)
	case $effective in
	# Five hexadecimal digits from the end.
	*[13579bdf]????) return 0 ;;
	'') return 0 ;;
	esac
	return 1
}

check_container() {
	kind=$(container_kind 2>/dev/null)
	[ -n "$kind" ] || return 0
	point warn container "this is one ($kind): the kernel, its headers and its modules are the host's, and the recorder sees the whole host"
}

check_rights() {
	if ! is_root && [ -n "${bundle-}" ]; then
		run_fails rights "not root: the staprun of a bundle is for root alone" 'sudo cgattach record ...'
	elif is_root; then
		if can_load_modules; then
			point ok rights root
		else
			run_fails rights 'root, but without CAP_SYS_MODULE: it cannot load modules, as in most containers' \
				'run it on the host, or in a privileged container'
		fi
	elif in_group stapusr && in_group stapdev; then
		point ok rights 'a member of the groups stapusr and stapdev'
	elif in_group stapusr; then
		run_fails rights 'a member of stapusr, but not of stapdev: it may load only the modules that root put into /lib/modules' \
			"sudo cgattach record ..., or once: sudo usermod -aG stapdev $(id -un), and log in again"
	else
		run_fails rights 'neither root nor a member of the groups stapusr and stapdev' \
			"sudo cgattach record ..., or once: sudo usermod -aG stapusr,stapdev $(id -un), and log in again"
	fi
}

check_machine() {
	machine=$(uname -m)
	case $machine in
	x86_64 | aarch64) point ok machine "$machine" ;;
	*) run_fails machine "$machine: the recorder knows the registers of x86_64 and aarch64 only" ;;
	esac
}

check_task_new() {
	case $(version_number "$1") in
	400[89] | 40[1-9]? | 5??? | 6000) point ok TASK_NEW "a thread that is being created can refuse a move on $1 (Linux 4.8 to 6.0)" ;;
	*) point ok TASK_NEW "never refuses on $1 (it does on Linux 4.8 to 6.0); other causes are recorded" ;;
	esac
}

# ---- what compiles ----

# is_foreign RELEASE: is it of another architecture? One that names none is this machine's.
is_foreign() {
	[ "$(suffix_of "$1")" != "$(suffix_of '')" ]
}

# check_pair RELEASE: the kernel and its SystemTap.
check_pair() {
	if ! has stap; then
		build_fails SystemTap 'there is no stap, which compiles the recorder' "$(install_command systemtap systemtap-devel systemtap systemtap)"
		return
	fi
	stap=$(stap_version)
	if [ "$(version_number "$1")" -lt 4011 ]; then
		build_fails kernel "$1: the recorder is for Linux 4.11 and later"
		return
	fi
	! is_foreign "$1" ||
		build_fails machine "$1 is for $(suffix_of "$1"), and this machine is $(uname -m)" \
			"on a machine of that architecture: cgattach build --kernel $1 --with-staprun"
	row=$(verified_row "$1" "${stap:-unknown}")
	case $row in
	verified*) point ok 'kernel and SystemTap' "$1 and $stap: verified" ;;
	broken*)
		[ -n "$(verified_for "$1")" ] || no_stap_builds=1
		build_fails 'kernel and SystemTap' "$1 and $stap are known not to work together (${row#broken })" "$(pair_remedy "$1")"
		;;
	*)
		point warn 'kernel and SystemTap' "$1 and ${stap:-an unknown version}: not tried; $(tried_near "$1")"
		;;
	esac
}

# pair_remedy RELEASE: what to do about a pair that is broken.
pair_remedy() {
	others=$(verified_for "$1")
	if [ -n "$others" ]; then
		echo "install SystemTap $others$(where_from "$others"); or on a machine that has it: cgattach build --kernel $1 --with-staprun," \
			"and here: cgattach record --module FILE"
	else
		# What works for the same kernel of the other architecture may work here.
		others=$(verified_for "${1%-arm64}-amd64")
		echo "no SystemTap is known to build for this kernel;${others:+ SystemTap $others does on x86-64, and was not tried here;}" \
			"or boot one of these: $(verified_kernels "$1")"
	fi
}

# where_from SYSTEMTAP: which Debian has it.
where_from() {
	[ "$(distribution)" = debian ] || return 0
	case $1 in
	4.8) printf ' (from Debian 12, bookworm)' ;;
	5.6) printf ' (from Debian: bookworm-backports, if it has it, or forky)' ;;
	esac
}

# verified_rows RELEASE: those of its architecture that are distributions' kernels.
verified_rows() {
	awk -v suffix="-$(suffix_of "$1")" '
		$3 == "verified" && substr($1, length($1) - length(suffix) + 1) == suffix { print $1, $2 }' "$verified"
}

# tried_near RELEASE: what was tried of its series (5.10), else the newest kernel that works.
tried_near() {
	series=$(echo "$1" | sed 's/^\([0-9]*\.[0-9]*\).*/\1./')
	near=$(awk -v series="$series" -v suffix="-$(suffix_of "$1")" '
		function ends_in(end) {
			return substr($1, length($1) - length(end) + 1) == end
		}
		index($1, series) == 1 && (ends_in(suffix) || ends_in("-*")) {
			tried = $1 ($3 == "verified" ? " works with " : " does not work with ")
			if (!(tried in with))
				order[++n] = tried
			with[tried] = with[tried] (with[tried] == "" ? "" : ", ") $2
		}
		END { for (i = 1; i <= n; i++) printf "%s%s%s", (i > 1 ? "; " : ""), order[i], with[order[i]] }' "$verified")
	echo "${near:-the newest kernel that was, $(verified_rows "$1" | tail -n 1 | sed 's/ /, works with /')}"
}

verified_kernels() {
	verified_rows "$1" | sed 's/\(.*\) \(.*\)/\1 (with SystemTap \2)/' | sort -u | paste -sd , - | sed 's/,/, /g'
}

# headers_of RELEASE: their directory.
headers_of() {
	machine_file "/lib/modules/$1/build"
}

# headers_remedy RELEASE: in a container they are the host's.
headers_remedy() {
	if [ -n "$(container_kind 2>/dev/null)" ] && [ "$1" = "$(uname -r)" ]; then
		echo "mount the host's /lib/modules and /usr/src here (packaging/container/README.md)"
	else
		install_command "linux-headers-$1" "kernel-devel-$1" kernel-default-devel linux-headers
	fi
}

check_headers() {
	headers=$(headers_of "$1")
	for file in "$headers/Makefile" "$headers/include/generated/utsrelease.h" "$headers/.config"; do
		if ! [ -r "$file" ]; then
			build_fails headers "none of kernel $1 (no '$file')" "$(headers_remedy "$1")"
			return
		fi
	done
	have=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"$/\1/p' "$headers/include/generated/utsrelease.h")
	if [ -n "$have" ] && [ "$have" != "$1" ]; then
		build_fails headers "those in '$headers' are of kernel $have, not $1" "$(headers_remedy "$1")"
	else
		point ok headers "$headers"
	fi
}

# compiler_of RELEASE: the one that the headers name, else gcc.
compiler_of() {
	named=$(sed -n 's/^\(override \)*CC *:*= *\(.*[ )]\)*\([a-z]*-*[0-9.]*\) *$/\3/p' "$(headers_of "$1")/.kernelvariables" 2>/dev/null |
		tail -n 1)
	echo "${named:-gcc}"
}

check_compiler() {
	compiler=$(compiler_of "$1")
	if ! has "$compiler"; then
		build_fails compiler "there is no $compiler" "$(install_command "$compiler" gcc gcc gcc)"
	elif ! has make; then
		build_fails compiler 'there is no make' "$(install_command make make make make)"
	else
		point ok compiler "$compiler $("$compiler" -dumpfullversion 2>/dev/null)"
	fi
}

# symbol_table RELEASE: the one that SystemTap takes.
symbol_table() {
	for file in "/lib/modules/$1/build/System.map" "/boot/System.map-$1"; do
		[ ! -e "$(machine_file "$file")" ] || { machine_file "$file"; return; }
	done
}

# symbols_remedy RELEASE: how there comes to be one.
symbols_remedy() {
	table_words="grep -v \"\\[\" /proc/kallsyms >"
	if [ "$1" != "$(uname -r)" ]; then
		echo "on a machine that runs it: sudo grep -v '\\[' /proc/kallsyms > System.map-$1; copy that file to /boot here"
	elif [ -n "$(container_kind 2>/dev/null)" ]; then
		echo "on the host: sudo sh -c '$table_words /boot/System.map-$1', with /boot mounted here"
	elif [ -d "$(headers_of "$1")" ]; then
		echo "sudo sh -c '$table_words /lib/modules/$1/build/System.map'"
	else
		echo "sudo sh -c '$table_words /boot/System.map-$1'"
	fi
}

check_symbols() {
	table=$(symbol_table "$1")
	if [ -n "$table" ] && ! [ -r "$table" ]; then
		point skip 'symbol table' "'$table' is for root to read"
		return
	fi
	if [ -n "$table" ] && grep -q ' _stext$' "$table"; then
		point ok 'symbol table' "$table"
		return
	fi
	if [ -z "$table" ]; then
		build_fails 'symbol table' "there is none of kernel $1, and SystemTap then finds no function to watch" "$(symbols_remedy "$1")"
	else
		build_fails 'symbol table' "'$table' is Debian's stub, and SystemTap then finds no function to watch" "$(symbols_remedy "$1")"
	fi
}

# free_mb DIRECTORY
free_mb() {
	df -Pk -- "$1" 2>/dev/null | awk 'NR == 2 { print int($4 / 1024) }'
}

check_room() {
	memory=$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' "$(machine_file /proc/meminfo)" 2>/dev/null)
	[ -n "$memory" ] || { point skip memory 'not known'; memory=; }
	if [ -n "$memory" ] && [ "$memory" -lt 400 ]; then
		point warn memory "$memory MB are available; compiling takes about 400"
	elif [ -n "$memory" ]; then
		point ok memory "$memory MB are available"
	fi
	disk=$(free_mb "${TMPDIR:-/tmp}")
	if [ -n "$disk" ] && [ "$disk" -lt 100 ]; then
		point warn disk "$disk MB are free in ${TMPDIR:-/tmp}; compiling takes about 100"
	elif [ -n "$disk" ]; then
		point ok disk "$disk MB are free in ${TMPDIR:-/tmp}"
	fi
}

# ---- what loads ----

# beside_path NAME: where a program is that this user may not run. Debian's staprun is for its group alone.
beside_path() {
	(
		IFS=:
		set -f
		for directory in $PATH; do
			[ ! -f "$directory/$1" ] || { echo "$directory/$1"; break; }
		done
	)
}

check_staprun() {
	if [ -n "${bundle-}" ]; then
		point ok staprun "$(staprun_version), of the same file as the module"
	elif has staprun; then
		version=$(staprun_version)
		point ok staprun "${version:-there}"
	elif [ -n "$(beside_path staprun)" ]; then
		point ok staprun "there, for members of stapusr"
	else
		run_fails staprun 'there is no staprun, which loads the recorder' \
			"$(install_command systemtap-runtime systemtap-runtime systemtap-runtime systemtap)"
	fi
}

lockdown() {
	sed -n 's/.*\[\(.*\)\].*/\1/p' "$(machine_file /sys/kernel/security/lockdown)" 2>/dev/null
}

# secure_boot: on, off, or nothing if it is not known.
secure_boot() {
	for file in "$(machine_file /sys/firmware/efi/efivars)"/SecureBoot-*; do
		[ -r "$file" ] || continue
		case $(od -An -tu1 -j4 -N1 "$file" 2>/dev/null | tr -d ' ') in
		1) echo on ;;
		0) echo off ;;
		esac
		return
	done
	[ -n "$CGATTACH_SYSROOT" ] || ! has mokutil || case $(mokutil --sb-state 2>/dev/null) in
	*enabled*) echo on ;;
	*disabled*) echo off ;;
	esac
}

wants_signature() {
	case $(lockdown) in
	integrity | confidentiality) return 0 ;;
	esac
	[ "$(read_line /sys/module/module/parameters/sig_enforce)" = Y ]
}

# sign_command FILE: signs a module with a key that the firmware knows, as DKMS uses it.
sign_command() {
	for key in /var/lib/shim-signed/mok/MOK.priv:/var/lib/shim-signed/mok/MOK.der /var/lib/dkms/mok.key:/var/lib/dkms/mok.pub; do
		[ ! -e "$(machine_file "${key%:*}")" ] || break
	done
	tool="/lib/modules/$(uname -r)/build/scripts/sign-file"
	for candidate in "$(machine_file /usr/lib)"/linux-kbuild-*/scripts/sign-file; do
		[ -x "$(machine_file "$tool")" ] || [ ! -x "$candidate" ] || tool=$candidate
	done
	echo "sudo $tool sha256 ${key%:*} ${key#*:} $1"
}

# check_signature [MODULE]
check_signature() {
	state=$(lockdown)
	boot=$(secure_boot)
	about="lockdown ${state:-not there}, Secure Boot ${boot:-not known}"
	if [ "$state" = confidentiality ]; then
		run_fails 'module signing' "$about: this kernel lets nobody watch its functions" \
			'boot it without lockdown=confidentiality'
	elif ! wants_signature; then
		point ok 'module signing' "not needed ($about)"
	elif [ $# -eq 0 ]; then
		run_fails 'module signing' "$about: only signed modules are loaded" \
			"cgattach build -o cgattach.ko; $(sign_command cgattach.ko); then cgattach record --module cgattach.ko (man cgattach, SIGNING)"
	elif module_is_signed "$1"; then
		point warn 'module signing' "$about: the module is signed; whether with a key that this kernel knows shows when it is loaded"
	else
		run_fails 'module signing' "$about: only signed modules are loaded, and this one is not signed" \
			"$(sign_command "$(shell_word "$1")") (man cgattach, SIGNING)"
	fi
}

# kernel_config: how the running kernel was built; nothing if that is not known.
kernel_config() {
	gzip -cd "$(machine_file /proc/config.gz)" 2>/dev/null || cat "$(machine_file "/boot/config-$(uname -r)")" 2>/dev/null
}

check_modules() {
	[ -e "$(machine_file /proc/modules)" ] ||
		run_fails modules 'this kernel loads none (there is no /proc/modules), and the recorder is one' 'boot another kernel'
}

check_kprobes() {
	config=$(kernel_config)
	if [ "$(read_line /sys/kernel/debug/kprobes/enabled)" = 0 ]; then
		run_fails kprobes 'they are switched off' "sudo sh -c 'echo 1 > /sys/kernel/debug/kprobes/enabled'"
	elif echo "$config" | grep -q '^CONFIG_KPROBES=y' ||
			[ -e "$(machine_file /proc/sys/debug/kprobes-optimization)" ] ||
			[ -e "$(machine_file /sys/kernel/debug/kprobes)" ]; then
		point ok kprobes there
	elif [ -n "$config" ]; then
		run_fails kprobes 'this kernel was built without them (CONFIG_KPROBES)' 'boot another kernel'
	else
		point skip kprobes 'not known'
	fi
	if grep -q '[[:space:]]debugfs$' "$(machine_file /proc/filesystems)" 2>/dev/null; then
		point ok debugfs "$(grep -q '[[:space:]]/sys/kernel/debug[[:space:]]' "$(machine_file /proc/mounts)" 2>/dev/null &&
			echo mounted || echo 'not mounted; staprun mounts it')"
	else
		run_fails debugfs 'this kernel has none, and SystemTap needs it' 'boot another kernel'
	fi
}

# check_module_maker FILE: staprun 4.4 cannot read what a module of 4.8 records ("init_relayfs: inconsistent"), on 5.10.
check_module_maker() {
	maker=$(module_systemtap "$1")
	runner=$(staprun_version)
	if [ -n "$maker" ] && [ -n "$runner" ] && [ "$maker" != "$runner" ]; then
		run_fails module "SystemTap $maker made it, and staprun here is of $runner: they must be of the same version" \
			"where the module was built: cgattach build --kernel $(uname -r) --with-staprun"
	fi
}

# check_module FILE: is it one of ours, and for this kernel? Sets $module_name.
check_module() {
	if ! [ -f "$1" ] || ! [ -r "$1" ]; then
		run_fails module "there is no file '$1' that can be read" 'cgattach build makes one'
		return
	fi
	module_name=$(module_field "$1" name)
	magic=$(module_field "$1" vermagic)
	case $module_name in
	'')
		run_fails module "'$1' is not a kernel module" 'cgattach build makes one'
		return
		;;
	cgattach | cgattach_*) ;;
	*)
		run_fails module "'$1' is the module '$module_name', not the recorder" 'cgattach build makes one'
		return
		;;
	esac
	if [ "${magic%% *}" != "$(uname -r)" ]; then
		run_fails module "it is for kernel ${magic%% *}, and this one is $(uname -r)" \
			"where the headers of $(uname -r) are: cgattach build --kernel $(uname -r)"
	else
		point ok module "for this kernel, $(uname -r)"
	fi
	check_module_maker "$1"
	case $(module_users "$module_name") in
	'') ;;
	0) point warn module 'one is loaded already that nobody uses: an earlier recorder was killed; record removes it' ;;
	*) point warn module 'a recorder is running already; another one beside it works, but costs as much again' ;;
	esac
}

check_analyzer() {
	if find_analyzer; then
		point ok cganalyze "$("$cganalyze" --version 2>/dev/null | head -n 1)"
	else
		point warn cganalyze "$cganalyze_missing; a log can be recorded here and read elsewhere"
	fi
}

# ---- all of them ----

# check_to_build RELEASE
check_to_build() {
	check_pair "$1"
	! is_foreign "$1" || return 0
	check_headers "$1"
	check_compiler "$1"
	check_symbols "$1"
	check_room
}

# check_to_run [MODULE]
check_to_run() {
	check_container
	check_rights
	check_machine
	check_staprun
	[ $# -eq 0 ] || check_module "$1"
	check_modules
	check_signature "$@"
	check_kprobes
}

# check_all [MODULE]: prints every point; the status is 0 if it can record.
check_all() {
	release=$(uname -r)
	check_to_run "$@"
	[ $# -gt 0 ] || check_to_build "$release"
	check_task_new "$release"
	check_analyzer
	if [ $((build_failures + run_failures)) -eq 0 ]; then
		echo 'cgattach can record here'
		return 0
	fi
	echo "cgattach cannot record here${1+ with this module}: $((build_failures + run_failures)) of the points above must be mended"
	[ "$run_failures" -ne 0 ] || [ $# -gt 0 ] || [ -n "$no_stap_builds" ] || cat <<-END
	What was built elsewhere works here as it is. Where SystemTap and the headers of this kernel are:
	    cgattach build --kernel $release --with-staprun -o cgattach.tar
	and here, with that file:
	    sudo cgattach record --module cgattach.tar
	END
	return 1
}

check_main() {
	kernel=
	module=
	while [ $# -gt 0 ]; do
		case $1 in
		--kernel) option_value "$@"; kernel=$2; shift ;;
		--kernel=*) kernel=${1#*=} ;;
		--module) option_value "$@"; module=$2; shift ;;
		--module=*) module=${1#*=} ;;
		--help) . "$lib/help.sh"; help_main check; exit 0 ;;
		*) usage_error "check knows no '$1'" ;;
		esac
		shift
	done
	if [ -n "$module" ] && is_bundle "$module"; then
		scratch=$(mktemp -d) || exit 1
		trap 'rm -rf -- "$scratch"' EXIT
		open_bundle "$module" "$scratch" || exit 1
	fi
	case $kernel in
	*/*) usage_error "--kernel takes a release like $(uname -r)" ;;
	'') ;;
	*)
		[ -z "$module" ] || usage_error '--kernel and --module exclude each other'
		check_to_build "$kernel"
		check_task_new "$kernel"
		[ $build_failures -eq 0 ] || { echo "cgattach cannot build for $kernel here: $build_failures of the points above must be mended"; exit 1; }
		echo "cgattach can build for $kernel here"
		exit 0
		;;
	esac
	check_all ${module:+"$module"}
	exit
}
