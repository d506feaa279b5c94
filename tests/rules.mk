# SPDX-License-Identifier: GPL-2.0
#
# Unit tests (cmocka), fixtures, fuzz targets, and the programs that tests run inside the VM.
# A new tests/unit/test_*.c or tests/fuzz/fuzz_*.c needs no line here.

# --- unit tests
UNIT_TESTS := $(patsubst tests/unit/%.c,build/tests/%,$(sort $(wildcard tests/unit/test_*.c)))
WORKLOAD_TESTS := $(filter build/tests/test_workload_%,$(UNIT_TESTS))
# Their helpers; the linker takes what a test uses.
TEST_HELPERS := $(OBJ)/tests/fixtures/fake_trace.o

build/tests/test_%: $(OBJ)/tests/unit/test_%.o $(TEST_HELPERS) $(LIBDPAMT)
	@mkdir -p $(@D)
	$(LINK) -o $@ $(TEST_LINK) $(filter %.o,$^) $(LIBDPAMT) -lcmocka $(BENCH_LIBS) $(TEST_LIBS)

# Tests of workloads play KVM (fake_kvm.c) or the clock: some system calls are wrapped.
FAKE_KVM_TESTS := build/tests/test_workload_td build/tests/test_workload_churn build/tests/test_workload_pressure \
	build/tests/test_workload_age
$(OBJ)/tests/unit/test_workload_%.o $(OBJ)/tests/unit/fake_kvm.o: KHDR_FLAGS = $(if $(KHDR),-isystem $(KHDR))
$(WORKLOAD_TESTS): $(WORKLOAD_OBJECTS)
$(WORKLOAD_TESTS): TEST_LIBS = $(WORKLOAD_LIBS)
$(FAKE_KVM_TESTS): $(OBJ)/tests/unit/fake_kvm.o
$(FAKE_KVM_TESTS): TEST_LINK = -Wl,--wrap=ioctl,--wrap=close,--wrap=fallocate,--wrap=open
FAKE_CLOCK_TESTS := build/tests/test_workload_arrivals build/tests/test_workload_draws
$(FAKE_CLOCK_TESTS): $(OBJ)/tests/unit/fake_clock.o
build/tests/test_workload_arrivals: TEST_LINK = -Wl,--wrap=clock_gettime,--wrap=clock_nanosleep
build/tests/test_workload_draws: TEST_LINK = -Wl,--wrap=clock_gettime,--wrap=clock_getres,--wrap=clock_nanosleep
.SECONDARY: $(UNIT_TESTS:build/tests/%=$(OBJ)/tests/unit/%.o)

unit-tests: $(UNIT_TESTS)

# --- synthetic run directories, and false alarms on boots you have:
# build/tests/false_alarms DIR BOOTS_PER_SET PAIRS
build/tests/make_runs: $(OBJ)/tests/fixtures/make_runs.o $(TEST_HELPERS) $(LIBDPAMT)
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(BENCH_LIBS)

build/tests/false_alarms: $(OBJ)/tests/calibration/false_alarms.o $(LIBDPAMT)
	@mkdir -p $(@D)
	$(LINK) -o $@ $^ $(BENCH_LIBS)

# --- the command that integration tests run in the VM, in place of a workload
build/tests/probe: build/obj/tests/integration/probe.o
	@mkdir -p $(@D)
	$(LINK) -static -o $@ $<

# --- programs that tests of the kernels run in the VM, static
KERNEL_TEST_PARTS := $(patsubst %.c,build/obj/%.o,tests/kernel/guest/books.c tests/kernel/guest/td_steps.c \
	$(wildcard workloads/core/td*.c) workloads/core/layout.c) build/obj/workloads/core/td_payload.o
KERNEL_TEST_SOURCES := $(filter-out %/books.c %/td_steps.c,$(wildcard tests/kernel/guest/*.c))
KERNEL_TEST_PROGRAMS := $(KERNEL_TEST_SOURCES:tests/kernel/guest/%.c=build/tests/kernel/%)
build/obj/tests/kernel/%.o: KHDR_FLAGS = $(if $(KHDR),-isystem $(KHDR))
.SECONDARY: $(KERNEL_TEST_SOURCES:%.c=build/obj/%.o)

$(KERNEL_TEST_PROGRAMS): build/tests/kernel/%: build/obj/tests/kernel/guest/%.o $(KERNEL_TEST_PARTS) build/obj/libdpamt.a
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
include $(wildcard $(OBJ)/tests/*/*.d build/obj/tests/kernel/guest/*.d build/fuzz/obj/*/*.d build/fuzz/obj/*/*/*.d)
