# SPDX-License-Identifier: Apache-2.0
#
#   make            build .libs/mod_revmap.so
#   make test       build, then run the unit tests and the httpd tests
#   make test-mpm   the quick part of the httpd tests under each of the MPMs
#   make test-real  the tests with real applications and servers alone
#   make unit       the unit tests alone; they need no httpd
#   make fuzz       look for inputs that break a promise, a minute each target
#                   (EMPTY=1: without what is known)
#   make mutants    seeded bugs, and which test finds each
#   make coverage   how much of the engine the unit tests run through
#   make valgrind   broken backends, with httpd under memcheck
#   make soak       mutated headers for ten minutes (SECONDS=60: for one)
#   make tsan       what threads share, with TSan: counters and map files by
#                   themselves, and servers that are loaded and restarted
#   make bench      compare speed and memory with the stock directives, nginx
#                   (PARTS="instructions ..." for some of it)
#   make test-cookies  the engine's cookies in a third-party jar (needs npm)
#   make demo       show headers before and after in a private httpd
#                   (SERVE=1 keeps it running)
#   make install    copy the module to httpd's module directory, and its header
#                   for other modules to httpd's headers
#   make check      formatting, warnings as errors, static analysis, source
#                   guards
#   make dist       a source archive, in build/
#   make deb        Debian packages, in build/deb/
#   make rpm        a source RPM, in build/rpm/SRPMS/, and where httpd-devel
#                   is installed the RPM as well
#   make test-fresh the README's commands in a clean Debian (as root, a folder)
#   make test-deb   the packages in a clean Debian with its apache2 (likewise)
#   make compile_commands.json
#                   for editors and language servers
#   make packages   install the Debian or Ubuntu packages that are missing
#   make clean      remove what was built or generated
#
# Variables: APXS, CC, CFLAGS, DESTDIR; LTO= for a build without link-time
# optimisation; SANITIZE=1 for a build and a test run with ASan and UBSan,
# SANITIZE=thread with TSan; TESTS="t/10_x.t ..." for some tests; V=1 for all of
# their output; MPMS="prefork ..." for test-mpm; SECONDS=600 and
# TARGETS=fuzz_url for make fuzz.

APXS ?= apxs

