# SPDX-License-Identifier: GPL-2.0
#
# Unit tests of bench/ (cmocka). Include after bench/rules.mk. `make check-unit-bench` runs them all.

BENCH_TEST_SOURCES := $(sort $(wildcard tests/unit/test_bench_*.c))
BENCH_TESTS := $(BENCH_TEST_SOURCES:tests/unit/%.c=build/tests/%)
# What leans on analysis/ is not of the library.
BENCH_LIB_OBJECTS := $(filter-out $(patsubst %,build/obj/bench/%.o,main cmd_plan cmd_fleet cmd_contention),\
	$(filter build/obj/bench/%,$(BENCH_OBJECTS)))

build/tests/test_bench_%: tests/unit/test_bench_%.c $(BENCH_LIB_OBJECTS) tests/unit/bench.mk \
			    tests/fixtures/fake_trace.c
	@mkdir -p $(@D)
	$(CC) $(BENCH_CC_FLAGS) -Ibench -o $@ $< tests/fixtures/fake_trace.c $(BENCH_LIB_OBJECTS) -lcmocka $(BENCH_LIBS)

# The command the integration tests run in the VM, in place of a workload.
build/tests/probe: tests/integration/probe.c
	@mkdir -p $(@D)
	$(CC) $(BENCH_CC_FLAGS) -static -o $@ $<

.PHONY: check-unit-bench
check-unit-bench: $(BENCH_TESTS)
	@set -e; for t in $^; do ./$$t; done
