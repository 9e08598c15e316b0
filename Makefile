# cgattach: which thread made the kernel refuse an attach to a cgroup, and why.
# `make help` lists the targets.

prefix = /usr/local
bindir = $(prefix)/bin
datadir = $(prefix)/share
mandir = $(datadir)/man
docdir = $(datadir)/doc/cgattach
completiondir = $(datadir)/bash-completion/completions
libexecdir = $(prefix)/libexec
unitdir = $(prefix)/lib/systemd/system
catalogdir = $(prefix)/lib/systemd/catalog
# Not below the prefix: the command and the service look for it here.
sysconfdir = /etc

CC = gcc
CFLAGS = -O2 -g
LDFLAGS =
WERROR =
INSTALL = install

B = build
version := $(shell cat VERSION)
WARNINGS = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes
# The files and logs that it reads are hostile. CFLAGS come last, and may take any of it back.
fortify := $(shell echo 'int main(void) { return 0; }' | $(CC) -O2 -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -include stdio.h \
	-xc - -o /dev/null 2>/dev/null && echo 3 || echo 2)
HARDEN = -fPIE -fstack-protector-strong -fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(fortify) \
	-Wformat -Werror=format-security
HARDEN_LINK = -pie -Wl,-z,relro,-z,now
ALL_CFLAGS = -std=gnu11 -Ianalyzer $(defines) $(WARNINGS) $(WERROR) $(HARDEN) $(CFLAGS)
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LIBS = -ljansson -ldw -lelf -llzma -lz -lzstd

# WITHOUT_SYSTEMD=1: where there is no libsystemd; --journald then says so.
WITHOUT_SYSTEMD =
ifeq ($(WITHOUT_SYSTEMD),)
LIBS += -lsystemd
libsystemd = systemd/sd-journal.h:libsystemd-dev
else
ALL_CFLAGS += -DWITHOUT_SYSTEMD
endif

# The page of --html in C. It is made once, and compiled as the others are.
page := $B/html/html_page.c
sources := $(wildcard analyzer/*.c analyzer/*/*.c analyzer/*/*/*.c) $(page)
library := $(filter-out analyzer/cganalyze.c,$(sources))
unit_tests := cause container read_text trace go_table kernel list machine pool utf8 json_values parse pid_text reader sequence skim spill sysroot diagnose
test_programs := $(unit_tests) mutate user_symbol

fuzz_targets := log errors explain elf dwarf go packed

# $B/ is what users get, $B/asan/ is the same with the sanitizers, $B/fuzz/ for the fuzz targets.
objects = $(patsubst %.c,$(1)/%.o,$(2))
programs = $(1)/cganalyze $(1)/cgattach-keep $(test_programs:%=$(1)/tests/unit/%)