ENGINE  := $(sort $(wildcard revmap/*.c))
SOURCES := mod_revmap.c $(ENGINE) $(sort $(wildcard revmap/httpd/*.c))
HEADERS := mod_revmap.h $(wildcard revmap/*.h revmap/httpd/*.h)
UNIT    := $(sort $(wildcard t/unit/*_test.c))
REAL    := $(sort $(wildcard t/5*_*.t t/6[2-6]_*.t)) t/99_error_log.t
FUZZ    := $(sort $(wildcard t/fuzz/fuzz_*.c))
# What the targets share; with these mains they are programs.
FUZZ_HELP := $(filter-out $(FUZZ) t/fuzz/standalone.c t/fuzz/differential.c,\
             $(sort $(wildcard t/fuzz/*.c)))

VERSION := $(shell sed -n 's/.*VERSION "\(.*\)"/\1/p' mod_revmap.h)
ARCHIVE  = build/mod_revmap-$(VERSION).tar.gz

# Objects of different flavours stay apart, so that changing SANITIZE never
# links the two into one module. `make check` sets its own BUILD and OUT.
SANITIZERS_1      = address,undefined
SANITIZERS_thread = thread
ifdef SANITIZE
SANITIZERS = $(SANITIZERS_$(SANITIZE))
BUILD ?= build/sanitize-$(SANITIZE)
OUT   ?= $(BUILD)/
FLAVOUR = -O1 -g -fno-omit-frame-pointer -fsanitize=$(SANITIZERS) \
          -fno-sanitize-recover=undefined -U_FORTIFY_SOURCE
# libtool drops -fsanitize when it links, unless it is told whom it is for.
SANITIZE_LINK = -XCClinker -fsanitize=$(SANITIZERS)
else
BUILD ?= build/plain
OUT   ?=
# One symbol is exported: no function of ours gives way to another library's.
# Those of httpd are bound when the module is loaded, and called directly.
FLAVOUR = -fno-semantic-interposition -fno-plt
endif

MODULE     = $(OUT)mod_revmap.la
MODULE_SO  = $(OUT).libs/mod_revmap.so
OBJECTS    = $(SOURCES:%.c=$(BUILD)/%.lo)
# A module that asks ours, for t/25_functions.t.
ASKING     = $(BUILD)/t/module/mod_revmap_test.la
ASKING_SO  = $(BUILD)/t/module/.libs/mod_revmap_test.so
# libtool keeps the object proper beside the .lo, in .libs.
ENGINE_O   = $(ENGINE:revmap/%.c=$(BUILD)/revmap/.libs/%.o)
UNIT_BIN   = $(UNIT:t/unit/%.c=$(BUILD)/unit/%) \
             $(FUZZ:t/fuzz/%.c=$(BUILD)/fuzz/%)
DRIVER     = $(BUILD)/fuzz/differential
JAR_DRIVER = $(BUILD)/jar/driver

# What apxs knows, asked for when first needed (it may have to be installed
# first) and only once.
q = $(if $(filter undefined,$(origin q_$1)),$(eval q_$1 := $$(shell \
    $(APXS) -q $1)))$(q_$1)
apr = $(if $(filter undefined,$(origin apr_$1)),$(eval apr_$1 := $$(shell \
    $$$$($(APXS) -q APR_CONFIG) --$1)))$(apr_$1)
apu = $(if $(filter undefined,$(origin apu_$1)),$(eval apu_$1 := $$(shell \
    $$$$($(APXS) -q APU_CONFIG) --$1)))$(apu_$1)

# The module is optimised as a whole where compiler and linker can do so: a
# response costs a tenth less. The unit tests link the same objects as they are.
LTO_FLAGS = -flto=auto -ffat-lto-objects
LTO := $(if $(SANITIZE),,$(shell echo 'int main(void) { return 0; }' | \
    $(CC) -Werror $(LTO_FLAGS) -x c -o /dev/null - 2>/dev/null && \
    echo '$(LTO_FLAGS)'))
# The linker compiles then: libtool must not keep from it what makes a build the
# same in every directory.
PREFIX_MAPS = $(addprefix -XCClinker ,$(filter -ffile-prefix-map=% \
    -fdebug-prefix-map=% -fmacro-prefix-map=%,$(CFLAGS)))

LIBTOOL = $(subst --no-silent,--silent,$(call q,LIBTOOL))
WARN    = -Wall -Wextra -Wshadow -Wconversion -Wno-unused-parameter \
          -Wno-missing-field-initializers $(WERROR)
CFLAGS  = $(call q,CFLAGS)
LDFLAGS = $(filter -Wl%,$(call q,LDFLAGS))
# httpd's headers are system headers: only our own code is to be warned about.
INCLUDE = -I. -isystem $(call q,INCLUDEDIR) \
          $(patsubst -I%,-isystem %,$(call apr,includes))
COMPILE = $(CC) -std=c99 $(CFLAGS) $(FLAVOUR) $(WARN) $(CPPFLAGS) \
          $(call apr,cppflags) $(INCLUDE)

all: $(MODULE)

# libtool rather than apxs -c: it is quiet, needs no source beside its object
# and compiles only what changed.
LINK = $(LIBTOOL) --mode=link --tag=CC --tag=disable-static $(CC) $(CFLAGS) \
       $(LTO) $(PREFIX_MAPS) $(FLAVOUR) $(SANITIZE_LINK) $(LDFLAGS) -module \
       -avoid-version -rpath $(call q,LIBEXECDIR) -export-symbols-regex

$(MODULE): $(OBJECTS)
	@mkdir -p $(@D)
	@$(LINK) '^revmap_module$$' -o $@ $(OBJECTS)
	@echo "built $(MODULE_SO)"

$(ASKING): $(ASKING:%.la=%.lo)
	@$(LINK) '^revmap_test_module$$' -o $@ $<

$(BUILD)/%.lo: %.c $(HEADERS) $(BUILD)/flags
	@mkdir -p $(@D)
	@$(LIBTOOL) --mode=compile --tag=CC --tag=disable-static \
	    $(COMPILE) $(LTO) -prefer-pic -c -o $@ $<

# The unit tests link the objects of which the module is made.
$(BUILD)/unit/%: t/unit/%.c $(wildcard t/unit/*.h) $(ENGINE:%.c=$(BUILD)/%.lo)
	@mkdir -p $(@D)
	@$(COMPILE) -It/unit -o $@ $< $(ENGINE_O) $(LDFLAGS) \
	    $(call apu,link-ld) $(call apr,link-ld)

# Tests of how work grows have an engine that counts it: t/unit/work.h.
COUNTED = -fsanitize-coverage=trace-pc -U_FORTIFY_SOURCE \
          $(foreach f,memchr memcmp memcpy strlen,-D$f=counted_$f)

$(BUILD)/unit/%_linear_test: t/unit/%_linear_test.c t/unit/work.c \
    $(wildcard t/unit/*.h) $(ENGINE) $(HEADERS) $(BUILD)/flags
	@mkdir -p $(@D)
	@$(COMPILE) -c -o $@.o t/unit/work.c
	@$(COMPILE) $(COUNTED) -It/unit -o $@ $< $(ENGINE) $@.o $(LDFLAGS) \
	    $(call apu,link-ld) $(call apr,link-ld)

# See t/fuzz/memory.h.
WRAP = -Wl,--wrap=apr_palloc

# The fuzz targets, which go over their corpora here, and the driver of
# t/60_differential.t.
$(BUILD)/fuzz/%: t/fuzz/%.c $(FUZZ_HELP) t/fuzz/standalone.c \
    $(wildcard t/fuzz/*.h t/unit/*.h) $(ENGINE:%.c=$(BUILD)/%.lo)
	@mkdir -p $(@D)
	@$(COMPILE) -It/unit $(WRAP) -o $@ $< $(FUZZ_HELP) \
	    $(if $(findstring differential,$@),,t/fuzz/standalone.c) \
	    $(ENGINE_O) $(LDFLAGS) $(call apu,link-ld) $(call apr,link-ld)

# The driver of t/61_cookie_jar.t.
$(JAR_DRIVER): t/jar/driver.c $(wildcard t/unit/*.h) $(ENGINE:%.c=$(BUILD)/%.lo)
	@mkdir -p $(@D)
	@$(COMPILE) -It/unit -o $@ $< $(ENGINE_O) $(LDFLAGS) \
	    $(call apu,link-ld) $(call apr,link-ld)

# The same targets with libFuzzer, which needs clang. What it finds out is
# kept in build/libfuzzer, so that the next run goes on from there.
SECONDS ?= 60
TARGETS ?= $(FUZZ:t/fuzz/%.c=%)
FUZZ_KEEP = build/libfuzzer/$(if $(EMPTY),empty,corpus)/$(FUZZ_TARGET)
LIBFUZZER = -O1 -g -fsanitize=fuzzer,address,undefined \
            -fno-sanitize-recover=undefined

build/libfuzzer/%: t/fuzz/%.c $(FUZZ_HELP) $(ENGINE) $(HEADERS) \
    $(wildcard t/fuzz/*.h t/unit/*.h)
	@mkdir -p $(@D)
	@clang -std=c99 $(LIBFUZZER) $(WARN) $(call apr,cppflags) $(INCLUDE) \
	    -It/unit $(WRAP) -o $@ $< $(FUZZ_HELP) $(ENGINE) $(call apu,link-ld) \
	    $(call apr,link-ld)

fuzz:
	@t/packages build fuzz
	@for target in $(TARGETS); do \
	    $(MAKE) --no-print-directory FUZZ_TARGET=$$target run-fuzz || exit 1; \
	done

run-fuzz: build/libfuzzer/$(FUZZ_TARGET)
	@mkdir -p $(FUZZ_KEEP)
	@echo "== $(FUZZ_TARGET), $(SECONDS) seconds"
	@ASAN_OPTIONS=detect_leaks=0 $< -max_total_time=$(SECONDS) -timeout=10 \
	    -dict=t/fuzz/$(FUZZ_TARGET).dict -artifact_prefix=build/libfuzzer/ \
	    -verbosity=0 -print_final_stats=1 $(FUZZ_KEEP) \
	    $(if $(EMPTY),,t/fuzz/corpus/$(FUZZ_TARGET))

# Changes when the compiler or its flags do, and makes all objects follow.
$(BUILD)/flags: FORCE | tools
	@mkdir -p $(@D)
	@printf '%s\n' '$(COMPILE) $(LTO)' | cmp -s - $@ || \
	    printf '%s\n' '$(COMPILE) $(LTO)' >$@

tools:
	@command -v $(APXS) >/dev/null || t/packages build

packages:
	@t/packages build test

# Seeded bugs; the tests have to find each.
mutants:
	@COMPILE='$(CC) -O1 -g $(STANDARD)' \
	    LIBS='$(call apu,link-ld) $(call apr,link-ld)' t/mutants $(MUTANTS)

# How much of the engine the unit tests and the corpora run through.
coverage:
	@find build/coverage -name '*.gcda' -delete 2>/dev/null || true
	@$(MAKE) --no-print-directory BUILD=build/coverage CC=gcc WARN= \
	    CFLAGS='-O0 -g --coverage' unit
	@t/coverage build/coverage/revmap/.libs

# The httpd of some tests under memcheck, which must have nothing to say.
MEMCHECK = valgrind -q --vgdb=no --trace-children=yes \
           --log-file=$(CURDIR)/build/memcheck.%p
valgrind:
	@rm -f build/memcheck.*
	@REVMAP_UNDER='$(MEMCHECK)' $(MAKE) --no-print-directory run-tests \
	    TESTS='$(or $(TESTS),t/45_faults.t)'
	@cat build/memcheck.* >build/memcheck && cat build/memcheck && \
	    test ! -s build/memcheck

# t/47_soak.t for a longer time.
soak: SECONDS = 600
soak:
	@SECONDS=$(SECONDS) $(MAKE) --no-print-directory run-tests \
	    TESTS='t/47_soak.t t/99_error_log.t' V=1

unit: $(UNIT_BIN)
	@ASAN_OPTIONS=detect_leaks=0 prove $(if $(V),-v) $(UNIT_BIN)

# The suite is asked for by a second make: a package that it needs may decide
# what the variables above hold.
test:
	@t/packages build test
	@$(MAKE) --no-print-directory run-tests

test-real:
	@t/packages build test real
	@$(MAKE) --no-print-directory run-tests TESTS='$(REAL)'

# Where t/packages has unpacked Apache::Test.
PERL5 = $(wildcard $(CURDIR)/build/perl5/usr/lib/*/perl5/* \
          $(CURDIR)/build/perl5/usr/share/perl5)
empty =
export PERL5LIB := $(subst $(empty) $(empty),:,$(strip $(PERL5) $(PERL5LIB)))

run-tests: $(MODULE) $(ASKING) $(UNIT_BIN) $(DRIVER) $(JAR_DRIVER)
	@APXS='$(APXS)' CC='$(CC)' REVMAP_SANITIZE='$(SANITIZE)' \
	    REVMAP_MODULE='$(MODULE_SO)' REVMAP_ASKING='$(ASKING_SO)' \
	    REVMAP_UNIT='$(UNIT_BIN)' \
	    REVMAP_DRIVER='$(DRIVER)' REVMAP_JAR='$(JAR_DRIVER)' \
	    perl t/TEST.PL $(if $(V),-verbose) $(TESTS)

# The jar of the version that t/jar/package-lock.json names. It is kept, and
# make test uses it from then on.
build/jar/node_modules: t/jar/package-lock.json t/jar/package.json
	@command -v npm >/dev/null || \
	    { echo 'make test-cookies needs node and npm' >&2; exit 1; }
	@mkdir -p $(@D)
	@cp $^ $(@D)
	@cd $(@D) && npm ci --silent --no-audit --no-fund
	@touch $@

test-cookies: $(JAR_DRIVER) build/jar/node_modules
	@REVMAP_JAR='$(JAR_DRIVER)' prove $(if $(V),-v) t/61_cookie_jar.t

MPMS  ?= prefork worker event
QUICK  = $(sort $(wildcard t/[1-4][0-9]_*.t)) t/99_error_log.t

test-mpm:
	@t/packages build test
	@for mpm in $(MPMS); do \
	    echo "MPM $$mpm"; \
	    REVMAP_MPM=$$mpm $(MAKE) --no-print-directory run-tests \
	        TESTS="$(or $(TESTS),$(QUICK))" || exit 1; \
	done

# What of the httpd side is used by several threads at once, with TSan; then
# servers that are loaded and restarted.
TSAN = build/tsan/file_swap_test build/tsan/shared_test

build/tsan/file_swap_test: revmap/httpd/file_map.c \
    revmap/httpd/file_survey.c revmap/httpd/shared.c
build/tsan/shared_test: revmap/httpd/shared.c

$(TSAN): build/tsan/%: t/tsan/%.c $(ENGINE) $(HEADERS)
	@mkdir -p $(@D)
	@$(CC) -std=c99 -O1 -g -fsanitize=thread $(WARN) $(call apr,cppflags) \
	    $(INCLUDE) -It/unit -o $@ $(filter %.c,$^) $(call apu,link-ld) \
	    $(call apr,link-ld)

THREADED = t/10_design_cases.t t/26_report.t t/27_status.t t/38_map_file.t \
           t/43_mpm.t t/44_map_file_load.t t/46_graceful.t t/47_soak.t \
           t/99_error_log.t

tsan:
	@t/packages build test
	@$(MAKE) --no-print-directory $(TSAN)
	@prove $(if $(V),-v) $(TSAN)
	@$(MAKE) --no-print-directory SANITIZE=thread run-tests \
	    TESTS='$(or $(TESTS),$(THREADED))'

bench:
	@t/packages build bench
	@$(MAKE) --no-print-directory run-bench

ENGINE_BENCH = $(BUILD)/bench/engine

$(ENGINE_BENCH): t/bench/engine.c $(wildcard t/unit/*.h) \
    $(ENGINE:%.c=$(BUILD)/%.lo)
	@mkdir -p $(@D)
	@$(COMPILE) -It/unit -o $@ $< $(ENGINE_O) $(LDFLAGS) \
	    $(call apu,link-ld) $(call apr,link-ld)

run-bench: $(MODULE) $(ENGINE_BENCH)
	@APXS='$(APXS)' REVMAP_MODULE='$(MODULE_SO)' V='$(V)' \
	    REVMAP_ENGINE='$(ENGINE_BENCH)' t/bench/run $(PARTS)

demo:
	@t/packages build demo
	@$(MAKE) --no-print-directory all
	@APXS='$(APXS)' REVMAP_MODULE='$(MODULE_SO)' SERVE='$(SERVE)' t/demo

install: all
	@install -d $(DESTDIR)$(call q,LIBEXECDIR)
	install -m 644 $(MODULE_SO) $(DESTDIR)$(call q,LIBEXECDIR)/mod_revmap.so
	@install -d $(DESTDIR)$(call q,INCLUDEDIR)
	install -m 644 mod_revmap.h $(DESTDIR)$(call q,INCLUDEDIR)/mod_revmap.h

dist: $(ARCHIVE)

# What git knows, as it is in the tree.
$(ARCHIVE): FORCE
	@mkdir -p $(@D)
	@git ls-files -z | tar -c -z -f $@.new --null -T - --owner=0 --group=0 \
	    --transform 's,^,mod_revmap-$(VERSION)/,'
	@mv $@.new $@
	@echo "wrote $@"

deb: $(ARCHIVE)
	@t/packages build deb
	@rm -rf build/deb
	@mkdir -p build/deb
	@tar -x -z -f $(ARCHIVE) -C build/deb
	@tar -c -z -C build/deb --exclude=debian mod_revmap-$(VERSION) \
	    -f build/deb/libapache2-mod-revmap_$(VERSION).orig.tar.gz
	@cd build/deb/mod_revmap-$(VERSION) && \
	    dpkg-buildpackage -us -uc >../log 2>&1 || { cat ../log; exit 1; }
	@cd build/deb && lintian --allow-root --info \
	    --fail-on error,warning,info *.changes
	@ls build/deb/*.deb

rpm: $(ARCHIVE)
	@rpmbuild $(if $(wildcard /usr/lib/rpm/macros.d/macros.httpd),-ta,\
	    -ts --nodeps) --define '_topdir $(CURDIR)/build/rpm' $(ARCHIVE)

test-fresh: $(ARCHIVE)
	@t/fresh readme $(ARCHIVE)

test-deb: deb
	@t/fresh deb $(ARCHIVE) build/deb/libapache2-mod-revmap_*.deb

compile_commands.json: FORCE
	@t/packages build bear
	@rm -rf build/bear
	@bear --output $@ -- $(MAKE) --no-print-directory BUILD=build/bear \
	    OUT=build/bear/

check:
	@t/packages build test check
	@$(MAKE) --no-print-directory run-check

# Each source through the analyzers of gcc and clang; one that has not changed
# is not looked at again. gcc sees one file at a time, too: what a function of
# another file fills in or returns may be anything to it, NULL included. For
# that there is clang's.
ANALYZER ?= shallow
ANALYZE_GCC = -O1 -fanalyzer -Wno-analyzer-use-of-uninitialized-value \
              -Wno-analyzer-null-argument -Wno-analyzer-null-dereference
ANALYZE_CLANG = -Xclang -analyzer-config -Xclang mode=$(ANALYZER)
STANDARD = -std=c99 $(CPPFLAGS) $(call apr,cppflags) $(INCLUDE)

build/analysis/$(ANALYZER)/%.o: %.c $(HEADERS) .clang-tidy
	@mkdir -p $(@D)
	@gcc $(STANDARD) $(ANALYZE_GCC) -Werror -c -o $@.new $<
	@clang-tidy --quiet $< -- $(STANDARD) $(ANALYZE_CLANG) 2>$@.log || \
	    { cat $@.log; exit 1; }
	@mv $@.new $@

analysis: $(SOURCES:%.c=build/analysis/$(ANALYZER)/%.o)
	@cppcheck --quiet --std=c99 --enable=warning,performance,portability,style \
	    --suppressions-list=t/cppcheck.txt --inline-suppr -I. \
	    '-DAP_DECLARE_MODULE(x)=module x' --error-exitcode=1 $(SOURCES)

# Two compilers first, then the guards of t/check, all of them: who mends one
# fault wants to know of the others.
run-check:
	@for cc in gcc clang; do \
	    $(MAKE) --no-print-directory -j2 CC=$$cc WERROR=-Werror \
	        BUILD=build/check-$$cc OUT=build/check-$$cc/ strict || exit 1; \
	done
	@$(MAKE) --no-print-directory -j2 analysis
	@status=0; \
	t/check exports build/check-gcc/.libs/mod_revmap.so || status=1; \
	t/check purity $(ENGINE:%.c=build/check-gcc/%.lo) || status=1; \
	t/mutants -n || status=1; \
	for guard in format order sources directives merge reference version; do \
	    t/check $$guard || status=1; \
	done; \
	exit $$status
	@echo "make check: all well"

strict: $(MODULE) $(ASKING) $(UNIT_BIN) $(DRIVER) $(JAR_DRIVER)

clean:
	@rm -rf build .libs *.la *.lo *.slo *.o t/logs t/state t/htdocs/index.html
	@rm -f t/conf/httpd.conf t/conf/extra.conf t/conf/modules.conf \
	    t/conf/apache_test_config.pm t/conf/mime.types t/TEST t/SMOKE

.PHONY: all dist deb rpm test-fresh test-deb tools packages unit fuzz run-fuzz \
    test test-mpm test-real run-tests tsan bench run-bench demo install \
    check run-check strict analysis mutants coverage soak \
    valgrind clean FORCE
# An interrupted or failed command must not leave a target that looks new.
.DELETE_ON_ERROR:
