# shellcheck shell=sh
# help [COMMAND]

help_all() {
	cat <<-'END'
	Usage: cgattach COMMAND [OPTION...]
	Finds out why the kernel refuses to move processes into cgroups.

	  check     can this machine record? Says what is missing and how to mend it
	  record    record until Ctrl-C, and explain what was refused
	  watch     the same live: a line for each incident, and counts
	  report    explain a log again (cganalyze)
	  explain   what an error line alone leaves possible; records nothing
	  build     make the recorder's module, for this kernel or another
	  service   what the systemd unit runs
	  help      this, or the options of a command

	EXAMPLES
	  sudo cgattach record                        until Ctrl-C
	  sudo cgattach record -- runc exec c true    one command and its children
	  cgattach explain 'write /sys/fs/cgroup/cpu/a/cgroup.procs: invalid argument'

	cgattach help COMMAND has more; man cgattach has all.
	END
}

help_watch() {
	help_record watch ' is kept only with this option' | sed '/^      --no-report /c\
      --text           lines, also on a terminal (with a command always); else a screen, which q ends'
}

help_record() {
	cat <<-END
	Usage: cgattach $1 [OPTION...] [-- COMMAND [WORD...]]

	  -o, --output FILE    the log (cgattach-TIME.log$2); "-" is the standard output
	  -d, --duration N     end after N seconds
	  -p, --pid PID        record attaches by or of this process and its children, until it ends
	  -- COMMAND           the same of a command, which runs when every probe is live
	  -a, --all            with a command: record everything meanwhile, such as what a daemon does for it
	      --refused-only   record refused attaches, and whether a retry succeeded, nothing else
	      --prefix PATH    record destinations whose path begins with PATH (/docker)
	      --threads        record the threads of accepted attaches as well
	      --placed         record each accepted clone3() into a cgroup
	      --early          record what is refused before cgroup code runs
	      --syscalls       record EINVALs that never reached cgroup code; compiled separately
	      --module FILE    load this module (cgattach build), and compile nothing
	      --no-report      only record
	      --force          try, although the check found that it cannot be compiled here

	Exit status: as cganalyze's: 0 nothing was refused, 1 all refusals are explained, 2 one is not,
	3 the log is not complete, 4 usage, or nothing could be recorded; 130 interrupted twice.
	END
}

help_check() {
	cat <<-'END'
	Usage: cgattach check [--kernel RELEASE | --module FILE]

	      --kernel RELEASE    can the recorder be built here for that kernel?
	      --module FILE       can this machine load that module? Nothing that compiles is needed

	Exit status: 0 it can, 1 it cannot.
	END
}

help_build() {
	cat <<-'END'
	Usage: cgattach build [--kernel RELEASE] [-o FILE] [--with-staprun [--module FILE]] [--syscalls] [--force]
	Makes the recorder's module, for a machine with that kernel and without a compiler.

	      --kernel RELEASE    for this kernel, whose headers must be here (the running one)
	  -o, --output FILE       the module (cgattach-RELEASE.ko, or .tar)
	      --with-staprun      one file with the module and the staprun that it needs, for a machine with
	                          another SystemTap or none
	      --module FILE       with --with-staprun: of this module, which was signed, and compile nothing
	      --syscalls          one that records EINVALs that never reached cgroup code
	      --force             try, although the check found that it cannot be built

	Exit status: 0 made, 1 not made.
	END
}

help_main() {
	case ${1-} in
	'' | help) help_all ;;
	record) help_record record ' in this directory' ;;
	watch) help_watch ;;
	check) help_check ;;
	build) help_build ;;
	report)
		echo 'Usage: cgattach report [OPTION...] LOG...   (cganalyze; its options follow)'
		. "$lib/report.sh"
		word=report
		need_analyzer
		"$cganalyze" --help
		;;
	explain) echo 'Usage: cgattach explain LINE [--kernel RELEASE] [--here] ...   (cganalyze --explain LINE)' ;;
	service) echo 'Usage: cgattach service   (started by cgattach.service, see man cgattach)' ;;
	*) die 4 "there is no command '$1' (cgattach help lists them)" ;;
	esac
}
