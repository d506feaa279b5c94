# SPDX-License-Identifier: GPL-2.0
#
# Unit tests of analysis/ (cmocka) and the maker of synthetic runs. Include after bench/rules.mk.
# `make check-unit-analysis` runs them all; tests/integration/report.sh needs build/tests/make_runs.

ANALYSIS_TEST_SOURCES := $(sort $(wildcard tests/unit/test_analysis_*.c))
ANALYSIS_TESTS := $(ANALYSIS_TEST_SOURCES:tests/unit/%.c=build/tests/%)
ANALYSIS_LIB_OBJECTS := $(filter build/obj/analysis/%,$(BENCH_OBJECTS)) \
	$(patsubst %,build/obj/bench/%.o,util cli_options counters paths rundir trace_file trace_head)

build/tests/test_analysis_%: tests/unit/test_analysis_%.c $(ANALYSIS_LIB_OBJECTS) tests/unit/analysis.mk \
			       tests/fixtures/fake_trace.c
	@mkdir -p $(@D)
	$(CC) $(BENCH_CC_FLAGS) -Ianalysis -o $@ $< tests/fixtures/fake_trace.c $(ANALYSIS_LIB_OBJECTS) -lcmocka $(BENCH_LIBS)

build/tests/make_runs: tests/fixtures/make_runs.c tests/fixtures/fake_trace.c $(ANALYSIS_LIB_OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(BENCH_CC_FLAGS) -o $@ $^ $(BENCH_LIBS)

# False alarms and power on boots you have: build/tests/false_alarms DIR BOOTS_PER_SET PAIRS
build/tests/false_alarms: tests/calibration/false_alarms.c $(ANALYSIS_LIB_OBJECTS) tests/unit/analysis.mk
	@mkdir -p $(@D)
	$(CC) $(BENCH_CC_FLAGS) -Ianalysis -o $@ $< $(ANALYSIS_LIB_OBJECTS) $(BENCH_LIBS)

.PHONY: check-unit-analysis
check-unit-analysis: $(ANALYSIS_TESTS)
	@set -e; for t in $^; do ./$$t; done
