# SPDX-License-Identifier: GPL-2.0
#
# Unit tests (cmocka), fixtures, fuzz targets, and the programs that tests run inside the VM.
# A new tests/unit/test_*.c, tests/fuzz/fuzz_*.c or tests/kernel/guest/*.c needs no line here.

# --- unit tests
UNIT_TESTS := $(patsubst tests/unit/%.c,build/tests/%,$(sort $(wildcard tests/unit/test_*.c)))
WORKLOAD_TESTS := $(filter build/tests/test_workload_%,$(UNIT_TESTS))

# What tests share; the linker takes what a test uses.
TEST_HELPERS := $(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c)) tests/fixtures/fake_trace.c
TEST_LIB := $(OBJ)/tests/helpers.a
$(TEST_LIB): $(TEST_HELPERS:%.c=$(OBJ)/%.o) build/sanitize
	@rm -f $@
	$(AR) rcs $@ $(filter %.o,$^)

build/tests/test_%: $(OBJ)/tests/unit/test_%.o $(TEST_LIB) $(LIBDPAMT)
	@mkdir -p $(@D)
	$(LINK) -o $@ $(TEST_LINK) $(filter %.o,$^) $(TEST_LIB) $(LIBDPAMT) -lcmocka $(BENCH_LIBS) $(TEST_LIBS)

# Tests of workloads have all of them. A test that includes fake_kvm.h or fake_clock.h calls those in place of
# the system.
$(OBJ)/tests/unit/test_workload_%.o $(OBJ)/tests/unit/fake_kvm.o: KHDR_FLAGS = $(if $(KHDR),-isystem $(KHDR))
$(WORKLOAD_TESTS): $(WORKLOAD_OBJECTS)
$(WORKLOAD_TESTS): TEST_LIBS = $(WORKLOAD_LIBS)
tests_that_include = $(patsubst tests/unit/%.c,build/tests/%,$(shell grep -l '"$(1)"' tests/unit/test_*.c))
$(call tests_that_include,fake_kvm.h): TEST_LINK += -Wl,--wrap=ioctl,--wrap=close,--wrap=fallocate,--wrap=open
$(call tests_that_include,fake_clock.h): TEST_LINK += \
	-Wl,--wrap=clock_gettime,--wrap=clock_getres,--wrap=clock_nanosleep
build/tests/test_workload_storm_enter build/tests/test_workload_storm_dead: TEST_LINK += -Wl,--wrap=ioctl
.SECONDARY: $(UNIT_TESTS:build/tests/%=$(OBJ)/tests/unit/%.o)

unit-tests: $(UNIT_TESTS)

# --- synthetic run directories, and false alarms on boots you have:
# build/tests/false_alarms DIR BOOTS_PER_SET PAIRS
build/tests/make_runs: $(patsubst %.c,$(OBJ)/%.o,$(wildcard tests/fixtures/*.c)) $(LIBDPAMT)
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(BENCH_LIBS)

build/tests/false_alarms: $(OBJ)/tests/calibration/false_alarms.o $(LIBDPAMT)
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(BENCH_LIBS)

# --- the command that integration tests run in the VM, in place of a workload
build/tests/probe: build/obj/tests/integration/probe.o
	@mkdir -p $(@D)
	$(LINK) -static -o $@ $<

# --- programs that tests of the kernels run in the VM, static: the files with a main(). They share the
# others, and what workloads know of TDs.
KERNEL_TEST_SOURCES := $(shell grep -l '^int main\b' tests/kernel/guest/*.c)
KERNEL_TEST_PROGRAMS := $(KERNEL_TEST_SOURCES:tests/kernel/guest/%.c=build/tests/kernel/%)
KERNEL_TEST_LIB := build/obj/tests/kernel/common.a
KERNEL_TEST_PARTS := $(patsubst %.c,build/obj/%.o,$(filter-out $(KERNEL_TEST_SOURCES),$(wildcard tests/kernel/guest/*.c tests/kernel/guest/*/*.c)))
$(OBJ)/tests/kernel/%.o build/obj/tests/kernel/%.o: KHDR_FLAGS = $(if $(KHDR),-isystem $(KHDR))
.SECONDARY: $(KERNEL_TEST_SOURCES:%.c=build/obj/%.o)

$(KERNEL_TEST_LIB): $(KERNEL_TEST_PARTS) $(WORKLOAD_SOURCES:%.c=build/obj/%.o) build/obj/workloads/core/td_payload.o
	@rm -f $@
	$(AR) rcs $@ $^

$(KERNEL_TEST_PROGRAMS): build/tests/kernel/%: build/obj/tests/kernel/guest/%.o $(KERNEL_TEST_LIB) build/obj/libdpamt.a
	@mkdir -p $(@D)
	$(LINK) -static -o $@ $^

build/tests/print_variants: $(OBJ)/tests/kernel/print_variants.o $(LIBDPAMT)
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(BENCH_LIBS)

kernel-test-programs: $(KERNEL_TEST_PROGRAMS) build/tests/print_variants

# --- fuzz targets: every reader of a run directory's files and of job files, with libFuzzer and
# the address and undefined behaviour sanitizers
FUZZ_CC ?= clang
FUZZ_SECONDS ?= 60
FUZZ_FLAGS := -std=gnu11 -O1 -g -D_GNU_SOURCE -I. -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer -isystem /usr/include/tracefs -isystem /usr/include/traceevent
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_OBJECTS := $(LIB_SOURCES:%.c=build/fuzz/obj/%.o) build/fuzz/obj/tests/fuzz/fuzz.o

# The code under test is instrumented for coverage, the harness is not.
FUZZ_COVERAGE = -fsanitize=fuzzer-no-link
build/fuzz/obj/tests/%: FUZZ_COVERAGE =

build/fuzz/obj/%.o: %.c tests/rules.mk
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) $(FUZZ_COVERAGE) -MMD -MP -c -o $@ $<

$(FUZZ_TARGETS): build/fuzz/%: tests/fuzz/%.c $(FUZZ_OBJECTS)
	$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -Wl,--wrap=fail,--wrap=warn,--wrap=fail_as -o $@ $^ $(BENCH_LIBS)

fuzz-targets: $(FUZZ_TARGETS)

fuzz: fuzz-targets build/tests/make_runs
	@tests/fuzz/run.sh $(FUZZ_SECONDS)

.PHONY: unit-tests kernel-test-programs fuzz-targets fuzz
include $(wildcard $(OBJ)/tests/*/*.d $(OBJ)/tests/*/*/*.d build/obj/tests/kernel/guest/*.d \
	build/obj/tests/kernel/guest/*/*.d build/fuzz/obj/*/*.d build/fuzz/obj/*/*/*.d)
