# shellcheck shell=sh
# What SystemTap's own words mean: one sentence, and what to do.

# why WORDS RELEASE: prints that of the first reason found in the file WORDS, which stap or staprun wrote, on kernel RELEASE.
# Those that come first are the more special ones. Returns 1 if it knows none.
why() {
	words_say() {
		LC_ALL=C grep -aqE "$1" "$words_file"
	}
	words_file=$1
	if words_say 'No space left on device'; then
		say "there is no room on the disk: free some, or set TMPDIR to a directory that has more"
	elif words_say 'Cannot allocate memory|virtual memory exhausted|out of memory|bad_alloc|fatal error: Killed'; then
		say "there is not enough memory (compiling takes about 400 MB): end something, or cgattach build on another machine"
	elif words_say 'Key was rejected|Required key not available|Operation not permitted.*module|Lockdown|is locked down'; then
		say "the kernel refused the module, since no key that it knows signed it: $(sign_command FILE.ko)" \
			"(man cgattach, SIGNING)"
	elif words_say 'Invalid module format|wrong symbol version|Exec format error|Unknown symbol in module'; then
		say "the module is not for this kernel ($2): where its headers are, cgattach build --kernel $2"
	elif words_say 'init_relayfs.*inconsistent'; then
		say "another SystemTap made the module than this one, $(staprun_version), which cannot read what it records"
	elif words_say "File exists|option '-R'"; then
		say "the module is loaded already: another recorder runs, or was killed; then: sudo staprun -d cgattach"
	elif words_say '[a-z]*gcc[-0-9.]*: ([a-z ]*: )?(not found|Permission denied|No such file)'; then
		say "the compiler $(compiler_of "$2") cannot be run: $(install_command "$(compiler_of "$2")" gcc gcc gcc)"
	elif words_say 'kernel development headers|missing kernel-devel|kernel-headers|Checking ".*build/.*failed with error|/Makefile: No such file'; then
		say "the headers of kernel $2 are missing, or some of them: $(headers_remedy "$2")"
	elif words_say 'no match|symbol table missing|Kernel symbol table .* unavailable'; then
		say "SystemTap has no symbol table of kernel $2: $(symbols_remedy "$2")"
	elif words_say 'Pass 4: compilation failed|make.*Error [0-9]|error: |modpost'; then
		why_not_compiled "$2"
	elif words_say 'stapusr|stapdev|must be set to the root user|[Pp]ermission denied|Operation not permitted|privilege credentials'; then
		say "no permission: run it with sudo, or as a member of the groups stapusr and stapdev"
	elif words_say 'overhead exceeded threshold|Skipped too many probes|too many errors'; then
		say "SystemTap ended the recorder, which took too much of the machine's time in a flood of writes:" \
			"record less, with --refused-only or --prefix"
	elif words_say 'skipped probes: [1-9]'; then
		say "SystemTap skipped $(LC_ALL=C sed -n 's/.*skipped probes: \([0-9]*\).*/\1/p' "$words_file" | tail -n 1) probes, which waited" \
			"too long for each other: as many attaches may be missing in the log, or lack a part"
	elif words_say 'parse error|semantic error'; then
		say "SystemTap $(stap_version) does not understand the recorder on kernel $2: SystemTap 4.8 or later does"
	else
		return 1
	fi
}

# why_not_compiled RELEASE
why_not_compiled() {
	stap=$(stap_version)
	case $(verified_row "$1" "${stap:-unknown}") in
	verified*) say "the compiler failed, although SystemTap $stap works with kernel $1: are all its headers there?" ;;
	*) say "SystemTap $stap does not compile for kernel $1: $(pair_remedy "$1")" ;;
	esac
}

# Where SystemTap's own words are kept; the service has a /tmp that nobody else sees.
words_directory=${TMPDIR:-/tmp}

# keep_words WORDS: a copy that stays, whose name is printed; nothing if there are none.
keep_words() {
	[ -s "$1" ] || return 0
	kept=$(mktemp "$words_directory/cgattach-words.XXXXXX") && cat "$1" >"$kept" || return 0
	chmod 644 "$kept"
	say "SystemTap's own words are in $kept"
}

# tell_failure WHAT WORDS RELEASE: the sentence about a failure, and where the words are.
tell_failure() {
	why "$2" "$3" || {
		say "$1: $(grep -av '^$' "$2" | tail -n 1)"
	}
	keep_words "$2"
}