# What keeps the service's log; of the analyzer it has the parser.
keep_sources := $(wildcard service/*.c) $(patsubst %,analyzer/%.c,base/util base/hash base/utf8 trace/parse)

all: $B/cganalyze $B/cgattach-keep

help:
	@echo 'make              build $B/cganalyze; needs neither root nor network'
	@echo 'make demo         record refused attaches in a virtual machine and explain them'
	@echo 'make check        all tests'
	@echo 'make check-fast   the tests that need no virtual machine'
	@echo 'make fuzz         run each fuzz target for MINUTES=10, or TARGET=NAME alone'
	@echo 'make fuzz-check   a bounded run of each'
	@echo 'make lint         check the sources without running them'
	@echo 'make lab          make the virtual machine, if the cache has none'
	@echo 'make lab-shell    a shell in it, with the project in /cgattach'
	@echo 'make lab-check    the tests that need it'
	@echo 'make bench-recorder'
	@echo '                  measure in it what the recorder costs, and whether it hides refusals'
	@echo 'make bench        measure how fast logs are read, beside wc, grep, awk, python and jq'
	@echo 'make bench-errors measure how fast error files of many kinds are read'
	@echo 'make lab-record   record the logs of samples/ anew in it'
	@echo 'make lab-nature   hours of runc exec and docker exec, and what is refused by nature'
	@echo 'make lab-clean    remove the virtual machines from the cache'
	@echo 'make install      into prefix= ($(prefix)), below DESTDIR='
	@echo 'make uninstall    remove what that put there, with the same variables'
	@echo 'make compile_commands.json   how each file is compiled, for editors'
	@echo 'make clean        remove $B/ (the virtual machine stays in the cache)'
	@echo
	@echo 'demo, check and lab install the packages of Debian that are missing.'
	@echo 'KERNEL=5.10       the virtual machine'"'"'s kernel, see lab/kernels'
	@echo 'MIRROR=ADDRESS    the mirror of Debian, instead of the one apt uses'
	@echo 'WITHOUT_SYSTEMD=1 build without libsystemd, and so without --journald'
	@echo 'LAB_QUICK=1       make few refusals, and compile nothing in the virtual machine'

# ---- programs ----

$B/cganalyze: $(call objects,$B,$(sources))
$B/asan/cganalyze: $(call objects,$B/asan,$(sources))
$(test_programs:%=$B/tests/unit/%): $B/tests/unit/%: $B/tests/unit/%.o $(call objects,$B,$(library))
$(test_programs:%=$B/asan/tests/unit/%): $B/asan/tests/unit/%: $B/asan/tests/unit/%.o \
		$(call objects,$B/asan,$(library))

# VERSION is the only place that has it.
version_objects := $B/analyzer/base/version.o $B/asan/analyzer/base/version.o $B/fuzz/analyzer/base/version.o
$(version_objects): defines = -DCGATTACH_VERSION='"$(version)"'
$(version_objects): VERSION

$B/asan/%: ALL_CFLAGS += $(SANITIZE)
# The sanitizers check more, and do not know the checked functions.
$B/asan/%: HARDEN = -fPIE

$B/cgattach-keep: $(call objects,$B,$(keep_sources))
$B/asan/cgattach-keep: $(call objects,$B/asan,$(keep_sources))
$B/cgattach-keep $B/asan/cgattach-keep: LIBS =
$B/service/%.o $B/asan/service/%.o: ALL_CFLAGS += -I.

$(call programs,$B) $(call programs,$B/asan):
	$(CC) $(ALL_CFLAGS) $(HARDEN_LINK) $(LDFLAGS) -o $@ $^ $(LIBS)

$(page): analyzer/output/html/embed $(wildcard analyzer/output/html/page.* analyzer/output/html/*.js)
	@mkdir -p $(@D)
	analyzer/output/html/embed analyzer/output/html >$@

$B/asan/%.o: %.c | $B/libraries
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$B/%.o: %.c | $B/libraries
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# libFuzzer is clang's.
$B/fuzz/%.o: CC = clang
$B/fuzz/%.o: HARDEN = -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
$B/fuzz/%.o: CFLAGS = -O1 -g
# Whose work has little to do with the input, and is most of all: without coverage.
fuzz_quick := $(patsubst %,$B/fuzz/analyzer/%.o,errors/signs facts/kernel facts/kernel_path)
$(fuzz_quick): CFLAGS = -O2 -g -fno-sanitize=fuzzer-no-link -include tests/fuzz/quick.h
$B/fuzz/%.o: %.c | $B/libraries
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -I. $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(fuzz_targets:%=$B/fuzz/%): $B/fuzz/%: $B/fuzz/tests/fuzz/%.o $B/fuzz/tests/fuzz/fuzz.o \
		$B/fuzz/tests/fuzz/cganalyze.o $(call objects,$B/fuzz,$(library))
	clang -fsanitize=fuzzer,address,undefined $(LDFLAGS) -o $@ $^ $(LIBS)

$B/fuzz/seeds.made: tests/fuzz/seeds $B/fuzz/go_seeds $(wildcard tests/corpus/*.jsonl tests/cases/*/*/*.log)
	tests/fuzz/seeds $B/fuzz $B/fuzz/go_seeds
	@touch $@

$B/fuzz/go_seeds: $B/tests/fuzz/go_seeds.o $(call objects,$B,$(library))
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$B/tests/fuzz/go_seeds.o: ALL_CFLAGS += -I.

# One line says what is missing, instead of the compiler's many.
$B/libraries:
	@mkdir -p $B
	@command -v $(firstword $(CC)) >/dev/null || { \
		echo 'make: there is no $(firstword $(CC)); it is in the package $(if $(filter %-gcc,$(firstword $(CC))),gcc-$(patsubst %-gcc,%,$(firstword $(CC))),gcc)' >&2; exit 1; }
	@for pair in stdio.h:libc6-dev jansson.h:libjansson-dev \
			elfutils/libdw.h:libdw-dev libelf.h:libelf-dev lzma.h:liblzma-dev \
			zlib.h:zlib1g-dev zstd.h:libzstd-dev $(libsystemd); do \
		echo "#include <$${pair%:*}>" | $(CC) $(CPPFLAGS) $(CFLAGS) -E -xc - \
			>/dev/null 2>&1 || printf ' %s' "$${pair#*:}"; \
	done >$@.missing
	@[ ! -s $@.missing ] || { \
		echo "make: missing packages, apt-get install:$$(cat $@.missing)" >&2; exit 1; }
	@mv $@.missing $@

-include $(patsubst %.o,%.d,$(call objects,$B,$(sources) $(keep_sources)) \
	$(call objects,$B/asan,$(sources) $(keep_sources)) \
	$(test_programs:%=$B/tests/unit/%.d) $(test_programs:%=$B/asan/tests/unit/%.d)) \
	$(wildcard $B/fuzz/*/*.d $B/fuzz/*/*/*.d $B/fuzz/*/*/*/*.d) $B/tests/fuzz/go_seeds.d

# ---- tests ----

# But for those whose records contradict each other: with a record less they may not.
mutated_v4 = $(sort $(filter-out tests/cases/verdict/contradictions-v4/%,$(wildcard tests/cases/*/*-v4/*.log)))

suites = 'CGANALYZE=$(1)/cganalyze tests/run' 'CGANALYZE=$(1)/cganalyze tests/expectations' $(unit_tests:%='$(1)/tests/unit/%') \
	'tests/user_symbol $(1)/tests/unit' \
	'$(1)/tests/unit/mutate samples/article-2018.log' \
	'$(1)/tests/unit/mutate -r tests/cases/*/*-proven/trace.log tests/cases/*/*-inferred/trace.log' \
	'$(1)/tests/unit/mutate -r $(mutated_v4)'
fast_suites = $(call suites,$B) '$B/tests/unit/mutate tests/cases/task-new/task-new-v4/5.10-seen.log' \
	$(call suites,$B/asan) 'CGANALYZE=$B/cganalyze tests/contracts' 'CGANALYZE=$B/cganalyze tests/schema' \
	'CGANALYZE=$B/cganalyze tests/redact' 'CGANALYZE=$B/cganalyze tests/perfetto' 'CGANALYZE=$B/cganalyze tests/bug' \
	'CGANALYZE=$B/cganalyze tests/faults' 'CGANALYZE=$B/cganalyze tests/watch' 'CGANALYZE=$B/cganalyze tests/packed' 'CGANALYZE=$B/cganalyze tests/growth' \
	'CGANALYZE=$B/cganalyze tests/bench-errors --check' 'CGANALYZE=$B/cganalyze tests/bench/logs --check' tests/stap \
	'CGANALYZE=$B/cganalyze tests/command' 'CGANALYZE=$B/cganalyze tests/metrics' 'CGANALYZE=$B/cganalyze tests/journal' 'CGANALYZE=$B/cganalyze tests/man' 'CGANALYZE=$B/cganalyze tests/install' tests/packages tests/container/run \
	tests/service 'KEEP=$B/cgattach-keep tests/keep' 'KEEP=$B/asan/cgattach-keep tests/keep' 'CGANALYZE=$B/cganalyze tests/html/run' 'tests/fuzz/run check'

check: check-tools
	+@tests/all '$(MAKE) --no-print-directory check-fast' tests/arm64 lab/check

check-fast: check-tools
	@tests/all -j "$$(nproc)" $(fast_suites)

# The packages first: what is to be built may need them.
check-tools:
	@lab/prerequisites build test
	+@$(MAKE) --no-print-directory WERROR=-Werror $(call programs,$B) $(call programs,$B/asan) fuzz-tools

bench: $B/cganalyze
	@lab/prerequisites bench
	@CGANALYZE=$B/cganalyze tests/bench/logs

bench-errors: $B/cganalyze
	@CGANALYZE=$B/cganalyze tests/bench-errors

# TARGET=log MINUTES=120
MINUTES = 10
TARGET = $(fuzz_targets)

fuzz: fuzz-tools
	@tests/fuzz/run $(MINUTES) $(TARGET)

fuzz-check: fuzz-tools
	@tests/fuzz/run check $(TARGET)

# Without clang, the run itself says that it was skipped.
fuzz-tools:
	+@! command -v clang >/dev/null || $(MAKE) -s --no-print-directory WERROR=-Werror fuzz-programs

fuzz-programs: $(fuzz_targets:%=$B/fuzz/%) $B/fuzz/seeds.made

# What can be said without running anything.
lint:
	@lab/prerequisites build lint
	+@MAKE='$(MAKE)' tests/all tests/layers tests/lint

programs: $(call programs,$B)

# For editors and clang's tools: how each file is compiled.
compile_commands.json:
	@rm -rf $B/bear
	bear --output $@ -- $(MAKE) B=$B/bear programs

# The picture in README.md; what it shows does not depend on what is installed here.
samples/docker-v1.svg: samples/docker-v1.log $B/cganalyze
	$B/cganalyze --sysroot tests --attach 1 --svg $@ $< || [ $$? -eq 1 ]

# ---- the virtual machine ----

demo lab-check lab-nature lab-record lab-shell: ready
	@lab/$(@:lab-%=%)

bench-recorder:
	@lab/prerequisites lab
	@lab/bench

ready:
	@lab/prerequisites build test lab
	+@$(MAKE) --no-print-directory $B/cganalyze

lab:
	@lab/build

lab-clean:
	@lab/clean

# ---- installing ----

programs_built := $B/cganalyze
ifneq ($(wildcard service/keep.c),)
programs_built += $B/cgattach-keep
endif

# In these, @bindir@ and the like, and @VERSION@, are filled in.
filled_in = $(patsubst %,$B/filled/%,$(1:%.in=%))
unit := $(call filled_in,$(wildcard service/cgattach.service.in))
command := $(call filled_in,$(wildcard command/cgattach))
man = $(call filled_in,$(wildcard man/*.$(1)))
directories := prefix bindir datadir mandir docdir libexecdir unitdir sysconfdir
fill_in = $(foreach name,$(directories),-e 's|@$(name)@|$($(name))|g') -e 's|@VERSION@|$(version)|g'

# What is installed: each(MODE,FILES,DIRECTORY). cgwiden is the lab's.
define each_installed
$(call each,755,$B/cganalyze $(command),$(bindir))
$(call each,755,$(filter %/cgattach-keep,$(programs_built)),$(libexecdir)/cgattach)
$(call each,644,$(foreach n,cgattach cgwindow,stap/$n.stp stap/$n.meta) stap/FORMAT.md,$(datadir)/cgattach)
$(call each,644,analyzer/ndjson.schema.json VERSION $(wildcard command/verified),$(datadir)/cgattach)
$(call each,644,$(wildcard command/lib/*.sh),$(datadir)/cgattach/lib)
$(call each,644,$(wildcard monitoring/*.*),$(datadir)/cgattach/monitoring)
$(foreach n,1 5 8,$(call each,644,$(call man,$n),$(mandir)/man$n)$(newline))
$(call each,644,$(wildcard completion/*),$(completiondir))
$(call each,644,$(unit),$(unitdir))
$(call each,644,$(wildcard service/cgattach.catalog),$(catalogdir))
$(call each,644,README.md HACKING.md,$(docdir))
$(call each,644,$(wildcard docs/*.md),$(docdir)/docs)
$(call each,644,stap/FORMAT.md stap/FORMAT-3.md,$(docdir)/stap)
$(call each,644,analyzer/JSON.md,$(docdir)/analyzer)
$(call each,644,lab/kernels lab/packages lab/causes,$(docdir)/lab)
$(call each,644,$(wildcard samples/*),$(docdir)/samples)
$(call each,644,$(wildcard packaging/container/*),$(docdir)/packaging/container)
endef

define newline


endef

put = $(if $(strip $2),$(INSTALL) -d '$(DESTDIR)$3' && $(INSTALL) -m $1 $(strip $2) '$(DESTDIR)$3')
drop = $(if $(strip $2),rm -f $(patsubst %,'$(DESTDIR)$3/%',$(notdir $2)))
own_directories = $(datadir)/cgattach/lib $(datadir)/cgattach/monitoring $(datadir)/cgattach \
	$(libexecdir)/cgattach $(docdir)/docs $(docdir)/stap $(docdir)/analyzer $(docdir)/lab $(docdir)/samples \
	$(docdir)/packaging/container $(docdir)/packaging $(docdir)

conf := $(wildcard service/cgattach.conf)
conf_there = '$(DESTDIR)$(sysconfdir)/cgattach.conf'

install: each = $(call put,$1,$2,$3)
install: $(programs_built) $(unit) $(command) $(foreach n,1 5 8,$(call man,$n))
	$(each_installed)
# A configuration that was changed stays.
ifneq ($(conf),)
	$(INSTALL) -d '$(DESTDIR)$(sysconfdir)'
	[ -e $(conf_there) ] || $(INSTALL) -m 644 $(conf) $(conf_there)
endif

uninstall: each = $(call drop,$1,$2,$3)
uninstall:
	$(each_installed)
ifneq ($(conf),)
	! cmp -s $(conf) $(conf_there) || rm -f $(conf_there)
	@[ ! -e $(conf_there) ] || echo 'kept, because it was changed:' $(conf_there)
endif
	$(foreach dir,$(own_directories),\
		[ ! -d '$(DESTDIR)$(dir)' ] || rmdir --ignore-fail-on-non-empty '$(DESTDIR)$(dir)'$(newline))

# Each time: the directories may be others than the last time.
$B/filled/%: %.in always
	@mkdir -p $(@D)
	@sed $(fill_in) $< >$@
$B/filled/%: % always
	@mkdir -p $(@D)
	@sed $(fill_in) $< >$@
always:

# ---- the rest ----

clean:
	rm -rf $B

.PHONY: all bench bench-errors bench-recorder fuzz fuzz-check fuzz-programs fuzz-tools help programs lint compile_commands.json check check-fast check-tools demo lab lab-check lab-clean \
	lab-nature lab-shell ready install uninstall always clean
.DELETE_ON_ERROR:
