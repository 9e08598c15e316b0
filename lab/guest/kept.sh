# shellcheck shell=sh
# keep_module FILE CACHE TREE [NAME]: puts the module FILE where the command of TREE keeps what it has compiled, as NAME
# (cgattach): in an emulated guest stap takes minutes.
keep_module() {
	kept=$2/$(uname -r)-$(
		script=$3/stap/cgattach.stp
		lib=$3/command/lib
		for part in common check build; do
			# shellcheck disable=SC1090 # one of several
			. "$lib/$part.sh"
		done
		module_base=${4:-cgattach}
		module_key "$(uname -r)"
	)
	mkdir -p "$kept"
	cp "$1" "$kept/${4:-cgattach}.ko"
}
